"""A script is written as a careful person would, and read back as the same script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from tapwright.agent.script.load import load_script, read_script
from tapwright.agent.script.source import parse, plain
from tapwright.agent.script.steps import Log, Place, Script, Step, Subflow, TypeIn
from tapwright.agent.script.write import write_script, write_steps
from tapwright.agent.script.yaml_text import to_yaml
from tapwright.errors import ScriptError, UsageError

from .script_values import FILE, bare, scripts, values

WRITTEN = """\
name: Invoice form
devices: {pc: desktop, phone: android}
variables: {total: 0, rate: 1.0}
needs: [customer]
environments: {test: {url: "http://x"}}
timeout: 5
steps:
  - open: {app: mousepad, arguments: [a.txt]}
  - tap: {target: Save, near: Invoice 7}
    once: true
    expect: {gone: Save}
  - type: "Hello {{ customer }}"
  - type:
      text: |-
        first line

          second: line
      into: Name
      clear: true
  - type: "007"
  - press: ctrl++
  - scroll: down
  - wait_for: Done
    timeout: 60
  - ask: {question: the total, save_as: total, kind: float, right_of: "Total:"}
  - if:
      that: total > 3
      then:
        - log: he said "no"
      else:
        - log: "no"
  - repeat:
      while: Next
      most: 20
      do:
        - tap: Next
  - set: {total: "{{ total + 1 }}"}
"""


def test_a_script_is_written_as_a_careful_person_would() -> None:
    assert write_script(read_script(WRITTEN, FILE)) == WRITTEN


def test_an_editor_is_told_the_schema_in_the_first_line() -> None:
    script = read_script("steps:\n- log: x\n", FILE)
    said = write_script(script, schema="script.schema.json")
    assert said == "# yaml-language-server: $schema=script.schema.json\nsteps:\n  - log: x\n"


def test_a_subflow_is_named_as_seen_from_its_caller(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/b.yaml").write_text("steps:\n- log: x\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("steps:\n  - subflow: parts/b.yaml\n", encoding="utf-8")
    script = load_script(tmp_path / "a.yaml")
    assert isinstance(script.steps[0].act, Subflow)
    assert write_script(script) == "steps:\n  - subflow: parts/b.yaml\n"
    assert write_steps(script.steps, tmp_path / "parts") == "- subflow: b.yaml\n"


def test_half_a_character_cannot_be_written() -> None:
    step = Step(Place(FILE, 1, "1"), TypeIn("\ud83d"))
    with pytest.raises(UsageError, match=r"half a character \(U\+D83D\)"):
        write_script(Script(FILE, "x", (step,)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts)
def test_any_script_is_read_back_as_it_was_written(script: Script) -> None:
    written = write_script(script)
    again = read_script(written, FILE)
    assert bare(again) == bare(script), written
    assert write_script(again) == written


@pytest.mark.parametrize(
    "text",
    ["true", "False", "null", "~", "", " ", "1", "007", "1e3", ".5", "-1", "on", "2026-01-31",
     "- a", "a: b", "a:", "a #b", "#a", "? a", "*a", "&a", "!a", "%a", "@a", "`a", "'a'", '"a"',
     "|", ">", "{a}", "[a]", "a, b", "a\n", "\na", "a\n\n", "a\n b", " a\nb",
     "a \nb", "<<", "{{ a }}", "\\"],
)  # fmt: skip
def test_a_text_that_yaml_could_take_for_something_else_stays_a_text(text: str) -> None:
    for value in ({"a": text}, [text], {"a": [{"b": text}]}, {text: 1}, {"steps": [{"a": text}]}):
        assert plain(parse(to_yaml(value))) == value


@settings(max_examples=60, deadline=None)
@given(values)
def test_any_value_is_read_back_with_its_kind(value: Any) -> None:
    found = plain(parse(to_yaml({"a": value, "do": [{"b": value}]})))
    assert repr(found) == repr({"a": value, "do": [{"b": value}]})


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts)
def test_five_hundred_scripts_are_read_back_as_they_were_written(script: Script) -> None:
    assert bare(read_script(write_script(script), FILE)) == bare(script)


_LINES = strategies.sampled_from(
    [
        "steps:", "- tap: a", "  - tap: {target: a}", "- set: {a: 1}", "variables: {a: 1}", "  do:",
        "- if: {text: a, then: [{log: b}]}", "- type: '{{ a }}'", "needs: [b]", "- *a", "&a [1]",
        "    - log: x", "- repeat:", "    times: 2", "? [a", "- !!python/object:os.system x", "---",
        "- subflow: made-up.yaml", "- for_each: {file: a.csv, do: [{log: x}]}", "}", "- : :", "|",
        "on: no", "- press: ctrl+", "'", '"\\x', "%TAG ! tag:x:", "\t- a", "- tap: {{ a }}", "...",
        "- ask: {save_as: a, kind: {}}", "- expect: [", "- tap: a\n  expect: [1]", "secrets: {}",
        "environments: [a]", "devices: {1: 2}", "timeout: .inf", "- try: {do: x}", "<<: *a", "- 1",
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    strategies.text(max_size=80)
    | strategies.lists(_LINES, max_size=8).map("\n".join)
    | strategies.builds(
        lambda at, piece, end: WRITTEN[:at] + piece + WRITTEN[end:],
        strategies.integers(0, len(WRITTEN)),
        strategies.text(max_size=3) | _LINES,
        strategies.integers(0, len(WRITTEN)),
    )
)
def test_whatever_a_file_holds_it_is_a_script_or_a_script_error(text: str) -> None:
    try:
        script = read_script(text, "made-up.yaml")
    except ScriptError as error:
        assert error.faults
        assert all(fault.startswith("made-up.yaml:") for fault in error.faults)
        assert not any("\n" in fault for fault in error.faults)
    else:
        assert script.steps


@settings(max_examples=50, deadline=None)
@given(data=strategies.binary(max_size=60))
def test_whatever_bytes_a_file_holds_it_is_a_script_or_a_script_error(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    file.write_bytes(data)
    with pytest.raises(ScriptError):
        load_script(file)


def test_what_a_step_says_beside_its_act_is_written_behind_it() -> None:
    step = read_script("steps:\n- tap: a\n", FILE).steps[0]
    options = replace(step.options, name="n", timeout=2.5, retries=0)
    assert write_steps((replace(step, options=options),)) == (
        "- tap: a\n  name: n\n  timeout: 2.5\n  retries: 0\n"
    )
    assert write_steps((replace(step, act=Log("")),)) == '- log: ""\n'
