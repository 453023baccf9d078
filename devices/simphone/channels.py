"""How a shell service talks over its stream: plain bytes (v1, exec) or packets (v2)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Protocol

from tapwright.devices.simphone.streams import Stream

STDIN, STDOUT, STDERR, EXIT, CLOSE_STDIN, WINDOW_SIZE = range(6)
_PACKET = struct.Struct("<BI")
_LARGEST = 1 << 20  # bytes in one packet of output


class Channel(Protocol):
    """Output with its two kinds, input, and the exit code where the form has one."""

    def stdout(self, data: bytes) -> None:
        """Send standard output."""

    def stderr(self, data: bytes) -> None:
        """Send standard error."""

    def exit(self, code: int) -> None:
        """Send the exit code, 0..255."""

    def receive(self) -> bytes:
        """Wait for input; empty at its end."""


class PlainChannel:
    """`shell:` and `exec:`: one pipe for everything, and no exit code."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.receive: Callable[[], bytes] = stream.read

    def stdout(self, data: bytes) -> None:
        """Send output."""
        self._stream.write(data)

    def stderr(self, data: bytes) -> None:
        """Send errors, which nobody can tell from output."""
        self._stream.write(data)

    def exit(self, code: int) -> None:
        """Keep the code to itself: this form has no place for it."""


class PacketChannel:
    """`shell,v2:`: packets of a kind, a length and data."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ended = False

    def stdout(self, data: bytes) -> None:
        """Send standard output."""
        self._send(STDOUT, data)

    def stderr(self, data: bytes) -> None:
        """Send standard error."""
        self._send(STDERR, data)

    def exit(self, code: int) -> None:
        """Send the exit code."""
        self._stream.write(_PACKET.pack(EXIT, 1) + bytes([code & 0xFF]))

    def receive(self) -> bytes:
        """Wait for input; window sizes and unknown packets are passed over."""
        while not self._ended:
            head = self._stream.read(1)
            if not head:
                break
            kind, length = _PACKET.unpack(head + self._stream.read_exactly(4))
            data = self._stream.read_exactly(length) if length <= _LARGEST else b""
            if kind == CLOSE_STDIN or length > _LARGEST:
                break
            if kind == STDIN and data:
                return data
        self._ended = True
        return b""

    def _send(self, kind: int, data: bytes) -> None:
        for start in range(0, len(data), _LARGEST):
            piece = data[start : start + _LARGEST]
            self._stream.write(_PACKET.pack(kind, len(piece)) + piece)


class Input:
    """A channel's input as commands read it."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._held = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, or all to the end."""
        while not self._ended and (size < 0 or len(self._held) < size):
            self._more()
        if size < 0:
            size = len(self._held)
        data, self._held = self._held[:size], self._held[size:]
        return data

    def readline(self) -> bytes:
        """One line with its newline, or what is left."""
        while not self._ended and b"\n" not in self._held:
            self._more()
        line, newline, rest = self._held.partition(b"\n")
        self._held = rest
        return line + newline

    def read_some(self) -> bytes:
        """Whatever is there, waiting for the first of it."""
        if not self._held and not self._ended:
            self._more()
        data, self._held = self._held, b""
        return data

    def _more(self) -> None:
        data = self._receive()
        self._ended = not data
        self._held += data
