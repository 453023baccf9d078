"""The adb server on this machine: is it there, what is attached, and which phone is meant.

States are read from `host:devices`, never from the words of a reply: `adb connect` answers
"failed to authenticate" for a phone that is ready a moment later, and exits with 0 for one that
is not there at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
from dataclasses import dataclass

from tapwright.devices.adb_server import find_adb
from tapwright.devices.adb_stream import AdbSocket, Deadline, ServerSaidNo
from tapwright.errors import (
    DeviceError,
    NoDevice,
    Offline,
    ServerDown,
    SeveralDevices,
    Unauthorized,
    UsageError,
)

DEFAULT_PORT = 5037

_ADDRESS = re.compile(r"^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$")
_PASSING = frozenset({"authorizing", "connecting", "offline"})  # states worth a short wait
_REVIVAL = 3.0  # seconds a phone that was lost is given to come back
_POLL = 0.05  # seconds between two looks at the list


@dataclass(frozen=True, slots=True)
class Attached:
    """A line of `adb devices`: `state` is `device` where the phone can be used."""

    serial: str
    state: str


def is_address(serial: str) -> bool:
    """Whether `serial` is a `host:port` that `adb connect` takes."""
    return bool(_ADDRESS.match(serial))


def server_port(port: int | None = None) -> int:
    """The adb server's port: `port`, else ANDROID_ADB_SERVER_PORT, else 5037."""
    if port is not None:
        return port
    text = os.environ.get("ANDROID_ADB_SERVER_PORT", "").strip()
    if not text:
        return DEFAULT_PORT
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise UsageError(
            f'ANDROID_ADB_SERVER_PORT is "{text}": set it to a port from 1 to 65535, or unset it'
        )
    return int(text)


