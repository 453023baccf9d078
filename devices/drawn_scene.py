"""Windows drawn on a picture, and where their parts are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from tapwright.actions import Box, Point
from tapwright.devices.simphone.canvas import font
from tapwright.types import Size

TITLE = 26  # height of a window's title bar, in units; a theme says how many pixels a unit is


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours, the writing's size in units, and how many pixels a unit is."""

    ground: str = "#3a6ea5"
    window: str = "#f2f2f2"
    title: str = "#d5d9de"
    ink: str = "#1c1c1c"
    button: str = "#e1e1e1"
    edge: str = "#9a9a9a"
    pale: str = "#a8a8a8"  # the writing of what is disabled
    field: str = "#ffffff"
    writing: int = 14
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a window: `box` in units from the window's left top, below its title.

    `name` is what the ledger says when it is clicked; a part without one is only looked at.
    `kind` is "label", "button", "field" or "swatch" (a small drawn sign in the colour `text`).
    """

    text: str
    box: Box
    name: str = ""
    kind: str = "label"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """A window: its title, where it stands in units, what is in it; the last drawn is in front.

    While a modal window is open, clicks outside it do nothing. `scrolled` units of what it shows
    have gone up, below a part that stays (`fixed` units high).
    """

    title: str
    left: int
    top: int
    size: Size
    parts: tuple[Part, ...]
    modal: bool = False
    scrolled: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part as it is drawn, in pixels: what of it can be clicked, and its writing.

    `whole`: nothing of its writing lies outside what the window shows; `full` is the part with
    what cannot be seen of it.
    """

    part: Part
    box: Box
    full: Box
    writing: Box
    whole: bool


