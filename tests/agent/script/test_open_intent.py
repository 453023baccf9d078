"""A step in flight stays in doubt until its act is begun anew, whatever goes wrong before that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tapwright.agent.script.past import read_past
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.agent.script.running import Decided
from tapwright.errors import NoDevice, SetupError, TapwrightError
from tapwright.protocols import Device

from .standin import World, run, script_of, stand_in

WRITES = "{device: desktop, steps: [{press: a, expect: {check: 'acts contains [press a]'}}]}"
BLIND = "{device: desktop, steps: [{press: a}]}"


def cut(world: World, text: str, folder: Path) -> None:
    """Run a script that is cut off right behind its first act."""

    def stop(act: str) -> None:
        raise KeyboardInterrupt

    world.after = stop
    assert run(text, world, folder).ended is Ended.CANCELLED
    world.after = lambda act: None


def resume(
    world: World,
    text: str,
    folder: Path,
    lacks: TapwrightError | None = None,
    decided: Decided = "",
) -> ScriptResult:
    """Go on with it; a machine that lacks something opens no device."""

    @contextmanager
    def opened(place: str) -> Iterator[Device]:
        if lacks is not None:
            raise lacks
        yield world

    return resume_script(
        folder / "run",
        opened,
        settings=RunnerSettings(environ={}, decided=decided),
        open_stage=stand_in,
        script=script_of(text, folder),
    )


@pytest.mark.parametrize("lacks", [SetupError("a package is missing"), NoDevice("no display")])
def test_what_fails_before_the_act_leaves_the_step_of_an_earlier_pass_in_doubt(
    tmp_path: Path, lacks: TapwrightError
) -> None:
    world = World()
    cut(world, WRITES, tmp_path)
    assert resume(world, WRITES, tmp_path, lacks).exit_code != 0
    assert read_past(tmp_path / "run").step_in_flight() == "1"
    again = resume(world, WRITES, tmp_path)
    assert again.ended is Ended.PASSED, again.said
    assert world.acts == ["press a"], "it was done twice"


def test_it_can_still_be_decided_by_a_person_after_that(tmp_path: Path) -> None:
    world = World()
    cut(world, WRITES, tmp_path)
    assert resume(world, WRITES, tmp_path, SetupError("a package is missing")).exit_code != 0
    told = resume(world, WRITES, tmp_path, decided="done")
    assert told.ended is Ended.PASSED, told.said
    assert world.acts == ["press a"]


def test_a_persons_word_that_it_did_not_happen_is_not_asked_for_twice(tmp_path: Path) -> None:
    world = World()
    cut(world, BLIND, tmp_path)
    lacks = SetupError("a package is missing")
    assert resume(world, BLIND, tmp_path, lacks, "not_done").ended is Ended.FAILED
    again = resume(world, BLIND, tmp_path)
    assert again.ended is Ended.PASSED, again.said
    assert world.acts == ["press a"] * 2
