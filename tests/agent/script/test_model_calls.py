"""How often a model was asked: for steps and for conditions, in every pass of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tapwright.agent.script.html import write_html
from tapwright.agent.script.progress import PROGRESS
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.agent.script.steps import Script
from tapwright.agent.script.told import read_tale
from tapwright.model.scripted import ScriptedModel

from ..drawn_device import DrawnDevice
from ..parts import DONE, tap_row
from .standin import World, run, script_of, stand_in

JUDGED = """
    device: desktop
    steps:
      - if: {seen: a bill, then: [{press: a}]}
      - repeat: {while: {seen: more}, do: [{press: b}]}
      - subflow: {file: sub.yaml}
        expect: {seen: it is done}
      - tap: Save
"""


def judged(folder: Path) -> Script:
    """A script none of whose steps asks a model, and all of whose conditions do."""
    (folder / "sub.yaml").write_text("{device: desktop, steps: [{press: c}]}\n", encoding="utf-8")
    return script_of(JUDGED, folder)


def resume(script: Script, world: World | DrawnDevice, folder: Path, *replies: str) -> ScriptResult:
    model = ScriptedModel(replies, "tapwright-embedded")
    settings = RunnerSettings(environ={}, model=lambda: model)
    return resume_script(
        folder / "run", {"pc": world}, settings=settings, open_stage=stand_in, script=script
    )


def forget_the_end(folder: Path) -> None:
    """Make a run look as if its process was killed."""
    path = folder / "run" / PROGRESS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["kind"] not in ("done", "end")]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


def test_a_model_that_only_judges_conditions_is_counted(tmp_path: Path) -> None:
    world = World("a bill", "it is done", "Save")
    result = run(judged(tmp_path), world, tmp_path)
    assert result.ended is Ended.PASSED, result.said
    assert [step.model_calls for step in result.steps] == [0, 0, 0]
    assert result.model_calls == 3
    assert read_tale(result.folder).model_calls == 3
    html = write_html(result.folder, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<dt>model calls</dt><dd>3</dd>" in html


def test_a_condition_that_ended_the_script_is_counted(tmp_path: Path) -> None:
    result = run(judged(tmp_path), World(), tmp_path)
    assert result.ended is Ended.FAILED and "it is done" in result.said
    assert result.model_calls == read_tale(result.folder).model_calls == 3


@pytest.mark.parametrize("killed", [False, True])
def test_what_was_asked_before_a_cut_is_counted_behind_it(tmp_path: Path, killed: bool) -> None:
    script, world = judged(tmp_path), World("a bill", "it is done")
    assert run(script, world, tmp_path).ended is Ended.FAILED
    if killed:
        forget_the_end(tmp_path)
    world.words.add("Save")
    result = resume(script, world, tmp_path)
    assert result.model_calls == read_tale(result.folder).model_calls >= 3
    if not killed:
        assert result.ended is Ended.PASSED, result.said
        assert result.model_calls == 3, "no condition was asked a second time"


@pytest.mark.parametrize("killed", [False, True])
def test_the_steps_of_a_task_are_counted_once(tmp_path: Path, killed: bool) -> None:
    def stop(action: object) -> None:
        raise KeyboardInterrupt("the person pressed escape")

    device = DrawnDevice()
    device.before = stop
    script = script_of(
        "{device: desktop, steps: [{run: {task: Turn two on, verify: [switch 2 == 1]}}]}", tmp_path
    )
    model = ScriptedModel([tap_row(2)], "tapwright-embedded")
    cut = run(script, device, tmp_path, model=lambda: model)  # type: ignore[arg-type]
    assert cut.ended is Ended.CANCELLED and cut.model_calls == 1
    assert "the person pressed escape" in cut.said
    if killed:
        forget_the_end(tmp_path)
    device.before = None
    result = resume(script, device, tmp_path, tap_row(2), DONE)
    assert result.ended is Ended.PASSED, result.said
    assert result.model_calls == read_tale(result.folder).model_calls == 3
