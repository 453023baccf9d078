"""The widgets most pages are made of: toolbars, rows, switches, sliders, buttons, fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tapwright.devices.simphone.canvas import WHITE, Box, Canvas, Colour, fit, text_width, wrap
from tapwright.devices.simphone.theme import Theme
from tapwright.devices.simphone.ui import STATUS_BAR, Element, TextField, Ui

MARGIN = 40
TITLE = 54  # type size of everything a finger aims at
SUBTITLE = 42
ROW = 204
TOOLBAR = 190
SWITCH = (150, 90)


@dataclass(frozen=True, slots=True)
class Look:
    """How a row begins and reads: an icon on a coloured disc, a title and a second line."""

    icon: str
    title: str
    subtitle: str = ""
    colour: Colour | None = None


def nothing(canvas: Canvas) -> None:
    """The looks of a widget that another one draws."""
    del canvas


def toolbar(ui: Ui, title: str, *, back: bool = True) -> None:
    """A bar with the page's title and, unless it is an app's first page, a back arrow."""
    middle = STATUS_BAR + TOOLBAR // 2
    ink = ui.theme.text
    if back:
        box = (16, STATUS_BAR + 15, 176, STATUS_BAR + TOOLBAR - 15)
        ui.add(
            Element("back", "button", "Back", box),
            lambda c: c.icon(96, middle, 84, "arrow_left", ink),
            ui.nav.leave,
        )
    left = 200 if back else 60
    box = (left, STATUS_BAR + 20, ui.width - 60, STATUS_BAR + TOOLBAR - 20)
    ui.add(
        Element("title", "text", title, box, text=title),
        lambda c: c.text((left, middle), title, 70, ink, "Medium"),
    )
    ui.y = max(ui.y, STATUS_BAR + TOOLBAR)


def paint_switch(canvas: Canvas, right: int, y: int, on: bool, theme: Theme) -> None:
    """A switch whose right end is at `right`, centred on `y`."""
    width, height = SWITCH
    box = (right - width, y - height // 2, right, y + height // 2)
    if on:
        canvas.round(box, 45, theme.primary)
        canvas.disc(right - 46, y, 35, theme.on_primary)
        canvas.icon(right - 46, y, 50, "check_bold", theme.primary)
    else:
        canvas.ring(box, 45, theme.outline, theme.surface, 6)
        canvas.disc(right - width + 46, y, 25, theme.outline)


def _paint_look(canvas: Canvas, box: Box, look: Look, theme: Theme, room: int) -> None:
    left, top, right, bottom = box
    middle = (top + bottom) // 2
    x = left + 56
    if look.icon:
        if look.colour is not None:
            canvas.disc(left + 96, middle, 56, look.colour)
            canvas.icon(left + 96, middle, 68, look.icon, WHITE)
        else:
            canvas.icon(left + 96, middle, 76, look.icon, theme.faint)
        x = left + 196
    width = right - room - x - 20
    title_y = middle - 34 if look.subtitle else middle
    canvas.text((x, title_y), fit(look.title, TITLE, "Medium", width), TITLE, theme.text, "Medium")
    if look.subtitle:
        line = fit(look.subtitle, SUBTITLE, "Regular", width)
        canvas.text((x, middle + 40), line, SUBTITLE, theme.faint)


def row(ui: Ui, key: str, look: Look, tap: Callable[[], None] | None = None) -> None:
    """A list row over the whole width."""
    box = (0, ui.y, ui.width, ui.y + ROW)
    theme = ui.theme
    ui.add(
        Element(key, "row" if tap else "text", look.title, box, text=look.subtitle),
        lambda c: _paint_look(c, box, look, theme, MARGIN),
        tap,
    )
    ui.y += ROW


def switch_row(ui: Ui, key: str, look: Look, on: bool, tap: Callable[[], None]) -> None:
    """A list row with a switch at its end; a tap anywhere in it turns the switch over."""
    box = (0, ui.y, ui.width, ui.y + ROW)
    theme = ui.theme

    def paint(canvas: Canvas) -> None:
        _paint_look(canvas, box, look, theme, MARGIN + SWITCH[0] + 20)
        paint_switch(canvas, box[2] - MARGIN - 10, (box[1] + box[3]) // 2, on, theme)

    ui.add(Element(key, "switch", look.title, box, on, text=look.subtitle), paint, tap)
    ui.y += ROW


def main_switch(ui: Ui, key: str, title: str, on: bool, tap: Callable[[], None]) -> None:
    """The big coloured switch at the top of a page."""
    box = (MARGIN, ui.y + 10, ui.width - MARGIN, ui.y + 210)
    theme = ui.theme

    def paint(canvas: Canvas) -> None:
        middle = (box[1] + box[3]) // 2
        canvas.round(box, 70, theme.container if on else theme.raised)
        ink = theme.on_container if on else theme.text
        canvas.text((box[0] + 60, middle), title, 60, ink, "Medium")
        paint_switch(canvas, box[2] - 50, middle, on, theme)

    ui.add(Element(key, "switch", title, box, on), paint, tap)
    ui.y += 240


def heading(ui: Ui, text: str) -> None:
    """A coloured line above a group of rows."""
    y, colour = ui.y + 62, ui.theme.primary
    ui.add(
        Element(f"heading.{text}", "text", text, (60, y - 40, ui.width - 60, y + 40), text=text),
        lambda c: c.text((60, y), text, 46, colour, "Medium"),
    )
    ui.y += 112


def note(ui: Ui, key: str, text: str, size: int = 46) -> None:
    """A few lines of faint text."""
    lines = wrap(text, size, "Regular", ui.width - 120)
    top, colour = ui.y + 20, ui.theme.faint
    step = round(size * 1.4)

    def paint(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.text((60, top + step * number + step // 2), line, size, colour)

    height = step * len(lines)
    ui.add(Element(key, "text", text, (60, top, ui.width - 60, top + height), text=text), paint)
    ui.y += height + 50


def slider_row(ui: Ui, key: str, look: Look, share: float, put: Callable[[float], None]) -> None:
    """A titled slider; `share` and what `put` is given are 0..1."""
    box = (0, ui.y, ui.width, ui.y + 270)
    left, right = MARGIN + 50, ui.width - MARGIN - 50
    theme = ui.theme
    track = (box[0], box[1] + 110, box[2], box[3])

    def paint(canvas: Canvas) -> None:
        canvas.icon(96, box[1] + 70, 72, look.icon, theme.faint)
        canvas.text((196, box[1] + 70), look.title, TITLE, theme.text, "Medium")
        if look.subtitle:
            at = (right, box[1] + 70)
            canvas.text(at, look.subtitle, SUBTITLE + 4, theme.faint, align="right")
        paint_slider(canvas, (left, box[1] + 185, right), share, theme)

    ui.add(Element(f"{key}.row", "text", look.title, (0, box[1], box[2], track[1])), paint)
    slider(ui, Element(key, "slider", look.title, track, text=look.subtitle), (left, right), put)
    ui.y += 270


def slider(ui: Ui, element: Element, track: tuple[int, int], put: Callable[[float], None]) -> None:
    """The touchable part of a slider that something else draws."""
    left, right = track

    def slide(x: int) -> None:
        put(min(max((x - left) / (right - left), 0.0), 1.0))

    ui.add(element, nothing, slide=slide)


def paint_slider(
    canvas: Canvas, line: tuple[int, int, int], share: float, theme: Theme, thick: int = 44
) -> None:
    """A slider on `line` (left, y, right), filled up to `share`, with a thumb."""
    left, y, right = line
    x = left + round((right - left) * share)
    half = thick // 2
    canvas.round((left - half, y - half, right + half, y + half), half, theme.raised)
    canvas.round((left - half, y - half, x + half, y + half), half, theme.primary)
    canvas.disc(x, y, half + 16, theme.background)
    canvas.disc(x, y, half + 8, theme.primary)


def button(
    ui: Ui, element: Element, tap: Callable[[], None], *, filled: bool = True, icon: str = ""
) -> None:
    """A round-ended button with its label, and an icon before it where one is named."""
    theme, box = ui.theme, element.bounds
    ground = theme.primary if filled else theme.container
    ink = theme.on_primary if filled else theme.on_container

    def paint(canvas: Canvas) -> None:
        middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
        canvas.round(box, 80, ground)
        if icon:
            width = text_width(element.label, TITLE, "Medium") + 90
            canvas.icon(middle[0] - width // 2 + 34, middle[1], 72, icon, ink)
            middle = (middle[0] + 45, middle[1])
        canvas.text(middle, element.label, TITLE, ink, "Medium", "middle")

    ui.add(element, paint, tap)


def round_button(ui: Ui, element: Element, icon: str, tap: Callable[[], None]) -> None:
    """A coloured square with round corners that shows an icon only."""
    theme, box = ui.theme, element.bounds

    def paint(canvas: Canvas) -> None:
        canvas.round(box, 64, theme.primary)
        middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
        canvas.icon(*middle, (box[3] - box[1]) // 2, icon, theme.on_primary)

    ui.add(element, paint, tap)


def field(ui: Ui, element: Element, content: TextField, icon: str = "") -> None:
    """A text field; a tap gives it the keyboard."""
    theme, box = ui.theme, element.bounds
    focused = ui.page.focus is content
    left = box[0] + (150 if icon else 50)
    lines = wrap(content.text, TITLE, "Regular", box[2] - left - 50)
    step = 76
    room = max(1, (box[3] - box[1] - 50) // step)
    lines = lines[-room:]  # the end, where one writes, stays in sight

    def paint(canvas: Canvas) -> None:
        radius = 80 if content.lines == 1 else 48
        ground = theme.surface
        if focused:
            canvas.ring(box, radius, theme.primary, ground, 6)
        else:
            canvas.round(box, radius, ground)
        y = (box[1] + box[3]) // 2 if content.lines == 1 else box[1] + 74
        if icon:
            canvas.icon(box[0] + 84, y, 72, icon, theme.faint)
        if not content.text:
            canvas.text((left + 20 * focused, y), content.hint, TITLE, theme.faint)
        for number, line in enumerate(lines):
            canvas.text((left, y + number * step), line, TITLE, theme.text)
        if focused:
            x = left + text_width(lines[-1], TITLE) + 6
            end = y + (len(lines) - 1) * step
            canvas.rect((x, end - 36, x + 6, end + 36), theme.primary)

    shown = Element(element.id, "field", element.label, box, None, True, focused, content.text)
    ui.add(shown, paint, lambda: ui.nav.focus(content))
