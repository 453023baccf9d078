"""A dry run: what a script would do, told without a device."""

from __future__ import annotations

from pathlib import Path

from tapwright.agent.script.events import Chosen
from tapwright.agent.script.results import Ended, ScriptResult, Status
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner

from .standin import Events, World, run, script_of


def dry(text: str, folder: Path, events: Events | None = None) -> ScriptResult:
    """A dry run whose devices must not be opened."""

    def opener(where: str) -> World:
        raise AssertionError(f"a dry run opened {where}")

    runner = ScriptRunner(
        script_of(text, folder),
        opener,  # type: ignore[arg-type]
        settings=RunnerSettings(dry_run=True, environ={}, folder=folder / "run"),
        on_event=events if events is not None else Events(),
    )
    return runner.run()


def titles(result: ScriptResult) -> list[str]:
    return [step.title for step in result.steps]


def test_titles_are_filled_in_and_nothing_is_done(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nAna\nBo\n", encoding="utf-8")
    result = dry(
        """
        device: desktop
        variables: {n: 2}
        steps:
          - set: {n: "{{ n + 1 }}"}
          - for_each: {file: people.csv, do: [{type: "{{ n }} {{ row.name }}"}]}
          - repeat: {times: 2, do: [{press: x}]}
        """,
        tmp_path,
    )
    assert result.ended is Ended.PASSED and "nothing was" in result.said
    assert titles(result) == [
        "set n", "type '3 Ana'", "type '3 Bo'", "press x", "press x"
    ]  # fmt: skip
    assert {step.status for step in result.steps} == {Status.SKIPPED}
    assert not (tmp_path / "run").exists()


def test_known_branches_are_followed_and_open_ones_are_both_walked(tmp_path: Path) -> None:
    events = Events()
    result = dry(
        """
        device: desktop
        variables: {n: 2, total: 0}
        steps:
          - if: {that: n > 1, then: [{press: a}], else: [{press: b}]}
          - if: {text: Update, then: [{press: c}], else: [{press: d}]}
          - ask: {question: the total, save_as: total, kind: float}
          - if: {that: total > 1, then: [{type: "{{ total }}"}], else: [{press: e}]}
          - repeat: {while: {text: Next}, do: [{press: n}]}
        """,
        tmp_path,
        events,
    )
    assert result.ended is Ended.PASSED, result.said
    assert titles(result) == [
        "press a", "press c", "press d", "ask the total (total)", "type '{{ total }}'", "press e",
        "press n",
    ]  # fmt: skip
    assert [event.way for event in events.of(Chosen)] == ["true", "maybe", "maybe", "rounds"]


def test_subflows_and_tries_are_walked(tmp_path: Path) -> None:
    (tmp_path / "sub.yaml").write_text(
        'needs: [name]\nsteps:\n  - type: "{{ name }}"\n  - set: {out: "{{ name }}!"}\n',
        encoding="utf-8",
    )
    result = dry(
        """
        device: desktop
        variables: {got: ""}
        steps:
          - subflow: {file: sub.yaml, with: {name: Ana}, save: {got: out}}
          - try: {do: [{press: a}], catch: [{log: "{{ error }}"}], finally: [{press: f}]}
          - type: "{{ got }}"
        """,
        tmp_path,
    )
    assert result.ended is Ended.PASSED, result.said
    assert titles(result) == [
        "type 'Ana'", "set out", "press a", "log '{{ error }}'", "press f", "type 'Ana!'"
    ]  # fmt: skip


def test_what_cannot_be_worked_out_fails(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nAna\n", encoding="utf-8")
    result = dry(
        """
        device: desktop
        steps:
          - for_each: {file: people.csv, do: [{type: "{{ row.nmae }}"}]}
        """,
        tmp_path,
    )
    assert result.ended is Ended.FAILED and "nmae" in result.said


def test_what_a_data_file_says_is_no_expression_in_a_subflow_either(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nAna {{ x\n{{ 1 + 1 }}\n", encoding="utf-8")
    (tmp_path / "sub.yaml").write_text(
        'needs: [name]\nsteps:\n  - type: "{{ name }}"\n', encoding="utf-8"
    )
    text = """
        device: desktop
        steps:
          - for_each:
              file: people.csv
              do: [{subflow: {file: sub.yaml, with: {name: "{{ row.name }}"}}}]
    """
    result, world = dry(text, tmp_path), World()
    assert result.ended is Ended.PASSED, result.said
    assert titles(result) == ["type 'Ana {{ x'", "type '{{ 1 + 1 }}'"]
    assert run(text, world, tmp_path).ended is Ended.PASSED
    assert world.acts == ["type Ana {{ x", "type {{ 1 + 1 }}"], "as it is done"


def test_rounds_are_told_as_many_as_they_are(tmp_path: Path) -> None:
    events = Events()
    text = """
        device: desktop
        steps:
          - repeat: {times: 0, do: [{press: x}]}
          - repeat: {times: 1, do: [{press: y}]}
          - repeat: {while: {that: "false"}, do: [{press: z}]}
    """
    assert titles(dry(text, tmp_path, events)) == ["press y"]
    told = [event.why for event in events.of(Chosen)]
    assert told == ["0 rounds", "1 rounds", "while it holds"]
