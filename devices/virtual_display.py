"""A virtual X display of one's own: Xvfb, with a window manager where one is installed.

    with VirtualDisplay() as screen:
        screen.start(["galculator"])
        desktop = open_desktop(display=screen.display)

The X server picks its number itself, so that two displays never want the same one. On Linux the
display ends with its owner even where that is killed; see `virtual_watch`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tapwright.actions import Box
from tapwright.devices.desktop_x11 import APART, close_quietly, connect, env_for
from tapwright.devices.virtual_screen import dress, manager
from tapwright.devices.virtual_watch import AUTHORITY, Watch, end_marked
from tapwright.errors import NoDevice, SetupError
from tapwright.types import Size

_START = 15.0  # seconds an X server may take to come up on a busy machine
_END = 3.0  # seconds a program may take to end before it is killed
# The server asks for no cookie, but libraries insist on a file, and python-xlib complains aloud
# about an empty one: so it holds a cookie for a machine and display that are nobody's.
_NO_COOKIE = b"\1\0" + b"".join(
    len(part).to_bytes(2, "big") + part
    for part in (b"nobody", b"0", b"MIT-MAGIC-COOKIE-1", bytes(16))
)


class VirtualDisplay:
    """An X display that ends with everything that was started on it.

    A context manager; `start()` and `close()` do the same by hand. It needs Debian's `xvfb`.
    """

    def __init__(
        self,
        size: Size = Size(1280, 800),  # noqa: B008  (frozen)
        manager: bool = True,
        monitors: Sequence[Box] = (),
    ) -> None:
        """Prepare a display of `size`; nothing is started yet.

        With `manager` a window manager runs on it where one is installed (openbox). `monitors`
        are RandR monitors' boxes in pixels; without them there is one.
        """
        self.size = size
        self.display = ""  # ":N" while it runs
        self.manager = ""  # the window manager that runs on it, "" for none
        self._wants_manager = manager
        self._monitors = tuple(monitors)
        self._server: subprocess.Popen[bytes] | None = None
        self._programs: list[subprocess.Popen[bytes]] = []
        self._folder = ""  # while it is open
        self._owner = 0  # the process that opened it; what that one forks is none
        self._watch: Watch | None = None  # ends all this where we are killed
        self._link: Any = None  # our own connection: the watch over the window manager

    def __enter__(self) -> VirtualDisplay:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def env(self) -> dict[str, str]:
        """The environment for programs that shall appear here, and on no other display."""
        return self.environment(os.environ)

    @property
    def pid(self) -> int:
        """The X server's process id; raise `NoDevice` where it does not run."""
        if self._server is None:
            raise NoDevice("the virtual display is not running: open it first")
        return self._server.pid

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """The same over other variables than this process's."""
        return env_for(self.display, base) | APART | {"XAUTHORITY": self._authority}

    def open(self) -> None:
        """Start the X server and the window manager.

        Raise `SetupError` where Xvfb is missing, `NoDevice` where it does not come up.
        """
        program = server_program()
        self._folder, self._owner = tempfile.mkdtemp(prefix="tapwright-x-"), os.getpid()
        Path(self._authority).write_bytes(_NO_COOKIE)
        atexit.register(self.close)
        try:
            if sys.platform == "linux":
                self._watch = Watch(self._folder)  # first: what is started is watched over
            self.display = f":{self._start_server(program)}"
            if self._watch is not None:
                self._watch.server(self.pid)
            self._link = connect(self.display)
            dress(self._link, self._monitors)
            if self._wants_manager:
                self._start_manager()
        except BaseException:
            self.close()
            raise

    def start(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: str | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program here, by its argument list; it ends with the display.

        `env` adds variables. Raise `SetupError` where there is no such program.
        """
        try:
            started = subprocess.Popen(
                list(argv),
                env={**self.env, **(env or {})},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise SetupError(f'cannot start "{argv[0]}": {error.strerror}; install it') from error
        self._programs.append(started)
        return started

    def close(self) -> None:
        """End everything that was started here; closing twice is harmless.

        It does nothing in a process that the one which opened the display forked.
        """
        if self._owner != os.getpid():
            return
        atexit.unregister(self.close)
        if self._link is not None:
            close_quietly(self._link)
            self._link = None
        for program in reversed(self._programs):
            _end(program)
        if self._watch is not None:
            end_marked(self._folder, {self._server.pid} if self._server else set())
        if self._server is not None:
            _end(self._server)
        self._programs.clear()
        self._server = None
        self.display = ""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = ""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    @property
    def _authority(self) -> str:
        return str(Path(self._folder) / AUTHORITY) if self._folder else os.devnull

    def _start_server(self, program: str) -> str:
        """The number of the display that came up."""
        told, tell = os.pipe()
        with (
            os.fdopen(told, "rb", buffering=0) as answer,
            tempfile.TemporaryFile() as complaints,
        ):
            try:
                # Without -noreset the server forgets its monitors when its last client leaves. A
                # session of its own keeps the terminal's Ctrl-C from ending it before its clients.
                self._server = subprocess.Popen(
                    [program, "-displayfd", str(tell), "-screen", "0",
                     f"{self.size.width}x{self.size.height}x24", "-nolisten", "tcp", "-noreset"],
                    pass_fds=(tell,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=complaints, start_new_session=True, env=self.env,
                )  # fmt: skip
            finally:
                os.close(tell)
            number = _line(answer.fileno(), _START)
            if number:
                return number
            complaints.seek(0)
            said = complaints.read().decode("utf-8", errors="replace").strip().splitlines()
        raise NoDevice(f"Xvfb did not come up: {said[-1] if said else 'it said nothing'}")

    def _start_manager(self) -> None:
        """Start the first window manager that is installed and wait until it manages."""
        from Xlib import X

        known = manager(Path(self._authority).parent)
        if known is None:
            return
        root = self._link.screen().root
        root.change_attributes(event_mask=X.PropertyChangeMask)
        sign = self._link.intern_atom("_NET_SUPPORTING_WM_CHECK")
        self._link.flush()
        # openbox reads its compose file, 50 ms long, each time a key is lent to a character.
        program = self.start(known, env={"XCOMPOSEFILE": os.devnull})
        deadline = time.monotonic() + _START
        while root.get_full_property(sign, X.AnyPropertyType) is None or not _manages(self._link):
            if time.monotonic() > deadline or program.poll() is not None:
                raise NoDevice(f'the window manager "{known[0]}" did not come up')
            _event(self._link, 0.2)
        self.manager = known[0]


def server_program() -> str:
    """Where the X server lies that is started; raise `SetupError` where there is none."""
    program = shutil.which("Xvfb")
    if program is None:
        raise SetupError("a virtual display needs Xvfb: apt-get install xvfb")
    return program


def _manages(link: Any) -> bool:
    """Whether a window comes up when it is asked for: managers announce themselves before."""
    from Xlib import X

    screen = link.screen()
    window = screen.root.create_window(
        0, 0, 1, 1, 0, screen.root_depth, event_mask=X.StructureNotifyMask
    )
    window.map()
    deadline = time.monotonic() + 0.5
    while (left := deadline - time.monotonic()) > 0:
        event = _event(link, left)
        if event is not None and event.type == X.MapNotify and event.window.id == window.id:
            break
    window.destroy()
    link.sync()
    return left > 0


def _event(link: Any, timeout: float) -> Any:
    """The next event of a connection, None where none comes in time."""
    if not link.pending_events():
        select.select([link.fileno()], [], [], timeout)
    return link.next_event() if link.pending_events() else None


def _line(descriptor: int, timeout: float) -> str:
    """The line that comes out of a pipe, "" where none comes in time or the other end ends."""
    deadline = time.monotonic() + timeout
    got = b""
    while not got.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(descriptor, 64) if ready else b""
        if not piece:
            return ""
        got += piece
    return got.decode("ascii").strip()


def _end(program: subprocess.Popen[bytes]) -> None:
    """End a program that we started, with its children: they share its session."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, sign)
        try:
            program.wait(_END)
            return
        except subprocess.TimeoutExpired:
            continue
