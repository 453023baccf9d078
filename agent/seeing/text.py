"""Words that were read on a picture: where they stand, and what they are told apart by.

A label that is the words, whole, is taken before one in which they are a part. Only where none is
do the eyes' own mistakes count (l for I, 0 for O, a lost blank), and only where one label answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tapwright.actions import Box
from tapwright.agent.seeing.labels import around
from tapwright.agent.seeing.values import Found, Line, Rung

_SAME = (frozenset("Il1|"), frozenset("Oo0"))  # what readers take for one another
_MOST_LINES = 3  # that one label is broken into
_SHORT, _SURE = 2, 0.9  # so few characters must be read so surely: "(" is read as an unsure "1"
_END = re.compile(r"[\s.:*…]+$")
_ICON = re.compile(r"^[^\w\"'(\[{$€£¥+-]+\s+")  # a symbol before a label: a tick, a cross, a dot
_MARKS = " !.,:;\u2026*()[]{}\"'<>\u00ab\u00bb\u2039\u203a\u2022\u00b7|\u2713\u2714"  # around it
# Typographic quotes and dashes as a keyboard has them; soft hyphens show nowhere.
_PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--", "\xad")


Placed = TypeVar("Placed", Found, Line)


def fold(text: str) -> str:
    """The text as it is compared: case, kinds of blanks, quotes, dashes and dots do not count."""
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return " ".join(plain.casefold().split())


def find_text(lines: Sequence[Line], words: str, *, near: str = "") -> list[Found]:
    """Every place whose text is `words`, top to bottom; several are for the caller to refuse.

    `near` are words in the same row, or right above or below where the row has none; only what
    stands by them is given. A `Found` that is not `whole` is a part of a longer label.
    """
    found = _matches(lines, words)
    if near:
        found = beside(found, [anchor.box for anchor in _matches(lines, near)])
    return reading_order(found)


def reading_order(places: Sequence[Placed]) -> list[Placed]:
    """Row by row from top to bottom, and in a row from left to right."""
    rows: list[list[Placed]] = []
    for place in sorted(places, key=lambda place: place.box.top):
        if rows and in_row(rows[-1][0].box, place.box):
            rows[-1].append(place)
        else:
            rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda place: place.box.left)]


def beside(found: Sequence[Found], anchors: Sequence[Box]) -> list[Found]:
    """What stands in a row with one of the boxes; else what stands right above or below one."""
    row = [f for f in found if any(in_row(f.box, a) and f.box != a for a in anchors)]
    return row or [f for f in found if any(_close(f.box, a) and f.box != a for a in anchors)]


def in_row(one: Box, other: Box) -> bool:
    """Whether they stand side by side: most of the lower one's height is shared."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared * 2 > min(one.height, other.height)


def _close(one: Box, other: Box) -> bool:
    """Whether one stands right above or below the other: less than a line lies between."""
    gap = max(one.top, other.top) - min(one.bottom, other.bottom)
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > 0 and gap < max(one.height, other.height)


def _matches(lines: Sequence[Line], words: str) -> list[Found]:
    """The places of the first way of comparing that finds any."""
    wanted = fold(words)
    if len(wanted) <= _SHORT:
        lines = [line for line in lines if line.score >= _SURE]
    if not wanted:
        return []
    bare = _bare(wanted)
    ways: tuple[Callable[[Line], Found | None], ...] = (
        lambda line: _whole(line, fold(line.text) == wanted),
        lambda line: _whole(line, bool(bare) and _bare(fold(line.text)) == bare),
    )
    for way in ways:
        if found := _each(lines, way):
            return found
    if found := _broken(lines, bare):
        return found
    misread = _each(lines, lambda line: _whole(line, _misread(line.text, words)))
    return misread or [part for line in lines for part in _parts(line, words)]


def _each(lines: Iterable[Line], way: Callable[[Line], Found | None]) -> list[Found]:
    return [found for line in lines if (found := way(line)) is not None]


def _bare(folded: str) -> str:
    """Without a symbol before it and without what ends it: "save as..." is "save as"."""
    return _END.sub("", _ICON.sub("", folded))


def _whole(line: Line, matches: bool) -> Found | None:
    if not matches:
        return None
    return Found(line.box.middle, line.box, line.score, Rung.TEXT, line.text)