class AdbHost:
    """An adb server and the questions it answers about itself and its phones."""

    def __init__(
        self, host: str = "127.0.0.1", port: int | None = None, *, timeout: float = 20.0
    ) -> None:
        """Name the server at `host:port`; `timeout` in seconds bounds every call. No traffic."""
        self.address = (host, server_port(port))
        self.timeout = timeout

    def ensure_running(self, deadline: Deadline | None = None) -> None:
        """Start the adb server on this machine where none answers; raise `ServerDown`."""
        try:
            self._ask("host:version", deadline)
        except ServerDown:
            if self.address[0] not in ("127.0.0.1", "localhost", "::1"):
                raise
        else:
            return
        command = [find_adb(), "-P", str(self.address[1]), "start-server"]
        try:
            subprocess.run(
                command,
                check=False,
                timeout=deadline.left() if deadline else self.timeout,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a pipe would be held open by the server it leaves
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ServerDown(
                f'the adb server could not be started with "{command[0]}": {error}'
            ) from error
        self._ask("host:version", deadline)

    def attached(self) -> list[Attached]:
        """All phones the server knows, ready or not."""
        lines = self._ask("host:devices").splitlines()
        return [
            Attached(serial, state)
            for serial, tab, state in (line.partition("\t") for line in lines)
            if tab
        ]

    def state(self, serial: str) -> str | None:
        """The state of one phone, None where the server does not know it."""
        return next((each.state for each in self.attached() if each.serial == serial), None)

    def features(self, serial: str) -> frozenset[str]:
        """What server and phone both understand, such as `shell_v2`."""
        return frozenset(self._ask(f"host-serial:{serial}:features").strip().split(","))

    def connect(self, address: str, deadline: Deadline | None = None) -> None:
        """Ask the server to connect to `host:port`; read `state` for what came of it.

        A connection that has gone offline is dropped first, once: the server would answer
        "already connected" and leave the phone as it is.
        """
        if self.state(address) == "offline":
            with contextlib.suppress(ServerSaidNo):  # it is gone by itself
                self._ask(f"host:disconnect:{address}", deadline)
        self._ask(f"host:connect:{address}", deadline)

    def transport(self, serial: str, deadline: Deadline) -> AdbSocket:
        """Open a connection that talks to the phone; nothing has been asked of it yet.

        Raise the typed reason where the phone cannot be reached.
        """
        stream = AdbSocket(self.address, deadline)
        try:
            stream.request(f"host:transport:{serial}")
        except ServerSaidNo as error:
            stream.close()
            raise self.why_not(serial) or error from error
        except BaseException:
            stream.close()
            raise
        return stream

    def why_not(self, serial: str) -> DeviceError | None:
        """Why `serial` cannot be used just now; None where the server calls it ready."""
        return _reason(serial, self.state(serial))

    def await_ready(self, serial: str, seconds: float) -> None:
        """Wait at most `seconds` until the phone is ready; raise the typed reason otherwise."""
        pause = threading.Event()
        for _ in range(max(1, round(seconds / _POLL))):
            state = self.state(serial)
            if state is not None and state not in _PASSING:
                break
            pause.wait(_POLL)
        reason = self.why_not(serial)
        if reason is not None:
            raise reason

    def revive(self, serial: str, deadline: Deadline) -> None:
        """Bring back a phone that was lost; raise the typed reason where it does not come."""
        self.ensure_running(deadline)
        if is_address(serial) and self.state(serial) != "device":
            self.connect(serial, deadline)
        self.await_ready(serial, deadline.at_most(_REVIVAL))

    def choose(self, serial: str | None) -> str:
        """The serial that is meant: `serial`, else ANDROID_SERIAL, else the one phone there is.

        A `host:port` that is not attached, or has gone offline, is connected to. Raise the typed
        reason where no phone can be chosen or the chosen one cannot be used.
        """
        wanted = serial or os.environ.get("ANDROID_SERIAL") or None
        if wanted is None:
            wanted = _only(self.attached())
        elif is_address(wanted) and self.state(wanted) != "device":
            self.connect(wanted)
        if self.state(wanted) is None:
            raise _absent(wanted, self.attached())
        self.await_ready(wanted, min(3.0, self.timeout))
        return wanted

    def _ask(self, request: str, deadline: Deadline | None = None) -> str:
        """Ask the server itself; the answer is one block of text."""
        with AdbSocket(self.address, deadline or Deadline(self.timeout, request)) as stream:
            stream.request(request)
            return stream.block()


def _only(attached: list[Attached]) -> str:
    """The one phone there is; a ready one comes before those that cannot be used."""
    ready = [each for each in attached if each.state == "device"]
    chosen = ready or attached
    if not chosen:
        raise NoDevice(
            "no phone is attached: plug one in with USB debugging on, run `tapwright phone`, "
            'or give its address with --device "HOST:PORT"'
        )
    if len(chosen) > 1:
        names = ", ".join(f'"{each.serial}"' for each in chosen)
        raise SeveralDevices(
            f"{len(chosen)} phones are attached ({names}): choose one with --device SERIAL "
            "or set ANDROID_SERIAL"
        )
    return chosen[0].serial


def _absent(serial: str, others: list[Attached]) -> NoDevice:
    """The error for a phone that the server does not know, naming those it does."""
    if is_address(serial):
        cure = "nothing answers there: is it switched on, in this network, with its port right?"
    elif others:
        cure = "attached are " + ", ".join(f'"{each.serial}"' for each in others)
    else:
        cure = "check its cable and `adb devices`"
    return NoDevice(f'no phone "{serial}" is attached: {cure}')


def _reason(serial: str, state: str | None) -> DeviceError | None:
    """The typed error for a phone in `state`, with its cure; None where it is ready."""
    if state == "device":
        return None
    if state is None:
        return _absent(serial, [])
    if state in ("unauthorized", "authorizing"):
        return Unauthorized(
            f'the phone "{serial}" has not accepted this computer: unlock it and answer '
            '"Allow USB debugging?"'
        )
    if state.startswith("no permissions"):
        return Unauthorized(
            f'this user may not open the USB device "{serial}": install the udev rules for '
            "Android phones and plug it in again"
        )
    if state in ("offline", "connecting"):
        return Offline(
            f'the phone "{serial}" is attached but does not answer ({state}): wake it, plug it in '
            "again, or run `adb reconnect offline`"
        )
    return Offline(f'the phone "{serial}" is in "{state}" mode: start Android on it')
