"""What a command of the phone is given: its words, its three streams and the system around it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from tapwright.devices.simphone.system import AndroidSystem

Sink: TypeAlias = Callable[[bytes], None]


class Interrupted(Exception):
    """The client has gone, so nobody waits for the command any more."""


class Source(Protocol):
    """Bytes to read, as `io.BytesIO` has them."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, or all to the end; empty at the end."""

    def readline(self) -> bytes:
        """One line with its newline; empty at the end."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Standard input, output and error; `interrupted` is set when the client goes."""

    stdin: Source
    stdout: Sink
    stderr: Sink
    interrupted: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise `Interrupted` where the client has gone."""
        if self.interrupted.is_set():
            raise Interrupted


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command; `run` starts a shell of its own with a line and its `$0 $1…`."""

    name: str
    args: tuple[str, ...]
    streams: Streams
    system: AndroidSystem
    folder: str
    run: Callable[[str, Sequence[str]], int]

    def write(self, data: bytes) -> None:
        """Bytes to standard output."""
        self.streams.stdout(data)

    def say(self, text: str) -> None:
        """A line to standard output."""
        self.streams.stdout((text + "\n").encode("utf-8", "surrogateescape"))

    def fail(self, text: str, code: int = 1) -> int:
        """A line to standard error; returns the exit code for the caller to return."""
        self.streams.stderr((text + "\n").encode("utf-8", "surrogateescape"))
        return code

    def path(self, name: str) -> str:
        """A path as the command's folder sees it."""
        return self.system.files.resolve(name, self.folder)

    def read(self, name: str) -> bytes:
        """A file's bytes, or standard input for `-`; raises `OSError`."""
        return self.streams.stdin.read() if name == "-" else self.system.files.read(self.path(name))

    def pause(self, seconds: float) -> None:
        """Wait, or raise `Interrupted` as soon as the client goes."""
        if self.streams.interrupted.wait(seconds):
            raise Interrupted


Command: TypeAlias = Callable[[Call], int]
