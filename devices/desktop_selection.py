"""Reading a desktop's clipboard as text; what is there stays there.

On X11 the clipboard is another program's answer to a question, so it is asked on the display that
is meant; elsewhere the system holds it, and pyperclip reads it.
"""

from __future__ import annotations

import select
import sys
import time
from typing import Any

from tapwright.devices.desktop_clipboard import held_text
from tapwright.errors import DeadlineExceeded

SECONDS = 3.0  # a program may take to hand its clipboard over
MOST_BYTES = 16_000_000
_CHUNK = 1 << 20  # 32-bit words that one property read may bring


def clipboard_text(display: str | None = None) -> str:
    """The clipboard's text, empty where it holds none; on X11 that of `display`.

    Raise `DeadlineExceeded` where the program that holds it does not answer, `NoDevice` without a
    display, `DisplayGone` where that ended, `SetupError` for a package or program that is missing.
    """
    if sys.platform.startswith("linux"):
        from tapwright.devices.desktop_x11 import close_quietly, connect, gone_as_ours

        link = connect(display)
        try:
            with gone_as_ours(str(link.get_display_name())):
                return _Asked(link).text()
        finally:
            close_quietly(link)
    return held_text()


class _Asked:
    """One question for the clipboard, over a connection of its own."""

    def __init__(self, link: Any) -> None:
        from Xlib import X

        self._x, self._link = X, link
        screen = link.screen()
        self._window = screen.root.create_window(
            0, 0, 1, 1, 0, screen.root_depth, event_mask=X.PropertyChangeMask
        )
        self._property = link.intern_atom("TAPWRIGHT_CLIPBOARD")
        self._deadline = time.monotonic() + SECONDS

    def text(self) -> str:
        """The text, from whichever of the two forms its program gives."""
        board = self._link.intern_atom("CLIPBOARD")
        if self._link.get_selection_owner(board) == self._x.NONE:
            return ""
        for form, code in (("UTF8_STRING", "utf-8"), ("STRING", "latin-1")):
            self._window.convert_selection(
                board, self._link.intern_atom(form), self._property, self._x.CurrentTime
            )
            told = self._event(self._x.SelectionNotify)
            if told.property != self._x.NONE:
                return self._bytes().decode(code, "replace")
        return ""  # it holds no text, such as a picture

    def _bytes(self) -> bytes:
        """What was handed over, in one piece or in many."""
        first = self._piece()
        if first.property_type != self._link.intern_atom("INCR"):
            return bytes(first.value)
        whole = b""
        while len(whole) < MOST_BYTES:
            event = self._event(self._x.PropertyNotify)
            if event.atom != self._property or event.state != self._x.PropertyNewValue:
                continue
            piece = bytes(self._piece().value)
            if not piece:
                return whole
            whole += piece
        raise DeadlineExceeded(f"the clipboard holds more than {MOST_BYTES} bytes")

    def _piece(self) -> Any:
        """The property's value; deleting it asks for the next piece."""
        found = self._window.get_property(self._property, 0, 0, _CHUNK, delete=True)
        if found is None:
            raise DeadlineExceeded("the program that holds the clipboard handed nothing over")
        return found

    def _event(self, kind: int) -> Any:
        while True:
            while self._link.pending_events():
                event = self._link.next_event()
                if event.type == kind:
                    return event
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise DeadlineExceeded(
                    f"the program that holds the clipboard did not answer in {SECONDS:g} s"
                )
            select.select([self._link.fileno()], [], [], left)
