"""Scripts that were cut off and gone on with: nothing done twice, nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tapwright.agent.script.events import Event, StepBegan
from tapwright.agent.script.past import fingerprint, read_past
from tapwright.agent.script.progress import PROGRESS
from tapwright.agent.script.results import Ended, ScriptResult, Status
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.errors import JournalError, Offline, UsageError

from .standin import World, run, script_of, stand_in


def resume(world: World, folder: Path, text: str, **settings: Any) -> ScriptResult:
    """Go on with the run below `folder`."""
    return resume_script(
        folder / "run",
        {"pc": world},
        settings=RunnerSettings(environ={}, **settings),
        open_stage=stand_in,
        script=script_of(text, folder),
    )


def cut_before(act: str, kind: type[BaseException] = KeyboardInterrupt) -> Callable[[str], None]:
    """Ends the run right before an act reaches the program."""

    def trouble(does: str) -> None:
        if does == act:
            raise kind("the run was cut off")

    return trouble


NESTED = """
    device: desktop
    variables: {n: 0}
    steps:
      - press: home
        expect: {check: "acts contains [press home]"}
      - for_each:
          in: "{{ [10, 20, 30] }}"
          as: item
          do:
            - set: {n: "{{ n + item }}"}
            - if:
                that: item > 15
                then:
                  - type: {text: "{{ n }}", into: Field, clear: true}
                    expect: {check: "acts contains [type {{ n }}]"}
                else: [{press: down, expect: {check: "acts contains [press down]"}}]
      - try:
          do: [{tap: Missing}]
          catch:
            - press: esc
              expect: {check: "acts contains [press esc]"}
          finally: [{press: end, expect: {check: "acts contains [press end]"}}]
      - repeat:
          while: {that: n < 80}
          do: [{set: {n: "{{ n + 10 }}"}}, {press: "w{{ n }}", expect: "did press w{{ n }}"}]
      - press: "last{{ n }}"
        expect: {check: "acts contains [press last{{ n }}]"}
"""
ALL = [
    "press home", "press down", "type 30", "type 60", "press esc", "press end",
    "press w70", "press w80", "press last80",
]  # fmt: skip


@pytest.mark.parametrize("act", ALL)
@pytest.mark.parametrize("when", ["trouble", "after"])
def test_a_script_goes_on_where_it_was_cut_off(tmp_path: Path, act: str, when: str) -> None:
    world = World("Field")
    setattr(world, when, cut_before(act))
    assert run(NESTED, world, tmp_path).ended is Ended.CANCELLED
    setattr(world, when, lambda act: None)
    result = resume(world, tmp_path, NESTED)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ALL
    assert result.variables["n"] == 80
    again = [step.key for step in result.steps]
    assert len(again) == len(set(again)), "each step is told once"


def test_a_run_that_is_over_is_not_resumed(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: a}]}"
    run(text, World(), tmp_path)
    with pytest.raises(JournalError, match="is over"):
        resume(World(), tmp_path, text)


BRANCH = """
    device: desktop
    steps:
      - if: {text: Update, then: [{press: pagedown}], else: [{press: pageup}]}
      - tap: Save
"""


def test_a_branch_in_which_nothing_was_begun_is_chosen_anew(tmp_path: Path) -> None:
    def cut(event: Event) -> None:
        if isinstance(event, StepBegan):
            raise KeyboardInterrupt

    world = World("Update", "Save")
    assert run(BRANCH, world, tmp_path, cut).ended is Ended.CANCELLED
    world.words.discard("Update")
    assert resume(world, tmp_path, BRANCH).ended is Ended.PASSED
    assert world.acts == ["press pageup", "tap Save"]


def test_a_branch_that_was_taken_is_not_left_because_the_screen_changed(tmp_path: Path) -> None:
    world = World("Update")
    assert run(BRANCH, world, tmp_path).ended is Ended.FAILED
    world.words = {"Save"}
    assert resume(world, tmp_path, BRANCH).ended is Ended.PASSED
    assert world.acts == ["press pagedown", "tap Save"]


PAY = """
    device: desktop
    steps:
      - press: insert
      - tap: Pay
      - press: delete
