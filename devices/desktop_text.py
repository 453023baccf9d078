"""Any text through an X keyboard, whatever layout it has.

A character that the layout has is typed by its key; any other one is lent a spare key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from tapwright.devices.desktop_keys import KEYSYMS
from tapwright.devices.desktop_spare import SpareKeys, Stroke
from tapwright.errors import ActionRefused, TextNotTypable
from tapwright.types import Delivery, Effect

MAX_TEXT = 100_000  # characters of one text
_AT_ONCE = 32  # keys sent before the server is waited for, so that a stop is not late
_RETURN, _TAB, _SHIFT, _CAPS = 0xFF0D, 0xFF09, 0xFFE1, 0xFFE5
_UNICODE = 0x01000000  # a keysym for any character: this plus its code point
_HELD = {0: "shift", 2: "ctrl", 3: "alt", 6: "win"}  # bits of X's modifier mask
_LOCK, _NUMLOCK, _GROUP = 1 << 1, 1 << 4, 13


def check_text(text: str) -> None:
    """Raise `TextNotTypable` for text that no keyboard could type whole."""
    if len(text) > MAX_TEXT:
        raise TextNotTypable(
            f"a text of {len(text)} characters is longer than {MAX_TEXT}: type it in parts"
        )
    bad = sorted({char for char in text if _no_key(char)})
    if bad:
        named = ", ".join(f"{char!a} (U+{ord(char):04X})" for char in bad[:8])
        raise TextNotTypable(f"no key types {named}: leave it out, nothing was typed")


class XKeyboard:
    """The keyboard of one X connection, with the spare keys that are lent on it."""

    def __init__(self, link: Any, fake: Callable[[int, bool], None]) -> None:
        """Ask a python-xlib connection; `fake(code, down)` presses a key. Nothing is asked yet."""
        self._link = link
        self._fake = fake
        self._caps_off = False  # while a text is typed under caps lock
        self._strokes: dict[int, Stroke] = {}  # keysym -> the key that writes it
        self._named: dict[int, Stroke] = {}  # the same for keys that write nothing
        self._spare = SpareKeys(link)

    def press(self, name: str, down: bool) -> None:
        """Press a key that was prepared, or let go of it."""
        stroke = self._stroke(self._keysym(name), named=name in KEYSYMS)
        shift = self._strokes_shift()
        if down and stroke.shift:
            self._fake(shift, True)
        self._fake(stroke.code, down)
        if not down and stroke.shift:
            self._fake(shift, False)

    def prepare(self, name: str) -> None:
        """See to it that a key of that name can be pressed."""
        self._look()
        keysym = self._keysym(name)
        if keysym not in (self._named if name in KEYSYMS else self._strokes):
            self._spare.lend([keysym])

    def type(self, text: str, check: Callable[[], None]) -> Effect:
        """Type `text`; `check` is called before every key.

        Raise `TextNotTypable` before the first key where a character cannot be typed.
        """
        check_text(text)
        if not text:
            return Effect(Delivery.DELIVERED, "the text is empty: nothing to type")
        self._look()
        self._refuse_held()
        strange = {_keysym(char) for char in text} - set(self._strokes)
        if strange and not self._spare.room:
            raise TextNotTypable(
                f"this keyboard layout lacks {len(strange)} of the characters and has no spare "
                "key to lend: choose another layout, nothing was typed"
            )
        self._caps_off = bool(self._link.screen().root.query_pointer().mask & _LOCK)
        try:
            if self._caps_off:
                self._tap(self._named.get(_CAPS))
            for piece in self._pieces(text):
                self._spare.lend(self._strange(piece))
                self._write(piece, check)
        finally:
            if self._caps_off:
                self._tap(self._named.get(_CAPS))
        self._caps_off = False
        self._link.sync()
        sure = "" if self._spare.settle() else ", but the program in front is not reading"
        return Effect(Delivery.DELIVERED, f"typed {len(text)} characters{sure}")

    def renew(self, link: Any) -> None:
        """Go on with another connection, where the first one is stuck in the middle of a text."""
        self._link = link
        self._spare.renew(link)
        if self._caps_off and not link.screen().root.query_pointer().mask & _LOCK:
            self._tap(self._named.get(_CAPS))
        self._caps_off = False

    def close(self) -> None:
        """Give the lent keys back, when the program in front has read what they wrote."""
        self._spare.give_back()

    def _look(self) -> None:
        """Read the layout as it is now: the person may have changed it since."""
        info = self._link.display.info
        first, last = info.min_keycode, info.max_keycode
        rows = self._link.get_keyboard_mapping(first, last - first + 1)
        group = (self._link.screen().root.query_pointer().mask >> _GROUP) & 3
        self._spare.look(first, rows)
        ours = {stroke.code for stroke in self._spare.lent.values()}
        keys = [(code, row) for code, row in enumerate(rows, start=first) if code not in ours]
        self._named, self._strokes = {}, {}
        for level in (0, 1):
            for code, row in keys:
                at = level if group == 0 or not any(row[2:4]) else 2 * group + level
                for keysyms, place in ((self._named, level), (self._strokes, at)):
                    if place < len(row) and row[place]:
                        keysyms.setdefault(row[place], Stroke(code, shift=bool(level)))

    def _strange(self, text: str) -> list[int]:
        """The keysyms of the characters that no key of the layout writes."""
        return [keysym for char in text if (keysym := _keysym(char)) not in self._strokes]

    def _pieces(self, text: str) -> Iterator[str]:
        """The text in parts, each with no more strange characters than can be lent keys."""
        piece, strange = "", set[int]()
        for char in text:
            now = strange.union(self._strange(char))
            if len(now) > self._spare.room:
                yield piece
                piece, now = "", set(self._strange(char))
            piece, strange = piece + char, now
        yield piece

    def _stroke(self, keysym: int, *, named: bool = False) -> Stroke:
        """The key for a keysym; a lent one is noted as used."""
        stroke = (self._named if named else self._strokes).get(keysym)
        if stroke is None:
            self._spare.used()
            stroke = self._spare.lent[keysym]
        return stroke

    def _write(self, piece: str, check: Callable[[], None]) -> None:
        for number, char in enumerate(piece, start=1):
            check()
            self._tap(self._stroke(_keysym(char)))
            if number % _AT_ONCE == 0:
                self._link.sync()

    def _tap(self, stroke: Stroke | None) -> None:
        if stroke is None:
            raise ActionRefused("this keyboard layout lacks a key that is needed: choose another")
        shift = self._strokes_shift()
        try:
            if stroke.shift:
                self._fake(shift, True)
            self._fake(stroke.code, True)
        finally:
            self._fake(stroke.code, False)
            if stroke.shift:
                self._fake(shift, False)

    def _refuse_held(self) -> None:
        mask = self._link.screen().root.query_pointer().mask
        held = [name for bit, name in _HELD.items() if mask & (1 << bit)]
        if held:
            raise ActionRefused(
                f'"{"+".join(held)}" is being held down: let go of it, nothing was typed'
            )

    def _strokes_shift(self) -> int:
        return self._named[_SHIFT].code if _SHIFT in self._named else 0

    def _keysym(self, name: str) -> int:
        """The keysym of a key's name: the first that this keyboard has."""
        if name not in KEYSYMS:
            return _keysym(name)
        every = [_symbol(word) for word in KEYSYMS[name]]
        return next((keysym for keysym in every if keysym in self._named), every[0])


def _keysym(char: str) -> int:
    """The keysym that writes a character."""
    code = ord(char)
    if char == "\n":
        return _RETURN
    if char == "\t":
        return _TAB
    return code if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF else _UNICODE + code


def _symbol(word: str) -> int:
    from Xlib import XK

    for group in ("xf86", "xkb"):
        XK.load_keysym_group(group)
    return int(XK.string_to_keysym(word))


def _no_key(char: str) -> bool:
    """Whether no keyboard writes it: control characters, halves of pairs, non-characters."""
    if char in "\n\t":
        return False
    code = ord(char)
    return (
        unicodedata.category(char) in ("Cc", "Cs")
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
    )
