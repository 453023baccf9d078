"""What X's keys mean: a key's name as `Hotkey` has it, and the character that it types."""

from __future__ import annotations

from collections.abc import Sequence

_SHIFT, _LOCK, _ALT_GR, _GROUP = 0x1, 0x2, 0x80, 0x2000  # bits of an event's state
_UNICODE = 0x01000000  # keysyms from here on are code points
_KEYPAD = {
    0xFFAA: "*", 0xFFAB: "+", 0xFFAC: ",", 0xFFAD: "-", 0xFFAE: ".", 0xFFAF: "/", 0xFFBD: "=",
    0xFF80: " ", **{0xFFB0 + digit: str(digit) for digit in range(10)},
}  # fmt: skip
# X's older keysyms number scripts as these 8-bit codes do, in blocks of 256.
_BLOCKS = {1: "iso8859-2", 2: "iso8859-3", 3: "iso8859-4", 5: "iso8859-6", 6: "koi8-u",
           7: "iso8859-7", 12: "iso8859-8", 13: "iso8859-11", 19: "iso8859-15"}  # fmt: skip
_EURO = 0x20AC
_NAMES = {
    0xFF08: "backspace", 0xFF09: "tab", 0xFE20: "tab", 0xFF0D: "enter", 0xFF8D: "enter",
    0xFF13: "pause", 0xFF14: "scrolllock", 0xFF1B: "esc", 0xFFFF: "delete", 0xFF9F: "delete",
    0xFF50: "home", 0xFF95: "home", 0xFF57: "end", 0xFF9C: "end",
    0xFF51: "left", 0xFF96: "left", 0xFF52: "up", 0xFF97: "up",
    0xFF53: "right", 0xFF98: "right", 0xFF54: "down", 0xFF99: "down",
    0xFF55: "pageup", 0xFF9A: "pageup", 0xFF56: "pagedown", 0xFF9B: "pagedown",
    0xFF63: "insert", 0xFF9E: "insert", 0xFF61: "printscreen", 0xFF67: "apps",
    0xFF7F: "numlock", 0xFFE5: "capslock", 0xFE03: "altgr", 0xFF7E: "altgr",
    0xFFE1: "shift", 0xFFE2: "shift", 0xFFE3: "ctrl", 0xFFE4: "ctrl",
    0xFFE9: "alt", 0xFFEA: "alt", 0xFFE7: "alt", 0xFFE8: "alt",
    0xFFEB: "win", 0xFFEC: "win", 0x20: "space",
    **{0xFFBE + number: f"f{number + 1}" for number in range(24)},
}  # fmt: skip


def character(keysym: int) -> str:
    """The character that a keysym types; empty for keys that type none, dead keys among them."""
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    if keysym in _KEYPAD:
        return _KEYPAD[keysym]
    if keysym == _EURO:
        return "€"
    if _UNICODE <= keysym <= _UNICODE + 0x10FFFF:
        return chr(keysym - _UNICODE)
    code = _BLOCKS.get(keysym >> 8)
    if code is None:
        return ""
    found = bytes([keysym & 0xFF]).decode(code, "ignore")
    return found if found.isprintable() else ""


def key_text(mapped: Sequence[int], state: int) -> str:
    """What a key types whose keysyms are `mapped`, with the modifiers and group of `state`."""
    start = 2 if state & _GROUP else 4 if state & _ALT_GR else 0
    plain, shifted = (_at(mapped, start), _at(mapped, start + 1))
    text, upper = character(plain), character(shifted or plain)
    if not shifted:
        upper = text.upper() if len(text.upper()) == 1 else text
    wants_upper = bool(state & _SHIFT)
    if state & _LOCK and text.isalpha():
        wants_upper = not wants_upper
    return upper if wants_upper else text


def key_name(mapped: Sequence[int], text: str = "") -> str:
    """A key's name: a word for keys that have one, else its character without Shift."""
    plain = _at(mapped, 0)
    return _NAMES.get(plain) or character(plain).lower() or text


def _at(mapped: Sequence[int], index: int) -> int:
    return mapped[index] if index < len(mapped) else 0
