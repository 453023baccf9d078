"""What the tests of the sandbox share: attempts to get out, and what must be left of them."""

from __future__ import annotations

import platform
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tapwright.tools.sandbox import Limits, Outcome, run_sealed
from tapwright.tools.sandbox_filter import ARCHITECTURES

NEEDS_BWRAP = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bwrap") is None,
    reason="bubblewrap is not installed (.ci/packages)",
)
ROOT = Path(__file__).parents[2]
SHORT = Limits(seconds=3)
# The C library with errors told; `call` says what a system call answered.
SYSCALLS = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    got = libc.syscall(ctypes.c_long(number), *map(ctypes.c_void_p, arguments))
    print("ESCAPED" if got >= 0 else errno.errorcode[ctypes.get_errno()])
"""


def refused(code: str, limits: Limits = SHORT) -> Outcome:
    """What came of an attempt that must not print ESCAPED, and must have been made."""
    outcome = run_sealed(code, limits)
    assert "ESCAPED" not in f"{outcome.printed}{outcome.value}", outcome
    assert "NameError" not in outcome.error and "SyntaxError" not in outcome.error, outcome
    return outcome


def numbers(*names: str) -> list[int]:
    known = ARCHITECTURES[platform.machine()].refused
    return [known[name] for name in names]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server on loopback: its port, and who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    came.append(server.accept()[1])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], came
        over.set()
        thread.join()


def left_over() -> list[str]:
    """Processes of a sandbox that this process has started and that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if b"/runner.py\0" in line and b"-X\0utf8" in line:
                found.append(folder.name)
    return found
