"""Running foreign Python code where it can reach nothing: another process, sealed by bubblewrap.

There is no way to run it unsealed: where a sandbox cannot be had, `SetupError` says why.
"""

from __future__ import annotations

import os
import platform
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tapwright.errors import SetupError
from tapwright.tools.sandbox_command import sandbox_command
from tapwright.tools.sandbox_filter import ARCHITECTURES, filter_program

OLDEST = (0, 8)  # the first bubblewrap that can forbid namespaces inside its own
INSTALL = "install the package bubblewrap (on Debian: apt-get install bubblewrap)"
_AT_END = 5.0  # seconds for killed processes to be gone
_PIECE = 65_536
_KINDS = ("begun", "value", "error", "picture", "note")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. Bytes, and seconds of the clock and of the processor each."""

    memory: int = 1_000_000_000
    seconds: int = 20
    file: int = 32_000_000
    printed: int = 4_000_000
    report: int = 20_000_000
    kept: int = 40_000  # of what is printed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a run; all of it is foreign.

    `value` is the last expression's as `repr` shows it, `error` the end of a traceback,
    `pictures` are names with encoded bytes, `stopped` says why the code did not come to its end.
    """

    printed: str = ""
    printed_bytes: int = 0
    value: str = ""
    error: str = ""
    pictures: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()
    stopped: str = ""


@dataclass(slots=True)
class _Stream:
    """One pipe from the sandbox: `most` bytes may come, `kept` of them are remembered."""

    most: int
    kept: int
    data: bytearray = field(default_factory=bytearray)
    size: int = 0

    def take(self, piece: bytes) -> bool:
        """Take a piece in; False where it is one too many."""
        self.size += len(piece)
        self.data += piece[: max(0, self.kept - len(self.data))]
        return self.size <= self.most


def run_sealed(code: str, limits: Limits | None = None) -> Outcome:
    """Run `code` in a sandbox of its own, which is gone when this returns.

    Raise `SetupError` where there can be no sandbox; nothing was run then.
    """
    limits = limits or Limits()
    bwrap = _bubblewrap()
    printed = _Stream(limits.printed, limits.kept)
    report = _Stream(limits.report, limits.report)
    with _started(bwrap, limits) as (process, reading):
        stopped = _talk(
            process, code.encode("utf-8", "replace"), (printed, report), reading, limits
        )
    text = printed.data.decode("utf-8", "replace")
    frames = list(_frames(bytes(report.data)))
    if not any(kind == "begun" for kind, _, _ in frames):
        raise SetupError(_why_not(text))

    def of(kind: str) -> list[tuple[str, bytes]]:
        return [(name, data) for found, name, data in frames if found == kind]

    def words(kind: str) -> list[str]:
        return [data.decode("utf-8", "replace") for _, data in of(kind)]

    return Outcome(
        printed=text,
        printed_bytes=printed.size,
        value="\n".join(words("value")),
        error="\n".join(words("error")),
        pictures=tuple(of("picture")),
        notes=tuple(words("note")),
        stopped=stopped or _ended(process.returncode, limits),
    )


def check_sandbox() -> str:
    """Run one line in a sandbox and say with what; raise `SetupError` where there is none."""
    outcome = run_sealed("6 * 7")
    if outcome.value != "42":
        told = outcome.error or outcome.stopped or outcome.printed or "no answer"
        raise SetupError(f"no sandbox: a line that was tried in it failed: {_one_line(told)}")
    version = ".".join(map(str, _version(_bubblewrap())))
    return f"bubblewrap {version}"


def _bubblewrap() -> str:
    """The program, where it is one that can be used."""
    if sys.platform != "linux":
        raise SetupError(f"no sandbox: there is one on Linux only, and this is {sys.platform}")
    if platform.machine() not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise SetupError(f"no sandbox: '{platform.machine()}' has no filter; known are: {known}")
    found = shutil.which("bwrap")
    if found is None:
        raise SetupError(f"no sandbox: the program 'bwrap' is missing; {INSTALL}")
    version = _version(found)
    if version < OLDEST:
        told = ".".join(map(str, version))
        raise SetupError(f"no sandbox: bubblewrap {told} is too old, 0.8 is needed; {INSTALL}")
    return found


