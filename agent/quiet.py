"""When has a screen settled, and did it change: by comparing small grey copies of its pictures.

A fixed sleep is too short for a slow app and too long for a fast one. Two looks that are equal
end the wait; what moves for ever, such as a stopwatch or a video, does not hold a run up.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageChops

from tapwright.protocols import Device, kind_of
from tapwright.types import Observation, ScreenState

CELL = 8  # device pixels along a cell's side; a typed letter still darkens one
TOLERANCE = 8  # grey levels, 0..255, by which a cell may differ and be called the same
STATUS_BAR = 0.04  # of the height at the top: its clock and icons change by themselves
SMALL = 0.03  # of all cells: what a stopwatch, a caret or a spinner may cover


class Clock(Protocol):
    """Time for `QuietScreen`, so that tests need not wait."""

    def now(self) -> float:
        """Return seconds from any fixed start."""

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or earlier where the run is cancelled."""


class RealClock:
    """The machine's clock; setting `cancelled` ends a wait at once."""

    def __init__(self, cancelled: threading.Event | None = None) -> None:
        self._cancelled = cancelled or threading.Event()

    def now(self) -> float:
        """Return the monotonic time in seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait for `seconds` or for `cancelled`, whichever comes first."""
        self._cancelled.wait(seconds)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a screen is waited for; all in seconds."""

    cap: float = 3.0  # then the run goes on with what it sees
    interval: float = 0.1  # between the beginnings of two looks
    grace: float = 0.5  # an unchanged screen may be about to change; phones answer within this
    small: float = 1.0  # a region that is small and has moved for so long will not stop


def bar_of(device: Device) -> float:
    """How much of a device's picture its status bar takes at the top: a desktop has menus there."""
    return STATUS_BAR if kind_of(device) == "phone" else 0.0


def grey(image: Image.Image, bar: float = STATUS_BAR) -> Image.Image:
    """Return the picture in grey, one pixel for each cell, without the `bar` at its top."""
    cells = image.reduce(CELL).convert("L")
    return cells.crop((0, round(cells.height * bar), cells.width, cells.height))


def changed_cells(before: Image.Image, after: Image.Image) -> Image.Image | None:
    """Return a mask of the cells (255) that differ between two grey copies.

    None where they cannot be compared, because the sizes differ: everything changed.
    """
    if before.size != after.size:
        return None
    difference = ImageChops.difference(before, after)
    return difference.point([0] * (TOLERANCE + 1) + [255] * (255 - TOLERANCE))


def screen_changed(
    before: Image.Image,
    after: Image.Image,
    ignoring: Image.Image | None = None,
    bar: float = STATUS_BAR,
) -> bool:
    """Say whether two pictures of a screen differ below the `bar` at its top.

    `ignoring` is a mask of cells (255) that move by themselves, from `Settled.moving`.
    """
    return _differ(grey(before, bar), grey(after, bar), ignoring)


def _differ(before: Image.Image, after: Image.Image, ignoring: Image.Image | None) -> bool:
    cells = changed_cells(before, after)
    if cells is None:
        return True
    if ignoring is not None and ignoring.size == cells.size:
        cells = ImageChops.subtract(cells, ignoring)
    return cells.getbbox() is not None


@dataclass(frozen=True, slots=True)
class Settled:
    """A look at a screen that has settled, or at one that will not.

    `moving` is None for a still screen, else the mask of the cells that were still changing.
    """

    observation: Observation
    moving: Image.Image | None = None
    seconds: float = 0.0  # of the whole wait
    look: float = 0.0  # seconds that the look itself took, the last of the wait
    bar: float = STATUS_BAR  # of the picture's height, that was not looked at

    def changed_since(self, earlier: Settled) -> bool:
        """Say whether the screen differs from `earlier` by more than what moves by itself.

        That something began or ceased to move is a change too.
        """
        if (self.moving is None) != (earlier.moving is None):
            return True
        ignoring = self.moving
        if self.moving is not None and earlier.moving is not None:
            if self.moving.size != earlier.moving.size:
                return True
            ignoring = ImageChops.lighter(self.moving, earlier.moving)
        before, after = earlier.observation.image, self.observation.image
        return screen_changed(before, after, ignoring, self.bar)


class QuietScreen:
    """Looks at a device until two looks in a row are equal."""

    def __init__(
        self, device: Device, patience: Patience | None = None, clock: Clock | None = None
    ) -> None:
        self._device = device
        self._patience = patience or Patience()
        self._clock = clock or RealClock()
        self._bar = bar_of(device)

    def wait(self, before: Observation | None = None) -> Settled:
        """Return the first settled look, at once where the screen is already still.

        `before` is what was seen before an act: a screen that still looks like it is given a
        moment to begin to change. A blank screen is waited for as well, since apps start with
        one. Raise `DeviceError` where there is no picture.
        """
        started = began = self._clock.now()
        old = grey(before.image, self._bar) if before else None
        last: Image.Image | None = None
        moving: Image.Image | None = None
        small_since: float | None = None
        while True:
            observation = self._device.observe()
            now = self._clock.now()
            seen = grey(observation.image, self._bar)
            cells = changed_cells(last, seen) if last is not None else None
            if cells is not None and cells.getbbox() is None:
                about_to_change = old is not None and not _differ(old, seen, None)
                if observation.state is not ScreenState.BLANK and (
                    not about_to_change or now - started >= self._patience.grace
                ):
                    return Settled(observation, None, now - started, now - began, self._bar)
                moving = small_since = None
            elif cells is not None and _share(cells) <= SMALL:
                small_since = began if small_since is None else small_since
                moving = cells if moving is None else ImageChops.lighter(moving, cells)
                if now - small_since >= self._patience.small:
                    return Settled(observation, moving, now - started, now - began, self._bar)
            else:
                moving, small_since = cells, None
            if now - started >= self._patience.cap:
                return Settled(observation, moving, now - started, now - began, self._bar)
            last = seen
            self._clock.wait(max(0.0, self._patience.interval - (now - began)))
            began = self._clock.now()


def _share(cells: Image.Image) -> float:
    """How much of the mask is set, 0..1."""
    return cells.histogram()[255] / (cells.width * cells.height)
