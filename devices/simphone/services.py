"""The services a server can open on the phone: shell (v1, v2), exec and sync; no others."""

from __future__ import annotations

import logging

from tapwright.devices.simphone.calls import Interrupted, Streams
from tapwright.devices.simphone.channels import Channel, Input, PacketChannel, PlainChannel
from tapwright.devices.simphone.commands import COMMANDS
from tapwright.devices.simphone.faults import Fault, Injection
from tapwright.devices.simphone.shell import Shell
from tapwright.devices.simphone.streams import Stream
from tapwright.devices.simphone.sync import SyncService
from tapwright.devices.simphone.system import AndroidSystem
from tapwright.devices.simphone.terminal import read_lines, run_terminal
from tapwright.devices.simphone.transport import Link

_log = logging.getLogger(__name__)
_GARBAGE = b"\xff\xfe\x80 \xc3\x28 \xed\xa0\x80\n"
_CUTS = (Fault.DROP, Fault.RESET, Fault.HALF_CLOSE, Fault.NO_EXIT_PACKET, Fault.HANG)


class Services:
    """Opens services for the streams of any connection."""

    def __init__(self, system: AndroidSystem) -> None:
        self._system = system

    def accepts(self, name: str) -> bool:
        """Whether the phone has such a service."""
        return name.startswith(("shell:", "shell,", "exec:")) or name == "sync:"

    def serve(self, link: Link, stream: Stream, name: str) -> None:
        """Serve one stream to its end; raise `ConnectionError` when the client has gone."""
        cut = self._cut(name)
        if cut is not None and cut.stage == "before":
            _end_badly(cut, link, stream)
        elif name == "sync:":
            SyncService(self._system.files, stream).run()
            stream.close()
        else:
            self._shell(link, stream, name, cut)

    def _cut(self, name: str) -> Injection | None:
        return next(filter(None, (self._system.faults.take(each, name) for each in _CUTS)), None)

    def _shell(self, link: Link, stream: Stream, name: str, cut: Injection | None) -> None:
        head, _, line = name.partition(":")
        options = head.split(",")[1:]
        channel: Channel = PacketChannel(stream) if "v2" in options else PlainChannel(stream)
        faults = self._system.faults
        limit = int(cut.amount) if cut is not None and cut.stage == "during" else None
        output = _Output(channel, limit)
        if faults.take(Fault.GARBAGE_UTF8, name):
            output.stdout(_GARBAGE)
        code = self._run(stream, channel, output, line, "raw" not in options and head != "exec")
        huge = faults.take(Fault.HUGE_OUTPUT, name)
        if huge:
            for _ in range(int(huge.amount) >> 16):
                output.stdout(bytes([ord("x")]) * (1 << 16))
        wrong = faults.take(Fault.EXIT_NONZERO, name)
        if cut is not None:
            _end_badly(cut, link, stream)
            return
        channel.exit(int(wrong.amount) if wrong else code)
        if faults.take(Fault.NEVER_CLOSE, name):
            stream.closed.wait()
            return
        stream.close()

    def _run(
        self, stream: Stream, channel: Channel, output: _Output, line: str, terminal: bool
    ) -> int:
        shell = Shell(self._system, COMMANDS)
        source = Input(channel.receive)
        streams = Streams(source, output.stdout, output.stderr, stream.closed)
        try:
            if line:
                return shell.run(line, streams)
            if terminal:
                return run_terminal(shell, source, streams)
            return read_lines(shell, source, streams)
        except Interrupted:
            return 130
        except ConnectionError:
            raise
        except Exception:
            # A fault of this program, not of the client: the phone lives on and says so.
            _log.exception("the simulated phone failed at '%s'", line)
            channel.stderr(b"simulated phone: internal error, see its log\n")
            return 255


class _Output:
    """Lets through at most `limit` bytes of standard output; None lets everything through."""

    def __init__(self, channel: Channel, limit: int | None) -> None:
        self._channel = channel
        self._left = limit

    def stdout(self, data: bytes) -> None:
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        self._channel.stdout(data)

    def stderr(self, data: bytes) -> None:
        if self._left is None:
            self._channel.stderr(data)


def _end_badly(cut: Injection, link: Link, stream: Stream) -> None:
    if cut.fault is Fault.DROP:
        stream.flush()
        link.close()
    elif cut.fault is Fault.RESET:
        stream.flush()
        link.reset()
    elif cut.fault is Fault.HALF_CLOSE:
        stream.flush()
        link.half_close()
        stream.closed.wait()
    elif cut.fault is Fault.HANG:
        stream.closed.wait()
    else:
        stream.close()
