"""The emergency stop: the person takes their desktop back, within a tenth of a second.

They push the pointer into a corner of any monitor, or press Ctrl+Alt+Esc. What counts is that the
move was not ours; a click of ours in a corner stops nothing. From then on every further event is
refused with `Stopped`, and every wait ends with it: a stop is for good.

    with EmergencyStop(monitors) as stop:
        stop.check()                # before each event that is injected
        stop.sent.move(10, 20)      # and that the pointer goes there because of us
        stop.wait(0.5)
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from tapwright.actions import Box
from tapwright.devices.desktop_events import Event, Injected, Moved, Struck, watch
from tapwright.errors import DisplayGone, Stopped

logger = logging.getLogger(__name__)

HOTKEY = ("ctrl", "alt", "esc")
REACH = 1  # units from the corner's own pixel that still count as the corner
LOST_EVERY = 0.5  # seconds between two looks, while waiting, at whether the watch still sees


class EmergencyStop:
    """Watches for the person's stop from its beginning to its `close`; for all threads."""

    def __init__(
        self,
        monitors: Sequence[Box],
        *,
        display: str | None = None,
        hotkey: Sequence[str] = HOTKEY,
    ) -> None:
        """Watch the corners of `monitors`, and for the keys of `hotkey` pressed together.

        `monitors` are boxes in mouse units. Raise `SetupError` or `NoDevice` where it cannot watch:
        without a stop, nothing is to be done on a person's desktop unless they say so.
        """
        self.sent = Injected()  # what hands write down before they send it
        self.why = ""  # how the person stopped, in words
        self._corners = _corners(monitors)
        self._hotkey = frozenset(hotkey)
        self._words = "+".join(hotkey)
        self._held: set[str] = set()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._watch = watch(self._seen, display=display, injected=self.sent)

    def __enter__(self) -> EmergencyStop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def stopped(self) -> bool:
        """Whether the person has stopped."""
        return self._stopped.is_set()

    def check(self) -> None:
        """Raise `Stopped` where the person has stopped, `DisplayGone` where nobody could see it."""
        if self._stopped.is_set():
            raise Stopped(f"stopped by the person: {self.why}")
        if self._watch.lost:
            raise DisplayGone(self._watch.lost)

    def wait(self, seconds: float) -> None:
        """Wait for `seconds`; raise as `check` does as soon as there is reason to."""
        left = seconds
        while left > 0 and not self._stopped.wait(min(left, LOST_EVERY)):
            left -= LOST_EVERY
            self.check()
        self.check()

    def stop(self, why: str) -> None:
        """Stop for the person; the first reason stands."""
        with self._lock:
            if self._stopped.is_set():
                return
            self.why = why
            self._stopped.set()

    def watch_corners(self, monitors: Sequence[Box]) -> None:
        """Watch the corners of these monitors from now on: one came, went or has another size."""
        self._corners = _corners(monitors)

    def close(self) -> None:
        """Watch no more; what was stopped stays so."""
        self._watch.close()

    def _seen(self, event: Event) -> None:
        """One event, in the watch's thread."""
        if event.ours:
            return
        if isinstance(event, Moved):
            if any(
                abs(event.x - x) <= REACH and abs(event.y - y) <= REACH for x, y in self._corners
            ):
                self.stop(f"the pointer is in a corner, at ({event.x}, {event.y})")
        elif isinstance(event, Struck) and event.name:
            if not event.down:
                self._held.discard(event.name)
                return
            self._held.add(event.name)
            if self._hotkey and self._hotkey <= self._held:
                self.stop(f"the keys {self._words}")


def _corners(monitors: Sequence[Box]) -> frozenset[tuple[int, int]]:
    """The four corner pixels of each monitor."""
    return frozenset(
        (x, y)
        for monitor in monitors
        for x in (monitor.left, monitor.right - 1)
        for y in (monitor.top, monitor.bottom - 1)
    )
