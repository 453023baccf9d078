"""Taking secrets out of a text, in whatever form they stand there.

A text is looked at in four ways: as it is, with its escapes undone (URL, JSON, Python, HTML, also
mixed, and the NUL characters of UTF-16), as hexadecimal, and as base64 at its three alignments.
Each way knows which characters of the text its own ones came from.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_MOST_WIDENED = 40  # characters that one of a secret's can become

_ESCAPE = re.compile(
    r"%(?:25){0,2}(?P<percent>[0-9a-fA-F]{2})"
    r"|\\{1,16}u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\{1,16}u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\{1,16}u(?P<unit>[0-9a-fA-F]{4})"
    r"|\\{1,16}x(?P<byte>[0-9a-fA-F]{2})"
    r"|\\{1,16}(?P<short>[nrtbf\"'/])"
    r"|&#(?P<decimal>\d{1,7});|&#[xX](?P<hex>[0-9a-fA-F]{1,6});|&(?P<named>amp|lt|gt|quot|apos);"
    r"|(?P<other>\\{1,16}|\+|\x00|[^\x00-\x7f])"
)
# The same within what was made of escapes, whose characters beyond ASCII are bytes already.
_INNER_ESCAPE = re.compile(_ESCAPE.pattern.replace(r"|[^\x00-\x7f]", ""))
_MOST_INSIDE = 4  # escapes inside one another
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_HEX_FILLER = re.compile(r"\\{1,4}x|0[xX]|[,:%\s-]")
_LOWER_HEX = str.maketrans("ABCDEF", "abcdef")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_FILLER = re.compile(r"%2[bB]|%2[fF]|\\{1,4}[nr/]|[-_\r\n]")
_BASE64_MEANT = {"b": "+", "-": "+", "f": "/", "_": "/", "/": "/"}


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
        if not self.values:
            return text[:end]
        window = text[: end + self.margin]
        pieces, done = [], 0
        for start, stop, name in sorted(self._found(window)):
            if start >= end:
                break
            if start >= done:
                pieces += [window[done:start], f"[secret {name}]"]
            done = max(done, stop)  # what overlaps is one
        return "".join([*pieces, window[done:end]])

    @cached_property
    def margin(self) -> int:
        """How many characters behind a limit must be known to see a secret that crosses it."""
        return _MOST_WIDENED * max(map(len, self.values), default=0)

    @cached_property
    def _needles(self) -> list[_Needles]:
        return [_Needles.of(value, name) for value, name in self.values.items()]

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where secrets begin and end in the text, in no order."""
        escapes = _plain_view(text)
        digits = _View(text, _HEX_FILLER, lambda match: "")
        digits.text = digits.text.translate(_LOWER_HEX)
        letters = _View(text, _BASE64_FILLER, _base64_meant)
        for needles in self._needles:
            for at in _places(text, needles.plain):
                yield at, at + len(needles.plain), needles.name
            for letters_meant in needles.canonical:
                for start, stop in escapes.spans(letters_meant):
                    yield start, stop, needles.name
            for number in needles.digits:
                for start, stop in digits.spans(number):
                    yield start, stop, needles.name
            for core, before, after in needles.base64:
                for start, stop in letters.spans(core, before, after):
                    yield start, stop, needles.name


@dataclass(frozen=True, slots=True)
class _Needles:
    """What a secret looks like in each of the views."""

    name: str
    plain: str
    canonical: tuple[str, ...]  # escapes undone, as they are undone in the text
    digits: tuple[str, ...]
    base64: tuple[tuple[str, int, int], ...]  # letters, and how many beside them it shares

    @classmethod
    def of(cls, value: str, name: str) -> _Needles:
        plain = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        encoded = (
            value.encode("utf-8", "surrogateescape"),
            plain.encode("utf-16-le"),
            plain.encode("utf-16-be"),
        )
        return cls(
            name,
            value,
            tuple({_plain_view(form).text for form in (value, *_as_letters(encoded[1:]))}),
            tuple(data.hex() for data in encoded),
            tuple(_base64(data, shift) for data in encoded for shift in range(3)),
        )


