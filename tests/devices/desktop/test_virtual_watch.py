"""A virtual display whose owner is killed: nothing of it stays, and nothing else goes."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Xlib.display import Display

from tapwright.devices.desktop_windows_x11 import X11Windows
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="the watch is for Linux"),
]

# The display is opened in a thread that ends at once, as a server's would.
_OWNER = """
import json, os, subprocess, sys, threading
from tapwright.devices.desktop_windows_x11 import X11Windows
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Size

display = VirtualDisplay(Size(320, 240))
thread = threading.Thread(target=display.open)
thread.start()
thread.join()
started = [display.start(words) for words in json.loads(sys.argv[1])]
only = {**os.environ, "DISPLAY": display.display}  # as a program that an act opened
started.append(subprocess.Popen(["xterm"], env=only, start_new_session=True))
pids = [one.pid for one in (display._server, *display._programs, started[-1])]
print(json.dumps([display.display, display._folder, display._watch.pid, pids]), flush=True)
sys.stdin.read()
display.close()
"""


def _owner(*programs: list[str]) -> tuple[subprocess.Popen[str], list[Any]]:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, json.dumps(programs)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert owner.stdout is not None
    return owner, json.loads(owner.stdout.readline())


def _gone(handles: list[int], timeout: float = 20) -> bool:
    """Whether all processes ended in time; `handles` are pidfds."""
    deadline = time.monotonic() + timeout
    left = set(handles)
    while left and (rest := deadline - time.monotonic()) > 0:
        left -= set(select.select(list(left), [], [], rest)[0])
    for handle in handles:
        os.close(handle)
    return not left


def _kill(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    assert owner.wait() == -signal.SIGKILL
    for pipe in (owner.stdin, owner.stdout):
        assert pipe is not None
        pipe.close()


def _until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)  # another program's doing tells no event


def _programs(display: str) -> list[str]:
    with X11Windows(display) as windows:
        return [window.program for window in windows.all()]


def test_a_killed_owner_takes_its_display_and_all_programs_with_it(
    needs: Callable[..., None],
) -> None:
    needs("Xvfb", "openbox", "xterm")
    with VirtualDisplay(Size(320, 240), manager=False) as other:
        beside = other.start(["sleep", "1000"])
        owner, (display, folder, watch, pids) = _owner(["xterm"], ["sh", "-c", "sleep 1000"])
        socket = Path("/tmp/.X11-unix/X" + display[1:])
        assert socket.exists() and Path(folder).exists()
        _until(lambda: _programs(display) == ["xterm", "xterm"], "the programs did not come up")
        handles = [os.pidfd_open(pid) for pid in (*pids, watch)]
        _kill(owner)
        assert _gone(handles), f"still there: {pids}"
        assert not socket.exists() and not Path(folder).exists()
        assert beside.poll() is None
        Display(other.display).close()


@pytest.mark.slow
def test_a_program_that_will_not_end_is_killed_too(needs: Callable[..., None]) -> None:
    needs("Xvfb", "openbox", "xterm")
    stubborn = ["sh", "-c", "trap '' TERM HUP; while :; do sleep 1000; done"]
    owner, (_, folder, watch, pids) = _owner(stubborn)
    handles = [os.pidfd_open(pid) for pid in (*pids, watch)]
    _kill(owner)
    assert _gone(handles), f"still there: {pids}"
    assert not Path(folder).exists()


def test_who_closes_a_display_leaves_no_watch_behind(
    needs: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("Xvfb")
    monkeypatch.setenv("XAUTHORITY", "another display's")  # with which the watch must not go
    display = VirtualDisplay(Size(320, 240), manager=False)
    display.open()
    assert display._watch is not None
    handle = os.pidfd_open(display._watch.pid)
    assert "XAUTHORITY" not in Path(f"/proc/{display._watch.pid}/environ").read_text("utf-8")
    display.close()
    display.close()
    assert _gone([handle], timeout=1)


def test_a_closed_display_takes_what_left_its_session_with_it(
    needs: Callable[..., None], tmp_path: Path
) -> None:
    needs("Xvfb")
    told = tmp_path / "told"
    with VirtualDisplay(Size(320, 240), manager=False) as display:
        display.start(["sh", "-c", f"setsid sh -c 'echo $$ > {told}; exec sleep 1000' & wait"])
        _until(lambda: told.exists() and told.read_text().endswith("\n"), "nothing was started")
        handle = os.pidfd_open(int(told.read_text()))
    assert _gone([handle], timeout=1)


def test_a_fork_of_the_owner_that_ends_leaves_the_display_alone(
    needs: Callable[..., None],
) -> None:
    needs("Xvfb")
    with VirtualDisplay(Size(320, 240), manager=False) as display:
        program = display.start(["sleep", "1000"])
        child = os.fork()
        if child == 0:  # as at the end of a process: nothing of the tests' own is ended
            display.close()
            os._exit(0)
        assert os.waitpid(child, 0) == (child, 0)
        assert program.poll() is None
        Display(display.display).close()


def test_a_killed_owner_takes_its_display_with_it_whatever_its_folder_is_called(
    needs: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("Xvfb", "openbox", "xterm")
    place = tmp_path / os.fsdecode(b"\xff")  # no text in any encoding
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    owner, (*_, watch, pids) = _owner()
    handles = [os.pidfd_open(pid) for pid in (*pids, watch)]
    _kill(owner)
    assert _gone(handles), f"still there: {pids}"
    assert not list(place.iterdir())
