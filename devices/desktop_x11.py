"""Connections to an X server, and its errors as ours.

Every part of the desktop driver has a connection of its own: one that waits for events must not
hold up one that injects them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from typing import Any

from tapwright.errors import DisplayGone, NoDevice, SetupError

START = (
    "start a virtual one with `--device xvfb` (or run the command under `xvfb-run`), "
    "or set DISPLAY to yours"
)
# For programs on a display beside the person's: on their own bus a program would hand its window to
# one that runs already.
APART = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "NO_AT_BRIDGE": "1"}
_FOREIGN = ("WAYLAND_DISPLAY", "SESSION_MANAGER", "DESKTOP_STARTUP_ID")
_TRIES = 20  # a server that nobody is connected to any more begins anew, and hangs up meanwhile
_AGAIN = 0.05  # seconds between two


def must_have_xlib() -> None:
    """Raise `SetupError`, with the command that brings it, where python-xlib cannot be loaded."""
    try:
        from Xlib import display, error  # noqa: F401
    except ImportError as missing:
        raise SetupError(
            "the desktop needs python-xlib; pip install 'tapwright[desktop]'"
        ) from missing


def connect(display: str | None = None) -> Any:
    """A connection to the X server `display`, else `$DISPLAY` (a python-xlib `Display`).

    Raise `SetupError` where python-xlib is missing, `NoDevice` where nobody answers there.
    """
    must_have_xlib()
    from Xlib import display as xlib, error

    name = display or os.environ.get("DISPLAY", "")
    if not name:
        raise NoDevice(f"there is no display here (DISPLAY is not set); {START}")
    tries = _TRIES
    while True:
        tries -= 1
        try:
            # It prints on stdout that it found no authority; a server that wants none has none.
            with redirect_stdout(StringIO()):
                return xlib.Display(name)
        except (error.DisplayError, OSError, OverflowError) as failed:  # the last: no such port
            raise _no_server(name, failed) from failed
        except error.ConnectionClosedError as closed:
            if not tries:
                raise _no_server(name, closed) from closed
            time.sleep(_AGAIN)  # nothing tells when it listens again


def env_for(display: str, base: Mapping[str, str]) -> dict[str, str]:
    """The variables `base` for a program that shall appear on the X server `display`."""
    env = {name: value for name, value in base.items() if name not in _FOREIGN}
    return env | {
        "DISPLAY": display,
        "XDG_SESSION_TYPE": "x11",
        "GDK_BACKEND": "x11",
        "QT_QPA_PLATFORM": "xcb",
    }


def _no_server(name: str, error: Exception) -> NoDevice:
    why = " ".join(str(error).split()) or type(error).__name__
    return NoDevice(f"no X server answers at display '{name}' ({why}); {START}")


@contextmanager
def gone_as_ours(display: str) -> Iterator[None]:
    """Turn a connection that broke into `DisplayGone`."""
    from Xlib.error import ConnectionClosedError

    try:
        yield
    except (ConnectionClosedError, OSError) as error:
        raise DisplayGone(
            f"the display '{display}' is gone; its X server ended. Start it again, or {START}"
        ) from error


def close_quietly(link: Any) -> None:
    """Close a connection whose server may be gone, or in which a Ctrl-C fell.

    python-xlib never comes out again where it was interrupted while it talked to the server.
    """
    from Xlib.error import ConnectionClosedError

    inner = link.display
    with suppress(ConnectionClosedError, OSError):
        if inner.send_active or inner.recv_active or inner.send_recv_lock.locked():
            inner.socket.close()
        else:
            link.close()
