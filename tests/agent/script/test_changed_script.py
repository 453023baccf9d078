"""Going on with a script that was changed: what was done must still be what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings

from .standin import World, run, script_of, stand_in

DONE = "{press: a}, {press: b}"


def gone_on(before: str, after: str, folder: Path, world: World) -> ScriptResult:
    """A script that is cut off at `tap: Save`, changed, and gone on with."""
    assert run(f"{{device: desktop, steps: [{before}]}}", world, folder).ended is Ended.FAILED
    world.words.add("Save")
    return resume_script(
        folder / "run",
        {"device": world},
        settings=RunnerSettings(accept_changes=True, environ={}),
        open_stage=stand_in,
        script=script_of(f"{{device: desktop, steps: [{after}]}}", folder),
    )


@pytest.mark.parametrize(
    "after",
    [
        "{press: insert}, {press: a}, {press: b}, {tap: Save}",
        "{press: b}, {tap: Save}",
        "{press: a}, {if: {that: true, then: [{press: insert}]}}, {press: b}, {tap: Save}",
        "{press: a}, {try: {do: [{press: insert}], catch: [{press: c}]}}, {press: b}, {tap: Save}",
    ],
)
def test_nothing_is_skipped_or_repeated_because_steps_have_moved(
    tmp_path: Path, after: str
) -> None:
    world = World()
    result = gone_on(f"{DONE}, {{tap: Save}}", after, tmp_path, world)
    assert result.ended is Ended.NEEDS_HUMAN and "was done" in result.said, result.said
    assert world.acts == ["press a", "press b"]


@pytest.mark.parametrize(
    "after",
    ["{press: c}", "{press: c}, {tap: Save}", "{if: {that: true, then: [{press: c}]}}"],
)
def test_what_was_not_done_yet_may_be_changed(tmp_path: Path, after: str) -> None:
    world = World()
    result = gone_on(f"{DONE}, {{tap: Save}}", f"{DONE}, {after}", tmp_path, world)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts[:3] == ["press a", "press b", "press c"]


def test_a_step_may_not_stand_where_a_branch_was_gone_into(tmp_path: Path) -> None:
    before = "{if: {that: true, then: [{press: a}]}}, {tap: Save}"
    world = World()
    result = gone_on(before, "{press: insert}, {tap: Save}", tmp_path, world)
    assert result.ended is Ended.NEEDS_HUMAN and world.acts == ["press a"]
