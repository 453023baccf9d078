"""The words beside a place, as a person names it by them: left of, right of, below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tapwright.actions import Point
from tapwright.agent.seeing.labels import around
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Box, Line, Word

MOST_WORDS = 40  # characters of a label that names a target
APART = 0.8  # line heights between words: so far apart, they are two labels
BEHIND = 2.0  # line heights from a tick box to the words behind it


def says_something(text: str) -> bool:
    """Whether a text can name something."""
    return any(letter.isalnum() for letter in text) and len(text.strip()) <= MOST_WORDS


def away(box: Box, point: Point) -> tuple[int, int]:
    """How many pixels lie between a box and a point, across and down; 0 inside."""
    across = max(box.left - point.x, 0, point.x - box.right + 1)
    return across, max(box.top - point.y, 0, point.y - box.bottom + 1)


def labels_of(line: Line) -> list[Line]:
    """The labels that were read as one line, though something stands between them: a tick box."""
    labels = [line]
    for before, after in pairwise(line.words):
        if after.box.left - before.box.right > APART * line.box.height:
            words = labels[-1].words
            at = words.index(after)
            labels[-1:] = [_label(words[:at], line), _label(words[at:], line)]
    return labels


def _label(words: Sequence[Word], line: Line) -> Line:
    box = around([word.box for word in words])
    return Line(" ".join(word.text for word in words), box, line.score, tuple(words))


def said_beside(lines: Sequence[Line], point: Point, *, in_field: bool) -> tuple[str, str]:
    """What a person would say that a point is beside, and the words in its row if there are any.

    The words right behind it, as behind a tick box, unless it lies in a field; the nearest to the
    left in the row; those above where there are none.
    """
    labels = [label for line in lines for label in labels_of(line)]
    for side, found in (
        ("", [] if in_field else _behind(labels, point)),
        ("right of", left_of(labels, point)),
        ("below", above(labels, Box(point.x, point.y, point.x + 1, point.y + 1))),
    ):
        if found:
            words = " ".join(found[0].text.split())
            alone = side != "below" and len(find_text(lines, words)) == 1
            side = side or ("left of" if point.x < found[0].box.left else "on")
            return f"{side} '{words}'", words if alone else ""
    return "", ""


def _behind(lines: Sequence[Line], point: Point) -> list[Line]:
    """The label on which a point lies, or that begins right behind it."""
    return [
        line
        for line in lines
        if says_something(line.text)
        and line.box.top <= point.y <= line.box.bottom
        and -BEHIND * line.box.height <= point.x - line.box.left < line.box.width
    ]


def left_of(lines: Sequence[Line], point: Point) -> list[Line]:
    """The labels to the left in the row of a point, the nearest first."""
    left = [
        line
        for line in lines
        if says_something(line.text)
        and line.box.top <= point.y <= line.box.bottom
        and line.box.middle.x < point.x  # readers may give a label more width than it has
    ]
    return sorted(left, key=lambda line: max(away(line.box, point)))


def above(lines: Sequence[Line], box: Box) -> list[Line]:
    """The labels above a box that stand over a part of it, the nearest first."""
    above = [
        line
        for line in lines
        if says_something(line.text)
        and line.box.left < box.right
        and line.box.right > box.left
        and line.box.middle.y < box.top
    ]
    return sorted(above, key=lambda line: (-line.box.bottom, line.box.left))
