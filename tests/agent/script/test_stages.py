"""Which devices a script opens, when, and which of them a step means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tapwright.agent.script.events import Told
from tapwright.agent.script.results import Ended
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner

from .standin import World, script_of, stand_in


def test_devices_are_opened_when_a_step_needs_them_and_let_go_of(tmp_path: Path) -> None:
    happened: list[str] = []

    @contextmanager
    def opener(where: str) -> Iterator[World]:
        happened.append(f"open {where}")
        yield World("Save")
        happened.append(f"close {where}")

    script = script_of(
        """
        devices: {pc: desktop, phone: android, idle: xvfb}
        steps:
          - log: first
          - tap: Save
          - tap: Save
            on: phone
          - tap: Save
        """,
        tmp_path,
    )
    runner = ScriptRunner(
        script,
        opener,
        settings=RunnerSettings(folder=tmp_path / "run", environ={}),
        on_event=lambda event: happened.append("told") if isinstance(event, Told) else None,
        open_stage=stand_in,
    )
    assert runner.run().ended is Ended.PASSED
    assert happened == ["told", "open desktop", "open android", "close android", "close desktop"]


@pytest.mark.parametrize(
    ("ours", "theirs", "opened"),
    [
        ("device: xvfb", "device: desktop", ["xvfb"]),  # as after --device xvfb
        ("device: android", "device: desktop", ["android", "desktop"]),
        ("devices: {pc: xvfb, phone: sim}", "devices: {phone: android}", ["xvfb", "sim"]),
        ("device: xvfb", "name: none of its own", ["xvfb"]),
    ],
)
def test_a_subflow_uses_its_callers_device_of_the_same_kind(
    tmp_path: Path, ours: str, theirs: str, opened: list[str]
) -> None:
    (tmp_path / "sub.yaml").write_text(f"{theirs}\nsteps: [{{press: b}}]\n", encoding="utf-8")
    script = script_of(f"{ours}\nsteps: [{{press: a}}, {{subflow: sub.yaml}}]\n", tmp_path)
    places: list[str] = []

    @contextmanager
    def opener(where: str) -> Iterator[World]:
        places.append(where)
        yield World()

    runner = ScriptRunner(
        script,
        opener,
        settings=RunnerSettings(folder=tmp_path / "run", environ={}),
        open_stage=stand_in,
    )
    assert runner.run().ended is Ended.PASSED
    assert places == opened
