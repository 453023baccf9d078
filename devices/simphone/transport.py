"""Messages between an adb server and a phone: 24-byte headers over one TCP connection.

A `Link` reads and writes whole messages; the misbehaviours of `faults.py` that concern bytes on
the wire (slices, latency, a narrow line, wrong magic) happen here.
"""

from __future__ import annotations

import contextlib
import enum
import socket
import struct
import threading
from dataclasses import dataclass

from tapwright.devices.simphone.faults import Fault, Faults

HEADER = struct.Struct("<6I")
VERSION = 0x01000001  # checksums are skipped once both sides have announced it
MAX_PAYLOAD = 0x100000  # bytes; what both known servers and modern phones announce


class Command(enum.IntEnum):
    """The four letters of a message, little-endian."""

    CNXN = 0x4E584E43
    AUTH = 0x48545541
    OPEN = 0x4E45504F
    OKAY = 0x59414B4F
    WRTE = 0x45545257
    CLSE = 0x45534C43
    STLS = 0x534C5453
    SYNC = 0x434E5953


class LinkBroken(ConnectionError):
    """The connection ended, or what came over it is not the protocol."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `command` is a plain int because a stranger may send any word."""

    command: int
    arg0: int = 0
    arg1: int = 0
    payload: bytes = b""


class Link:
    """One TCP connection to an adb server, in whole messages; safe for many writers."""

    def __init__(self, sock: socket.socket, faults: Faults) -> None:
        self._socket = sock
        self._faults = faults
        self._writing = threading.Lock()
        self.closed = threading.Event()
        self.checksums = True  # needed until the peer has announced a version that skips them
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self) -> Message:
        """Wait for the next message; raise `LinkBroken` at the end or at anything malformed."""
        command, arg0, arg1, length, _checksum, magic = HEADER.unpack(self._exactly(HEADER.size))
        if magic != command ^ 0xFFFFFFFF:
            raise LinkBroken(f"header with magic '{magic:#x}' for command '{command:#x}'")
        if length > MAX_PAYLOAD:
            raise LinkBroken(f"payload of {length} bytes, more than {MAX_PAYLOAD}")
        return Message(command, arg0, arg1, self._exactly(length))

    def send(self, message: Message) -> None:
        """Write one message whole; raise `LinkBroken` when the connection is gone."""
        magic = message.command ^ 0xFFFFFFFF
        length = len(message.payload)
        streaming = message.command == Command.WRTE
        if streaming and self._faults.take(Fault.BAD_MAGIC):
            magic ^= 0xFF
        if streaming and self._faults.take(Fault.OVERSIZE):
            length = MAX_PAYLOAD * 2
        checksum = sum(message.payload) & 0xFFFFFFFF if self.checksums else 0
        header = HEADER.pack(message.command, message.arg0, message.arg1, length, checksum, magic)
        with self._writing:
            self._write(header + message.payload)

    def close(self) -> None:
        """End the connection, once."""
        if not self.closed.is_set():
            self.closed.set()
            with contextlib.suppress(OSError):  # the peer may have been faster
                self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.closed.set()
        # shutdown() would send FIN first; closing the descriptor alone would not wake the reader.
        self._socket.shutdown(socket.SHUT_RD)
        self._socket.close()

    def half_close(self) -> None:
        """Say that nothing more will be sent, and go on reading."""
        self._socket.shutdown(socket.SHUT_WR)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                piece = self._socket.recv(min(count - len(data), 1 << 18))
            except OSError as error:
                raise LinkBroken(f"connection lost: {error}") from error
            if not piece:
                raise LinkBroken(f"connection ended after {len(data)} of {count} bytes")
            data += piece
        return bytes(data)

    def _write(self, data: bytes) -> None:
        latency = self._faults.take(Fault.LATENCY)
        if latency:
            self.closed.wait(latency.amount)
        piece_size = len(data)
        if self._faults.take(Fault.SLICER):
            piece_size = 1
        narrow = self._faults.take(Fault.BANDWIDTH)
        if narrow:
            piece_size = min(piece_size, 4096)
        try:
            for start in range(0, len(data), piece_size):
                piece = data[start : start + piece_size]
                self._socket.sendall(piece)
                if narrow:
                    self.closed.wait(len(piece) / narrow.amount)
        except OSError as error:
            raise LinkBroken(f"connection lost: {error}") from error
