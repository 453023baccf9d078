"""Pictures through memory shared with the X server: right, their own, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from Xlib.display import Display

from tapwright.actions import Box
from tapwright.devices.desktop import open_desktop
from tapwright.devices.desktop_capture import Capture
from tapwright.devices.desktop_layout import Layout, Patch
from tapwright.devices.desktop_shared import SharedScreen, server_reads, shared_screen
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size

pytestmark = pytest.mark.desktop

SIZE = Size(321, 203)  # odd, so that a row's length taken for another shows
COLOURS = ((0xFF, 0, 0), (0, 0xFF, 0), (0, 0, 0xFF), (0x12, 0x34, 0x56))  # one for each quarter


@pytest.fixture(scope="module")
def plain(needs: Callable[..., None]) -> Iterator[VirtualDisplay]:
    """A display without a window manager, whose root is painted on."""
    needs("Xvfb")
    with VirtualDisplay(SIZE, manager=False) as display:
        yield display


@pytest.fixture
def link(plain: VirtualDisplay) -> Iterator[Any]:
    made = Display(plain.display)
    yield made
    made.close()


@pytest.fixture
def shared(link: Any) -> Iterator[SharedScreen]:
    made = shared_screen(link)
    assert made is not None
    yield made
    made.close()


def _paint(link: Any, box: Box, colour: tuple[int, int, int]) -> None:
    root = link.screen().root
    red, green, blue = colour
    pen = root.create_gc(foreground=red << 16 | green << 8 | blue)
    root.fill_rectangle(pen, box.left, box.top, box.width, box.height)
    pen.free()
    link.sync()


def _quarters() -> list[Box]:
    x, y = SIZE.width // 2, SIZE.height // 2
    return [
        Box(0, 0, x, y), Box(x, 0, SIZE.width, y),
        Box(0, y, x, SIZE.height), Box(x, y, SIZE.width, SIZE.height),
    ]  # fmt: skip


def _paint_quarters(link: Any) -> np.ndarray[Any, Any]:
    expected = np.zeros((SIZE.height, SIZE.width, 3), np.uint8)
    for box, colour in zip(_quarters(), COLOURS, strict=True):
        _paint(link, box, colour)
        expected[box.top : box.bottom, box.left : box.right] = colour
    return expected


def _whole() -> Layout:
    box = Box(0, 0, SIZE.width, SIZE.height)
    return Layout(SIZE, (Patch(box, box),))


def test_every_pixel_has_its_colour_and_its_place(link: Any, shared: SharedScreen) -> None:
    expected = _paint_quarters(link)
    small, larger, whole = Box(0, 0, 1, 1), Box(7, 5, 100, 50), Box(0, 0, SIZE.width, SIZE.height)
    for box in (small, larger, whole, Box(150, 90, 321, 203)):
        seen = shared.rgb(box)
        assert seen.dtype == np.uint8 and seen.flags["C_CONTIGUOUS"]
        assert np.array_equal(seen, expected[box.top : box.bottom, box.left : box.right])


def test_a_frame_stays_as_it_was_when_the_next_one_is_taken(
    link: Any, plain: VirtualDisplay
) -> None:
    with open_desktop(display=plain.display, stop=False) as desktop:
        frames = []
        for colour in COLOURS:
            _paint(link, Box(0, 0, SIZE.width, SIZE.height), colour)
            frames.append(desktop.frame())
        first = desktop.observe().image
    for frame, colour in zip(frames, COLOURS, strict=True):
        assert (frame == colour).all()
    assert first.getpixel((5, 5)) == COLOURS[-1]
    assert not any(np.shares_memory(frames[0], other) for other in frames[1:])
    frames[0][:] = 7  # ours to write on, after the display was let go of too
    assert (frames[1] == COLOURS[1]).all()


def test_shared_memory_and_mss_give_the_same_picture(link: Any, plain: VirtualDisplay) -> None:
    import mss

    expected = _paint_quarters(link)
    capture = Capture(plain.display)
    ours = capture.array(_whole())
    capture.close()
    with mss.MSS(display=plain.display) as taker:
        shot = taker.grab(taker.monitors[0])
    theirs = np.frombuffer(shot.raw, np.uint8).reshape(SIZE.height, SIZE.width, 4)[..., 2::-1]
    assert np.array_equal(ours, theirs) and np.array_equal(ours, expected)


# In a process of its own: python-xlib takes every server of a process for one of equal extensions.
_PICTURED = """
import sys
from Xlib.display import Display
from tapwright.actions import Box
from tapwright.devices.desktop_capture import Capture
from tapwright.devices.desktop_layout import Layout, Patch
from tapwright.devices.desktop_shared import shared_screen
from tapwright.types import Size

link = Display(sys.argv[1])
root = link.screen().root
root.fill_rectangle(root.create_gc(foreground=0x123456), 0, 0, 200, 100)
link.sync()
box = Box(0, 0, 200, 100)
capture = Capture(sys.argv[1])
seen = capture.array(Layout(Size(200, 100), (Patch(box, box),)))
print(shared_screen(link), seen.shape, (seen == (0x12, 0x34, 0x56)).all())
"""


def test_a_server_that_shares_no_memory_is_pictured_all_the_same(
    needs: Callable[..., None],
) -> None:
    needs("Xvfb")
    told, tell = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tell), "-screen", "0", "200x100x24", "-noreset",
         "-nolisten", "tcp", "-extension", "MIT-SHM"],
        pass_fds=(tell,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tell)
    try:
        with os.fdopen(told, encoding="ascii") as answer:
            display = f":{answer.readline().strip()}"
        done = subprocess.run(
            [sys.executable, "-c", _PICTURED, display], capture_output=True, text=True, timeout=60
        )
        assert (done.stdout, done.returncode) == ("None (100, 200, 3) True\n", 0), done.stderr
    finally:
        server.terminate()
        server.wait()


def test_memory_that_the_server_does_not_know_is_found_out(link: Any, shared: SharedScreen) -> None:
    shared.rgb(Box(0, 0, 9, 9))
    memory: Any = shared._memory
    assert server_reads(link, memory)
    known, memory.bytes = memory.bytes, np.zeros(64, np.uint8)  # the number is of other memory
    assert not server_reads(link, memory)
    memory.bytes = known


def _of_ours() -> dict[str, int]:
    """Memory that we made, by its number: permissions, with the mark that its last user ends it."""
    lines = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()
    names = lines[0].split()
    rows = [dict(zip(names, line.split(), strict=False)) for line in lines[1:]]
    return {row["shmid"]: int(row["perms"], 8) for row in rows if int(row["cpid"]) == os.getpid()}


def test_shared_memory_goes_with_who_has_it_even_if_that_is_killed(plain: VirtualDisplay) -> None:
    before = set(_of_ours())
    capture = Capture(plain.display)
    for _ in range(3):
        capture.array(_whole())
    held = {number: marks for number, marks in _of_ours().items() if number not in before}
    assert held
    assert all(marks & 0o1000 for marks in held.values())
    capture.close()
    capture.close()
    deadline = time.monotonic() + 10
    while set(held) & set(_of_ours()):
        assert time.monotonic() < deadline, "it stayed"
        time.sleep(0.02)  # the server's doing tells no event
