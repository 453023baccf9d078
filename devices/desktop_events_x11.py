"""The person's events on X11, by the server's RECORD extension.

RECORD tells of every device's events, whoever has the focus, and needs no right to grab anything.
Its connection can do nothing else meanwhile, so a second one asks what keys mean and ends it.
"""

from __future__ import annotations

import struct
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tapwright.actions import Button
from tapwright.devices.desktop_events import (
    Event,
    Injected,
    Listener,
    Moved,
    Struck,
    Turned,
    Wheeled,
)
from tapwright.devices.desktop_keysyms import key_name, key_text
from tapwright.devices.desktop_x11 import connect
from tapwright.errors import DisplayGone, SetupError

_KEY_DOWN, _KEY_UP, _BUTTON_DOWN, _BUTTON_UP, _MOTION = 2, 3, 4, 5, 6
_MAPPING = 34
_EVENT_BYTES = 32
# Of each event: its kind, detail (key or button), pointer's place and modifier state.
_EVENT = struct.Struct("=BB18xhh4xH2x")
_BUTTONS: dict[int, Button] = {1: "left", 2: "middle", 3: "right"}
_WHEEL = {4: (-1, 0), 5: (1, 0), 6: (0, -1), 7: (0, 1)}
_FROM_SERVER, _START, _END = 0, 4, 5  # RECORD's categories of data
_START_SECONDS, _END_SECONDS = 5.0, 2.0


class X11Watch:
    """A watch over an X display."""

    def __init__(self, listener: Listener, display: str | None, injected: Injected) -> None:
        """Begin to watch; raise `NoDevice` or, without the RECORD extension, `SetupError`."""
        self._listener = listener
        self._injected = injected
        self._asking = connect(display)
        self.name: str = self._asking.get_display_name()
        if not self._asking.has_extension("RECORD"):
            self._asking.close()
            raise SetupError(
                f"the display '{self.name}' has no RECORD extension, so what the person does "
                "cannot be seen; use an X server that has it (Xorg, Xvfb)"
            )
        self._telling = connect(display)
        self._context = self._telling.record_create_context(0, [_all_clients()], [_DEVICES])
        self._known: dict[int, list[int]] = {}
        self._began = threading.Event()
        self._closing = False
        self._lost = ""
        self._thread = threading.Thread(target=self._watch, name="tapwright events", daemon=True)
        self._thread.start()
        if not self._began.wait(_START_SECONDS) or self._lost:
            self.close()
            raise DisplayGone(f"the display '{self.name}' tells nothing of its mouse and keyboard")

    @property
    def lost(self) -> str:
        """Why it sees nothing any more; empty while it does."""
        return self._lost

    def __enter__(self) -> X11Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; a second time is harmless."""
        from Xlib.error import ConnectionClosedError, XError

        if self._closing:
            return
        self._closing = True
        with suppress(ConnectionClosedError, XError, OSError):
            self._asking.record_disable_context(self._context)
            self._asking.sync()
        if threading.current_thread() is not self._thread:
            self._thread.join(_END_SECONDS)
        for connection in (self._telling, self._asking):
            with suppress(ConnectionClosedError, OSError):
                connection.close()

    def _watch(self) -> None:
        """The thread: everything that RECORD tells, until the watch is closed."""
        from Xlib.error import ConnectionClosedError, XError

        try:
            self._telling.record_enable_context(self._context, self._told)
            why = "its X server tells no more"
        except (ConnectionClosedError, XError, OSError) as error:
            why = " ".join(str(error).split())
        if not self._closing:
            self._lost = f"the display '{self.name}' is gone: {why}"
        self._began.set()

    def _told(self, reply: Any) -> None:
        """One piece of what RECORD tells: whole events, of 32 bytes each."""
        if reply.category == _START:
            self._began.set()
        if reply.category != _FROM_SERVER or reply.client_swapped:
            return
        now = time.monotonic()
        for start in range(0, len(reply.data) - _EVENT_BYTES + 1, _EVENT_BYTES):
            event = self._event(_EVENT.unpack_from(reply.data, start), now)
            if event is not None:
                self._listener(event)

    def _event(self, raw: tuple[int, ...], now: float) -> Event | None:
        kind, detail, x, y, state = raw
        if kind == _MOTION:
            return self._injected.claim(Moved(x, y, now))
        if kind in (_BUTTON_DOWN, _BUTTON_UP):
            if detail in _BUTTONS:
                turned = Turned(_BUTTONS[detail], kind == _BUTTON_DOWN, x, y, now)
                return self._injected.claim(turned)
            if detail in _WHEEL and kind == _BUTTON_DOWN:
                return self._injected.claim(Wheeled(*_WHEEL[detail], x, y, now))
        if kind in (_KEY_DOWN, _KEY_UP):
            struck = self._injected.claim(Struck(detail, kind == _KEY_DOWN, now))
            return struck if struck.ours else self._named(struck, state)
        return None

    def _named(self, struck: Event, state: int) -> Event:
        """The person's key with its name and the character that it types."""
        from Xlib.error import ConnectionClosedError

        if not isinstance(struck, Struck) or not isinstance(struck.code, int):
            return struck
        try:
            mapped = self._keysyms(struck.code)
        except (ConnectionClosedError, OSError):
            return struck  # the display is going; the thread says so
        text = key_text(mapped, state)
        return replace(struck, name=key_name(mapped, text), text=text)

    def _keysyms(self, code: int) -> list[int]:
        """What a key means now: keyboards are switched, and we lend keys to rare characters."""
        while self._asking.pending_events():
            if self._asking.next_event().type == _MAPPING:
                self._known.clear()
        if code not in self._known:
            self._known[code] = list(self._asking.get_keyboard_mapping(code, 1)[0])
        return self._known[code]


_DEVICES = {
    "core_requests": (0, 0),
    "core_replies": (0, 0),
    "ext_requests": (0, 0, 0, 0),
    "ext_replies": (0, 0, 0, 0),
    "delivered_events": (0, 0),
    "device_events": (_KEY_DOWN, _MOTION),
    "errors": (0, 0),
    "client_started": False,
    "client_died": False,
}


def _all_clients() -> int:
    from Xlib.ext import record

    return int(record.AllClients)
