"""A virtual display ends with its run: what was done on it is not gone on with unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tapwright.agent.script.past import read_past
from tapwright.agent.script.progress import PROGRESS
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import lost_display, resume_script
from tapwright.agent.script.runner import RunnerSettings, ScriptRunner
from tapwright.agent.script.steps import Script
from tapwright.errors import JournalError

from .standin import World, script_of, stand_in

TEXT = "{device: 'xvfb:640x480', steps: [{press: a}, {tap: Next}, {press: b}]}"


class Opened:
    """Opens one world, whatever place is asked for."""

    def __init__(self, *words: str) -> None:
        self.world = World(*words)
        self.places: list[str] = []

    @contextmanager
    def __call__(self, place: str) -> Iterator[World]:
        self.places.append(place)
        yield self.world


def begin(script: Script, opened: Opened, folder: Path) -> ScriptResult:
    settings = RunnerSettings(environ={}, folder=folder / "run")
    return ScriptRunner(script, opened, settings=settings, open_stage=stand_in).run()


def go_on(
    script: Script, opened: Opened, folder: Path, *, new_display: bool = False
) -> ScriptResult:
    settings = RunnerSettings(environ={}, new_display=new_display)
    return resume_script(
        folder / "run", opened, settings=settings, open_stage=stand_in, script=script
    )


def test_what_was_done_on_a_virtual_display_is_gone_on_with_only_where_that_is_said(
    tmp_path: Path,
) -> None:
    script, first = script_of(TEXT, tmp_path), Opened()
    assert begin(script, first, tmp_path).ended is Ended.FAILED
    assert first.places == ["xvfb:640x480"]
    records = (tmp_path / "run" / PROGRESS).read_bytes()
    second = Opened("Next")
    with pytest.raises(JournalError, match=r"xvfb:640x480.*ended with it.*new-display"):
        go_on(script, second, tmp_path)
    assert second.places == [] and second.world.acts == []
    assert (tmp_path / "run" / PROGRESS).read_bytes() == records
    assert go_on(script, second, tmp_path, new_display=True).ended is Ended.PASSED
    assert second.world.acts == ["tap Next", "press b"]


def test_a_virtual_display_on_which_nothing_was_done_is_no_loss(tmp_path: Path) -> None:
    text = "{device: xvfb, steps: [{wait_for: Ready, timeout: 0.01}, {press: a}]}"
    script = script_of(text, tmp_path)
    assert begin(script, Opened(), tmp_path).ended is Ended.FAILED
    assert lost_display(read_past(tmp_path / "run")) == ""
    assert go_on(script, Opened("Ready"), tmp_path).ended is Ended.PASSED


def test_a_run_on_a_desktop_that_stays_is_gone_on_with(tmp_path: Path) -> None:
    script = script_of(TEXT.replace("'xvfb:640x480'", "desktop"), tmp_path)
    assert begin(script, Opened(), tmp_path).ended is Ended.FAILED
    assert go_on(script, Opened("Next"), tmp_path).ended is Ended.PASSED


def test_a_lost_display_is_no_matter_where_only_another_device_is_used(tmp_path: Path) -> None:
    text = "{devices: {pc: desktop, own: xvfb}, steps: [{press: a}, {tap: Next}]}"
    script = script_of(text, tmp_path)
    assert begin(script, Opened(), tmp_path).ended is Ended.FAILED
    assert go_on(script, Opened("Next"), tmp_path).ended is Ended.PASSED


def test_who_has_a_device_open_goes_on_with_that(tmp_path: Path) -> None:
    script, opened = script_of(TEXT, tmp_path), Opened()
    assert begin(script, opened, tmp_path).ended is Ended.FAILED
    assert lost_display(read_past(tmp_path / "run")) == "xvfb:640x480"
    opened.world.words.add("Next")
    result = resume_script(
        tmp_path / "run", {"device": opened.world}, settings=RunnerSettings(environ={}),
        open_stage=stand_in, script=script,
    )  # fmt: skip
    assert result.ended is Ended.PASSED
    assert opened.world.acts == ["press a", "tap Next", "press b"]
