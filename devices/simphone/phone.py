"""A headless Android phone: it is drawn, touched and asked, and keeps a ledger of every touch.

Everything public may be called from several threads; one lock guards the whole phone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PIL import Image

from tapwright.devices.simphone import keys
from tapwright.devices.simphone.apps.catalogue import APPS, BY_PACKAGE, LAUNCHER
from tapwright.devices.simphone.apps.launcher import Launcher
from tapwright.devices.simphone.apps.registry import first_page
from tapwright.devices.simphone.apps.shade import QuickSettings, Recents
from tapwright.devices.simphone.apps.system import Asleep, Lock, gesture_bar, status_bar
from tapwright.devices.simphone.canvas import Box
from tapwright.devices.simphone.keyboard import Keyboard
from tapwright.devices.simphone.ledger import InputEvent
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.theme import theme
from tapwright.devices.simphone.ui import Element, Page, TextField, Ui, View, Widget
from tapwright.devices.simphone.ui_motion import Gesture, Motion, Transition, system_gesture
from tapwright.devices.simphone.uitree import hierarchy
from tapwright.types import AppInfo, Size

__all__ = ["Element", "InputEvent", "Phone"]

SLOP = 24  # a finger that moves less than this many pixels has not moved


class Phone:
    """The phone. With `animate`, page changes take 0.22 seconds of `clock` to draw;
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
        self._keyboard = Keyboard()
        self._transition: Transition | None = None

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
            return self._moving(self._view().paint().image)

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
        if page.focus is not None:
            ui.bottom -= self._keyboard.height(self.state)
        page.build(ui)
        if page.focus is not None:
            self._keyboard.build(ui, page.focus)
        if page is not self._asleep:
            status_bar(ui)
            gesture_bar(ui)
        return ui

    def _moving(self, image: Image.Image) -> Image.Image:
        moving = self._transition
        now = self._clock()
        if moving is None or moving.over(now) or not self.state.awake:
            self._transition = None
            return image
        return moving.between(image, now)

    def dump_xml(self) -> str:
        """The elements as a uiautomator-style hierarchy."""
        with self.lock:
            return hierarchy(self.elements(), self._front().package, self.state.rotation)

    # --- touching ---------------------------------------------------------------------------

    def tap(self, x: int, y: int) -> None:
        """Touch a point and lift at once."""
        with self.lock:
            widget = self._view().at(x, y)
            self._log("tap", widget, (x, y, x, y))
            self._touch(widget, x)

    def long_press(self, x: int, y: int, milliseconds: int) -> None:
        """Touch a point and hold; what has no menu of its own takes it as a tap, as on Android."""
        with self.lock:
            widget = self._view().at(x, y)
            self._log("long_press", widget, (x, y, x, y), milliseconds)
            self._touch(widget, x)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        """Move a finger in a straight line."""
        with self.lock:
            view = self._view()
            widget = view.at(x1, y1)
            self._log("swipe", widget, (x1, y1, x2, y2), milliseconds)
            if not self.state.awake:
                return
            dx, dy = x2 - x1, y2 - y1
            if max(abs(dx), abs(dy)) < SLOP:
                self._touch(widget, x1)
            elif not self._gesture(system_gesture(view.size, (x1, y1), (dx, dy))):
                self._drag(widget, x2, (dx, dy))

    def _touch(self, widget: Widget | None, x: int) -> None:
        if widget is None:
            return
        if widget.slide is not None:
            widget.slide(x)
        elif widget.tap is not None:
            widget.tap()

    def _gesture(self, gesture: Gesture | None) -> bool:
        """Carry out one of the system's gestures; False where there is none."""
        if gesture is None or self.state.locked:
            return False
        if gesture == "back":
            self.back()
        elif gesture == "home":
            self.home()
        elif self._stack[-1].name != QuickSettings.name:
            self._move("fade")
            self._stack.append(QuickSettings())
        return True

    def _drag(self, widget: Widget | None, x: int, by: tuple[int, int]) -> None:
        dx, dy = by
        page = self._front()
        if widget is not None and widget.slide is not None and abs(dx) >= abs(dy):
            widget.slide(x)
        elif not page.swiped(self._build(page), dx, dy) and abs(dy) > abs(dx):
            page.scroll.by(-dy)

    def _log(self, kind: str, widget: Widget | None, line: Box, milliseconds: int = 0) -> None:
        target = "" if widget is None else widget.element.id
        page = self._front().name
        self.ledger.append(
            InputEvent(kind, *line, milliseconds, at=self._clock(), page=page, target=target)
        )

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
        """Put the keyboard away, or else leave the page in front."""
        with self.lock:
            front = self._stack[-1]
            if front.focus is not None:
                front.focus = None
            else:
                self.leave()

    def leave(self) -> None:
        """Leave the page in front; the launcher stays."""
        with self.lock:
            if len(self._stack) > 1:
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
            self._remember(package)
            self._stack[1:] = [first_page(package, self.state)]
            return True

    def recents(self) -> None:
        """Show the apps used last."""
        with self.lock:
            self._move("fade")
            self._stack[1:] = [Recents()]

    def force_stop(self, package: str) -> None:
        """End an app; where it is in front, the launcher comes back."""
        with self.lock:
            if package in self.state.recent_apps:
                self.state.recent_apps.remove(package)
            if self._stack[-1].package == package:
                self.home()

    def focus(self, text_field: TextField | None) -> None:
        """Give a text field of the page in front the keyboard, or take it away."""
        with self.lock:
            self._stack[-1].focus = text_field
            self._keyboard = Keyboard()

    def unlock(self) -> None:
        """Leave the lock screen."""
        with self.lock:
            if self.state.locked:
                self._move("fade")
                self.state.locked = False

    def _remember(self, package: str) -> None:
        recent = self.state.recent_apps
        recent[:] = [package, *(each for each in recent if each != package)]

    def _move(self, motion: Motion) -> None:
        if self._animate and self.state.awake:
            self._transition = Transition(self._view(), motion, self._clock())
