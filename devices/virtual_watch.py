"""Ends a virtual display, and what runs on it, when its owner is gone: killed with -9 even.

A process of its own waits for the end of a pipe that only the owner holds, and then ends every
process in whose environment stands the display's own authority file: what `VirtualDisplay.start`
started and its children. What else is on the display loses its server, which ends it. (DISPLAY is
no sign: its number may stand in the environment of processes that have nothing to do with it.)

The kernel's PR_SET_PDEATHSIG would not do: it is sent when the thread ends that started a child,
and a program's own children do not have it. It works on Linux alone. A process that the owner
forks, and that does not become another program, holds the pipe too: the display then stays for as
long as that one runs.

This file is that process's program as well, so it needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

AUTHORITY = "authority"  # the file in a display's folder by which its processes are known
_END = 3.0  # seconds a program may take to end before it is killed
_LOOK = 0.05  # seconds between two looks: a process that is not our child tells no event
_BORN = 0.3  # seconds in which a child of the owner's may still be on its way to being a program


class Watch:
    """The owner's hold on the watching process."""

    def __init__(self, folder: str) -> None:
        """Watch over what has `folder`'s authority in its environment, from now on.

        Raise `OSError` where no process can be started.
        """
        own = {name: value for name, value in os.environ.items() if name not in _NAMING}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, folder], env=own, cwd="/",
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """The watching process."""
        return self._process.pid

    def server(self, process: int) -> None:
        """Say which process is the X server: programs are ended before it."""
        pipe = self._process.stdin
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # it was ended: nobody watches then
                pipe.write(f"{process}\n".encode("ascii"))
                pipe.flush()

    def close(self) -> None:
        """Watch no more: all is ended."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()


_NAMING = ("DISPLAY", "XAUTHORITY")


def wait_and_end(folder: str) -> None:
    """Wait until the owner is gone; then end the programs, the server, and remove the folder."""
    told = sys.stdin.buffer.read().decode("ascii").strip()
    end_marked(folder, {int(told)} if told.isdecimal() else set())
    for _ in range(2):
        end_marked(folder, set())
        time.sleep(_BORN)  # a program that was being started is told by nobody
    shutil.rmtree(folder, ignore_errors=True)


def end_marked(folder: str, but: set[int]) -> None:
    """End what has `folder`'s authority in its environment, all but the processes `but`."""
    mark = os.fsencode(f"XAUTHORITY={folder}/{AUTHORITY}")
    _end(lambda: _marked(mark) - but)


def _end(find: Callable[[], set[int]]) -> None:
    """End the processes that `find` finds, and those that it finds meanwhile."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        told: set[int] = set()
        deadline = time.monotonic() + _END
        while (found := find()) and time.monotonic() < deadline:
            for process in found - told:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, sign)
            told |= found
            time.sleep(_LOOK)  # none of them is our child: their end cannot be waited for


def _marked(mark: bytes) -> set[int]:
    """The processes in whose environment `mark` stands; those that ended have none."""
    found = set()
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) != os.getpid():
            with contextlib.suppress(OSError):  # another user's, or gone
                if mark in (place / "environ").read_bytes().split(b"\0"):
                    found.add(int(place.name))
    return found


if __name__ == "__main__":
    wait_and_end(sys.argv[1])
