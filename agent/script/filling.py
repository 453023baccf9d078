"""Acts with their texts filled in from a scope, right before they are done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from tapwright.agent.script.steps import (
    Act,
    Ask,
    Condition,
    DragTo,
    Open,
    Press,
    RunTask,
    ScrollBy,
    TapOn,
    Target,
    TypeIn,
)


class Fills(Protocol):
    """What a scope offers to whoever fills texts in."""

    def text(self, value: Any) -> str:
        """`value` with its expressions replaced, as text."""


def filled_target(target: Target, scope: Fills) -> Target:
    """A target with its words, its picture and its neighbour filled in."""
    return replace(
        target,
        words=scope.text(target.words),
        picture=scope.text(target.picture),
        near=scope.text(target.near),
    )


def filled(act: Act, scope: Fills) -> Act:
    """`act` with all its texts filled in; acts that hold steps are returned as they are."""
    match act:
        case Open(app, arguments):
            return Open(scope.text(app), tuple(scope.text(each) for each in arguments))
        case TapOn(target):
            return replace(act, target=filled_target(target, scope))
        case TypeIn(text, into):
            inside = filled_target(into, scope) if into else None
            return replace(act, text=scope.text(text), into=inside)
        case Press(keys):
            return Press(tuple(scope.text(key) for key in keys))
        case ScrollBy(at=at, until=until):
            place = filled_target(at, scope) if at else None
            return replace(act, at=place, until=scope.text(until))
        case DragTo(start, end):
            return DragTo(filled_target(start, scope), filled_target(end, scope))
        case Ask(question, right_of=right_of, below=below, pattern=pattern):
            return replace(
                act,
                question=scope.text(question),
                right_of=scope.text(right_of),
                below=scope.text(below),
                pattern=scope.text(pattern),
            )
        case RunTask(task, verify):
            checks = tuple(scope.text(each) for each in verify)
            return replace(act, task=scope.text(task), verify=checks)
        case _:
            return act


def is_literal(value: Any) -> bool:
    """Whether a value holds no expression: all of it are words of the script's author."""
    if isinstance(value, str):
        return "{{" not in value
    if isinstance(value, Mapping):
        return all(map(is_literal, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_literal, value))
    return True


def speaks_of(text: str, names: Iterable[str]) -> bool:
    """Whether an expression in `text` may use one of `names`."""
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names) and "{{" in text


def needs_screen(condition: Condition) -> bool:
    """Whether a condition can only be told by looking at a device or asking it."""
    return bool(condition.text or condition.gone or condition.check or condition.seen)
