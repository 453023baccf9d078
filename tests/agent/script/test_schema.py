"""The published JSON Schema is the one that the code makes, and judges as loading does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from tapwright.agent.script import forms
from tapwright.agent.script.load import read_script
from tapwright.agent.script.schema import schema, schema_text
from tapwright.agent.script.source import parse, plain
from tapwright.agent.script.steps import Script
from tapwright.agent.script.write import write_script
from tapwright.errors import ScriptError

from .script_values import scripts

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs/scripts.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
JUDGE = jsonschema.Draft7Validator(schema())


def test_the_published_schema_is_the_one_that_the_code_makes() -> None:
    published = (ROOT / "docs/script.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "write it anew with `tapwright script schema`"


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_language_loads_and_fits_the_schema(text: str) -> None:
    assert read_script(text, ROOT / "docs/example.yaml").steps
    assert [error.message for error in JUDGE.iter_errors(plain(parse(text)))] == []


def test_the_examples_show_every_step_and_every_option() -> None:
    shown = "\n".join(EXAMPLES)
    for key in [*forms.ACTS, forms.SET, *forms.OptionsForm.model_fields]:
        assert re.search(rf"\b{key}:", shown) or f"`{key}: " in DOCS.read_text("utf-8"), key


@pytest.mark.parametrize("file", sorted((ROOT / "examples").rglob("*.yaml")), ids=str)
def test_every_example_script_fits_the_schema(file: Path) -> None:
    found = plain(parse(file.read_text(encoding="utf-8")))
    assert [error.message for error in JUDGE.iter_errors(found)] == []


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts)
def test_any_script_that_is_written_fits_the_schema(script: Script) -> None:
    found = plain(parse(write_script(script)))
    assert [error.message for error in JUDGE.iter_errors(found)] == []


@pytest.mark.parametrize(
    "step",
    [
        "clik: Save",
        "{tap: Save, type: x}",
        "{tap: Save, timeuot: 3}",
        "tap: {taget: Save}",
        "tap: {near: x}",
        "tap: {target: a, nth: 0}",
        "tap: {target: a, button: top}",
        "tap: {at: [0.5, 2]}",
        "type: {into: Name}",
        "scroll: sideways",
        "scroll: {down: 1, up: 1}",
        "drag: {from: A}",
        "wait_for: {}",
        "ask: {question: x}",
        "ask: {question: q, save_as: x, kind: number}",
        "run: {task: t, max_steps: 0}",
        "if: {text: a}",
        "if: {text: a, then: []}",
        "for_each: {do: [{log: a}]}",
        "repeat: {times: 1, while: a, do: [{log: a}]}",
        "try: {do: [{log: a}]}",
        "set: {}",
        "{log: a, once: true}",
        "{tap: a, timeout: 0}",
        "{tap: a, timeout: soon}",
        "{tap: a, retries: -1}",
        "screenshot",
    ],
)
def test_what_loading_refuses_the_schema_refuses(step: str) -> None:
    text = f"steps:\n  - {step}\n"
    with pytest.raises(ScriptError):
        read_script(text)
    assert list(JUDGE.iter_errors(plain(parse(text))))


def described(part: Any, path: str = "") -> list[str]:
    """The keys of a schema that nobody describes."""
    found = []
    if isinstance(part, dict):
        for key, value in part.get("properties", {}).items():
            if "description" not in value and "$ref" not in value:
                found.append(f"{path}/{key}")
        for key, value in part.items():
            found += described(value, f"{path}/{key}")
    elif isinstance(part, list):
        for at, value in enumerate(part):
            found += described(value, f"{path}/{at}")
    return found


def test_every_key_is_described_and_every_step_has_a_title() -> None:
    made = json.loads(schema_text())
    assert described(made) == []
    titles = [step["title"] for step in made["definitions"]["step"]["oneOf"]]
    assert titles == [*forms.ACTS, forms.SET]