def _misread(read: str, words: str) -> bool:
    """Whether `read` is `words` but for letters that readers mistake, and for blanks.

    A word must have a letter of its own: "1" is not "I", for nothing else speaks for it.
    """
    ones, others = (_END.sub("", text).split() for text in (read, words))
    if len(ones) == len(others):
        pairs = zip(ones, others, strict=True)
        return all(a.casefold() == b.casefold() or _mistaken(a, b) for a, b in pairs) and any(ones)
    one, other = "".join(ones), "".join(others)
    return one.casefold() == other.casefold()


def _mistaken(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    sure = 0
    for a, b in zip(one, other, strict=True):
        if a.casefold() == b.casefold():
            sure += not any(a in same for same in _SAME)
        elif not any(a in same and b in same for same in _SAME):
            return False
    return sure > 0


def _broken(lines: Sequence[Line], wanted: str) -> list[Found]:
    """Labels that are broken into lines which stand under one another."""
    found = []
    for first in lines:
        chain = [first]
        while len(chain) < _MOST_LINES and wanted.startswith(_joined(chain)):
            under = [line for line in lines if _under(chain[-1], line)]
            if len(under) != 1:
                break
            chain.append(under[0])
            if _bare(_joined(chain)) == wanted:
                box = around([line.box for line in chain])
                score = min(line.score for line in chain)
                said = " ".join(line.text for line in chain)
                found.append(Found(first.box.middle, box, score, Rung.TEXT, said))
                break
    return found


def _joined(chain: Sequence[Line]) -> str:
    return fold(" ".join(line.text for line in chain))


def _under(upper: Line, lower: Line) -> bool:
    """Whether `lower` goes on right under `upper`: near, of its size, and over the same ground."""
    one, other = upper.box, lower.box
    height = min(one.height, other.height)
    gap = other.top - one.bottom
    across = min(one.right, other.right) - max(one.left, other.left)
    alike = max(one.height, other.height) <= 1.6 * height
    return (
        alike and -0.5 * height <= gap <= 0.8 * height and across * 2 > min(one.width, other.width)
    )


def _parts(line: Line, words: str) -> list[Found]:
    """The places inside a longer label at which the words stand, as whole words."""
    text = _plain(line.text)
    found = []
    for match in _pattern(words).finditer(text):
        box = stretch(line, text, *match.span())
        found.append(Found(box.middle, box, line.score, Rung.TEXT, line.text, whole=False))
    return found


def is_label(found: Found, words: str) -> bool:
    """Whether what was found for the words is a label of its own, for all that can be read.

    Marks around them, as in "Saved!" or "(Saved)", change nothing; a number changes with any.
    """
    if found.whole:
        return True
    rest = _pattern(words).sub("", _plain(found.said))
    return not any(letter.isdigit() for letter in words) and not rest.strip(_MARKS)


def text_after(text: str, words: str) -> str:
    """What follows the words where they first stand in a text: "12.50" in "Total: 12.50"."""
    plain = _plain(text)
    match = _pattern(words).search(plain)
    return plain[match.end() :].strip(" :=") if match else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def _pattern(words: str) -> re.Pattern[str]:
    """The words in any case and with any blanks between them, but no part of another word."""
    parts = r"\s+".join(map(re.escape, _plain(words).split()))
    return re.compile(rf"(?<!\w){parts}(?!\w)", re.IGNORECASE)


def stretch(line: Line, text: str, start: int, end: int) -> Box:
    """What the characters from `start` to `end` of a line's `text` cover.

    By its words' boxes, where these have the text's letters; else by their share of the line.
    """
    letters = "".join(text.split())
    before, after = (len("".join(text[:at].split())) for at in (start, end))
    edges: list[tuple[float, float]] = []  # of each letter
    for word in line.words:
        first, wide = word.box.left, word.box.width / max(1, len(word.text))
        edges += [(first + n * wide, first + (n + 1) * wide) for n in range(len(word.text))]
    if len(edges) != len(letters) or not line.words:
        step = line.box.width / max(1, len(text))
        left, right = line.box.left + start * step, line.box.left + end * step
    else:
        left, right = edges[before][0], edges[after - 1][1]
    return Box(int(left), line.box.top, max(int(left) + 1, round(right)), line.box.bottom)
