"""How wide the column of the steps' keys is: as the longest that a script is known to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwright.agent.script.steps import Act, Script, Step

LEAST, MOST = 8, 48  # characters, the blank behind the key among them


def key_width(script: Script) -> int:
    """Characters of the column; a loop whose rounds are not known yet is taken for one of ten."""
    return min(MOST, max(LEAST, _longest(script.steps, {}) + 1))


def _longest(steps: tuple[Step, ...], known: dict[int, int]) -> int:
    """Characters of the longest key among `steps` and those in them, seen from where they stand.

    `known` keeps it of subflows, which may be called in many places.
    """
    keys = (
        len(str(number)) + _inside(step.act, known) for number, step in enumerate(steps, start=1)
    )
    return max(keys, default=0)


def _inside(act: Act, known: dict[int, int]) -> int:
    """Characters that the longest key within a step has more than the step's own."""
    from tapwright.agent.script.steps import ForEach, Repeat, Subflow
    from tapwright.agent.script.walk import blocks

    if isinstance(act, Subflow):
        if id(act.script) not in known:
            known[id(act.script)] = 0
            known[id(act.script)] = len(".") + _longest(act.script.steps, known)
        return known[id(act.script)]
    if isinstance(act, ForEach):
        rounds = 10 if isinstance(act.items, str) else len(act.items)
        return len(f"[{rounds}].") + _longest(act.do, known)
    if isinstance(act, Repeat):
        return len(f"[{act.times or 10}].") + _longest(act.do, known)
    within = [len(f".{name}.") + _longest(steps, known) for name, steps in blocks(act).items()]
    return max(within, default=0)
