"""An ASGI application on a socket of ours, for a command or in a thread beside other work."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from tapwright.errors import SetupError, UsageError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
GRACE = 3  # seconds that open answers have when the server is to end
_START = 20.0  # seconds


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raise `UsageError` where there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(
            f"cannot listen on '{host}' port {port}: {error.strerror}; choose another --port"
        ) from error


def address(listening: socket.socket) -> str:
    """`HOST:PORT` of a listening socket, as URLs want it."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Server(uvicorn.Server):
    """Tells the application that it is to end before it waits for its answers."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    def end(self) -> None:
        self._on_end()
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C, and SIGTERM."""
        self._on_end()
        super().handle_exit(sig, frame)


def _nothing() -> None:
    """An application that has nothing to do at its end."""


def serve(app: Any, listening: socket.socket, on_end: Callable[[], None] = _nothing) -> None:
    """Serve until Ctrl-C, which comes through as `KeyboardInterrupt`; `on_end` is called then."""
    with listening:
        _Server(_config(app), on_end).run(sockets=[listening])


@contextmanager
def serving(
    app: Any, host: str = "127.0.0.1", on_end: Callable[[], None] = _nothing
) -> Iterator[str]:
    """Serve in a thread on a free port for as long as the block runs; gives `http://HOST:PORT`.

    Raise `SetupError` where it does not start.
    """
    with listen(host, 0) as listening:
        server = _Server(_config(app), on_end)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://{address(listening)}"
        finally:
            server.end()
            thread.join(GRACE + 5)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    for _ in range(round(_START / 0.02)):
        if server.started:
            return
        thread.join(0.02)  # uvicorn has no event for it
        if not thread.is_alive():
            break
    raise SetupError("the server did not start")


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
