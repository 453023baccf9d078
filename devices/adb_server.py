"""An adb server of our own: the real program, on its own port, beside whatever the user runs.

    with AdbServer() as adb:
        adb.connect("127.0.0.1:40123")
        subprocess.run([adb.program, "devices"], env=adb.environment)

It has its own port, home and scratch folder, looks at no USB port and no network announcement, and
so never meets the user's server (port 5037) or the user's phones.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tapwright.errors import DeviceError, NoDevice, Offline, ServerDown, SetupError, Unauthorized

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_SETTLE_SECONDS = 0.7  # how long after `connect` a device may take to get its final state
_OURS = {
    # Left alone, a server takes over whatever it finds on USB, mDNS and loopback's odd ports.
    "ADB_EMU": "0",
    "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553",
    "ADB_MDNS": "0",
    "ADB_MDNS_AUTO_CONNECT": "0",
    "ADB_USB": "0",
}
_USERS = (
    "ADB_REJECT_KILL_SERVER",
    "ADB_SERVER_SOCKET",
    "ADB_TRACE",
    "ADB_VENDOR_KEYS",
    "ANDROID_ADB_LOG_PATH",
    "ANDROID_ADB_SERVER_ADDRESS",
    "ANDROID_SERIAL",
    "ANDROID_USER_HOME",
)
# The shell waits for the end of its input, which comes when this program ends in whatever way,
# and then ends the server and removes its folder ($0): a crash, even by SIGKILL, leaves nothing.
_GUARD = '"$@" >/dev/null 2>&1 & echo $!; read -r _; kill $! 2>/dev/null; wait $!; rm -rf -- "$0"'


def find_adb(given: str | os.PathLike[str] | None = None) -> str:
    """The adb program to use: `given`, else the one adbutils brings, else the one on the PATH.

    Raise `SetupError` where there is none that runs.
    """
    if given is not None:
        candidates: list[str] = [os.fspath(given)]
    else:
        spec = importlib.util.find_spec("adbutils")
        places = spec.submodule_search_locations if spec else None
        name = "adb.exe" if sys.platform == "win32" else "adb"
        candidates = [str(Path(place) / "binaries" / name) for place in places or ()]
        candidates += filter(None, [shutil.which("adb")])
    for candidate in candidates:
        if _runs(candidate):
            return candidate
    tried = f"'{given}'" if given is not None else "the one of adbutils and the PATH"
    raise SetupError(f"no adb program that runs (tried {tried}); install adb or reinstall adbutils")


def _runs(program: str) -> bool:
    try:
        done = subprocess.run([program, "version"], capture_output=True, timeout=_START_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class AdbServer:
    """A running adb server; a context manager, started by its construction.

    `port` is its port on loopback, `program` the adb it is, `pid` its process.
    """

    def __init__(self, program: str | os.PathLike[str] | None = None) -> None:
        self.program = find_adb(program)
        self._home = ""
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> AdbServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a subprocess's adb, or adbutils, uses this server."""
        kept = {key: value for key, value in os.environ.items() if key not in _USERS}
        home = self._home
        port = str(self.port)
        return {
            **kept, **_OURS, "ANDROID_ADB_SERVER_PORT": port, "HOME": home, "TMPDIR": home
        }  # fmt: skip

    def request(self, service: str, timeout: float = 30.0) -> str:
        """Ask the server (`host:devices` and the like) and return its answer.

        Raise `DeviceError` with the reason where it says FAIL, `ServerDown` where it does not
        answer within `timeout` seconds.
        """
        data = service.encode("utf-8")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout) as sock:
                sock.sendall(f"{len(data):04x}".encode("ascii") + data)
                with sock.makefile("rb") as answer:
                    status = answer.read(4)
                    if status == b"OKAY" and service == "host:kill":
                        return ""
                    text = answer.read(int(answer.read(4) or b"0", 16)).decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            raise ServerDown(
                f"the adb server on port {self.port} does not answer ({error}); start it again"
            ) from error
        if status != b"OKAY":
            raise DeviceError(f"adb refused '{service}': {text or 'no reason given'}")
        return text

    def devices(self) -> dict[str, str]:
        """The serials of the attached devices, each with its state as adb words it."""
        lines = self.request("host:devices").splitlines()
        return dict(line.split("\t", 1) for line in lines if "\t" in line)

    def connect(self, address: str) -> str:
        """Attach the phone at `host:port` and return its serial.

        Raise `Unauthorized`, `Offline` or `NoDevice` where it is not usable then.
        """
        state: str | None = None
        for _ in range(2):
            known = address in self.devices()
            said = self.request(f"host:connect:{address}")
            state = self._settled(address)
            if state == "device":
                return address
            if not known or state == "unauthorized":
                break
            # The server still held a connection that has broken, and would try again in seconds.
            self.disconnect(address)
        if state == "unauthorized":
            raise Unauthorized(f"device '{address}' is unauthorized; accept the prompt on it")
        if state is not None:
            raise Offline(f"device '{address}' is '{state}' ({said}); reconnect it")
        raise NoDevice(f"no device at '{address}' ({said}); is the phone listening there?")

    def _settled(self, address: str) -> str | None:
        """The device's state, given a moment: it may be in use although `connect` said "failed"."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        pause = threading.Event()
        while (state := self.devices().get(address)) != "device":
            if time.monotonic() > deadline:
                return state
            pause.wait(0.02)
        return state

    def disconnect(self, address: str) -> None:
        """Detach a phone; one that is not attached is none the less gone."""
        with contextlib.suppress(DeviceError):
            self.request(f"host:disconnect:{address}")

    def kill(self) -> None:
        """End the server at once, as a crash would; `restart` brings it back on the same port."""
        if self._process is not None:
            self._end(self._process)
            self._process = None
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)

    def restart(self) -> None:
        """Start the server again on its port, with no device attached."""
        self.kill()
        self._launch(self.port)

    def close(self) -> None:
        """Stop the server and wait for its process; closing twice is harmless."""
        atexit.unregister(self.close)
        if self._process is not None:
            with contextlib.suppress(DeviceError):
                self.request("host:kill", timeout=_STOP_SECONDS)
            self.kill()

    def _start(self) -> None:
        for _ in range(5):  # another program may take the free port before adb does
            with socket.socket() as sock:
                sock.bind(("127.0.0.1", 0))
                port: int = sock.getsockname()[1]
            try:
                self._launch(port)
                return
            except ServerDown as error:
                last = error
        raise SetupError(f"adb '{self.program}' does not start as a server ({last})")

    def _launch(self, port: int) -> None:
        self.port = port
        self._home = tempfile.mkdtemp(prefix="tapwright-adb-")
        command = [self.program, "-P", str(port), "nodaemon", "server"]
        guarded = os.name == "posix"
        process = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, self._home, *command] if guarded else command,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if guarded else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, who then stop it in order
        )
        self._process = process
        self.pid = int(process.stdout.readline()) if process.stdout else process.pid
        deadline = time.monotonic() + _START_SECONDS
        pause = threading.Event()
        while time.monotonic() < deadline:
            with contextlib.suppress(ServerDown):
                self.request("host:version", timeout=1.0)
                return
            pause.wait(0.005)  # adb has no way to say that it is ready which all versions share
        self.kill()
        raise ServerDown(f"the adb server on port {port} did not start; see if the port is free")

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            process.stdin.close()  # the guard ends the server now
        if os.name != "posix":
            process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
