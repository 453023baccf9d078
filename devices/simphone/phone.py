"""A headless Android phone: it is drawn, touched and asked, and keeps a ledger of every touch.

Everything public may be called from several threads; one lock guards the whole phone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from tapwright.devices.simphone import keys
from tapwright.devices.simphone.apps.catalogue import APPS, BY_PACKAGE, LAUNCHER
from tapwright.devices.simphone.apps.launcher import Launcher
from tapwright.devices.simphone.apps.registry import first_page
from tapwright.devices.simphone.apps.system import Asleep, Lock, gesture_bar, status_bar
from tapwright.devices.simphone.canvas import BLACK
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.theme import theme
from tapwright.devices.simphone.ui import (
    GESTURE_BAR,
    Element,
    Page,
    TextField,
    Ui,
    View,
    Widget,
)
from tapwright.devices.simphone.uitree import hierarchy
from tapwright.types import AppInfo, Size

TRANSITION = 0.22  # seconds
EDGE = 44  # pixels from the left or right edge in which a back swipe starts
SLOP = 24  # a finger that moves less than this many pixels has not moved
Motion = Literal["forward", "backward", "fade"]


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One input event that reached the phone.

    `kind` is tap, long_press, swipe, key or text; `page` and `target` are where it arrived
    (`target` is an element's id, or empty); `at` is in seconds of the phone's clock.
    """

    kind: str
    x: int = 0
    y: int = 0
    x2: int = 0
    y2: int = 0
    milliseconds: int = 0
    key: str = ""
    text: str = ""
    at: float = 0.0
    page: str = ""
    target: str = ""


@dataclass(slots=True)
class _Transition:
    """A page change under way: what was seen before, kept as a view until it is needed."""

    before: View
    motion: Motion
    started: float
    image: Image.Image | None = None


