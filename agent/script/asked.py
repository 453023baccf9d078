"""Values read off the screen: beside words, without a model, or by asking one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from tapwright.agent.quiet import Clock
from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.steps import Ask
from tapwright.agent.seeing.values import Box, Line, Reader
from tapwright.errors import Ambiguous, NotFound, ReplyError
from tapwright.types import Observation

AGAIN = 0.15  # seconds between two looks at a screen without the value
_NUMBER = re.compile(r"[-+\u2212]?\d[\d.,'\u00a0\u202f ]*")
_YES, _NO = frozenset({"yes", "true", "on", "1", "y"}), frozenset({"no", "false", "off", "0", "n"})
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d")


class Installed:
    """The text reader that is installed, fetched when something is first read."""

    name = "installed"

    def __init__(self) -> None:
        self._reader: Reader | None = None

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every stretch of text; raise `SetupError` where no reader is installed."""
        if self._reader is None:
            from tapwright.agent.seeing.reading import text_reader

            self._reader = text_reader()
        return self._reader.read(image)


def answer(
    act: Ask,
    reader: Reader,
    eyes: Eyes | None,
    look: Callable[[], Observation],
    clock: Clock,
    timeout: float,
) -> Any:
    """The value that is asked for; raise `NotFound` or `Ambiguous` where there is none, or several.

    With `right_of`, `below` or `pattern` the text is read; else the model is asked, once.
    """
    if not (act.right_of or act.below or act.pattern):
        if eyes is None:
            raise NotFound(
                f"'{act.question}' takes a model, and there is none to ask; "
                "or say where it stands with 'right_of' or 'below'"
            )
        try:
            return eyes.ask(look().image, act.question, act.kind)
        except ReplyError as error:
            raise NotFound(f"the model gave no {act.kind} for '{act.question}': {error}") from error
    end = clock.now() + timeout
    while True:
        lines = reader.read(look().image)
        try:
            return as_kind(_text(act, lines), act.kind)
        except (NotFound, ValueError) as error:
            now = clock.now()
            if now >= end:
                raise NotFound(f"cannot read '{act.question}': {error}") from error
            clock.wait(min(AGAIN, end - now))


def as_kind(text: str, kind: str) -> Any:
    """`text` as "text", "int", "float", "bool" or "date"; `ValueError` where it is none."""
    match kind:
        case "int" | "float":
            number = _number(text)
            if kind == "float":
                return number
            if number != int(number):
                raise ValueError(f"'{text}' is no whole number")
            return int(number)
        case "bool":
            word = text.strip().casefold()
            if word in _YES | _NO:
                return word in _YES
            raise ValueError(f"'{text}' is neither yes nor no")
        case "date":
            return _date(text)
    return text


def _text(act: Ask, lines: Sequence[Line]) -> str:
    """The text that is meant; raise `NotFound` or `Ambiguous`."""
    if act.right_of or act.below:
        text = _beside(act.right_of or act.below, lines, below=not act.right_of)
    else:
        text = "\n".join(line.text for line in lines)
    if not act.pattern:
        return text
    match = re.search(act.pattern, text)
    if match is None:
        raise NotFound(f"nothing matches '{act.pattern}' in '{text[:80]}'")
    return match.group(1) if match.re.groups else match.group()


def _beside(words: str, lines: Sequence[Line], *, below: bool) -> str:
    from tapwright.agent.seeing.text import find_text

    labels = find_text(lines, words)
    if not labels:
        raise NotFound(f"'{words}' is not on the screen")
    if len(labels) > 1:
        raise Ambiguous(
            f"'{words}' stands in {len(labels)} places",
            places=tuple((found.box.middle.x, found.box.middle.y) for found in labels),
        )
    label = labels[0]
    if not label.whole and not below:
        # "Total: 12.50" was read as one label: what follows the words in it is meant.
        rest = label.said.casefold().partition(words.casefold())
        after = label.said[len(rest[0]) + len(rest[1]) :].strip(" :=\t")
        if after:
            return after
    near = [line for line in lines if _follows(label.box, line.box, below=below)]
    if not near:
        raise NotFound(f"nothing stands {'below' if below else 'right of'} '{words}'")
    return min(near, key=lambda line: line.box.top if below else line.box.left).text


def _follows(label: Box, other: Box, *, below: bool) -> bool:
    if below:
        shared = min(label.right, other.right) - max(label.left, other.left)
        return other.top >= label.bottom - 2 and shared > 0
    shared = min(label.bottom, other.bottom) - max(label.top, other.top)
    return other.left >= label.right - 2 and shared * 2 > min(
        label.bottom - label.top, other.bottom - other.top
    )


def _number(text: str) -> float:
    """The one number in a text: `1,234.50`, `1.234,50`, `1 234`; `ValueError` for none or more."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        raise ValueError(f"'{text}' holds {'no number' if not found else 'several numbers'}")
    digits = re.sub(r"[\s']", "", found[0]).replace("\u2212", "-").rstrip(".,")
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands, decimal = (",", ".") if dot > comma else (".", ",")
        digits = digits.replace(thousands, "").replace(decimal, ".")
    elif comma >= 0 or dot >= 0:
        mark = "," if comma >= 0 else "."
        groups = digits.lstrip("+-").split(mark)
        grouped = len(groups) > 2 and all(len(group) == 3 for group in groups[1:])
        if grouped or (mark == "," and len(groups) == 2 and len(groups[1]) == 3):
            digits = digits.replace(mark, "")
        else:
            digits = digits.replace(mark, ".")
    return float(digits)


def _date(text: str) -> datetime.date:
    words = " ".join(text.split())
    for form in _DATES:
        try:
            return datetime.datetime.strptime(words, form).date()
        except ValueError:
            continue
    raise ValueError(f"'{text}' is no date such as 2026-03-31 or 31 March 2026")
