"""What a mouse and a keyboard do, made of presses, moves and releases.

Whatever is pressed here is let go of: at the end of the act, when it fails, and on Ctrl-C.
Before every event the emergency stop is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import Protocol

from tapwright.actions import Box, Button
from tapwright.errors import ActionRefused, DisplayGone, Stopped
from tapwright.types import Effect

Place = tuple[int, int]  # in mouse units
_STEP_SECONDS = 0.01  # between two moves of a drag: programs see some hundred a second
_MOST_STEP = 40  # mouse units from one move of a drag to the next
MAX_NOTCHES = 200  # of one scroll
MAX_KEYS = 6  # of one hotkey


class Sent(Protocol):
    """Where each event is written down before it is sent, so that it counts as ours."""

    def move(self, x: int, y: int) -> None:
        """The pointer is about to be moved to a place, in mouse units."""

    def button(self, button: Button, down: bool) -> None:
        """A button is about to go down or up."""

    def wheel(self, down: int, right: int) -> None:
        """The wheel is about to be turned by these notches."""

    def key(self, code: int | str, down: bool) -> None:
        """A key is about to go down or up: its number on X11, its name elsewhere."""


class Stop(Protocol):
    """The emergency stop, as the hands see it."""

    @property
    def sent(self) -> Sent:
        """What hands write down before they send it."""

    def check(self) -> None:
        """Raise where the person has stopped us; asked before every event, so it is quick."""

    def wait(self, seconds: float) -> None:
        """Wait; raise as `check` does as soon as there is reason to."""

    def watch_corners(self, monitors: Sequence[Box]) -> None:
        """Watch the corners of these monitors, boxes in mouse units, and of no others."""

    def close(self) -> None:
        """Watch no more."""


class NoStop:
    """A stop that nobody pulls; it takes no notes."""

    @property
    def sent(self) -> NoStop:
        """Itself."""
        return self

    def check(self) -> None:
        """Never stops."""

    def wait(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))  # nobody can end this wait

    def watch_corners(self, monitors: Sequence[Box]) -> None:
        """Nothing is watched."""

    def close(self) -> None:
        """Nothing was begun."""

    def move(self, x: int, y: int) -> None:
        """Nothing."""

    def button(self, button: Button, down: bool) -> None:
        """Nothing."""

    def wheel(self, down: int, right: int) -> None:
        """Nothing."""

    def key(self, code: int | str, down: bool) -> None:
        """Nothing."""


class Injector(Protocol):
    """Puts single events into the system, each written down as ours before it is sent."""

    def move(self, x: int, y: int) -> None:
        """Move the pointer to a place in mouse units."""

    def button(self, button: Button, down: bool, nth: int = 1) -> None:
        """Press a mouse button or let go of it, for the `nth` time of one click."""

    def wheel(self, down: int, right: int) -> None:
        """Turn the wheel by notches; negative numbers are up and left."""

    def key(self, name: str, down: bool) -> None:
        """Press a key of `desktop_keys` or let go of it."""

    def known(self, name: str) -> str:
        """The key's own name; raise `ActionRefused` where this keyboard cannot press it."""

    def sync(self) -> None:
        """Return when the system has taken every event; raise `NoDevice` where it is gone."""

    def renew(self) -> None:
        """Begin anew where a Ctrl-C fell into the middle of an event; nothing stays pressed."""

    def position(self) -> Place:
        """Where the pointer is, in mouse units."""

    def type(self, text: str, check: Callable[[], None]) -> Effect:
        """Type a text, every character or none; `check` is called before every key."""

    def close(self) -> None:
        """Give back what was borrowed: spare keys, the clipboard."""


