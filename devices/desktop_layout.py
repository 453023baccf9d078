"""Where the picture's pixels lie under the mouse: pure geometry, no screen needed.

A picture's pixels and the mouse's units are different spaces:

- X11: both are pixels of the root window; monitors are parts of it.
- Windows: both are physical pixels of the virtual screen (our process is aware of each
  monitor's DPI), whose origin is the primary monitor's corner, so that others may lie at
  negative places. A monitor's scale changes neither.
- macOS: the mouse moves in points, a picture has `scale` pixels to a point, and each monitor
  has a scale of its own; origins may be negative too.

A `Layout` says which box of the picture shows which box of the desktop. Between monitors there
may be gaps: a point in one is nowhere on the desktop, and is refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tapwright.actions import Box, Point
from tapwright.errors import ActionRefused, NoDevice, ScreenUnavailable
from tapwright.types import Size


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor: its box in mouse units, and the size of a picture of it in pixels."""

    units: Box
    pixels: Size
    primary: bool = False

    @property
    def scale(self) -> float:
        """Pixels to a mouse unit, 1.0 on X11 and Windows."""
        return self.pixels.width / self.units.width


@dataclass(frozen=True, slots=True)
class Patch:
    """A box of the picture and the box of the desktop, in mouse units, that it shows."""

    picture: Box
    units: Box

    def unit_at(self, x: float, y: float) -> tuple[float, float]:
        """The mouse's place for a place in the picture."""
        return (
            self.units.left + (x - self.picture.left) * self.units.width / self.picture.width,
            self.units.top + (y - self.picture.top) * self.units.height / self.picture.height,
        )

    def pixel_at(self, x: float, y: float) -> tuple[float, float]:
        """The picture's place for a place of the mouse."""
        return (
            self.picture.left + (x - self.units.left) * self.picture.width / self.units.width,
            self.picture.top + (y - self.units.top) * self.picture.height / self.units.height,
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture's size and what its parts show.

    A patch may reach beyond the picture, where the picture shows only a part of a monitor.
    """

    size: Size
    patches: tuple[Patch, ...]

    def mouse(self, point: Point) -> tuple[int, int]:
        """The mouse's place for a pixel of the picture: the unit in which its middle lies.

        Raise `ActionRefused` for a point outside the picture or between the monitors.
        """
        x, y = point.x, point.y
        if not self.frame.has(x, y):
            raise ActionRefused(
                f"({x}, {y}) is outside the {self.size.width}x{self.size.height} picture: "
                "choose a point on it"
            )
        for patch in self.patches:
            if patch.picture.has(x, y):
                unit_x, unit_y = patch.unit_at(x + 0.5, y + 0.5)
                return math.floor(unit_x), math.floor(unit_y)
        raise ActionRefused(f"({x}, {y}) lies between the monitors: choose a point on one of them")

    def pixel(self, x: float, y: float) -> Point | None:
        """The picture's pixel in the middle of a mouse unit; None where the picture ends before.

        `mouse` of it is that unit again.
        """
        x, y = math.floor(x), math.floor(y)
        for patch in self.patches:
            if patch.units.has(x, y):
                across, down = patch.pixel_at(x + 0.5, y + 0.5)
                if self.frame.has(across, down):
                    return Point(math.floor(across), math.floor(down))
        return None

    def box(self, units: Box) -> Box | None:
        """The picture's box that shows a box of the desktop; None where nothing of it is seen."""
        seen = [
            _grown(patch, common) for patch in self.patches if (common := patch.units.cut(units))
        ]
        return _around(seen).cut(self.frame) if seen else None

    @property
    def frame(self) -> Box:
        """The picture's own box."""
        return Box(0, 0, self.size.width, self.size.height)


def whole(monitors: Sequence[Monitor]) -> Layout:
    """All monitors in one picture, each with every pixel that it has.

    Where scales differ, each monitor stands where the largest scale, made whole, would put it,
    so that none covers another; what lies between them shows nothing.
    """
    if not monitors:
        raise ScreenUnavailable("the desktop has no monitor that is on: switch one on")
    scale = math.ceil(max(monitor.scale for monitor in monitors) - 1e-9)
    left = min(monitor.units.left for monitor in monitors)
    top = min(monitor.units.top for monitor in monitors)
    patches = tuple(
        Patch(
            Box(0, 0, monitor.pixels.width, monitor.pixels.height).moved(
                (monitor.units.left - left) * scale, (monitor.units.top - top) * scale
            ),
            monitor.units,
        )
        for monitor in monitors
    )
    around = _around([patch.picture for patch in patches])
    return Layout(Size(around.right, around.bottom), patches)


def one(monitors: Sequence[Monitor], number: int) -> Layout:
    """Monitor `number`, from 1; raise `NoDevice` where there is none of that number."""
    if not 1 <= number <= len(monitors):
        raise NoDevice(f"there is no monitor {number}: this desktop has {len(monitors)}")
    return whole([monitors[number - 1]])


def part(layout: Layout, units: Box) -> Layout:
    """The part of a picture that shows a box of the desktop: a window.

    What of it lies on no monitor is left out. Raise `ScreenUnavailable` where all of it does.
    """
    around = layout.box(units)
    if around is None:
        raise ScreenUnavailable("the window lies outside every monitor: move it back")
    moved = (
        Patch(patch.picture.moved(-around.left, -around.top), patch.units)
        for patch in layout.patches
        if patch.picture.cut(around)
    )
    return Layout(Size(around.width, around.height), tuple(moved))


def _grown(patch: Patch, units: Box) -> Box:
    """The picture's box for a box within a patch, to whole pixels outwards."""
    left, top = patch.pixel_at(units.left, units.top)
    right, bottom = patch.pixel_at(units.right, units.bottom)
    # A hair inwards: 3 / 1.25 * 1.25 may be a little more than 3.
    return Box(
        math.floor(left + 1e-9),
        math.floor(top + 1e-9),
        math.ceil(right - 1e-9),
        math.ceil(bottom - 1e-9),
    )


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
