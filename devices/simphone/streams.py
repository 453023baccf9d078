"""One stream of a connection: bytes both ways, one unacknowledged message in each direction."""

from __future__ import annotations

import threading
from collections import deque

from tapwright.devices.simphone.transport import MAX_PAYLOAD, Command, Link, Message


class StreamClosed(ConnectionError):
    """The other side closed the stream, or the connection is gone."""


class Stream:
    """Bytes to and from one client of the phone.

    The service's thread reads and writes; the connection's thread hands in what arrived. Data is
    acknowledged when it is read, so that a slow service slows its client down.
    """

    def __init__(
        self, link: Link, local_id: int, remote_id: int, max_payload: int = MAX_PAYLOAD
    ) -> None:
        self.local_id = local_id
        self.remote_id = remote_id
        self.closed = threading.Event()  # set when the client has gone
        self._link = link
        self._max_payload = max_payload
        self._state = threading.Condition()
        self._arrived: deque[bytes] = deque()
        self._held = b""
        self._may_write = True
        self._finished = False

    def write(self, data: bytes) -> None:
        """Send `data` whole; raise `StreamClosed` when nobody is there to read it."""
        view = memoryview(data)
        for start in range(0, len(view), self._max_payload):
            with self._state:
                self._state.wait_for(lambda: self._may_write or self.closed.is_set())
                if self.closed.is_set() or self._finished:
                    raise StreamClosed("the client closed the stream")
                self._may_write = False
            piece = bytes(view[start : start + self._max_payload])
            self._send(Command.WRTE, piece)

    def read(self, limit: int = 1 << 20) -> bytes:
        """Wait for data and return at most `limit` bytes of it; empty at the end."""
        if not self._held:
            with self._state:
                self._state.wait_for(lambda: bool(self._arrived) or self.closed.is_set())
                if not self._arrived:
                    return b""
                self._held = self._arrived.popleft()
            if not self.closed.is_set():
                self._send(Command.OKAY)
        data, self._held = self._held[:limit], self._held[limit:]
        return data

    def read_exactly(self, count: int) -> bytes:
        """Wait for `count` bytes; raise `StreamClosed` when fewer come."""
        data = bytearray()
        while len(data) < count:
            piece = self.read(count - len(data))
            if not piece:
                raise StreamClosed(f"the stream ended after {len(data)} of {count} bytes")
            data += piece
        return bytes(data)

    def flush(self) -> None:
        """Wait until the client has taken everything that was written."""
        with self._state:
            self._state.wait_for(lambda: self._may_write or self.closed.is_set())

    def close(self) -> None:
        """Tell the client that this is the end, once."""
        self.flush()
        with self._state:
            if self._finished:
                return
            self._finished = True
        if not self.closed.is_set():
            self._send(Command.CLSE)

    def arrived(self, data: bytes) -> None:
        """Take in data from the connection's thread."""
        with self._state:
            self._arrived.append(data)
            self._state.notify_all()

    def acknowledged(self) -> None:
        """Allow the next write: the client took the last one."""
        with self._state:
            self._may_write = True
            self._state.notify_all()

    def gone(self) -> None:
        """The client closed the stream, or the connection ended."""
        with self._state:
            self.closed.set()
            self._state.notify_all()

    def _send(self, command: Command, payload: bytes = b"") -> None:
        try:
            self._link.send(Message(command, self.local_id, self.remote_id, payload))
        except ConnectionError as error:
            self.gone()
            raise StreamClosed("the connection is gone") from error
