"""Any text through an X keyboard, whatever layout it has.

A character that the layout has is typed by its key. For any other one a spare keycode is lent to
it: the keyboard says for a while that this key writes this character. Programs look a key up
when they read the event, not when it was sent, so a lent key is never lent again before the
program in front has read what it wrote: it is asked by a ping, as window managers do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tapwright.devices.desktop_hands import NoStop, Sent
from tapwright.devices.desktop_keys import KEYSYMS
from tapwright.devices.desktop_settle import read_by_the_program
from tapwright.errors import ActionRefused, TextNotTypable
from tapwright.types import Delivery, Effect

MAX_TEXT = 100_000  # characters of one text
_AT_ONCE = 32  # keys sent before the server is waited for, so that a stop is not late
_RETURN, _TAB, _SHIFT, _CAPS = 0xFF0D, 0xFF09, 0xFFE1, 0xFFE5
_KEYPAD = range(0xFF80, 0xFFBE)
_UNICODE = 0x01000000  # a keysym for any character: this plus its code point
_HELD = {0: "shift", 2: "ctrl", 3: "alt", 6: "win"}  # bits of X's modifier mask
_LOCK, _NUMLOCK, _GROUP = 1 << 1, 1 << 4, 13


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, and whether shift is held with it."""

    code: int
    shift: bool = False


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
    """The keyboard of one X connection, with the spare keycodes that are lent on it."""

    def __init__(self, link: Any, sent: Sent | None = None) -> None:
        """Use a python-xlib connection, telling `sent` of every key; nothing is asked yet."""
        self._link = link
        self._sent: Sent = sent or NoStop()
        self._strokes: dict[int, Stroke] = {}  # keysym -> the key that writes it
        self._named: dict[int, Stroke] = {}  # the same for keys that write nothing
        self._lent: dict[int, int] = {}  # keysym -> spare keycode, the longest unused first
        self._spare: list[int] = []  # keycodes that nobody uses, those we lend included
        self._read = True  # whether the program in front has read what lent keys wrote

    def press(self, name: str, down: bool) -> None:
        """Press a key that was prepared, or let go of it."""
        keysym = self._keysym(name)
        stroke = self._named.get(keysym) or self._strokes[keysym]
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
        if keysym not in self._named and keysym not in self._strokes:
            self._lend([keysym])

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
        if strange and not self._spare:
            raise TextNotTypable(
                f"this keyboard layout lacks {len(strange)} of the characters and has no spare "
                "key to lend: choose another layout, nothing was typed"
            )
        with_caps = self._link.screen().root.query_pointer().mask & _LOCK
        try:
            if with_caps:
                self._tap(self._named.get(_CAPS))
            for piece in self._pieces(text):
                self._lend(_keysym(char) for char in piece)
                self._write(piece, check)
        finally:
            if with_caps:
                self._tap(self._named.get(_CAPS))
            self._link.sync()
        sure = "" if self._read or self._settle() else ", but the program in front is not reading"
        return Effect(Delivery.DELIVERED, f"typed {len(text)} characters{sure}")

    def close(self) -> None:
        """Give the lent keys back, when the program in front has read what they wrote."""
        if not self._lent:
            return
        self._settle()
        for code in self._lent.values():
            self._link.change_keyboard_mapping(code, [[0]])
        self._lent.clear()
        self._link.sync()

    def _look(self) -> None:
        """Read the layout as it is now: the person may have changed it since."""
        info = self._link.display.info
        first, last = info.min_keycode, info.max_keycode
        rows = self._link.get_keyboard_mapping(first, last - first + 1)
        group = (self._link.screen().root.query_pointer().mask >> _GROUP) & 3
        keys = [(first + number, tuple(row)) for number, row in enumerate(rows)]
        ours = set(self._lent.values())
        # The highest first: layouts grow from below.
        self._spare = [code for code, row in reversed(keys) if code in ours or not any(row)]
        self._lent = {
            keysym: code for keysym, code in self._lent.items() if rows[code - first][0] == keysym
        }
        self._named, self._strokes = {}, {}
        for level in (0, 1):
            for code, row in keys:
                named = row[level] if level < len(row) else 0
                if named and named not in self._named:
                    self._named[named] = Stroke(code, shift=bool(level))
                at = level if group == 0 or not any(row[2:4]) else 2 * group + level
                written = row[at] if at < len(row) else 0
                if written and code not in ours and written not in self._strokes:
                    self._strokes[written] = Stroke(code, shift=bool(level))
        self._strokes |= {keysym: Stroke(code) for keysym, code in self._lent.items()}

    def _pieces(self, text: str) -> Iterator[str]:
        """The text in parts, each with no more strange characters than there are spare keys."""
        piece, strange = "", set[int]()
        fixed = set(self._strokes) - set(self._lent)
        for char in text:
            keysym = _keysym(char)
            if keysym not in fixed and keysym not in strange:
                if len(strange) == len(self._spare):
                    yield piece
                    piece, strange = "", set()
                strange.add(keysym)
            piece += char
        yield piece

    def _lend(self, keysyms: Iterable[int]) -> None:
        """Lend spare keys to all of these that no key writes."""
        wanted = dict.fromkeys(keysyms)
        for keysym in wanted:
            if keysym in self._lent:
                self._lent[keysym] = self._lent.pop(keysym)  # the newest use
        missing = [keysym for keysym in wanted if keysym not in self._strokes]
        if not missing:
            return
        free = [code for code in self._spare if code not in self._lent.values()]
        over = len(missing) - len(free)
        old = [keysym for keysym in self._lent if keysym not in wanted][: max(0, over)]
        if len(old) < over:
            raise ActionRefused("this keyboard layout has no spare key to lend: choose another")
        if old and not self._read:
            self._settle()
        for keysym in old:
            free.append(self._lent.pop(keysym))
            del self._strokes[keysym]
        for keysym, code in zip(missing, free, strict=False):
            self._link.change_keyboard_mapping(code, [[keysym, keysym]])
            self._lent[keysym] = code
            self._strokes[keysym] = Stroke(code)
        self._link.sync()

    def _write(self, piece: str, check: Callable[[], None]) -> None:
        for number, char in enumerate(piece, start=1):
            check()
            self._tap(self._strokes[_keysym(char)])
            if number % _AT_ONCE == 0:
                self._link.sync()
        self._read = self._read and not any(_keysym(char) in self._lent for char in piece)

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

    def _settle(self) -> bool:
        """Wait until the program in front has read its keys; whether it said so."""
        self._read = True
        return read_by_the_program(self._link)

    def _refuse_held(self) -> None:
        mask = self._link.screen().root.query_pointer().mask
        held = [name for bit, name in _HELD.items() if mask & (1 << bit)]
        if held:
            raise ActionRefused(
                f'"{"+".join(held)}" is being held down: let go of it, nothing was typed'
            )

    def _strokes_shift(self) -> int:
        return self._named[_SHIFT].code if _SHIFT in self._named else 0

    def _fake(self, code: int, down: bool) -> None:
        from Xlib import X

        self._sent.key(code, down)
        self._link.xtest_fake_input(X.KeyPress if down else X.KeyRelease, code)

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
