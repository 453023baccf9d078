"""How a run that failed says where: file, line and step of what failed, and in which row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.agent.script.events import Chosen
from tapwright.agent.script.past import read_past
from tapwright.agent.script.results import Ended, Status
from tapwright.errors import Offline

from .standin import Events, World, run

GONE = "'Missing' is not on the screen"


@pytest.mark.parametrize(
    ("around", "where"),
    [
        ("for_each: {in: [5, 6], do: [{press: a}, @]}", "2: step 1.do.2 (row 1 of 2)"),
        ("repeat: {times: 3, do: [@]}", "2: step 1.do.1 (round 1)"),
        ("try: {do: [{press: a}, @], finally: [{press: f}]}", "2: step 1.do.2"),
        ("if: {that: 1 < 2, then: [@]}", "2: step 1.then.1"),
        (
            "for_each: {in: [5], do: [{repeat: {times: 1, do: [@]}}]}",
            "2: step 1.do.1.do.1 (row 1 of 1, round 1)",
        ),
    ],
)
def test_the_end_tells_the_inner_step_that_failed(tmp_path: Path, around: str, where: str) -> None:
    text = "device: desktop\nsteps: [{" + around.replace("@", "{tap: Missing}") + "}]\n"
    result = run(text, World(), tmp_path)
    assert result.ended is Ended.FAILED
    assert result.said == f"{tmp_path / 'script.yaml'}:{where}: {GONE}"


def test_the_row_in_which_it_failed_is_told(tmp_path: Path) -> None:
    text = """device: desktop
steps:
  - for_each:
      in: [Save, Missing, Save]
      as: name
      do:
        - press: home
        - tap: "{{ name }}"
"""
    world = World("Save")
    result = run(text, world, tmp_path)
    where = f"{tmp_path / 'script.yaml'}:8: step 1.do.2 (row 2 of 3)"
    assert result.said == f"{where}: {GONE}"
    ended = read_past(tmp_path / "run").ended
    assert ended is not None and ended["key"] == "1[2].2"


def test_a_subflow_is_told_by_its_own_line_and_by_that_of_its_call(tmp_path: Path) -> None:
    inner = tmp_path / "inner.yaml"
    inner.write_text("steps:\n  - press: a\n  - tap: Missing\n", encoding="utf-8")
    text = "device: desktop\nsteps:\n  - press: b\n  - subflow: inner.yaml\n"
    result = run(text, World(), tmp_path)
    called = f"called at {tmp_path / 'script.yaml'}:4"
    assert result.said == f"{inner}:3: step 2 ({called}): {GONE}"


def test_what_a_loop_itself_cannot_do_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'device: desktop\nvariables: {n: 7}\nsteps:\n  - for_each: {in: "{{ n }}", do: [@]}\n'
    result = run(text.replace("@", "{press: a}"), World(), tmp_path)
    assert result.said.startswith(f"{tmp_path / 'script.yaml'}:4: step 1: '{{{{ n }}}}' is int")


def test_an_optional_part_warns_with_the_step_that_failed(tmp_path: Path) -> None:
    text = """device: desktop
steps:
  - for_each: {in: [1, 2], do: [{tap: Missing}]}
    optional: true
  - press: a
"""
    result = run(text, World(), tmp_path)
    assert result.ended is Ended.PASSED, result.said
    warned = [step for step in result.steps if step.status is Status.WARNED]
    where = f"{tmp_path / 'script.yaml'}:3: step 1.do.1 (row 1 of 2)"
    assert [step.said for step in warned] == [f"{where}: {GONE}"]


def test_what_was_caught_is_told_with_its_step_and_does_not_stick(tmp_path: Path) -> None:
    events = Events()
    text = """device: desktop
steps:
  - try: {do: [{tap: Missing}], catch: [{log: "{{ error }}"}]}
  - assert: {that: 1 > 2}
"""
    result = run(text, World(), tmp_path, events)
    (caught,) = events.of(Chosen)
    assert caught.why == f"{tmp_path / 'script.yaml'}:3: step 1.do.1: {GONE}"
    assert result.said.startswith(f"{tmp_path / 'script.yaml'}:4: step 2: '1 > 2'")
    ended = read_past(tmp_path / "run").ended
    assert ended is not None and ended["key"] == "2"


def test_a_lost_device_is_told_with_the_step_in_which_it_was_lost(tmp_path: Path) -> None:
    world = World()

    def lose(act: str) -> None:
        raise Offline("it is gone")

    world.trouble = lose
    text = "device: desktop\nsteps:\n  - repeat: {times: 2, do: [{press: a}]}\n"
    result = run(text, world, tmp_path)
    assert result.ended is Ended.DEVICE_LOST
    assert result.said == f"{tmp_path / 'script.yaml'}:3: step 1.do.1 (round 1): it is gone"


def test_a_dry_run_tells_the_step_that_it_could_not_work_out(tmp_path: Path) -> None:
    text = 'device: desktop\nvariables: {n: a}\nsteps:\n  - press: a\n  - set: {m: "{{ 1 + n }}"}\n'
    result = run(text, World(), tmp_path, dry_run=True)
    assert result.ended is Ended.FAILED
    assert result.said.startswith(f"{tmp_path / 'script.yaml'}:5: step 2: ")
