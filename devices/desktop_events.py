"""What happens at the desktop's mouse and keyboard, and whether it was the person or us.

    def seen(event): print(event)
    with watch(seen):
        ...

`seen` is called from the watch's own thread, for every event in its order. Whoever injects events
writes them into an `Injected` first; what is found there is `ours`, everything else is the
person's, or another program's for them. Places are in the mouse's units (see `desktop_layout`).
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from tapwright.actions import Button

KEPT_SECONDS = 2.0  # an injected event that has not been seen by then will not be
NEAR = 1  # units by which a move may be seen beside where it was sent (scaled displays round)


@dataclass(frozen=True, slots=True)
class Moved:
    """The pointer moved to a place."""

    x: int
    y: int
    at: float  # `time.monotonic()` when it was seen
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """A mouse button went down or up at a place."""

    button: Button
    down: bool
    x: int
    y: int
    at: float
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Wheeled:
    """The wheel turned by notches at a place: `down` > 0 shows what lies further down."""

    down: int
    right: int
    x: int
    y: int
    at: float
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Struck:
    """A key went down or up.

    `name` is what `Hotkey` calls the key ("ctrl", "enter", "a"); `text` the character that it
    types as the keyboard is then, empty for keys that type none (dead keys too). Both are empty
    for our own keys. `code` is the key's number on X11, its name elsewhere.
    """

    code: int | str
    down: bool
    at: float
    name: str = ""
    text: str = ""
    ours: bool = False


Event: TypeAlias = Moved | Turned | Wheeled | Struck
Listener: TypeAlias = Callable[[Event], None]


class Watch(Protocol):
    """A watch over the mouse and the keyboard; a context manager that ends it."""

    @property
    def lost(self) -> str:
        """Why it sees nothing any more; empty while it does."""

    def close(self) -> None:
        """End it; a second time is harmless."""

    def __enter__(self) -> Watch:
        """Use it in a `with` block."""

    def __exit__(self, *_: object) -> None:
        """End it."""


class Injected:
    """What we are about to inject, so that it is not taken for the person's; for all threads.

    Each event is written down before it is sent. Events arrive in the order in which they were
    sent, so one that is seen forgets those before it, which the system left out.
    """

    def __init__(self, kept: float = KEPT_SECONDS) -> None:
        """What is not seen within `kept` seconds is forgotten."""
        self._kept = kept
        self._sent: deque[tuple[float, tuple[object, ...]]] = deque()
        self._lock = threading.Lock()

    def move(self, x: int, y: int) -> None:
        """The pointer is about to be moved to a place."""
        self._add("move", x, y)

    def button(self, button: Button, down: bool) -> None:
        """A button is about to go down or up."""
        self._add("button", button, down)

    def wheel(self, down: int, right: int) -> None:
        """The wheel is about to be turned by these notches, one event for each."""
        for _ in range(abs(down)):
            self._add("wheel", 1 if down > 0 else -1, 0)
        for _ in range(abs(right)):
            self._add("wheel", 0, 1 if right > 0 else -1)

    def key(self, code: int | str, down: bool) -> None:
        """A key is about to go down or up: its number on X11, its name elsewhere."""
        self._add("key", code, down)

    def claim(self, event: Event) -> Event:
        """The event, marked as ours and crossed off where it was written down."""
        with self._lock:
            self._forget_old()
            for index, (_, sent) in enumerate(self._sent):
                if _same(sent, event):
                    for _ in range(index + 1):
                        self._sent.popleft()
                    return replace(event, ours=True)
        return event

    def _add(self, *sent: object) -> None:
        with self._lock:
            self._forget_old()
            self._sent.append((time.monotonic(), sent))

    def _forget_old(self) -> None:
        oldest = time.monotonic() - self._kept
        while self._sent and self._sent[0][0] < oldest:
            self._sent.popleft()


def watch(
    listener: Listener, *, display: str | None = None, injected: Injected | None = None
) -> Watch:
    """Watch the mouse and the keyboard of this machine's desktop; on X11 that of `display`.

    It watches when this returns. Raise `SetupError` where that needs a package, a permission or
    an X extension, `NoDevice` where there is no such desktop.
    """
    if sys.platform.startswith("linux"):
        from tapwright.devices.desktop_events_x11 import X11Watch

        return X11Watch(listener, display, injected or Injected())
    from tapwright.devices.desktop_events_other import OtherWatch

    return OtherWatch(listener, injected or Injected())


def _same(sent: tuple[object, ...], event: Event) -> bool:
    """Whether an event is the one that was written down."""
    match sent, event:
        case ("move", int(x), int(y)), Moved():
            return abs(event.x - x) <= NEAR and abs(event.y - y) <= NEAR
        case ("button", button, down), Turned():
            return (event.button, event.down) == (button, down)
        case ("wheel", down, right), Wheeled():
            return (event.down, event.right) == (down, right)
        case ("key", code, down), Struck():
            return (event.code, event.down) == (code, down)
    return False
