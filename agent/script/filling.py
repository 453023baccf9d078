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
from tapwright.agent.verify import OPERATORS
from tapwright.errors import StepFailed, UsageError


class Fills(Protocol):
    """What a scope offers to whoever fills texts in."""

    def text(self, value: Any) -> str:
        """`value` with its expressions replaced, as text."""


def stated(text: str, scope: Fills) -> str:
    """`text` filled in; nothing where the script states nothing.

    Raise `StepFailed` where it states something and its values leave nothing of it: an empty cell
    of a data file must not make "Delete near Ana" a plain "Delete", nor an assertion true.
    """
    return _not_empty(text, scope.text(text))


def filled_target(target: Target, scope: Fills) -> Target:
    """A target with its texts filled in; raise as `stated`."""
    return replace(
        target,
        words=stated(target.words, scope),
        picture=stated(target.picture, scope),
        near=stated(target.near, scope),
        right_of=stated(target.right_of, scope),
        below=stated(target.below, scope),
    )


def filled_condition(condition: Condition, fill: Callable[[str], Any]) -> Condition:
    """A condition with its texts filled in, `that` left as it is; raise as `stated`."""
    return replace(
        condition,
        text=_not_empty(condition.text, as_text(fill(condition.text))),
        gone=_not_empty(condition.gone, as_text(fill(condition.gone))),
        check=_not_empty(condition.check, filled_check(condition.check, fill)),
        seen=_not_empty(condition.seen, as_text(fill(condition.seen))),
        contains=_not_empty(condition.contains, as_text(fill(condition.contains))),
    )


def filled(act: Act, scope: Fills) -> Act:
    """`act` with all its texts filled in; acts that hold steps are returned as they are.

    Raise as `stated`. What is typed and a program's arguments may turn out empty, and keys that do
    are the device's to refuse.
    """
    match act:
        case Open(app, arguments):
            return Open(stated(app, scope), tuple(scope.text(each) for each in arguments))
        case TapOn(target):
            return replace(act, target=filled_target(target, scope))
        case TypeIn(text, into):
            inside = filled_target(into, scope) if into else None
            return replace(act, text=scope.text(text), into=inside)
        case Press(keys):
            return Press(tuple(scope.text(key) for key in keys))
        case ScrollBy(at=at, until=until):
            place = filled_target(at, scope) if at else None
            return replace(act, at=place, until=stated(until, scope))
        case DragTo(start, end):
            return DragTo(filled_target(start, scope), filled_target(end, scope))
        case Ask(question, right_of=right_of, below=below, pattern=pattern):
            return replace(
                act,
                question=stated(question, scope),
                right_of=stated(right_of, scope),
                below=stated(below, scope),
                pattern=stated(pattern, scope),
            )
        case RunTask(task, verify):
            checks = tuple(_not_empty(each, filled_check(each, scope.text)) for each in verify)
            return replace(act, task=stated(task, scope), verify=checks)
        case _:
            return act


def filled_check(check: str, fill: Callable[[str], Any]) -> str:
    """A check with its expressions filled in by `fill`, its words quoted as `parse_check` reads.

    A value stays a part of the word that it stands in: blanks and quotes in it, which may come
    from a data file or a screen, never make other words, nor an operator where the author wrote
    another. A check that is one expression and nothing else is what that gives. Raise `UsageError`
    for a quote that is not closed, or a value that would be the operator.
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
    full = [re.sub("\x00(\\d+)\x00", lambda found: values[int(found[1])], word) for word in words]
    for word, now in zip(words, full, strict=True):
        if word in OPERATORS:
            break  # what follows is the value, whatever it says
        if now in OPERATORS:
            raise UsageError(f"a value in the check {check!r} is '{now}', which would compare")
    return shlex.join(full)


def _not_empty(text: str, value: str) -> str:
    if text and not value.strip():
        raise StepFailed(
            f"'{text}' gives nothing here; give it a value, or do the step only `if` it has one"
        )
    return value


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
    read = condition.text or condition.contains or condition.gone
    return bool(read or condition.check or condition.seen)
