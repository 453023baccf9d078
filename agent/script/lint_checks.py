"""Checks of a script that its desktop cannot answer, told before it runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress

from tapwright.agent.script.steps import Assert, If, Repeat, RunTask, Step, WaitFor
from tapwright.questions import DESKTOP_QUESTIONS, desktop_questions


def unanswered(step: Step) -> Iterator[str]:
    """What a desktop is asked in this step and does not know."""
    for check in _checks(step):
        with suppress(ValueError):  # a quote that is not closed is told when it is loaded
            asked = next(iter(shlex.split(check)), "")
            if "{{" not in asked and asked not in DESKTOP_QUESTIONS:
                yield (f"a desktop knows no check '{asked}'; ask one of: {desktop_questions()}")


def _checks(step: Step) -> Iterator[str]:
    """Every check in a step's own act and in what it expects, none of them empty."""
    act, conditions = step.act, [step.options.expect]
    match act:
        case WaitFor(condition) | Assert(condition) | If(condition):
            conditions.append(condition)
        case Repeat():
            conditions.append(act.while_)
        case RunTask():
            yield from act.verify
    for each in conditions:
        if each is not None and each.check:
            yield each.check
