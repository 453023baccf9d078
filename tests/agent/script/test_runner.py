"""Scripts run on a stand-in stage: what is done, in which order, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tapwright.agent.script.events import Chosen, StepBegan, StepEnded, Told
from tapwright.agent.script.results import Ended, Status
from tapwright.errors import UsageError

from .standin import Events, World, run


def test_steps_are_done_in_order_and_told(tmp_path: Path) -> None:
    world, events = World("Save", "Name"), Events()
    result = run(
        """
        device: desktop
        variables: {customer: Ana}
        steps:
          - tap: Save
          - type: {text: "Hello {{ customer }}", into: Name}
          - press: ctrl+s
          - log: "{{ customer }} is done"
        """,
        world,
        tmp_path,
        events,
    )
    assert result.ended is Ended.PASSED and result.exit_code == 0, result.said
    assert world.acts == ["tap Save", "type Hello Ana", "press ctrl+s"]
    assert [step.key for step in result.steps] == ["1", "2", "3", "4"]
    assert [step.title for step in result.steps][:2] == ["tap Save", "type 'Hello Ana' into Name"]
    assert [event.text for event in events.of(Told)] == ["Ana is done"]
    assert len(events.of(StepBegan)) == len(events.of(StepEnded)) == 4
    assert result.steps[0].picture is not None and result.steps[0].picture.exists()


def test_an_act_whose_effect_cannot_be_told_is_called_unverified(tmp_path: Path) -> None:
    result = run("{device: desktop, steps: [{tap: Save}]}", World("Save"), tmp_path)
    assert result.steps[0].status is Status.PASSED
    assert result.steps[0].said.startswith("unverified")


def test_what_is_expected_and_held_before_verifies_nothing(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{tap: Save, expect: Saved}]}"
    told = run(text, World("Save", "Saved"), tmp_path)
    assert told.steps[0].said.startswith("unverified: what is expected held before")


def test_an_expectation_that_does_not_hold_fails_the_script(tmp_path: Path) -> None:
    world = World("Save")
    result = run(
        """
        device: desktop
        steps:
          - tap: Save
            expect: Saved
          - press: enter
        """,
        world,
        tmp_path,
    )
    assert result.ended is Ended.FAILED and result.exit_code == 3
    assert world.acts == ["tap Save"], "what was done is not done again, and nothing follows"
    assert "'Saved' is not on the screen" in result.said


def test_branches_follow_what_is_on_the_screen(tmp_path: Path) -> None:
    text = """
        device: desktop
        variables: {count: 3}
        steps:
          - if: {text: Update, then: [{press: a}], else: [{press: b}]}
          - if: {that: count > 2, then: [{press: c}]}
          - if: {that: count > 5, then: [{press: d}]}
    """
    events = Events()
    world = World("Update")
    result = run(text, world, tmp_path, events)
    assert world.acts == ["press a", "press c"], result.said
    assert [event.way for event in events.of(Chosen)] == ["then", "then", "else"]
    assert [step.key for step in result.steps] == ["1.then.1", "2.then.1"]


def test_loops_go_over_data_and_counts_and_conditions(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,age\nAna,3\nÖzgür,4\n", encoding="utf-8")
    world = World()
    result = run(
        """
        device: desktop
        variables: {left: 3}
        steps:
          - for_each:
              file: people.csv
              do: [{type: "{{ row.name }}"}]
          - for_each: {in: "{{ [1, 2] }}", as: n, do: [{press: "{{ n }}"}]}
          - repeat: {times: 2, do: [{press: x}]}
          - repeat:
              while: {that: left > 0}
              do: [{press: w}, {set: {left: "{{ left - 1 }}"}}]
        """,
        world,
        tmp_path,
    )
    assert result.ended is Ended.PASSED, result.said
    typed = ["type Ana", "type Özgür", "press 1", "press 2", "press x", "press x"]
    assert world.acts == [*typed, "press w", "press w", "press w"]
    assert result.steps[1].key == "1[2].1"
    assert result.variables["left"] == 0


def test_a_loop_that_does_not_end_fails(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{repeat: {while: {text: Next}, most: 4, do: [{press: n}]}}]}"
    world = World("Next")
    result = run(text, world, tmp_path)
    assert result.ended is Ended.FAILED and "after 4 rounds" in result.said
    assert len(world.acts) == 4


def test_a_failure_is_caught_and_finally_is_always_done(tmp_path: Path) -> None:
    world = World()
    result = run(
        """
        device: desktop
        steps:
          - try:
              do: [{tap: Missing, timeout: 0.1}]
              catch: [{log: "it said {{ error }}"}, {press: c}]
              finally: [{press: f}]
          - press: end
        """,
        world,
        tmp_path,
    )
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["press c", "press f", "press end"]
    assert "'Missing' is not on the screen" in result.steps[1].said


def test_a_failure_that_nobody_catches_ends_the_script_after_finally(tmp_path: Path) -> None:
    world = World()
    text = """
        device: desktop
        steps:
          - try: {do: [{tap: Missing}], finally: [{press: f}]}
          - press: end
    """
    result = run(text, world, tmp_path)
    assert result.ended is Ended.FAILED and "Missing" in result.said
    assert world.acts == ["press f"]


def test_an_optional_step_warns_and_the_script_goes_on(tmp_path: Path) -> None:
    world = World("Save")
    text = """
        device: desktop
        steps:
          - tap: Missing
            optional: true
          - try: {do: [{tap: Missing}], finally: [{press: f}]}
            optional: true
          - tap: Save
    """
    result = run(text, world, tmp_path)
    assert result.ended is Ended.PASSED, result.said
    warned = [step.key for step in result.steps if step.status is Status.WARNED]
    assert warned == ["1", "2"], result.steps
    assert world.acts == ["press f", "tap Save"]


def test_a_healed_step_shows_in_the_end_and_the_exit_code(tmp_path: Path) -> None:
    world = World("Save")
    world.healed = {"tap Save"}
    result = run("{device: desktop, steps: [{tap: Save}]}", world, tmp_path)
    assert result.ended is Ended.HEALED and result.exit_code == 7
    assert result.steps[0].status is Status.HEALED
    changed = "it looked different from what was learned and was found by its text; "
    assert result.steps[0].said.startswith(changed)
    assert changed in (result.folder / "progress.jsonl").read_text(encoding="utf-8")


def test_a_subflow_has_variables_of_its_own_and_gives_some_back(tmp_path: Path) -> None:
    (tmp_path / "login.yaml").write_text(
        "needs: [user]\nvariables: {token: none}\nsteps:\n"
        '  - type: "{{ user }}"\n  - set: {token: "t-{{ user }}", row: 9}\n',
        encoding="utf-8",
    )
    world = World()
    result = run(
        """
        device: desktop
        variables: {who: ana, mine: "", row: 1}
        steps:
          - subflow: {file: login.yaml, with: {user: "{{ who }}"}, save: {mine: token}}
          - type: "{{ mine }}/{{ row }}"
        """,
        world,
        tmp_path,
    )
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["type ana", "type t-ana/1"]
    assert [step.key for step in result.steps] == ["1.1", "1.2", "2"]


def test_values_are_asked_off_the_screen_and_kept(tmp_path: Path) -> None:
    world = World()
    world.answers = {"the total": 12.5}
    text = """
        device: desktop
        variables: {total: 0}
        steps:
          - ask: {question: the total, save_as: total, kind: float}
          - assert: {that: total == 12.5}
    """
    result = run(text, world, tmp_path)
    assert result.ended is Ended.PASSED, result.said
    assert result.variables["total"] == 12.5 and result.model_calls == 1


def test_an_assertion_fails_with_its_message(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{assert: {text: Paid, message: not paid}}]}"
    result = run(text, World(), tmp_path)
    assert result.ended is Ended.FAILED
    assert result.said.endswith(": step 1: not paid: 'Paid' is not on the screen")


def test_a_screenshot_is_kept_under_its_name(tmp_path: Path) -> None:
    result = run("{device: desktop, steps: [{screenshot: after/save}]}", World(), tmp_path)
    assert [path.name for path in (result.folder / "pictures").iterdir()] == ["after_save.jpg"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [({}, "customer"), ({"values": {"customer": "x", "typo": "y"}}, "typo")],
)
def test_what_a_script_needs_is_asked_for_before_anything_is_done(
    tmp_path: Path, settings: dict[str, object], said: str
) -> None:
    text = '{device: desktop, needs: [customer], steps: [{type: "{{ customer }}"}]}'
    world = World()
    with pytest.raises(UsageError, match=said):
        run(text, world, tmp_path, **settings)
    assert not (tmp_path / "run").exists() and world.acts == []


def test_the_progress_file_tells_all(tmp_path: Path) -> None:
    result = run("{device: desktop, steps: [{tap: Save}]}", World("Save"), tmp_path)
    lines = (result.folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["kind"] for record in records] == ["script", "intend", "done", "end"]
    assert records[2]["status"] == "passed" and records[2]["picture"] == "pictures/1.jpg"
    assert records[3]["ended"] == "passed"
