"""A step in flight, of which nobody knows whether it happened: decided by what it expects, or by
a person, and never by a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapwright.agent.script.deed import Deed, Outcome
from tapwright.agent.script.filling import needs_screen
from tapwright.agent.script.retry import adds_up
from tapwright.agent.script.steps import CallTool, RunTask, ScrollBy
from tapwright.errors import Uncertain


def decide(deed: Deed, intent: Mapping[str, Any]) -> Outcome | None:
    """What came of a step in flight; None where it did not happen, so that it is done now.

    Raise `Uncertain` where nothing can tell. A `RunTask` is not asked here: its own journal knows
    how far it came.
    """
    said = deed.run.decided
    if said:
        deed.run.decided = ""  # it is a word about one step
        deed.open_before = False
        return Outcome("a person said that it was done") if said == "done" else None
    expect = deed.step.options.expect
    if isinstance(deed.step.act, ScrollBy) and deed.step.act.until and expect is None:
        return None  # it looks first whether there is anything left to scroll to
    if expect is None or not needs_screen(expect):
        raise Uncertain("it states nothing that could be looked at (`expect:`)")
    if intent.get("before"):
        raise Uncertain("what it expects held already before it was begun")
    held, why = deed.holds(expect, deed.timeout)
    if held and isinstance(deed.step.act, CallTool) and deed.step.act.save_as:
        raise Uncertain(f"it did happen ({why}), but what the tool said is lost")
    if held:
        return Outcome(f"was in flight, and did happen: {why}")
    if isinstance(deed.step.act, RunTask):
        return None
    if deed.once and not expect.check:
        # A screen may have moved on; only what is kept outside of it can say "it never happened".
        raise Uncertain(f"it must not happen twice, and the screen says: {why}")
    if adds_up(deed.step):
        raise Uncertain(f"its text may stand there in part, and {why}")
    return None
