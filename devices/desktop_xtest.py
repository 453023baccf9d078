"""X11's mouse and keyboard by XTEST, through python-xlib: some 0.04 ms a click.

Events are buffered and sent in one go; `sync()` waits for the server, which has then put every
one of them into its queue.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from tapwright.actions import Button
from tapwright.devices.desktop_hands import NoStop, Sent
from tapwright.devices.desktop_keys import key_name
from tapwright.devices.desktop_text import XKeyboard
from tapwright.devices.desktop_x11 import close_quietly, connect
from tapwright.errors import DisplayGone, SetupError
from tapwright.types import Effect

_BUTTONS: dict[Button, int] = {"left": 1, "middle": 2, "right": 3}
_T = TypeVar("_T")
_UP, _DOWN, _LEFT, _RIGHT = 4, 5, 6, 7  # the wheel's buttons


class XTest:
    """An `Injector` on an X display. It is not safe to share between threads."""

    def __init__(self, display: str | None = None, sent: Sent | None = None) -> None:
        """Connect to `display` (":N"; None: DISPLAY's); tell `sent` of every event.

        Raise `SetupError` for what is missing, `NoDevice` where no display answers.
        """
        self._link = connect(display)
        self._display = display
        from Xlib import X
        from Xlib.error import ConnectionClosedError

        self._x, self._lost = X, (ConnectionClosedError, OSError)
        self._sent: Sent = sent or NoStop()
        self._named = str(self._link.get_display_name())
        self._root = self._link.screen().root
        self._alive(self._check_extension)
        self._keyboard = XKeyboard(self._link, self._key)
        # Pressed since the server was last waited for, and whether it is down still.
        self._pressed: dict[tuple[int, int], bool] = {}
        self._buttons: dict[int, int] = {}
        self._alive(self._read_buttons)

    def move(self, x: int, y: int) -> None:
        """Move the pointer to a pixel of the root window."""
        self._sent.move(x, y)
        self._fake(self._x.MotionNotify, 0, x, y)

    def button(self, button: Button, down: bool, nth: int = 1) -> None:
        """Press a mouse button or let go of it; programs count clicks themselves."""
        self._sent.button(button, down)
        kind = self._x.ButtonPress if down else self._x.ButtonRelease
        self._fake(kind, self._physical(_BUTTONS[button]))

    def wheel(self, down: int, right: int) -> None:
        """Turn the wheel: each notch is a press of one of four buttons."""
        self._sent.wheel(down, right)
        turns = [_DOWN if down > 0 else _UP] * abs(down)
        turns += [_RIGHT if right > 0 else _LEFT] * abs(right)
        for turn in turns:
            self._fake(self._x.ButtonPress, self._physical(turn))
            self._fake(self._x.ButtonRelease, self._physical(turn))

    def key(self, name: str, down: bool) -> None:
        """Press a key or let go of it, with the shift that it stands under where it does."""
        self._alive(lambda: self._keyboard.press(name, down))

    def known(self, name: str) -> str:
        """The key's own name; raise `ActionRefused` for one that no keyboard has."""
        known = key_name(name, platform="linux")
        self._alive(lambda: self._keyboard.prepare(known))
        return known

    def sync(self) -> None:
        """Wait until the server has taken every event."""
        self._alive(self._link.sync)
        if self._pressed:
            self._pressed = {key: True for key, down in self._pressed.items() if down}

    def renew(self) -> None:
        """Connect anew, and let go of all that may be down: the old connection may be stuck."""
        close_quietly(self._link)
        self._link = connect(self._display)
        self._root = self._link.screen().root
        for kind, detail in self._pressed:
            self._link.xtest_fake_input(kind + 1, detail)  # of a press, the release
        self._pressed.clear()
        self._alive(lambda: self._keyboard.renew(self._link))
        self._alive(self._link.sync)

    def position(self) -> tuple[int, int]:
        """Where the pointer is."""
        told = self._alive(self._root.query_pointer)
        return int(told.root_x), int(told.root_y)

    def type(self, text: str, check: Callable[[], None]) -> Effect:
        """Type a text, every character or none."""
        return self._alive(lambda: self._keyboard.type(text, check))

    def close(self) -> None:
        """Give spare keys back and disconnect; a display that is gone needs neither."""
        with suppress(*self._lost):
            self._keyboard.close()
        close_quietly(self._link)

    def _key(self, code: int, down: bool) -> None:
        """Press the key of a keycode or let go of it."""
        self._sent.key(code, down)
        self._fake(self._x.KeyPress if down else self._x.KeyRelease, code)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        if kind in (self._x.KeyPress, self._x.ButtonPress):
            self._pressed[kind, detail] = True
        elif kind != self._x.MotionNotify:
            self._pressed[kind - 1, detail] = False
        try:
            self._link.xtest_fake_input(kind, detail, x=x, y=y)
        except self._lost as error:
            raise self._gone() from error

    def _physical(self, logical: int) -> int:
        """The button to press so that programs see `logical`: a left-handed mouse is mapped."""
        return self._buttons.get(logical, logical)

    def _read_buttons(self) -> None:
        mapping = list(self._link.get_pointer_mapping())
        self._buttons = {logical: physical for physical, logical in enumerate(mapping, start=1)}

    def _check_extension(self) -> None:
        if not self._link.query_extension("XTEST").present:
            raise SetupError(
                f'the display "{self._named}" has no XTEST: start its X server with it'
            )

    def _alive(self, call: Callable[[], _T]) -> _T:
        """What `call` gives; a lost connection is `DisplayGone`."""
        try:
            return call()
        except self._lost as error:
            raise self._gone() from error

    def _gone(self) -> DisplayGone:
        return DisplayGone(f'the display "{self._named}" is gone: start it and open it again')
