"""Acts with their texts filled in from a scope, right before they are done."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Protocol

from tapwright.agent.script import expressions
from tapwright.agent.script.expression_rules import as_text
from tapwright.agent.script.expressions import Expression
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
from tapwright.errors import UsageError


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
            checks = tuple(filled_check(each, scope.text) for each in verify)
            return replace(act, task=scope.text(task), verify=checks)
        case _:
            return act


def filled_check(check: str, fill: Callable[[str], Any]) -> str:
    """A check with its expressions filled in by `fill`, its words quoted as `parse_check` reads.

    A value stays a part of the word that it stands in: blanks and quotes in it, which may come
    from a data file or a screen, never make other words. A check that is one expression and
    nothing else is what that gives. Raise `UsageError` for a quote that is not closed.
    """
    pieces = expressions.split(check)
    values = [
        as_text(fill(f"{{{{ {each.source} }}}}")) for each in pieces if isinstance(each, Expression)
    ]
    if not values or len(pieces) == 1:
        return values[0] if values else check
    numbers = count()
    marked = "".join(
        each if isinstance(each, str) else f"\x00{next(numbers)}\x00" for each in pieces
    )
    try:
        words = shlex.split(marked)
    except ValueError as error:
        raise UsageError(f"cannot read the check {check!r}: {error}") from error
    return shlex.join(
        re.sub("\x00(\\d+)\x00", lambda found: values[int(found[1])], word) for word in words
    )


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
