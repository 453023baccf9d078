"""One connection to an adb server, read exactly and under one deadline.

The framing is adb's smart socket: a request is four hex digits of length and a text, the reply
`OKAY` or `FAIL`. Three rules make an answer from it worth believing: a read returns all the
bytes asked for or raises, the time allowed belongs to the whole call and not to each `recv`, and
a shell answer without its exit packet is a `StreamCut`, whatever came before.

We open the socket ourselves: adbutils' connection starts a server on another port than the one
asked for when it is refused, and returns short reads as if they were whole.
"""

from __future__ import annotations

import re
import secrets
import socket
import time
from dataclasses import dataclass

from tapwright.errors import CommandFailed, DeadlineExceeded, ServerDown, StreamCut

MAX_REQUEST = 65_535  # bytes: the length is four hex digits
MAX_OUTPUT = 8 * 1024 * 1024  # bytes of a shell answer, unless a caller allows more

_CHUNK = 256 * 1024
_STDOUT, _STDERR, _EXIT = 1, 2, 3
_CLOSE_STDIN = b"\x04\x00\x00\x00\x00"


class ServerSaidNo(CommandFailed):
    """The adb server or the phone answered `FAIL`; `stderr` holds the reason in its words."""


class OutputTooLarge(CommandFailed):
    """An answer grew past the cap that protects this machine's memory."""


class Deadline:
    """The time a whole call may take; every read is given what is left of it."""

    def __init__(self, seconds: float, what: str) -> None:
        """Allow `seconds` from now; `what` names the call in errors, without private text."""
        self.seconds = seconds
        self.what = what if len(what) <= 80 else what[:77] + "..."
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, above zero; raise `DeadlineExceeded` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded(
                f'no complete answer to "{self.what}" in {self.seconds:g} s: '
                "look at the screen before repeating anything"
            )
        return left

    def at_most(self, seconds: float) -> float:
        """Seconds that a part of the call may take: `seconds`, or less where less is left."""
        return min(seconds, self.left())


@dataclass(frozen=True, slots=True)
class ShellOutput:
    """What a shell command printed, and its exit code."""

    stdout: bytes
    stderr: bytes
    exit_code: int

    @property
    def text(self) -> str:
        """Standard output as text; bytes that are not UTF-8 show as U+FFFD."""
        return self.stdout.decode("utf-8", errors="replace").replace("\r\n", "\n")

    @property
    def words(self) -> str:
        """All that was said, standard output first: tools report failures in either."""
        return self.text + "\n" + self.stderr.decode("utf-8", errors="replace")


