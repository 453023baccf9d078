"""The desktop's picture, by mss: one instance for as long as it serves, pixels as an RGB array.

A capture is whole or a typed error; there is no black picture for one that failed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tapwright.actions import Box
from tapwright.devices.desktop_layout import Layout, Monitor
from tapwright.errors import CorruptFrame, DisplayGone, NoDevice, ScreenUnavailable, SetupError
from tapwright.types import Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RETINA_WHOLE = 0  # macOS: every pixel of a Retina monitor, not one for each point


class Capture:
    """Takes pictures of the desktop. It is not safe to share between threads."""

    def __init__(self, display: str | None = None) -> None:
        """Connect to `display` (":N" on X11; None: this session's).

        Raise `SetupError` where mss is missing, `NoDevice` where no display answers.
        """
        self._mss = _library()
        self._display = display
        self._taker: Any = None
        self._connect()

    def monitors(self, *, fresh: bool = False) -> tuple[Monitor, ...]:
        """The monitors that are on, in mss's order; `fresh` asks again whether they changed.

        On macOS a monitor's pixels are known only from a picture of it.
        """
        if fresh:
            self._connect()
        boxes = self._told()
        # A desktop without RandR has the whole alone.
        return tuple(self._monitor(box) for box in boxes[1:] or boxes[:1])

    def array(self, layout: Layout) -> NDArray[np.uint8]:
        """The picture that `layout` describes: RGB of shape (height, width, 3).

        Raise `CorruptFrame` where what came is not that picture, `DisplayGone` where the display
        is no more.
        """
        import numpy as np

        if all(patch.picture.width == patch.units.width for patch in layout.patches):
            return self._grabbed(_units_of(layout), layout.size)
        picture = np.zeros((layout.size.height, layout.size.width, 3), np.uint8)
        for patch in layout.patches:
            seen = patch.picture.cut(layout.frame)
            if seen is None:
                continue
            size = Size(patch.picture.width, patch.picture.height)
            monitor = self._grabbed(patch.units, size)
            inside = seen.moved(-patch.picture.left, -patch.picture.top)
            picture[seen.top : seen.bottom, seen.left : seen.right] = monitor[
                inside.top : inside.bottom, inside.left : inside.right
            ]
        return picture

    def close(self) -> None:
        """Let go of the display; closing twice is harmless."""
        taker, self._taker = self._taker, None
        if taker is not None:
            taker.close()

    def _connect(self) -> None:
        self.close()
        given = {"display": self._display} if sys.platform == "linux" and self._display else {}
        try:
            self._taker = self._mss.MSS(**given)
        except (self._mss.ScreenShotError, OSError) as error:
            named = f' "{self._display}"' if self._display else ""
            raise NoDevice(
                f"the display{named} cannot be captured ({_first(error)}): start one, "
                "or a virtual one with --device xvfb"
            ) from error

    def _told(self) -> list[dict[str, Any]]:
        if self._taker is None:
            raise NoDevice("the desktop was let go: open it again")
        try:
            return list(self._taker.monitors)
        except self._mss.ScreenShotError as error:
            raise _gone(error) from error

    def _monitor(self, box: dict[str, Any]) -> Monitor:
        units = _rect(box)
        pixels = Size(units.width, units.height)
        if sys.platform == "darwin":
            pixels = Size(*self._grab(units).size)
        return Monitor(units, pixels, primary=bool(box.get("is_primary")))

    def _grabbed(self, units: Box, size: Size) -> NDArray[np.uint8]:
        import cv2
        import numpy as np

        shot = self._grab(units)
        if (shot.width, shot.height) != (size.width, size.height):
            raise CorruptFrame(
                f"the capture is {shot.width}x{shot.height} pixels, not {size.width}x"
                f"{size.height}: look again"
            )
        if len(shot.raw) != size.width * size.height * 4:
            raise CorruptFrame(
                f"the capture has {len(shot.raw)} bytes for {size.width}x{size.height} pixels: "
                "look again"
            )
        pixels = np.frombuffer(shot.raw, np.uint8).reshape(size.height, size.width, 4)
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB))

    def _grab(self, units: Box) -> Any:
        if self._taker is None:
            raise NoDevice("the desktop was let go: open it again")
        box = {
            "left": units.left, "top": units.top, "width": units.width, "height": units.height,
        }  # fmt: skip
        try:
            return self._taker.grab(box)
        except self._mss.ScreenShotError as error:
            # A request that the server refuses means another layout; a dead one answers nothing.
            try:
                self._connect()
            except NoDevice:
                raise _gone(error) from error
            raise ScreenUnavailable(
                f"the screen gave no picture ({_first(error)}): look again"
            ) from error


def _library() -> Any:
    try:
        import cv2  # noqa: F401
        import mss
        import numpy  # noqa: F401  # ICN001 is not ours
    except ImportError as error:
        raise SetupError(
            f"the desktop needs {error.name}: python -m pip install 'tapwright[desktop]'"
        ) from error
    if sys.platform == "darwin":
        import mss.darwin

        mss.darwin.IMAGE_OPTIONS = _RETINA_WHOLE
    return mss


def _units_of(layout: Layout) -> Box:
    """The desktop's box of a picture in which one pixel is one unit everywhere."""
    patch = layout.patches[0]
    left, top = patch.unit_at(0, 0)
    return Box(0, 0, layout.size.width, layout.size.height).moved(round(left), round(top))


def _rect(box: dict[str, Any]) -> Box:
    return Box(0, 0, int(box["width"]), int(box["height"])).moved(int(box["left"]), int(box["top"]))


def _gone(error: Exception) -> DisplayGone:
    return DisplayGone(f"the display is gone ({_first(error)}): start it and open it again")


def _first(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