class Hands:
    """Clicks, drags, scrolls and hotkeys over an injector."""

    def __init__(self, injector: Injector, stop: Stop | None = None) -> None:
        """Use `injector`, asking `stop` before every event."""
        self._injector = injector
        self.stop: Stop = stop or NoStop()
        self._keys: list[str] = []  # held down now, in order
        self._buttons: list[Button] = []

    @property
    def held(self) -> tuple[str, ...]:
        """The keys and buttons that are down because of us."""
        return (*self._keys, *self._buttons)

    def move(self, place: Place) -> None:
        """Move the pointer there."""
        with self._act():
            self._move(place)

    def click(
        self, place: Place, button: Button = "left", count: int = 1, keys: Sequence[str] = ()
    ) -> None:
        """Press and release `count` times with `keys` held."""
        with self._act(), self._holding(keys):
            self._move(place)
            for nth in range(1, count + 1):
                with self._pressed(button, nth):
                    pass

    def hold(self, place: Place, seconds: float, button: Button = "left") -> None:
        """Press, wait, release; the stop is asked while waiting."""
        with self._act():
            self._move(place)
            with self._pressed(button):
                self._injector.sync()
                self.stop.wait(seconds)

    def drag(self, path: Sequence[Place], button: Button = "left", seconds: float = 0.4) -> None:
        """Press at the first place, move in steps along all, release at the last.

        The steps are close enough for programs that count moves, and the pointer rests a moment
        at both ends, where programs decide that something was taken or dropped.
        """
        steps = _along(path, max(2, round(seconds / _STEP_SECONDS)))
        with self._act():
            self._move(path[0])
            with self._pressed(button):
                self._injector.sync()
                start = time.monotonic()
                for number, place in enumerate(steps, start=1):
                    self.stop.wait(start + seconds * number / len(steps) - time.monotonic())
                    self._move(place)
                    self._injector.sync()
                self.stop.wait(_STEP_SECONDS)

    def scroll(self, place: Place, down: int, right: int) -> None:
        """Turn the wheel at a place, a notch at a time."""
        with self._act():
            self._move(place)
            for count, across in ((down, False), (right, True)):
                for _ in range(abs(count)):
                    self.stop.check()
                    one = 1 if count > 0 else -1
                    self._injector.wheel(0 if across else one, one if across else 0)

    def hotkey(self, keys: Sequence[str]) -> None:
        """Hold keys down in order, let go in reverse; refused whole where one is unknown."""
        if not 1 <= len(keys) <= MAX_KEYS:
            raise ActionRefused(f"a hotkey has 1 to {MAX_KEYS} keys, not {len(keys)}")
        with self._act(), self._holding(keys):
            pass

    def type(self, text: str) -> Effect:
        """Type `text`, every character or none."""
        with self._act():
            return self._injector.type(text, self.stop.check)

    def release(self) -> None:
        """Let go of whatever is down, for certain; the stop is not asked."""
        while self._buttons:
            self._injector.button(self._buttons.pop(), False)
        while self._keys:
            self._injector.key(self._keys.pop(), False)
        self._injector.sync()

    def close(self) -> None:
        """Release everything and give back what was borrowed; nothing where the desktop is gone."""
        try:
            with suppress(DisplayGone):
                self.release()
        finally:
            self._injector.close()

    @contextmanager
    def _act(self) -> Iterator[None]:
        """One act: when it ends, however it ends, nothing is down and the system knows it."""
        try:
            yield
        except Stopped:  # ours: it falls between two events
            raise
        except KeyboardInterrupt:
            self._injector.renew()
            raise
        finally:
            self.release()

    def _move(self, place: Place) -> None:
        self.stop.check()
        self._injector.move(*place)

    @contextmanager
    def _pressed(self, button: Button, nth: int = 1) -> Iterator[None]:
        self.stop.check()
        # Noted first: a Ctrl-C between both lines must not leave it down.
        self._buttons.append(button)
        try:
            self._injector.button(button, True, nth)
            yield
        finally:
            if button in self._buttons:
                self._injector.button(button, False, nth)
                self._buttons.remove(button)

    @contextmanager
    def _holding(self, keys: Sequence[str]) -> Iterator[None]:
        names = [self._injector.known(key) for key in keys]
        if len(set(names)) < len(names):
            raise ActionRefused(f'"{"+".join(keys)}" names a key twice: name it once')
        try:
            for name in names:
                self.stop.check()
                self._keys.append(name)
                self._injector.key(name, True)
            yield
        finally:
            for name in reversed(names):
                if name in self._keys:
                    self._injector.key(name, False)
                    self._keys.remove(name)


def _along(path: Sequence[Place], steps: int) -> list[Place]:
    """Places along a path, evenly, its corners and end among them; `steps` or more."""
    lengths = [max(abs(b[0] - a[0]), abs(b[1] - a[1])) for a, b in pairwise(path)]
    total = sum(lengths) or 1
    places: list[Place] = []
    for (start, end), length in zip(pairwise(path), lengths, strict=True):
        parts = max(1, round(steps * length / total), -(-length // _MOST_STEP))
        places += [
            (
                start[0] + round((end[0] - start[0]) * part / parts),
                start[1] + round((end[1] - start[1]) * part / parts),
            )
            for part in range(1, parts + 1)
        ]
    return places
