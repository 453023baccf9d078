"""What the shell does by itself: `cd`, `exit`, `export` and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tapwright.devices.simphone.calls import Streams

if TYPE_CHECKING:
    from tapwright.devices.simphone.shell import Shell


class ExitShell(Exception):
    """`exit` was called; `code` is its argument."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Complaint(Exception):
    """What the shell itself says about one command, which then does not run."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def _cd(shell: Shell, args: list[str], streams: Streams) -> int:
    target = shell.system.files.resolve(args[0] if args else "/", shell.folder)
    if not shell.system.files.is_folder(target):
        raise Complaint(f"cd: {args[0]}: No such file or directory", 2)
    shell.folder = target
    return 0


def _exit(shell: Shell, args: list[str], streams: Streams) -> int:
    if args and not args[0].lstrip("-").isdecimal():
        raise Complaint(f"exit: {args[0]}: bad number")
    raise ExitShell(int(args[0]) & 0xFF if args else shell.status)


def _export(shell: Shell, args: list[str], streams: Streams) -> int:
    for each in args:
        name, equals, value = each.partition("=")
        if equals:
            shell.variables[name] = value
    return 0


def _unset(shell: Shell, args: list[str], streams: Streams) -> int:
    for name in args:
        shell.variables.pop(name, None)
    return 0


def _exec(shell: Shell, args: list[str], streams: Streams) -> int:
    if not args:
        return 0
    quoted = " ".join("'" + each.replace("'", "'\\''") + "'" for each in args)
    raise ExitShell(shell.run(quoted, streams))


def _nothing(shell: Shell, args: list[str], streams: Streams) -> int:
    return 0


BUILTINS: Mapping[str, Callable[[Shell, list[str], Streams], int]] = {
    ":": _nothing,
    "cd": _cd,
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "set": _nothing,
    "umask": _nothing,
    "unset": _unset,
    "wait": _nothing,
}
