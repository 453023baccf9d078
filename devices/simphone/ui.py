"""Pages, widgets and views: what the simulated phone's screens are made of.

A page builds a `View`, a list of widgets with their places, every time it is asked; a view knows
how to paint itself and what lies under a point. Nothing is kept between two builds but the page's
scroll position and focus and what the phone's state remembers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from tapwright.devices.simphone.canvas import BLACK, WHITE, Box, Canvas, Colour
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.theme import Theme, wallpaper
from tapwright.types import Size

STATUS_BAR = 110  # pixels at the top that belong to the system
GESTURE_BAR = 60  # pixels at the bottom that belong to the system
SHOWN_AT_LEAST = 40  # a scrolled widget with fewer rows in sight cannot be seen


@dataclass(frozen=True, slots=True)
class Element:
    """Something that can be seen: `bounds` is (left, top, right, bottom) in screen pixels."""

    id: str
    kind: str  # app, button, card, field, key, row, slider, switch, tab, text, tile
    label: str
    bounds: Box
    checked: bool | None = None
    clickable: bool = False
    focused: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """An element with its looks and what a touch does to it.

    `paint` is given a canvas and the element's left top corner before clipping.
    """

    element: Element
    paint: Callable[[Canvas], None]
    tap: Callable[[], None] | None = None
    slide: Callable[[int], None] | None = None  # given the finger's x


@dataclass(slots=True)
class Scroll:
    """How far a list is scrolled, and how far it can be, in pixels."""

    offset: int = 0
    extent: int = 0

    def by(self, pixels: int) -> None:
        """Scroll down by `pixels` (up where negative), as far as there is something to show."""
        self.offset = min(max(self.offset + pixels, 0), self.extent)


@dataclass(slots=True)
class TextField:
    """A text field's content; `changed` is called with the new text after each edit."""

    id: str
    text: str = ""
    hint: str = ""
    lines: int = 1
    changed: Callable[[str], None] | None = None
    entered: Callable[[], None] | None = None  # ENTER in a field of one line

    def write(self, text: str) -> None:
        """Replace the content."""
        self.text = text
        if self.changed is not None:
            self.changed(text)


class Navigator(Protocol):
    """What a page may ask of the phone."""

    def open(self, page: Page) -> None:
        """Show a page on top of this one."""

    def leave(self) -> None:
        """Go back from the page in front, keyboard or not."""

    def home(self) -> None:
        """Show the launcher."""

    def launch(self, package: str) -> bool:
        """Open an app; False where it is not installed."""

    def focus(self, text_field: TextField | None) -> None:
        """Give a text field the keyboard, or take it away."""

    def unlock(self) -> None:
        """Leave the lock screen."""


class Page:
    """One screen of an app; made anew each time it is opened."""

    name = "page"
    package = "android"
    activity = ".Main"
    wallpaper = False  # drawn over the wallpaper, with white system icons
    scrim = 0  # how dark the wallpaper is made, 0..255

    def __init__(self) -> None:
        self.scroll = Scroll()
        self.focus: TextField | None = None

    def build(self, ui: Ui) -> None:
        """Add the page's widgets."""
        raise NotImplementedError

    def swiped(self, ui: Ui, dx: int, dy: int) -> bool:
        """Act on a swipe that nothing else took; True where it did something."""
        del ui, dx, dy
        return False


@dataclass(slots=True)
class View:
    """A built screen: painted from back to front, hit from front to back."""

    size: Size
    background: Colour
    scrolled: list[Widget] = field(default_factory=list)
    fixed: list[Widget] = field(default_factory=list)
    window: Box = (0, 0, 0, 0)  # where scrolled widgets can be seen
    wallpaper: tuple[int, bool, int] | None = None  # seed, dark, scrim
    covers: list[tuple[Box, Colour]] = field(default_factory=list)

    def paint(self) -> Canvas:
        """Draw everything."""
        if self.wallpaper is None:
            canvas = Canvas(self.size, self.background)
        else:
            seed, dark, scrim = self.wallpaper
            canvas = Canvas(self.size, wallpaper(seed, dark, self.size))
            if scrim:
                table = [value * (255 - scrim) // 255 for value in range(256)] * 3
                canvas.image.paste(canvas.image.point(table))
        for widget in self.scrolled:
            widget.paint(canvas)
        for box, colour in self.covers:
            canvas.rect(box, colour)
        for widget in self.fixed:
            widget.paint(canvas)
        return canvas

    def elements(self) -> tuple[Element, ...]:
        """What can be seen, in reading order of building; scrolled ones are clipped."""
        return tuple(widget.element for widget in self._visible())

    def at(self, x: int, y: int) -> Widget | None:
        """The foremost widget under a point that can be touched."""
        for widget in reversed(self._visible()):
            left, top, right, bottom = widget.element.bounds
            if widget.element.clickable and left <= x < right and top <= y < bottom:
                return widget
        return None

    def _visible(self) -> list[Widget]:
        seen = []
        for widget in self.scrolled:
            left, top, right, bottom = widget.element.bounds
            clipped = (left, max(top, self.window[1]), right, min(bottom, self.window[3]))
            if clipped[3] - clipped[1] >= min(SHOWN_AT_LEAST, bottom - top):
                seen.append(replace(widget, element=replace(widget.element, bounds=clipped)))
        return seen + self.fixed


class Ui:
    """The builder a page adds its widgets to, with a cursor `y` that runs down the screen."""

    def __init__(self, page: Page, state: PhoneState, theme: Theme, nav: Navigator) -> None:
        landscape = state.rotation % 2 == 1
        self.size = Size(2400, 1080) if landscape else Size(1080, 2400)
        self.landscape = landscape
        self.page = page
        self.state = state
        self.theme = theme
        self.nav = nav
        self.y = STATUS_BAR
        self.bottom = self.size.height  # above the keyboard, when there is one
        self.view = View(self.size, theme.background)
        self._scrolling = False
        if page.wallpaper:
            self.view.wallpaper = (state.wallpaper, state.dark, page.scrim)

    @property
    def width(self) -> int:
        """The screen's width in pixels."""
        return self.size.width

    @property
    def ink(self) -> Colour:
        """The colour of system icons on this page."""
        return WHITE if self.page.wallpaper or self.theme.dark else BLACK

    def add(
        self,
        element: Element,
        paint: Callable[[Canvas], None],
        tap: Callable[[], None] | None = None,
        slide: Callable[[int], None] | None = None,
    ) -> None:
        """Add a widget; it is clickable where `tap` or `slide` is given."""
        if tap is not None or slide is not None:
            element = replace(element, clickable=True)
        target = self.view.scrolled if self._scrolling else self.view.fixed
        target.append(Widget(element, paint, tap, slide))

    def begin_scroll(self, bottom: int | None = None) -> None:
        """What is added from here on scrolls between the cursor and `bottom`."""
        end = self.bottom if bottom is None else min(bottom, self.bottom)
        self.view.window = (0, self.y, self.width, end)
        self._scrolling = True
        self.y -= self.page.scroll.offset

    def end_scroll(self, margin: int = 90) -> None:
        """End the scrolled part; learn how far it can be scrolled."""
        _, top, _, bottom = self.view.window
        content = self.y + self.page.scroll.offset + margin
        self.page.scroll.extent = max(0, content - bottom)
        self._scrolling = False
        colour = self.theme.background
        self.view.covers += [
            ((0, 0, self.width, top), colour),
            ((0, bottom, self.width, self.size.height), colour),
        ]
        self.y = bottom
