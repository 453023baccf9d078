"""Has the program in front read its events? It is asked with a ping, as window managers do.

A program answers pings in the order in which its events came, so an answer means that whatever
was sent before has been read.
"""

from __future__ import annotations

import select
import time
from typing import Any

_PATIENCE = 1.0  # seconds a busy program may take to answer
_BLIND = 0.25  # seconds left to a program that answers no pings, such as xterm


def read_by_the_program(link: Any) -> bool:
    """Wait until the program with the focus has read what was sent; False where it does not say.

    `link` is a python-xlib connection. A program that answers no pings is given a moment, which
    counts as read.
    """
    window = _pinged(link)
    if window is None:
        time.sleep(_BLIND)  # it does not tell when it has read
        return True
    return _answered(link, window)


def _pinged(link: Any) -> Any:
    """The window with the focus, or the one around it, that answers pings; None for none."""
    from Xlib import X
    from Xlib.error import BadWindow

    protocols, ping = link.intern_atom("WM_PROTOCOLS"), link.intern_atom("_NET_WM_PING")
    window, root = link.get_input_focus().focus, link.screen().root
    try:
        while not isinstance(window, int) and window.id != root.id:
            told = window.get_full_property(protocols, X.AnyPropertyType)
            if told is not None and ping in told.value:
                return window
            window = window.query_tree().parent
    except BadWindow:  # it closed meanwhile: nothing is left to wait for
        return None
    return None


def _answered(link: Any, window: Any) -> bool:
    from Xlib import X
    from Xlib.protocol import event

    root = link.screen().root
    protocols, ping = link.intern_atom("WM_PROTOCOLS"), link.intern_atom("_NET_WM_PING")
    stamp = time.monotonic_ns() // 1_000_000 & 0x7FFFFFFF
    message = event.ClientMessage(
        window=window, client_type=protocols, data=(32, [ping, stamp, window.id, 0, 0])
    )
    root.change_attributes(event_mask=X.SubstructureNotifyMask)
    try:
        window.send_event(message, event_mask=0)
        link.flush()
        deadline = time.monotonic() + _PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            while link.pending_events():
                got = link.next_event()
                if got.type == X.ClientMessage and list(got.data[1][:2]) == [ping, stamp]:
                    return True
            select.select([link.fileno()], [], [], left)
        return False
    finally:
        root.change_attributes(event_mask=X.NoEventMask)
        link.sync()
        while link.pending_events():
            link.next_event()