def _version(bwrap: str) -> tuple[int, ...]:
    try:
        done = subprocess.run(
            [bwrap, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_AT_END
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"no sandbox: '{bwrap}' does not run: {_one_line(str(error))}") from error
    number = re.search(rb"\d+(\.\d+)+", done.stdout)
    if number is None:
        raise SetupError(f"no sandbox: '{bwrap}' does not say its version; {INSTALL}")
    return tuple(map(int, number[0].split(b".")))


@contextmanager
def _started(bwrap: str, limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], BinaryIO]]:
    """The sandbox's process, and the pipe that it reports on; no process is left at the end."""
    program = filter_program(platform.machine())
    if program is None:
        raise SetupError(f"no sandbox: there is no filter for '{platform.machine()}'")
    filter_out, filter_in = os.pipe()
    report_out, report_in = os.pipe()
    with os.fdopen(report_out, "rb", buffering=0) as reading:
        try:
            os.write(filter_in, program)  # less than a pipe holds
            os.close(filter_in)
            numbers = (report_in, limits.memory, limits.seconds, limits.file)
            process = subprocess.Popen(
                sandbox_command(bwrap, seccomp=filter_out, arguments=[str(n) for n in numbers]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={},
                cwd="/",
                pass_fds=(filter_out, report_in),
            )
        except OSError as error:
            raise SetupError(f"no sandbox: '{bwrap}' does not start: {error.strerror}") from error
        finally:
            os.close(filter_out)
            os.close(report_in)
        with process:
            try:
                yield process, reading
            finally:
                process.kill()  # and with it, all that it has started


def _talk(
    process: subprocess.Popen[bytes],
    code: bytes,
    streams: tuple[_Stream, _Stream],
    reading: BinaryIO,
    limits: Limits,
) -> str:
    """Send the code, take in what comes, and end the process; why it was stopped, if it was."""
    if process.stdin is None or process.stdout is None:
        raise SetupError("no sandbox: its process has no pipes")
    stopped = ""
    deadline = time.monotonic() + limits.seconds
    rest = memoryview(code)
    with selectors.DefaultSelector() as pipes:
        for pipe in (process.stdin, process.stdout, reading):
            os.set_blocking(pipe.fileno(), False)
        pipes.register(process.stdin, selectors.EVENT_WRITE)
        pipes.register(process.stdout, selectors.EVENT_READ, streams[0])
        pipes.register(reading, selectors.EVENT_READ, streams[1])
        while pipes.get_map():
            for key, _ in pipes.select(max(0.0, deadline - time.monotonic())):
                if key.data is None:
                    with suppress(BrokenPipeError):
                        rest = rest[os.write(key.fd, rest) :]
                        if rest:
                            continue
                    pipes.unregister(process.stdin)
                    with suppress(BrokenPipeError):
                        process.stdin.close()
                    continue
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    pipes.unregister(key.fileobj)
                elif not stopped and not key.data.take(piece):
                    stopped = f"it wrote more than {key.data.most // 1_000_000} MB"
                    process.kill()
                    deadline = time.monotonic() + _AT_END
            if time.monotonic() >= deadline:
                if stopped:
                    break  # killed, and still not gone: the kernel will be done with it
                stopped = f"it ran longer than {limits.seconds} s"
                process.kill()
                deadline = time.monotonic() + _AT_END
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:  # it closed its pipes and runs on
        process.kill()
        stopped = stopped or f"it ran longer than {limits.seconds} s"
        process.wait()
    return stopped


def _frames(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Kind, name and content of each report, up to the first that is none."""
    at = 0
    while (end := data.find(b"\n", at, at + 300)) >= 0:
        kind, _, rest = data[at:end].decode("utf-8", "replace").partition(" ")
        length, _, name = rest.partition(" ")
        if kind not in _KINDS or re.fullmatch(r"[0-9]{1,9}", length) is None:
            return
        at = end + 1 + int(length)
        if at > len(data):
            return
        yield kind, name, data[end + 1 : at]


def _ended(code: int, limits: Limits) -> str:
    """Why a process ended that was not stopped from here; empty where it came to its end."""
    if code == 0:
        return ""
    number = code - 128 if code > 128 else -code
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return f"it used more than {limits.seconds} s of the processor"
    try:
        return f"it was ended by {signal.Signals(number).name}"
    except ValueError:
        return f"its process ended with exit code {code}"


def _why_not(said: str) -> str:
    """Why there is no sandbox, from the machine's own settings and what bubblewrap said."""
    closed = {
        "/proc/sys/user/max_user_namespaces": "0",
        "/proc/sys/kernel/unprivileged_userns_clone": "0",
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
    }
    for file, value in closed.items():
        with suppress(OSError):
            if Path(file).read_text(encoding="ascii").strip() == value:
                setting = file.removeprefix("/proc/sys/").replace("/", ".")
                return (
                    f"no sandbox: this machine forbids user namespaces ({setting} is {value}); "
                    f"bubblewrap said: {_one_line(said)}"
                )
    return (
        f"no sandbox: bubblewrap could not build one: {_one_line(said) or 'it said nothing'}; "
        "in a container, allow user namespaces"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[-300:]