"""


def test_a_step_in_flight_that_nothing_can_decide_stops_and_asks(tmp_path: Path) -> None:
    world = World("Pay")
    world.after = cut_before("tap Pay")
    run(PAY, world, tmp_path)
    world.after = lambda act: None
    result = resume(world, tmp_path, PAY)
    assert result.ended is Ended.NEEDS_HUMAN and result.exit_code == 5
    folder = tmp_path / "run"
    assert f"tapwright script resume {folder} --done" in result.said and "--not-done" in result.said
    assert "step 2: 'tap Pay'" in result.said
    assert result.steps[-1].status is Status.UNCERTAIN
    assert world.acts == ["press insert", "tap Pay"], "it was not done again"
    assert resume(world, tmp_path, PAY).ended is Ended.NEEDS_HUMAN, "asking twice answers nothing"


@pytest.mark.parametrize(("decided", "pays"), [("done", 1), ("not_done", 2)])
def test_a_persons_word_decides_the_step_in_flight(tmp_path: Path, decided: str, pays: int) -> None:
    world = World("Pay")
    world.after = cut_before("tap Pay")
    run(PAY, world, tmp_path)
    world.after = lambda act: None
    result = resume(world, tmp_path, PAY, decided=decided)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["press insert", *["tap Pay"] * pays, "press delete"]


def test_a_word_about_a_step_that_is_not_in_flight_is_refused(tmp_path: Path) -> None:
    world = World()
    text = "{device: desktop, steps: [{press: a}, {tap: Save}]}"
    run(text, world, tmp_path)
    world.words.add("Save")
    with pytest.raises(UsageError, match="is in flight, so none can be said to be done"):
        resume(world, tmp_path, text, decided="done")
    assert world.acts == ["press a"]


def test_what_held_before_decides_nothing(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: a, expect: Ready}, {press: b}]}"
    world = World("Ready")
    world.trouble = cut_before("press a")
    run(text, world, tmp_path)
    result = resume(World("Ready"), tmp_path, text)
    assert result.ended is Ended.NEEDS_HUMAN and "held already" in result.said


def test_a_step_that_must_not_happen_twice_is_not_decided_by_a_screen(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: enter, once: true, expect: Paid}]}"
    world = World()
    world.trouble = cut_before("press enter")
    run(text, world, tmp_path)
    result = resume(World(), tmp_path, text)
    assert result.ended is Ended.NEEDS_HUMAN and "must not happen twice" in result.said


def test_text_that_may_stand_there_in_part_is_not_typed_again(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{type: Hello, expect: 'did type Hello'}]}"
    world = World()
    world.trouble = cut_before("type Hello")
    run(text, world, tmp_path)
    result = resume(World(), tmp_path, text)
    assert result.ended is Ended.NEEDS_HUMAN and "in part" in result.said


def test_a_failed_step_is_tried_again_when_the_person_resumes(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: a}, {tap: Save}]}"
    world = World()
    assert run(text, world, tmp_path).ended is Ended.FAILED
    world.words.add("Save")
    result = resume(world, tmp_path, text)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["press a", "tap Save"]


def test_what_was_cleaned_up_after_a_failure_is_not_gone_on_with(tmp_path: Path) -> None:
    text = """
        device: desktop
        steps:
          - try: {do: [{tap: Save}], finally: [{press: esc}]}
    """
    world = World()
    assert run(text, world, tmp_path).ended is Ended.FAILED
    world.words.add("Save")
    result = resume(world, tmp_path, text)
    assert result.ended is Ended.FAILED and "Save" in result.said
    assert world.acts == ["press esc"], "what was closed is not acted on"


def test_a_lost_device_ends_the_run_and_its_step_is_decided_later(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: a, expect: {check: 'acts contains [press a]'}}]}"
    world = World()
    world.after = cut_before("press a", Offline)
    result = run(text, world, tmp_path)
    assert result.ended is Ended.DEVICE_LOST and result.exit_code == 6
    assert result.steps[-1].status is Status.UNCERTAIN
    world.after = lambda act: None
    assert resume(world, tmp_path, text).ended is Ended.PASSED
    assert world.acts == ["press a"]


def test_a_script_that_was_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    world = World()
    text = "{device: desktop, steps: [{press: a}, {tap: Save}]}"
    run(text, world, tmp_path)
    changed = "{device: desktop, steps: [{press: a}, {press: b}]}"
    with pytest.raises(JournalError, match="does something else"):
        resume(world, tmp_path, changed)
    assert resume(world, tmp_path, changed, accept_changes=True).ended is Ended.PASSED


def test_comments_and_the_folder_are_no_change(tmp_path: Path) -> None:
    one = script_of("device: desktop\nsteps:\n  - press: a\n", tmp_path)
    other = script_of("# said\n\ndevice: desktop\nsteps:\n\n  - press: a  # x\n", tmp_path / "x")
    assert fingerprint(one) == fingerprint(other)
    third = script_of("device: desktop\nsteps:\n  - press: b\n", tmp_path)
    assert fingerprint(one) != fingerprint(third)


def test_other_rows_than_before_are_not_gone_on_with(tmp_path: Path) -> None:
    data = tmp_path / "people.csv"
    data.write_text("name\nAna\nBo\n", encoding="utf-8")
    text = """
        device: desktop
        steps:
          - for_each: {file: people.csv, do: [{press: "{{ row.name }}"}]}
    """
    world = World()
    world.trouble = cut_before("press Bo", Offline)
    run(text, world, tmp_path)
    data.write_text("name\nBo\nAna\n", encoding="utf-8")
    result = resume(World(), tmp_path, text)
    assert result.ended is Ended.NEEDS_HUMAN and "people.csv" in result.said


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    world = World()
    world.trouble = cut_before("press delete")
    world.words.add("Pay")
    run(PAY, world, tmp_path)
    path = tmp_path / "run" / PROGRESS
    lines = path.read_bytes().splitlines(keepends=True)
    before = [line for line in lines if b'"end"' not in line]
    path.write_bytes(b"".join(before) + b'{"kind": "done", "key": "3", "sta')
    world.trouble = lambda act: None
    assert "3" in read_past(tmp_path / "run").open
    result = resume(world, tmp_path, PAY, decided="not_done")
    assert result.ended is Ended.PASSED and world.acts[-1] == "press delete"
    assert read_past(tmp_path / "run").ended is not None


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    run(PAY, World("Pay"), tmp_path)
    path = tmp_path / "run" / PROGRESS
    path.write_bytes(b'{"kind": "script"}\n{"kind": "done"}\n')
    with pytest.raises(JournalError, match=r"line 2 of .*progress\.jsonl"):
        resume(World(), tmp_path, PAY)


def test_scrolling_until_something_is_seen_is_gone_on_with(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{scroll: {down: 3, until: End}}]}"
    world = World()
    world.after = cut_before("scrollby", Offline)
    run(text, world, tmp_path)
    assert resume(World(), tmp_path, text).ended is Ended.PASSED
