"""What a run's journal notes of its plan, and notes that no plan wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tapwright.agent.journal import Journal
from tapwright.cli.load import ModelChoice
from tapwright.cli.running import Plan

Cli = Callable[..., Result]


def test_a_plan_comes_back_from_its_notes() -> None:
    plan = Plan(
        "x", "sim", 3, ModelChoice("m", pixels=5), ("a == 1",), 7, 2.5, 9, confirm="never",
        language="zh",
    )  # fmt: skip
    assert Plan.from_notes("x", json.loads(json.dumps(plan.notes()))) == plan
    assert Plan.from_notes("x", {"of_a_later_version": 1}) == Plan("x")


def test_a_folder_from_elsewhere_does_not_say_where_to_write() -> None:
    notes = {"report": "/etc/report", "out": "/etc/out", "task": "y", "as_json": True}
    assert Plan.from_notes("x", notes) == Plan("x")


@pytest.mark.parametrize(
    "notes",
    [
        {"checks": 5},
        {"model": "embedded"},
        {"max_steps": "many"},
        {"confirm": "yes"},
        {"language": []},
    ],
)
def test_odd_notes_are_one_line_and_not_a_traceback(
    cli: Cli, tmp_path: Path, notes: dict[str, Any]
) -> None:
    Journal.open(tmp_path / "r", {"device": "sim", **notes}).begin("x")
    told = cli("resume", "r")
    assert told.exit_code == 2, told.output
    assert told.stderr.startswith("error: the notes in the run's meta.json are broken: ")
    assert told.stderr.count("\n") == 1
