"""Going through a script: the targets of its acts, and the scripts that it calls."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from tapwright.agent.script.steps import Act, Place, Script, Step, Subflow, Target
from tapwright.agent.script.walk import all_scripts, targets_of


def _with_targets(kind: Any) -> tuple[Any, list[Target]]:
    """An act of a kind, with a target of its own in every field that takes one."""
    hints = get_type_hints(kind)
    given: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if hints[field.name] is Target or Target in get_args(hints[field.name]):
            given[field.name] = Target(field.name)
        elif field.default is field.default_factory is dataclasses.MISSING:
            given[field.name] = ()
    return kind(**given), [value for value in given.values() if isinstance(value, Target)]


@pytest.mark.parametrize("kind", get_args(Act), ids=lambda kind: kind.__name__)
def test_no_target_of_an_act_is_passed_over(kind: Any) -> None:
    act, targets = _with_targets(kind)
    assert targets_of(act) == targets


def test_scripts_are_found_once_however_often_they_are_called_and_whatever_file_they_name() -> None:
    place = Place(Path("x.yaml"), 1, "1")

    def script(*called: Script, secret: str) -> Script:
        steps = tuple(Step(place, Subflow(each, {})) for each in called)
        return dataclasses.replace(Script(Path("same.yaml"), secret, steps), secrets=(secret,))

    inner = script(secret="INNER")
    first, second = script(inner, secret="FIRST"), script(inner, secret="SECOND")
    whole = script(first, second, first, secret="WHOLE")
    assert [each.secrets for each in all_scripts(whole)] == [
        ("WHOLE",), ("FIRST",), ("INNER",), ("SECOND",)
    ]  # fmt: skip
