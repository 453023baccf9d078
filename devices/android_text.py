"""Text into the focused field: every character or none, and read back where the phone allows.

ASCII goes through `input text`; anything else through a keyboard app that takes base64; where
there is none the text is refused. The UI tree serves the read-back only.
"""

from __future__ import annotations

import re

from tapwright.devices.adb_shell import AdbLink
from tapwright.devices.adb_stream import Deadline
from tapwright.devices.android_ime import ImeRoute, KeyboardSwitch
from tapwright.devices.android_input import (
    ascii_lines,
    check_answer,
    check_text,
    is_refusal,
    shown,
    unmapped,
)
from tapwright.devices.android_tree import DUMP_LINE, focused_text
from tapwright.errors import CommandFailed, DeviceError, StreamCut, TextNotTypable
from tapwright.types import Delivery, Effect

_DUMP_SECONDS = 12.0  # uiautomator itself waits up to 10 s for the screen to stand still
_LINE_SECONDS = 2.0  # what one `input` may take on a slow phone


class Typist:
    """Types into whatever field has the focus."""

    def __init__(self, link: AdbLink, keyboard: KeyboardSwitch, *, read_back: bool = True) -> None:
        """Read fields back through the UI tree unless `read_back` is False (it takes seconds)."""
        self._link = link
        self._keyboard = keyboard
        self._read_back = read_back

    def type(self, text: str) -> Effect:
        """Type `text`; the effect says whether the field was read back.

        Raise `TextNotTypable` before anything is typed where it could not arrive whole.
        """
        check_text(text)
        if not text:
            return Effect(Delivery.DELIVERED, "the text is empty: nothing to type")
        strange = unmapped(text)
        route = self._route(strange) if strange else None
        before = self._focused_text() if self._read_back else None
        if route is None:
            self._by_keys(text)
        else:
            self._by_ime(text, route)
        effect = self._judge(text, before)
        if self._keyboard.borrowed:
            return Effect(effect.delivery, f"{effect.said}; the keyboard is not restored yet")
        return effect

    def _route(self, strange: list[str]) -> ImeRoute:
        route = self._keyboard.route()
        if route is None:
            raise TextNotTypable(
                f"this phone has no way to type {shown(strange)}: install ADB Keyboard "
                "(com.android.adbkeyboard) on it, or use plain ASCII"
            )
        return route

    def _by_keys(self, text: str) -> None:
        lines = ascii_lines(text)
        output = self._link.shell(
            " && ".join(lines),
            what="input text",
            timeout=self._link.host.timeout + _LINE_SECONDS * (len(lines) - 1),
        )
        try:
            check_answer(output, "typing")
        except CommandFailed as error:
            if len(lines) == 1 and is_refusal(error):
                raise
            # Some of the lines may have been typed: not a refusal, which says that none was.
            raise StreamCut(f"typing stopped in the middle ({error}): look at the field") from error

    def _by_ime(self, text: str, route: ImeRoute) -> None:
        deadline = Deadline(self._link.host.timeout, "typing through a keyboard app")
        with self._keyboard.using(route, deadline):
            output = self._link.shell(
                route.line(text), what=f"am broadcast {route.action}", timeout=deadline.left()
            )
            check_answer(output, "typing")

    def _judge(self, text: str, before: str | None) -> Effect:
        """Whether what is in the field now is what was there with `text` put in at one place."""
        if before is None:
            return Effect(Delivery.DELIVERED, "typed; not read back")
        after = self._focused_text()
        if after is not None and not _is_insertion(before, text, after):
            after = self._focused_text()  # the tree can lag behind the field
        if after is None:
            return Effect(Delivery.DELIVERED, "typed; not read back")
        if _is_insertion(before, text, after):
            return Effect(Delivery.DELIVERED, "typed; read back")
        if "\n" in text or "\t" in text:  # Enter and Tab may have sent it or left the field
            return Effect(Delivery.DELIVERED, "typed; not read back (Enter or Tab was in it)")
        return Effect(
            Delivery.UNKNOWN,
            # not what it holds: that may be private, and whoever asks can look at the screen
            "typed, but the field does not hold the text as it was: look before typing again",
        )

    def _focused_text(self) -> str | None:
        """The focused field's text; None where the tree, the field or its text cannot be read."""
        try:
            output = self._link.shell(DUMP_LINE, what="uiautomator dump", timeout=_DUMP_SECONDS)
        except DeviceError:  # a look that failed; the act itself is judged by its own answer
            return None
        return focused_text(output.text) if output.exit_code == 0 else None


def _is_insertion(before: str, text: str, after: str) -> bool:
    """Whether `after` is `before` with `text` put in at one place.

    An empty field may show its hint as its text, so the text alone counts too, unless it was
    there already.
    """
    if after == text and before != text:
        return True
    if len(after) != len(before) + len(text):
        return False
    return any(
        after.startswith(text, found.start())
        and after[: found.start()] + after[found.start() + len(text) :] == before
        for found in re.finditer(f"(?={re.escape(text)})", after)
    )