@dataclass(slots=True)
class Scene:
    """What is on the desktop now; `typed` are the texts of fields by their names."""

    windows: list[Window]
    theme: Theme = field(default_factory=Theme)
    size: Size = field(default_factory=lambda: Size(760, 560))
    typed: dict[str, str] = field(default_factory=dict)

    def draw(self) -> Image.Image:
        """The picture of it, RGB."""
        image = Image.new("RGB", (self.size.width, self.size.height), self.theme.ground)
        for window in self.windows:
            self._draw_window(image, window)
        return image

    def frame(self, window: Window) -> Box:
        """What a window covers, in pixels."""
        left, top = self._px(window.left), self._px(window.top)
        width, height = self._px(window.size.width), self._px(window.size.height)
        return Box(left, top, left + width, top + height)

    def holds(self, box: Box) -> bool:
        """Whether all of `box` is on the screen."""
        inside = box.right <= self.size.width and box.bottom <= self.size.height
        return box.left >= 0 and box.top >= 0 and inside

    def hit(self, point: Point) -> str:
        """The name of what a click reaches; "nothing" for no part or a disabled one, "blocked"
        for a window behind a modal one."""
        front = len(self.windows) - 1
        for number in range(front, -1, -1):
            window = self.windows[number]
            if not self.frame(window).has(point.x, point.y):
                continue
            if any(above.modal for above in self.windows[number + 1 :]):
                return "blocked"
            for drawn in self.placed(window):
                if drawn.part.name and drawn.box.has(point.x, point.y):
                    return drawn.part.name if drawn.part.enabled else "nothing"
            return "nothing"
        return "nothing"

    def readable(self) -> list[tuple[str, Box]]:
        """The texts that can be seen whole, with what their writing covers."""
        seen = []
        for number, window in enumerate(self.windows):
            above = [self.frame(other) for other in self.windows[number + 1 :]]
            frame = self.frame(window)
            title = self._written(window.title, frame.left + 8, frame.top + self._px(TITLE) // 2)
            texts = [(window.title, title)]
            for drawn in self.placed(window):
                text = self.text(drawn.part)
                if text and drawn.whole and drawn.part.kind != "swatch":
                    texts.append((text, drawn.writing))
            seen += [
                (text, box)
                for text, box in texts
                if self.holds(box) and not any(other.overlaps(box) for other in above)
            ]
        return seen

    def text(self, part: Part) -> str:
        """What stands on a part."""
        return self.typed.get(part.name, part.text) if part.kind == "field" else part.text

    def placed(self, window: Window) -> list[Drawn]:
        """Where a window's parts are, as far as they can be seen in it."""
        frame = self.frame(window)
        top = frame.top + self._px(TITLE)
        placed = []
        for part in window.parts:
            fixed = part.box.top < window.fixed
            up = 0 if fixed else window.scrolled
            edge = top if fixed else top + self._px(window.fixed)
            box = Box(
                frame.left + self._px(part.box.left),
                top + self._px(part.box.top - up),
                frame.left + self._px(part.box.right),
                top + self._px(part.box.bottom - up),
            )
            writing = self._writing(part, box)
            shown = Box(box.left, max(box.top, edge), box.right, min(box.bottom, frame.bottom))
            if shown.top < shown.bottom:
                whole = edge <= writing.top and writing.bottom <= frame.bottom
                placed.append(Drawn(part, shown, box, writing, whole))
        return placed

    def _px(self, units: float) -> int:
        return round(units * self.theme.scale)

    def _writing(self, part: Part, box: Box) -> Box:
        """What a part's text covers; all of the part where it has none."""
        text = self.text(part)
        if part.kind == "swatch" or not text:
            return box
        return self._written(text, *self._start(part, box))

    def _written(self, text: str, left: int, middle: int) -> Box:
        x0, y0, x1, y1 = _extent(text, self._px(self.theme.writing))
        return Box(left + x0, middle + y0, left + x1, middle + y1)

    def _draw_window(self, image: Image.Image, window: Window) -> None:
        theme, frame = self.theme, self.frame(window)
        canvas = Image.new("RGB", (frame.width, frame.height), theme.window)
        draw = ImageDraw.Draw(canvas)
        face = font(self._px(theme.writing))
        fixed = self._px(TITLE + window.fixed)
        # What has been scrolled goes first, so that what stays lies over it.
        for drawn in self.placed(window):
            if drawn.part.box.top >= window.fixed:
                self._draw_part(draw, drawn, frame, face)
        draw.rectangle((0, 0, frame.width, fixed - 1), fill=theme.window)
        for drawn in self.placed(window):
            if drawn.part.box.top < window.fixed:
                self._draw_part(draw, drawn, frame, face)
        bar = self._px(TITLE)
        draw.rectangle((0, 0, frame.width, bar - 1), fill=theme.title)
        draw.text((8, bar // 2), window.title, fill=theme.ink, font=face, anchor="lm")
        draw.rectangle((0, 0, frame.width - 1, frame.height - 1), outline=theme.edge)
        image.paste(canvas, (frame.left, frame.top))

    def _draw_part(
        self, draw: ImageDraw.ImageDraw, drawn: Drawn, frame: Box, face: ImageFont.FreeTypeFont
    ) -> None:
        theme, part = self.theme, drawn.part
        box = drawn.full.moved(-frame.left, -frame.top)
        edges = (box.left, box.top, box.right - 1, box.bottom - 1)
        if part.kind == "swatch":
            draw.ellipse(edges, fill=part.text, outline=theme.edge)
            draw.line(edges, fill=theme.ink, width=2)
            return
        if part.kind in ("button", "field"):
            fill = theme.button if part.kind == "button" else theme.field
            draw.rectangle(edges, fill=fill, outline=theme.edge)
        ink = theme.ink if part.enabled else theme.pale
        at = self._start(part, box)
        draw.text(at, self.text(part), fill=ink, font=face, anchor="lm")

    def _start(self, part: Part, box: Box) -> tuple[int, int]:
        middle = (box.top + box.bottom) // 2
        if part.kind == "button":
            x0, _, x1, _ = _extent(self.text(part), self._px(self.theme.writing))
            width = x1 - x0
            return (box.left + box.right - width) // 2, middle
        return box.left + self._px(4), middle


@lru_cache(maxsize=4096)
def _extent(text: str, size: int) -> tuple[int, int, int, int]:
    """What writing covers around the middle of its left edge: left, top, right, bottom."""
    left, top, right, bottom = font(size).getbbox(text, anchor="lm")
    return round(left), round(top), round(right), round(bottom)