class AdbSocket:
    """A connection to an adb server; use as a context manager."""

    def __init__(self, address: tuple[str, int], deadline: Deadline) -> None:
        """Connect, or raise `ServerDown`."""
        self._deadline = deadline
        try:
            self._socket = socket.create_connection(address, timeout=deadline.left())
        except OSError as error:
            raise ServerDown(
                f'no adb server answers on "{address[0]}:{address[1]}" ({error}): '
                "run `adb start-server`, or set ANDROID_ADB_SERVER_PORT to the port it uses"
            ) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> AdbSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a command that still runs on the phone is hung up."""
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._socket.settimeout(self._deadline.left())
            self._socket.sendall(data)
        except TimeoutError:
            self._deadline.left()
            raise self._cut("it stopped taking what was sent") from None
        except OSError as error:
            raise self._cut(str(error)) from error

    def receive(self, most: int) -> bytes:
        """Receive 1 to `most` bytes, or nothing where the other side has ended the stream."""
        self._socket.settimeout(self._deadline.left())
        try:
            return self._socket.recv(most)
        except TimeoutError:
            self._deadline.left()
            raise self._cut("it fell silent") from None
        except OSError as error:
            raise self._cut(str(error)) from error

    def exactly(self, count: int) -> bytes:
        """Receive exactly `count` bytes; raise `StreamCut` where fewer come."""
        data = bytearray()
        while len(data) < count:
            piece = self.receive(min(count - len(data), _CHUNK))
            if not piece:
                raise self._cut(f"{len(data)} of {count} bytes came")
            data += piece
        return bytes(data)

    def request(self, text: str) -> None:
        """Send one request and read its status; raise `ServerSaidNo` on `FAIL`."""
        data = text.encode("utf-8")
        if len(data) > MAX_REQUEST:
            raise CommandFailed(
                f"a request of {len(data)} bytes is longer than adb takes ({MAX_REQUEST}): split it"
            )
        self.send(b"%04x" % len(data) + data)
        status = self.exactly(4)
        if status == b"FAIL":
            reason = self.block()
            first = reason.strip().split("\n")[0]
            raise ServerSaidNo(f'adb refused "{self._deadline.what}": "{first}"', stderr=reason)
        if status != b"OKAY":
            raise self._cut(f"what answers is not adb, it said {status!r}")

    def block(self) -> str:
        """Read a text that is preceded by four hex digits of length."""
        digits = self.exactly(4)
        try:
            length = int(digits, 16)
        except ValueError:
            raise self._cut(f"a length of {digits!r} is not a number") from None
        return self.exactly(length).decode("utf-8", errors="replace")

    def close_stdin(self) -> None:
        """Tell a shell v2 command that nothing more will be typed into it."""
        self.send(_CLOSE_STDIN)

    def shell_v2(self, limit: int) -> ShellOutput:
        """Read shell v2 packets up to the exit packet, at most `limit` bytes of output.

        Raise `StreamCut` where the stream ends before an exit packet with its code. What follows
        the exit packet is not awaited: some phones never close the stream.
        """
        streams = {_STDOUT: bytearray(), _STDERR: bytearray()}
        total = 0
        while True:
            head = self.exactly(5)
            kind, length = head[0], int.from_bytes(head[1:], "little")
            if kind == _EXIT:
                if length != 1:
                    raise self._cut(f"its exit packet holds {length} bytes and no exit code")
                code = self.exactly(1)[0]
                return ShellOutput(bytes(streams[_STDOUT]), bytes(streams[_STDERR]), code)
            total += length
            if total > limit:
                raise self._too_large(limit)
            data = self.exactly(length)
            if kind in streams:  # other packets are skipped, as adb itself does
                streams[kind] += data

    def to_end(self, limit: int) -> bytes:
        """Read to the end of the stream, at most `limit` bytes."""
        data = bytearray()
        while piece := self.receive(_CHUNK):
            data += piece
            if len(data) > limit:
                raise self._too_large(limit)
        return bytes(data)

    def _cut(self, why: str) -> StreamCut:
        return StreamCut(
            f'the answer to "{self._deadline.what}" broke off ({why}): '
            "look at the screen before repeating anything"
        )

    def _too_large(self, limit: int) -> OutputTooLarge:
        return OutputTooLarge(
            f'the answer to "{self._deadline.what}" is longer than {limit} bytes: not read on'
        )


class LegacyEnding:
    """The end of an answer on a phone without shell v2, which reports none.

    A marker nobody can guess and the exit code are printed after the command, so that a stream
    that was cut is told apart from one that ended.
    """

    def __init__(self) -> None:
        self._marker = f"tapwright-{secrets.token_hex(6)}:"

    def wrap(self, command: str) -> str:
        """The command with its ending."""
        return f"{command}; echo {self._marker}$?"

    def unwrap(self, data: bytes, what: str) -> ShellOutput:
        """The answer without its ending; raise `StreamCut` where the ending is missing."""
        found = re.search(re.escape(self._marker.encode()) + rb"(\d{1,3})\r?\n?\Z", data)
        if found is None:
            raise StreamCut(
                f'the answer to "{what}" broke off (its ending did not come): '
                "look at the screen before repeating anything"
            )
        return ShellOutput(data[: found.start()], b"", int(found.group(1)))
