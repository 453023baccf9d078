"""Commands on one phone: quoted once, run once, believed only when their end was announced."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tapwright.devices.adb_host import AdbHost
from tapwright.devices.adb_stream import (
    MAX_OUTPUT,
    AdbSocket,
    Deadline,
    LegacyEnding,
    ServerSaidNo,
    ShellOutput,
)
from tapwright.errors import CommandFailed, NoDevice, Offline, ServerDown, StreamCut, UsageError


def shell_words(argv: Sequence[str]) -> str:
    """One line for the phone's shell in which every argument arrives as it is.

    adb joins arguments with spaces and the phone runs `sh -c`, so quoting is ours to do. Raise
    `UsageError` for an argument that no command line can hold.
    """
    if not argv:
        raise UsageError("no command was given: name a program and its arguments")
    for word in argv:
        if "\0" in word:
            raise UsageError(f"{word!r} holds a NUL, which no command line can: leave it out")
        if any("\ud800" <= char <= "\udfff" for char in word):
            raise UsageError(f"{word!r} holds half a character (a lone surrogate): leave it out")
    return " ".join(shlex.quote(word) for word in argv)


class AdbLink:
    """The way to one phone. Every call opens a stream of its own and closes it."""

    def __init__(self, host: AdbHost, serial: str) -> None:
        """Name the phone; no traffic until the first call."""
        self.host = host
        self.serial = serial
        self._shell_v2: bool | None = None

    def shell(
        self,
        command: str,
        *,
        what: str = "",
        timeout: float | None = None,
        limit: int = MAX_OUTPUT,
    ) -> ShellOutput:
        """Run one command line in the phone's shell.

        `what` names the call in errors instead of the command, which may hold private text;
        `timeout` in seconds bounds the whole call (the host's, where none is given) and `limit`
        in bytes its output. A non-zero exit code is a result, not an error.

        Raise `StreamCut` or `DeadlineExceeded` where it is unknown what became of the command,
        and another `DeviceError` where it was never started.
        """
        deadline = Deadline(timeout or self.host.timeout, what or command)
        if self._has_shell_v2(deadline):
            with self._start(f"shell,v2,TERM=dumb,raw:{command}", deadline) as stream:
                stream.close_stdin()
                return stream.shell_v2(limit)
        ending = LegacyEnding()
        line = ending.wrap(command)
        try:
            stream = self._start(f"exec:{line}", deadline)
        except CommandFailed:  # refused before it was started: this phone is older than exec
            stream = self._start(f"shell:{line}", deadline)
        with stream:
            return ending.unwrap(stream.to_end(limit), deadline.what)

    def _has_shell_v2(self, deadline: Deadline) -> bool:
        if self._shell_v2 is None:
            try:
                features = self.host.features(self.serial)
            except (ServerSaidNo, ServerDown):
                self.host.revive(self.serial, deadline)
                features = self.host.features(self.serial)
            self._shell_v2 = "shell_v2" in features
        return self._shell_v2

    def _start(self, service: str, deadline: Deadline) -> AdbSocket:
        """Start a service on the phone.

        A phone that is lost before anything was asked of it is brought back once; after the
        request has gone out nothing is ever sent a second time.
        """
        try:
            stream = self.host.transport(self.serial, deadline)
        except (NoDevice, Offline, ServerDown):
            self._shell_v2 = None  # another phone may have come back under this name
            self.host.revive(self.serial, deadline)
            stream = self.host.transport(self.serial, deadline)
        try:
            stream.request(service)
        except ServerSaidNo as error:
            stream.close()
            # "closed" is the answer of a phone that refuses and of one that died at that moment;
            # only where it is still there is it certain that nothing was started.
            if self.host.state(self.serial) == "device":
                raise
            raise StreamCut(
                f'the phone "{self.serial}" was lost while "{deadline.what}" was started: '
                "look at the screen before repeating anything"
            ) from error
        except BaseException:
            stream.close()
            raise
        return stream
