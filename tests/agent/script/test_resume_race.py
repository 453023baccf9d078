"""Two who go on with one run: who read it before the other wrote must not do things again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.script.past import Past, read_past
from tapwright.agent.script.progress import PROGRESS
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import begun_with, resume_script
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.script.told import read_tale
from tapwright.errors import JournalError

from .standin import World, run, script_of, stand_in

TEXT = "{device: desktop, steps: [{press: a}, {tap: Next}, {press: b}, {tap: Save}]}"


def go_on(past: Past, world: World, folder: Path) -> ScriptResult:
    """Go on with a run as it was when `past` was read."""
    return ScriptRunner(
        script_of(TEXT, folder),
        {"pc": world},
        settings=begun_with(past, RunnerSettings(environ={})),
        open_stage=stand_in,
        past=past,
    ).run()


def test_a_run_that_another_went_on_with_meanwhile_is_left_alone(tmp_path: Path) -> None:
    world = World()
    assert run(TEXT, world, tmp_path).ended is Ended.FAILED
    world.words.add("Next")
    early = read_past(tmp_path / "run")
    assert go_on(read_past(tmp_path / "run"), world, tmp_path).ended is Ended.FAILED
    assert world.acts == ["press a", "tap Next", "press b"]
    records = (tmp_path / "run" / PROGRESS).read_bytes()
    with pytest.raises(JournalError, match="was gone on with meanwhile"):
        go_on(early, world, tmp_path)
    assert world.acts == ["press a", "tap Next", "press b"], "nothing is done twice"
    assert (tmp_path / "run" / PROGRESS).read_bytes() == records
    world.words.add("Save")
    result = go_on(read_past(tmp_path / "run"), world, tmp_path)
    assert result.ended is Ended.PASSED, "and nobody holds the folder any more"


def test_a_record_torn_since_the_cut_is_no_going_on(tmp_path: Path) -> None:
    world = World("Next")
    run(TEXT, world, tmp_path)
    with (tmp_path / "run" / PROGRESS).open("ab") as file:
        file.write(b'{"kind": "done", "key"')
    world.words.add("Save")
    assert go_on(read_past(tmp_path / "run"), world, tmp_path).ended is Ended.PASSED


def test_who_is_told_of_a_change_is_told_how_to_go_on(tmp_path: Path) -> None:
    run(TEXT, World(), tmp_path)
    with pytest.raises(JournalError, match=r"does something else .*\(--accept-changes\)"):
        resume_script(
            tmp_path / "run",
            {"pc": World()},
            open_stage=stand_in,
            script=script_of(TEXT.replace("tap: Save", "tap: Store"), tmp_path),
        )


def test_a_record_longer_than_a_million_characters_is_gone_on_with(tmp_path: Path) -> None:
    text = """
        device: desktop
        needs: [long]
        steps:
          - tap: Save
          - type: "{{ long | length }}"
    """
    world, script = World(), script_of(text, tmp_path)
    values = {"long": "x" * 1_100_000}
    assert run(script, world, tmp_path, values=values).ended is Ended.FAILED
    assert read_tale(tmp_path / "run").values == values
    world.words.add("Save")
    result = resume_script(tmp_path / "run", {"pc": world}, open_stage=stand_in, script=script)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["tap Save", "type 1100000"]
