"""The screen's pixels through memory that the X server shares with us (MIT-SHM).

The server writes a picture into that memory, and it is turned into RGB from there: it is read
once and written once, where a library hands out a copy that is to be copied again.

Memory goes by a number. A server in another container or on another machine may know another
memory by that number, so it has to prove first that it reads ours; nothing is written before.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from Xlib import X
from Xlib.error import CatchError, ConnectionClosedError, XError
from Xlib.protocol import rq

from tapwright.actions import Box
from tapwright.errors import CorruptFrame, ScreenUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BYTES = 4  # of a pixel as the server writes it: blue, green, red, nothing
_MASKS = (0xFF0000, 0x00FF00, 0x0000FF)
_PROOF = 16  # pixels that the server reads to us
_PRIVATE, _CREATE, _REMOVE, _FAILED = 0, 0o1000, 0, ctypes.c_void_p(-1).value


class SharedScreen:
    """Takes pictures of one X screen; for one thread, on a connection that it shares with others.

    Make one with `shared_screen`.
    """

    def __init__(self, link: Any, opcode: int) -> None:
        """Use the connection `link`, of which `shared_screen` knows that this works."""
        self._link = link
        self._opcode = opcode
        self._root = link.screen().root
        self._memory: _Memory | None = None

    def rgb(self, box: Box) -> NDArray[np.uint8] | None:
        """What is in `box` of the root window: RGB of shape (height, width, 3), its own memory.

        None where no memory for it can be shared. Raise `ScreenUnavailable` where the server
        refuses it, `CorruptFrame` where another picture came. What happens to a connection is
        raised as python-xlib does.
        """
        import cv2

        size = box.width * box.height * _BYTES
        if self._memory is None or self._memory.size < size:
            self.close()
            self._memory = _Memory.of(self._link, self._opcode, size)
            if self._memory is None:
                return None
        try:
            came = _GetImage(
                display=self._link.display, opcode=self._opcode, drawable=self._root.id,
                x=box.left, y=box.top, width=box.width, height=box.height, mask=0xFFFFFFFF,
                format=X.ZPixmap, segment=self._memory.segment, offset=0,
            )  # fmt: skip
        except XError as error:
            raise ScreenUnavailable(
                f"the screen gave no picture ({type(error).__name__}): look again"
            ) from error
        if came.size != size:
            raise CorruptFrame(
                f"the capture has {came.size} bytes for {box.width}x{box.height} pixels: look again"
            )
        pixels = self._memory.bytes[:size].reshape(box.height, box.width, _BYTES)
        rgb: NDArray[np.uint8] = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB)  # into memory of its own
        return rgb

    def close(self) -> None:
        """Let go of the memory; closing twice is harmless."""
        memory, self._memory = self._memory, None
        if memory is not None:
            memory.close()


def shared_screen(link: Any) -> SharedScreen | None:
    """The screen of a python-xlib connection; None where its server cannot share memory with us."""
    told = link.query_extension("MIT-SHM")
    if told is None or not _as_expected(link):
        return None
    memory = _Memory.of(link, told.major_opcode, 0)
    if memory is None:
        return None
    memory.close()
    return SharedScreen(link, told.major_opcode)


def _as_expected(link: Any) -> bool:
    """Whether the server writes a pixel as the four bytes blue, green, red and one more."""
    screen = link.screen()
    visuals = [visual for depth in screen.allowed_depths for visual in depth.visuals]
    return (
        link.display.info.image_byte_order == X.LSBFirst
        and any(
            told.depth == screen.root_depth and told.bits_per_pixel == 8 * _BYTES
            for told in link.display.info.pixmap_formats
        )
        and any(
            visual.visual_id == screen.root_visual
            and (visual.red_mask, visual.green_mask, visual.blue_mask) == _MASKS
            for visual in visuals
        )
    )


class _Memory:
    """Memory that the server reads and writes by the number `segment`."""

    def __init__(self, link: Any, opcode: int, address: int, size: int) -> None:
        import numpy as np

        self.size = size
        self.segment: int = link.display.allocate_resource_id()
        self.opcode = opcode
        self.bytes = np.frombuffer(
            memoryview((ctypes.c_ubyte * size).from_address(address)), np.uint8
        )
        self._link = link
        self._address = address

    @classmethod
    def of(cls, link: Any, opcode: int, size: int) -> _Memory | None:
        """`size` bytes or more, None where the server does not get at them."""
        c, size = _libc(), max(size, _PROOF * _BYTES)
        known = c.shmget(_PRIVATE, size, _CREATE | 0o600)
        if known < 0:
            return None
        address = c.shmat(known, None, 0)
        try:
            if address == _FAILED:
                return None
            memory = cls(link, opcode, address, size)
            refused = CatchError()
            _Attach(
                display=link.display, onerror=refused, opcode=opcode,
                segment=memory.segment, memory=known, read_only=False,
            )  # fmt: skip
            link.sync()
        finally:
            c.shmctl(known, _REMOVE, None)  # it stays until the last who has it lets go or ends
        if refused.get_error() is None and server_reads(link, memory):
            return memory
        memory.close()
        return None

    def close(self) -> None:
        """Let go of it, and let the server do so; its end did that already."""
        self.bytes = self.bytes[:0].copy()  # what was mapped is no memory any more
        _libc().shmdt(self._address)
        with suppress(ConnectionClosedError):
            _Detach(
                display=self._link.display, onerror=CatchError(), opcode=self.opcode,
                segment=self.segment,
            )  # fmt: skip
        self._link.display.free_resource_id(self.segment)


def server_reads(link: Any, memory: _Memory) -> bool:
    """Whether the server finds in the memory of that number what we wrote into ours."""
    import numpy as np

    secret = np.frombuffer(os.urandom(_PROOF * _BYTES), np.uint8)
    memory.bytes[: secret.size] = secret
    screen = link.screen()
    drawn = screen.root.create_pixmap(_PROOF, 1, screen.root_depth)
    pen = drawn.create_gc()
    _PutImage(
        display=link.display, onerror=CatchError(), opcode=memory.opcode, drawable=drawn.id,
        gc=pen.id, total_width=_PROOF, total_height=1, source_x=0, source_y=0, width=_PROOF,
        height=1, x=0, y=0, depth=screen.root_depth, format=X.ZPixmap, tell=False,
        segment=memory.segment, offset=0,
    )  # fmt: skip
    try:
        read = np.frombuffer(drawn.get_image(0, 0, _PROOF, 1, X.ZPixmap, 0xFFFFFF).data, np.uint8)
    finally:
        pen.free()
        drawn.free()
    # The fourth byte of a pixel is nobody's.
    told, written = read.reshape(-1, _BYTES)[:, :3], secret.reshape(-1, _BYTES)[:, :3]
    return bool(np.array_equal(told, written))


def _libc() -> Any:
    c = ctypes.CDLL(None, use_errno=True)
    c.shmget.argtypes = (ctypes.c_int, ctypes.c_size_t, ctypes.c_int)
    c.shmat.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
    c.shmat.restype = ctypes.c_void_p
    c.shmdt.argtypes = (ctypes.c_void_p,)
    c.shmctl.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
    return c


# --- the extension's requests, which python-xlib does not know ------------------------------------


class _Attach(rq.Request):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(1), rq.RequestLength(),
        rq.Card32("segment"), rq.Card32("memory"), rq.Bool("read_only"), rq.Pad(3),
    )  # fmt: skip


class _Detach(rq.Request):  # type: ignore[misc]
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(2), rq.RequestLength(), rq.Card32("segment"))


class _PutImage(rq.Request):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(3), rq.RequestLength(), rq.Drawable("drawable"),
        rq.Card32("gc"), rq.Card16("total_width"), rq.Card16("total_height"),
        rq.Card16("source_x"), rq.Card16("source_y"), rq.Card16("width"), rq.Card16("height"),
        rq.Int16("x"), rq.Int16("y"), rq.Card8("depth"), rq.Card8("format"), rq.Bool("tell"),
        rq.Pad(1), rq.Card32("segment"), rq.Card32("offset"),
    )  # fmt: skip


class _GetImage(rq.ReplyRequest):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(4), rq.RequestLength(), rq.Drawable("drawable"),
        rq.Int16("x"), rq.Int16("y"), rq.Card16("width"), rq.Card16("height"), rq.Card32("mask"),
        rq.Card8("format"), rq.Pad(3), rq.Card32("segment"), rq.Card32("offset"),
    )  # fmt: skip
    _reply = rq.Struct(
        rq.ReplyCode(), rq.Card8("depth"), rq.Card16("sequence_number"), rq.ReplyLength(),
        rq.Card32("visual"), rq.Card32("size"), rq.Pad(16),
    )  # fmt: skip
