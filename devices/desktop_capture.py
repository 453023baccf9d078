"""The desktop's picture as an RGB array: on X11 by memory shared with the server, else by mss.

A capture is whole or a typed error; there is no black picture for one that failed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tapwright.actions import Box
from tapwright.devices.desktop_layout import Layout, Monitor
from tapwright.devices.desktop_x11 import close_quietly, connect, gone_as_ours
from tapwright.errors import CorruptFrame, DisplayGone, NoDevice, ScreenUnavailable, SetupError
from tapwright.types import Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tapwright.devices.desktop_shared import SharedScreen

_RETINA_WHOLE = 0  # macOS: every pixel of a Retina monitor, not one for each point


class Capture:
    """Takes pictures of the desktop. It is not safe to share between threads."""

    def __init__(self, display: str | None = None) -> None:
        """Connect to `display` (":N" on X11; None: this session's).

        Raise `SetupError` where mss is missing, `NoDevice` where no display answers.
        """
        self._mss = library()
        self._display = display
        self._taker: Any = None
        self._monitors: tuple[Monitor, ...] = ()
        self._shape: object = None  # of the desktop, when the monitors were asked for
        self._link: Any = None
        self._shared: SharedScreen | None = None
        if sys.platform == "linux":
            self._link = connect(display)
            from tapwright.devices.desktop_shared import shared_screen  # python-xlib is there

            self._shared = shared_screen(self._link)
        self._connect()

    def monitors(self) -> tuple[Monitor, ...]:
        """The monitors that are on now, in mss's order.

        On macOS a monitor's pixels are known only from a picture of it.
        """
        if self._changed():
            self._connect()
            self._monitors = ()
        if not self._monitors:
            boxes = self._told()
            # A desktop without RandR has the whole alone.
            self._monitors = tuple(self._monitor(box) for box in boxes[1:] or boxes[:1])
        return self._monitors

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
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.close()
        link, self._link = self._link, None
        if link is not None:
            close_quietly(link)

    @property
    def _named(self) -> str:
        return self._display or "of this session"

    def _changed(self) -> bool:
        """Whether monitors came, went or moved since the last time: mss asks once only."""
        if self._link is None:
            with self._mss.MSS() as taker:
                shape: object = [_box(box) for box in taker.monitors]
        else:
            with gone_as_ours(self._named):
                root = self._link.screen().root
                shape = _randr(root) if self._link.has_extension("RANDR") else []
                if not shape:
                    size = root.get_geometry()
                    shape = [(size.width, size.height)]
        before, self._shape = self._shape, shape
        return before is not None and before != shape

    def _connect(self) -> None:
        taker, self._taker = self._taker, None
        if taker is not None:
            taker.close()
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
        units = _box(box)
        pixels = Size(units.width, units.height)
        if sys.platform == "darwin":
            pixels = Size(*self._grab(units).size)
        return Monitor(units, pixels, primary=bool(box.get("is_primary")))

    def _grabbed(self, units: Box, size: Size) -> NDArray[np.uint8]:
        import cv2
        import numpy as np

        if self._shared is not None and (units.width, units.height) == (size.width, size.height):
            with gone_as_ours(self._named):
                pixels = self._shared.rgb(units)
            if pixels is not None:
                return pixels
            self._shared = None  # from now on as without it
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
        raw = np.frombuffer(shot.raw, np.uint8).reshape(size.height, size.width, 4)
        return np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGRA2RGB))

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


def library() -> Any:
    """What takes the pictures, and what works on them, loaded; raise `SetupError` without it."""
    try:
        import cv2  # noqa: F401
        import mss
        import numpy  # noqa: F401
    except ImportError as error:
        raise SetupError(
            f"the desktop needs {error.name}: python -m pip install 'tapwright[desktop]'"
        ) from error
    if sys.platform == "darwin":
        import mss.darwin

        mss.darwin.IMAGE_OPTIONS = _RETINA_WHOLE
    return mss


def _randr(root: Any) -> list[tuple[int, ...]]:
    """The monitors as RandR tells them: one round trip, where mss needs a new connection."""
    import Xlib.ext.randr  # noqa: F401  (adds the request)

    return [
        (told.x, told.y, told.width_in_pixels, told.height_in_pixels)
        for told in root.xrandr_get_monitors().monitors
    ]


def _units_of(layout: Layout) -> Box:
    """The desktop's box of a picture in which one pixel is one unit everywhere."""
    patch = layout.patches[0]
    left, top = patch.unit_at(0, 0)
    return Box(0, 0, layout.size.width, layout.size.height).moved(round(left), round(top))


def _box(box: dict[str, Any]) -> Box:
    return Box(0, 0, int(box["width"]), int(box["height"])).moved(int(box["left"]), int(box["top"]))


def _gone(error: Exception) -> DisplayGone:
    return DisplayGone(f"the display is gone ({_first(error)}): start it and open it again")


def _first(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
