"""A shell that reads its lines from the client: from a pipe, or typed at a terminal."""

from __future__ import annotations

from dataclasses import replace

from tapwright.devices.simphone.calls import Sink, Source, Streams
from tapwright.devices.simphone.channels import Input
from tapwright.devices.simphone.shell import Shell
from tapwright.devices.simphone.shell_builtins import ExitShell
from tapwright.devices.simphone.shell_syntax import parse
from tapwright.devices.simphone.shell_tree import (
    ShellSyntaxError,
    Unfinished,
)

_PROMPT = b"sim1:%s $ "
_INTERRUPT, _END, _ERASE, _KILL = 0x03, 0x04, (0x08, 0x7F), 0x15


def read_lines(shell: Shell, source: Source, streams: Streams) -> int:
    """Run the lines of `source` one by one; return the last exit code."""
    held = ""
    while line := source.readline():
        held += line.decode("utf-8", "surrogateescape")
        if _unfinished(held):
            continue
        try:
            shell.run_line(held, streams)
        except ExitShell as exiting:
            return exiting.code
        held = ""
    return shell.run(held, streams) if held else shell.status


def _unfinished(text: str) -> bool:
    try:
        parse(text, more=True)
    except Unfinished:
        return True
    except (ShellSyntaxError, RecursionError):
        return False
    return False


def run_terminal(shell: Shell, source: Input, streams: Streams) -> int:
    """Echo, edit and run what a person types; return the exit code of the end."""
    cooked = _cooked(streams.stdout)
    output = replace(streams, stdout=cooked, stderr=cooked)
    line = bytearray()

    def prompt() -> None:
        cooked(_PROMPT % shell.folder.encode("utf-8"))

    prompt()
    while data := source.read_some():
        for byte in data:
            if byte in (0x0A, 0x0D):
                cooked(b"\n")
                try:
                    shell.run_line(line.decode("utf-8", "surrogateescape"), output)
                except ExitShell as exiting:
                    return exiting.code
                line.clear()
                prompt()
            elif byte == _INTERRUPT:
                cooked(b"^C\n")
                line.clear()
                prompt()
            elif byte == _END and not line:
                cooked(b"\n")
                return shell.status
            elif byte in _ERASE:
                if line:
                    line.pop()
                    cooked(b"\b \b")
            elif byte == _KILL:
                cooked(b"\b \b" * len(line))
                line.clear()
            elif byte >= 0x20 or byte == 0x09:
                line.append(byte)
                cooked(bytes([byte]))
    return shell.status


def _cooked(sink: Sink) -> Sink:
    """A terminal's line discipline: newline becomes carriage return and newline."""

    def write(data: bytes) -> None:
        sink(data.replace(b"\n", b"\r\n"))

    return write