class _View:
    """A text read in another way: `text`, with the place that every character came from."""

    def __init__(
        self, source: str, token: re.Pattern[str], meant: Callable[[re.Match[str]], str]
    ) -> None:
        pieces: list[str] = []
        self._starts, self._ends = array("L"), array("L")
        done = 0
        for match in token.finditer(source):
            start, stop = match.span()
            self._plain(done, start)
            meaning = meant(match)
            pieces += [source[done:start], meaning]
            self._starts.extend([start] * len(meaning))
            self._ends.extend([stop] * len(meaning))
            done = stop
        self._plain(done, len(source))
        self.text = "".join([*pieces, source[done:]])

    def of(self, below: _View) -> _View:
        """This view, where its source was the text of the view `below`."""
        self._starts = array("L", (below._starts[at] for at in self._starts))
        self._ends = array("L", (below._ends[at - 1] for at in self._ends))
        return self

    def _plain(self, start: int, stop: int) -> None:
        self._starts.extend(range(start, stop))
        self._ends.extend(range(start + 1, stop + 1))

    def spans(self, needle: str, before: int = 0, after: int = 0) -> Iterator[tuple[int, int]]:
        """Where in the source the needle is, with that many more characters at its sides."""
        last = len(self.text) - 1
        for at in _places(self.text, needle):
            first, final = max(0, at - before), min(last, at + len(needle) - 1 + after)
            yield self._starts[first], self._ends[final]


def _plain_view(text: str) -> _View:
    """The text with its escapes undone until none is left: they can be inside one another."""
    view = _View(text, _ESCAPE, _unescaped)
    for _ in range(_MOST_INSIDE):
        # What stands for bytes by now must not be taken for letters again.
        inner = _View(view.text, _INNER_ESCAPE, _unescaped)
        if inner.text == view.text:
            break
        view = inner.of(view)
    return view


def _as_letters(encoded: Iterable[bytes]) -> Iterator[str]:
    """Bytes as Python prints them, and as programs do that take each for a letter."""
    for data in encoded:
        yield data.decode("latin-1")
        yield "".join(chr(byte) if byte < 128 else f"\\x{byte:02x}" for byte in data)


def _places(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _unescaped(match: re.Match[str]) -> str:
    """What an escape means, as bytes of UTF-8; NUL means nothing, and plus is a space.

    A backslash that escapes nothing means nothing either: there may be any number of them.
    """
    kind, found = match.lastgroup, match[match.lastgroup or 0]
    if kind in ("percent", "byte"):
        return chr(int(found, 16)) if int(found, 16) else ""
    if kind == "low":
        code = 0x10000 + ((int(match["high"], 16) - 0xD800) << 10) + int(found, 16) - 0xDC00
        return _bytes(code)
    if kind in ("unit", "hex", "decimal"):
        return _bytes(int(found, 10 if kind == "decimal" else 16))
    if kind == "short":
        return _SHORT.get(found, found)
    if kind == "named":
        return _NAMED[found]
    if found[0] == "\\":
        return ""
    return " " if found == "+" else _bytes(ord(found))


def _bytes(code: int) -> str:
    if not 0 < code <= 0x10FFFF:
        return ""
    if 0xDC80 <= code <= 0xDCFF:  # a byte of the environment that is no UTF-8
        return chr(code - 0xDC00)
    return chr(code).encode("utf-8", "surrogatepass").decode("latin-1")


def _base64_meant(match: re.Match[str]) -> str:
    return _BASE64_MEANT.get(match[0][-1].lower(), "")


def _base64(data: bytes, shift: int) -> tuple[str, int, int]:
    """The letters of base64 that hold `data` where `shift` bytes (modulo 3) stand before it, and
    whether it shares letters with what stands before and behind."""
    bits = "".join(f"{byte:08b}" for byte in bytes(shift) + data)
    first, last = -(-shift * 8 // 6), len(bits) // 6
    letters = "".join(_BASE64[int(bits[at * 6 : at * 6 + 6], 2)] for at in range(first, last))
    return letters, int(shift > 0), int(len(bits) % 6 > 0)
