"""Connections to X servers that hang up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tapwright.devices.desktop_x11 import connect
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import NoDevice
from tapwright.types import Size


@contextmanager
def hanging_up(times: int, behind: str = "") -> Iterator[tuple[str, list[int]]]:
    """A server that hangs up so often, then hands on to the display `behind`; its name, calls."""
    calls: list[int] = []
    server = socket.create_server(("127.0.0.1", 0))
    number = server.getsockname()[1] - 6000

    def serve() -> None:
        with suppress(OSError):
            while True:
                peer, _ = server.accept()
                calls.append(len(calls))
                if len(calls) <= times:
                    peer.close()
                    continue
                real = socket.socket(socket.AF_UNIX)
                real.connect(f"/tmp/.X11-unix/X{behind.lstrip(':')}")
                for ends in ((peer, real), (real, peer)):
                    threading.Thread(target=_pump, args=ends, daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{number}", calls
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@pytest.mark.desktop
def test_a_server_that_begins_anew_is_waited_for() -> None:
    with (
        VirtualDisplay(Size(320, 240), manager=False) as real,
        hanging_up(2, real.display) as (name, calls),
    ):
        link = connect(name)
        assert link.screen().width_in_pixels == 320
        link.close()
    assert len(calls) == 3


def test_a_server_that_hangs_up_for_ever_is_no_device() -> None:
    with (
        hanging_up(1000) as (name, calls),
        pytest.raises(NoDevice, match="no X server answers at display"),
    ):
        connect(name)
    assert len(calls) > 2