class Phone:
    """The phone. With `animate`, page changes take `TRANSITION` seconds of `clock` to draw;
    touches go to the new page at once."""

    size = Size(1080, 2400)

    def __init__(
        self,
        seed: int = 0,
        *,
        animate: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seed = seed
        self.lock = threading.RLock()
        self.state = PhoneState(seed, clock)
        self.ledger: list[InputEvent] = []
        self._animate = animate
        self._clock = clock
        self._stack: list[Page] = [Launcher()]
        self._lock_page, self._asleep = Lock(), Asleep()
        self._transition: _Transition | None = None

    # --- looking ----------------------------------------------------------------------------

    @property
    def apps(self) -> tuple[AppInfo, ...]:
        """All installed apps."""
        return tuple(AppInfo(app.package, app.label) for app in APPS)

    @property
    def page(self) -> str:
        """The name of the page in front."""
        with self.lock:
            return self._front().name

    @property
    def foreground(self) -> str:
        """The page in front as package/.Activity."""
        with self.lock:
            front = self._front()
            return f"{front.package}/{front.activity}"

    def draw(self) -> Image.Image:
        """The screen now, RGB; 1080 x 2400, or 2400 x 1080 in landscape."""
        with self.lock:
            view = self._view()
            image = view.paint().image
            return self._moving(image, view.size)

    def elements(self) -> tuple[Element, ...]:
        """What can be seen; of the new page, while the screen still moves to it."""
        with self.lock:
            return self._view().elements()

    def _front(self) -> Page:
        if not self.state.awake:
            return self._asleep
        return self._lock_page if self.state.locked else self._stack[-1]

    def _view(self) -> View:
        page = self._front()
        ui = self._build(page)
        if page.scroll.offset > page.scroll.extent:  # the content has become shorter
            page.scroll.offset = page.scroll.extent
            ui = self._build(page)
        return ui.view

    def _build(self, page: Page) -> Ui:
        ui = Ui(page, self.state, theme(self.state.hue, self.state.dark), self)
        page.build(ui)
        if page is not self._asleep:
            status_bar(ui)
            gesture_bar(ui)
        return ui

    def _moving(self, image: Image.Image, size: Size) -> Image.Image:
        moving = self._transition
        if moving is None:
            return image
        share = (self._clock() - moving.started) / TRANSITION
        if share >= 1 or moving.before.size != size or not self.state.awake:
            self._transition = None
            return image
        if moving.image is None:
            moving.image = moving.before.paint().image
        if moving.motion == "fade":
            return Image.blend(moving.image, image, max(share, 0.0))
        eased = 1 - (1 - share) ** 2
        picture = Image.new("RGB", image.size, BLACK)
        if moving.motion == "forward":
            below, above, x = moving.image, image, round(size.width * (1 - eased))
        else:
            below, above, x = image, moving.image, round(size.width * eased)
        picture.paste(below, ((x - size.width) // 4, 0))
        picture.paste(above, (x, 0))
        return picture

    def dump_xml(self) -> str:
        """The elements as a uiautomator-style hierarchy."""
        with self.lock:
            return hierarchy(self.elements(), self._front().package, self.state.rotation)

    # --- touching ---------------------------------------------------------------------------

    def tap(self, x: int, y: int) -> None:
        """Touch a point and lift at once."""
        with self.lock:
            widget = self._view().at(x, y)
            self._log("tap", widget, x=x, y=y, x2=x, y2=y)
            self._touch(widget, x)

    def long_press(self, x: int, y: int, milliseconds: int) -> None:
        """Touch a point and hold; what has no menu of its own takes it as a tap, as on Android."""
        with self.lock:
            widget = self._view().at(x, y)
            self._log("long_press", widget, x=x, y=y, x2=x, y2=y, milliseconds=milliseconds)
            self._touch(widget, x)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        """Move a finger in a straight line."""
        with self.lock:
            view = self._view()
            widget = view.at(x1, y1)
            self._log("swipe", widget, x=x1, y=y1, x2=x2, y2=y2, milliseconds=milliseconds)
            if not self.state.awake:
                return
            dx, dy = x2 - x1, y2 - y1
            if max(abs(dx), abs(dy)) < SLOP:
                self._touch(widget, x1)
            elif not self._gesture(view.size, (x1, y1), (dx, dy)):
                self._drag(widget, x2, (dx, dy))

    def _touch(self, widget: Widget | None, x: int) -> None:
        if widget is None:
            return
        if widget.slide is not None:
            widget.slide(x)
        elif widget.tap is not None:
            widget.tap()

    def _gesture(self, size: Size, start: tuple[int, int], by: tuple[int, int]) -> bool:
        """Carry out a swipe that begins at an edge and is the system's; False where it is not."""
        if self.state.locked:
            return False
        (x, y), (dx, dy) = start, by
        if abs(dx) > abs(dy):
            if (x < EDGE and dx > 120) or (x >= size.width - EDGE and dx < -120):
                self.back()
                return True
            return False
        if y >= size.height - GESTURE_BAR and dy < -150:
            self.home()
            return True
        return False

    def _drag(self, widget: Widget | None, x: int, by: tuple[int, int]) -> None:
        dx, dy = by
        page = self._front()
        if widget is not None and widget.slide is not None and abs(dx) >= abs(dy):
            widget.slide(x)
        elif not page.swiped(self._build(page), dx, dy) and abs(dy) > abs(dx):
            page.scroll.by(-dy)

    def _log(self, kind: str, widget: Widget | None, **values: int) -> None:
        target = "" if widget is None else widget.element.id
        page = self._front().name
        self.ledger.append(InputEvent(kind, at=self._clock(), page=page, target=target, **values))

    def key(self, name: str) -> bool:
        """Press a key by its Android name without `KEYCODE_`; False where there is none such."""
        with self.lock:
            if not keys.known(name):
                return False
            page = self._front().name
            self.ledger.append(InputEvent("key", key=name, at=self._clock(), page=page))
            keys.press(self, name)
            return True

    def type_text(self, text: str) -> None:
        """Write into the focused field; with none focused the text goes nowhere, as on Android."""
        with self.lock:
            page = self._front()
            target = "" if page.focus is None else page.focus.id
            self.ledger.append(
                InputEvent("text", text=text, at=self._clock(), page=page.name, target=target)
            )
            keys.write(self.focused, text)

    @property
    def focused(self) -> TextField | None:
        """The field that has the keyboard."""
        return self._front().focus

    # --- moving between pages: what pages ask for --------------------------------------------

    def open(self, page: Page) -> None:
        """Show a page on top of the one in front."""
        with self.lock:
            self._move("forward")
            self._stack.append(page)

    def back(self) -> None:
        """Put the keyboard away, or else leave the page in front; the launcher stays."""
        with self.lock:
            front = self._stack[-1]
            if front.focus is not None:
                front.focus = None
            elif len(self._stack) > 1:
                self._move("backward")
                self._stack.pop()

    def home(self) -> None:
        """Show the launcher."""
        with self.lock:
            if len(self._stack) > 1:
                self._move("fade")
                del self._stack[1:]

    def launch(self, package: str) -> bool:
        """Open an app at its first page; False where it is not installed."""
        with self.lock:
            if package == LAUNCHER:
                self.home()
                return True
            if package not in BY_PACKAGE:
                return False
            self._move("fade")
            self._stack[1:] = [first_page(package, self.state)]
            return True

    def recents(self) -> None:
        """Show the apps used last."""
        self.home()

    def force_stop(self, package: str) -> None:
        """End an app; where it is in front, the launcher comes back."""
        with self.lock:
            if self._stack[-1].package == package:
                self.home()

    def focus(self, text_field: TextField | None) -> None:
        """Give a text field of the page in front the keyboard, or take it away."""
        with self.lock:
            self._stack[-1].focus = text_field

    def unlock(self) -> None:
        """Leave the lock screen."""
        with self.lock:
            if self.state.locked:
                self._move("fade")
                self.state.locked = False

    def _move(self, motion: Motion) -> None:
        if self._animate and self.state.awake:
            self._transition = _Transition(self._view(), motion, self._clock())
