"""Taking secrets out of a text, in whatever form they stand there.

A value is found plain, escaped (URL, JSON, Python, HTML, also mixed), with the NUL characters of
UTF-16 between its letters, in hexadecimal, and in base64 at any of its three alignments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

_NUL = r"(?:\x00|\\{1,4}(?:x00|u0000)|%00)?"
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_FORMS = {"+": r"(?:\+|-|%2[bB])", "/": r"(?:\\{0,4}/|_|%2[fF])"}
_BASE64_EDGE = r"[A-Za-z0-9+/_-]"
_LINE_BREAK = r"(?:\r?\n|\\{1,4}n)?"
_BETWEEN_BYTES = r"(?:\\{1,4}x|0x|, ?0x|[ :-])?"
_MOST_WIDENED = 40  # the longest form of one character, with what may stand behind it


class Redactor:
    """Replaces secrets; `values` gives each value's name, which is shown in its place."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)

    def __repr__(self) -> str:
        return f"Redactor({len(self.values)} values)"

    def text(self, text: str, limit: int | None = None) -> str:
        """The first `limit` characters of `text` (all of it unless given) without secrets.

        One that is cut in two by the limit is found too.
        """
        end = len(text) if limit is None else min(limit, len(text))
        window = text[: end + self.margin]
        if not self.values:
            return window[:end]
        pieces, done = [], 0
        for match in self._pattern.finditer(window):
            if match.start() >= end:
                break
            pieces.append(window[done : match.start()])
            pieces.append(f"[secret {self._names[match.lastgroup or '']}]")
            done = match.end()
        return "".join([*pieces, window[done:end]])

    @cached_property
    def margin(self) -> int:
        """How many characters behind a limit must be known to see a secret that crosses it."""
        return _MOST_WIDENED * max(map(len, self.values), default=0)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {f"s{number}": name for number, name in enumerate(self._sorted().values())}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        groups = [
            f"(?P<s{number}>{'|'.join(_forms(value))})"
            for number, value in enumerate(self._sorted())
        ]
        return re.compile("|".join(groups))

    def _sorted(self) -> dict[str, str]:
        """Longer values first: one may be the beginning of another."""
        return dict(sorted(self.values.items(), key=lambda item: -len(item[0])))


def _forms(value: str) -> Iterator[str]:
    """Patterns for every form of `value`."""
    yield _NUL.join(map(_character, value))
    encoded = (
        value.encode("utf-8", "surrogateescape"),
        value.encode("utf-16-le", "surrogatepass"),
        value.encode("utf-16-be", "surrogatepass"),
    )
    for data in encoded:
        yield _BETWEEN_BYTES.join(map(_hex, data))
        for shift in range(3):
            yield _base64(data, shift)


def _character(letter: str) -> str:
    """One letter of a value: itself or any of its escapes."""
    code = ord(letter)
    utf8 = letter.encode("utf-8", "surrogateescape")
    utf16 = letter.encode("utf-16-be", "surrogatepass")
    units = [utf16[at : at + 2] for at in range(0, len(utf16), 2)]
    forms = [
        re.escape(letter),
        "".join(f"%(?:25){{0,2}}{_hex(byte)}" for byte in utf8),
        "".join(rf"\\{{1,4}}u{_hex(unit[0])}{_hex(unit[1])}" for unit in units),
        "".join(rf"\\{{1,4}}x{_hex(byte)}" for byte in utf8),
        f"&#0{{0,4}}{code};",
        f"&#[xX]0{{0,4}}{_any_case(f'{code:x}')};",
    ]
    if code < 256:
        forms.append(rf"\\{{1,4}}x{_hex(code)}")
    if letter in _SHORT_ESCAPES:
        forms.append(rf"\\{{1,4}}{_SHORT_ESCAPES[letter]}")
    if letter in "\"'\\/":
        forms.append(rf"\\{{1,4}}{re.escape(letter)}")
    if letter in _ENTITIES:
        forms.append(f"&{_ENTITIES[letter]};")
    if letter == " ":
        forms.append(r"\+")
    if letter == "\\":
        forms.insert(0, r"\\{1,8}")
    return f"(?:{'|'.join(forms)})"


def _hex(byte: int) -> str:
    return _any_case(f"{byte:02x}")


def _any_case(digits: str) -> str:
    return "".join(d if d.isdigit() else f"[{d}{d.upper()}]" for d in digits)


def _base64(data: bytes, shift: int) -> str:
    """The letters of base64 that hold `data` where `shift` bytes (modulo 3) stand before it.

    A letter that it shares with its neighbours can be anything.
    """
    bits = "".join(f"{byte:08b}" for byte in bytes(shift) + data)
    first = -(-shift * 8 // 6)
    letters = [_BASE64[int(bits[at * 6 : at * 6 + 6], 2)] for at in range(first, len(bits) // 6)]
    inside = _LINE_BREAK.join(_BASE64_FORMS.get(letter, letter) for letter in letters)
    before = f"{_BASE64_EDGE}?" if shift else ""
    after = f"{_BASE64_EDGE}?" if len(bits) % 6 else ""
    return f"{before}{inside}{after}"
