"""Whether calls and answer are right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.training.cards.lessons import Lesson
from tapwright.types import ToolCall

_DEFAULTS = {"days": "1", "date": "", "carrier": ""}


@dataclass(frozen=True, slots=True)
class Grade:
    """The marks of one conversation."""

    calls: bool
    answer: bool


def grade(lesson: Lesson, made: Sequence[ToolCall], answer: str) -> Grade:
    """Right calls: the same tools in the same order with the same arguments, where case and the
    spaces inside numbers do not count. Right answer: all key facts stand in it."""
    calls = [_plain(call) for call in made] == [_plain(call) for call in lesson.calls]
    return Grade(calls, all(_stands(fact, answer) for fact in lesson.key))


def _plain(call: ToolCall) -> tuple[str, dict[str, str]]:
    return call.name, _plain_arguments(call.arguments)


def _plain_arguments(arguments: Mapping[str, Any]) -> dict[str, str]:
    plain = {}
    for name, value in arguments.items():
        text = " ".join(str(value).split()).casefold()
        if name == "number":
            text = text.replace(" ", "").replace("-", "")
        if _DEFAULTS.get(name) != text:
            plain[name] = text
    return plain


def _stands(fact: str, answer: str) -> bool:
    """Whether a fact stands in the answer by itself: `12` does not stand in `-12` or `112`."""
    pattern = rf"(?<![\w:.-]){re.escape(fact.casefold())}(?![\w:])"
    return re.search(pattern, answer.casefold()) is not None
