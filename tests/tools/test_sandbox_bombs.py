"""Processes, and what eats memory, disk or time: refused, stopped, and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tapwright.tools.code_interpreter import told
from tapwright.tools.sandbox import Limits
from tapwright.types import ImagePart, TextPart

from ..waiting import until
from .sealed import NEEDS_BWRAP, SYSCALLS, left_over, listener, numbers, refused

__all__ = ["listener"]
pytestmark = NEEDS_BWRAP


def test_no_process_of_the_host_is_seen_or_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as victim:
        code = f"""
import os
for pid in ({victim.pid}, {os.getpid()}):
    try:
        os.kill(pid, 9)
        print("ESCAPED")
    except ProcessLookupError:
        print("none")
os.path.exists("/proc")"""
        outcome = refused(code)
        assert (outcome.printed, outcome.value) == ("none\nnone\n", "False")
        assert victim.poll() is None
        victim.kill()


def test_no_process_is_traced_or_read() -> None:
    ptrace, read = numbers("ptrace", "process_vm_readv")
    outcome = refused(f"{SYSCALLS}\ncall({ptrace}, 16, 1, 0, 0)\ncall({read}, 1, 0, 0, 0, 0, 0)")
    assert outcome.printed == "EPERM\nEPERM\n"


@pytest.mark.parametrize(
    "start",
    [
        "os.fork()", "os.forkpty()", "os.posix_spawn(sys.executable, ['python'], {})",
        "subprocess.run([sys.executable])", "os.system('true') == 0 and print('ESCAPED')",
        "multiprocessing.Process(target=print).start()",
    ],
)  # fmt: skip
def test_no_process_is_started_so_there_is_no_fork_bomb_and_no_daemon(start: str) -> None:
    outcome = refused(f"import os, sys, subprocess, multiprocessing\n{start}\nprint('tried')")
    assert "Error" in outcome.error or start.startswith("os.system")


def test_a_bomb_of_threads_ends_with_the_sandbox() -> None:
    code = """
import threading
over = threading.Event()
for count in range(100_000):
    threading.Thread(target=over.wait).start()
print("ESCAPED")"""
    outcome = refused(code)
    assert outcome.error or outcome.stopped
    until(lambda: not left_over(), "processes are left over")


def test_a_memory_bomb_is_refused() -> None:
    assert "MemoryError" in refused("x = bytearray(3_000_000_000)\nprint('ESCAPED')").error
    slow = "x = []\nwhile sum(map(len, x)) < 3_000_000_000: x.append(bytes(50_000_000))"
    assert "MemoryError" in refused(f"{slow}\nprint('ESCAPED')").error


@pytest.mark.parametrize("name", ["memfd_create", "shmget"])
def test_memory_beside_the_limit_is_refused(name: str) -> None:
    assert refused(f"{SYSCALLS}\ncall({numbers(name)[0]}, 0, 0, 0)").printed == "EPERM\n"


def test_the_disk_cannot_be_filled() -> None:
    code = """
for number in range(100):
    with open(f"/work/{number}", "wb") as file:
        file.write(bytes(30_000_000))
print("ESCAPED")"""
    assert "No space left" in refused(code).error
    one = "file = open('/work/one', 'wb')\nfile.write(bytes(50_000_000))\nprint('ESCAPED')"
    assert "File too large" in refused(one).error


def test_an_endless_loop_is_stopped() -> None:
    began = time.monotonic()
    outcome = refused("print('begun')\nwhile True: pass", Limits(seconds=1))
    assert outcome.stopped and outcome.printed == "begun\n"
    assert time.monotonic() - began < 5
    asleep = refused("import time\ntime.sleep(60)", Limits(seconds=1))
    assert asleep.stopped == "it ran longer than 1 s"


def test_a_loop_that_has_closed_its_pipes_is_stopped() -> None:
    code = "import os\nos.closerange(0, 50)\nwhile True: pass"
    began = time.monotonic()
    assert refused(code, Limits(seconds=1)).stopped
    assert time.monotonic() - began < 5
    until(lambda: not left_over(), "processes are left over")


def test_endless_output_is_stopped_and_cut() -> None:
    outcome = refused("while True: print('x' * 1000)")
    assert outcome.stopped == "it wrote more than 4 MB"
    assert len(outcome.printed) == 40_000
    text = told(outcome)[0]
    assert isinstance(text, TextPart) and len(text.text) < 12_200


def test_endless_reports_are_stopped() -> None:
    code = "import os\nfd = max(n for n in range(200) if os.path.lexists('/') and live(n))"
    live = "import os\ndef live(n):\n    try: os.fstat(n)\n    except OSError: return False\n"
    outcome = refused(f"{live}    return True\n{code}\nwhile True: os.write(fd, b'x' * 10000)")
    assert outcome.stopped == "it wrote more than 20 MB"


def test_a_picture_that_is_a_bomb_is_not_decoded() -> None:
    code = """
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")
open("bomb.png", "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + data)
open("text.png", "w").write("no picture")
None"""
    parts = told(refused(code))
    assert not any(isinstance(part, ImagePart) for part in parts)
    assert isinstance(parts[0], TextPart)
    assert "too many pixels" in parts[0].text and "neither PNG nor JPEG" in parts[0].text
