"""Where a model's coordinates become device pixels: here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tapwright.actions import Point, pointer_after
from tapwright.errors import ToolError
from tapwright.protocols import Device
from tapwright.types import Frame, Observation, Size


def frame_size(frame: Frame, screen: Size, shown: Size) -> Size:
    """The range of a frame's coordinates: x goes from 0 to its width, y from 0 to its height.

    `screen` is the picture in device pixels, `shown` the size at which the model sees it.
    """
    if frame is Frame.NORM_1000:
        return Size(1000, 1000)
    if frame is Frame.NORM_999:
        return Size(999, 999)
    return shown if frame is Frame.RESIZED_PX else screen


@dataclass(frozen=True, slots=True)
class Context:
    """What a call is carried out on: the device, the picture that was decided from, its frame.

    `shown_size` is the size at which the model saw the picture. In a conversation there may be
    no device and no screen; an act then raises `ToolError`.
    """

    device: Device | None = None
    observation: Observation | None = None
    frame: Frame = Frame.NORM_1000
    shown_size: Size | None = None
    pointer: Point | None = None  # where our last act left a desktop's pointer
    # Gives the secrets of the tool that is running; never part of what is printed or compared.
    grant: Callable[[str], str] | None = field(default=None, repr=False, compare=False)

    def secret(self, name: str) -> str:
        """The value of the environment variable `name`, which the tool must have declared.

        Raise `ToolError` where it did not, or where the variable is not set.
        """
        if self.grant is None:
            raise ToolError(f"no tool is running that could be given {name!r}")
        return self.grant(name)

    @property
    def hands(self) -> Device:
        """The device; raise `ToolError` where there is none."""
        if self.device is None:
            raise ToolError("there is no device in this conversation, so nothing can be pressed")
        return self.device

    @property
    def screen(self) -> Observation:
        """The picture that was decided from; raise `ToolError` where there is none."""
        if self.observation is None:
            raise ToolError("there is no screen in this conversation, so there are no places on it")
        return self.observation

    @property
    def range(self) -> Size:
        """The largest coordinates that the model can mean."""
        size = self.screen.size
        return frame_size(self.frame, size, self.shown_size or size)

    def after(self, planned: object) -> Context:
        """The context of what follows `planned` in the same reply: an act moves the pointer."""
        left = pointer_after(planned)
        return self if left is None else replace(self, pointer=left)

    def point(self, x: float, y: float) -> Point:
        """The device pixel that the model's (x, y) falls into.

        Raise `ToolError` for what is not on the picture; only the far edge itself counts as the
        last pixel.
        """
        limit, screen = self.range, self.screen.size
        if not (_within(x, limit.width) and _within(y, limit.height)):
            raise ToolError(
                f"the point ({_show(x)}, {_show(y)}) is not on the picture; "
                f"x goes from 0 to {limit.width}, y from 0 to {limit.height}"
            )
        return Point(
            _to_pixel(x, limit.width, screen.width), _to_pixel(y, limit.height, screen.height)
        )

    def model_point(self, point: Point) -> tuple[int, int]:
        """The whole coordinates in the model's frame that are nearest to a pixel's middle."""
        limit, screen = self.range, self.screen.size
        return (
            _to_frame(point.x, limit.width, screen.width),
            _to_frame(point.y, limit.height, screen.height),
        )


def _within(value: object, limit: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= limit  # NaN is not


def _show(value: object) -> str:
    return repr(value)[:20]


def _to_pixel(value: float, limit: int, pixels: int) -> int:
    return min(math.floor(value * pixels / limit), pixels - 1)


def _to_frame(pixel: int, limit: int, pixels: int) -> int:
    # Halves go down, so that a frame as fine as the screen gives every pixel back.
    return math.ceil((2 * pixel + 1) * limit / (2 * pixels) - 0.5)
