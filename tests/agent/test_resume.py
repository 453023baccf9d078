"""Runs that were cut off: nothing lost, nothing done twice, and the unknown act told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tapwright.agent.loop import to_the_end
from tapwright.agent.resume import resume
from tapwright.agent.runs import read_run
from tapwright.agent.verify import parse_check
from tapwright.errors import JournalError
from tapwright.types import Outcome

from .drawn_device import DrawnDevice
from .killed_run import WANTED, LastingDevice
from .parts import DONE, SeeingModel, call, interrupt, lose, make_agent, request_text, tap_row

CHECKS = [parse_check(f"switch {row} == 1") for row in WANTED]


@pytest.mark.parametrize(
    ("where", "step"), [("before the act", 1), ("after the act", 2), ("while thinking", 3)]
)
def test_a_killed_run_is_gone_on_with(tmp_path: Path, where: str, step: int) -> None:
    script = Path(__file__).with_name("killed_run.py")
    killed = subprocess.run(
        [sys.executable, str(script), str(tmp_path), where, str(step)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    agent = make_agent(SeeingModel(WANTED), LastingDevice(tmp_path), tmp_path / "run")
    result = to_the_end(resume(agent, CHECKS))
    assert result.outcome is Outcome.VERIFIED, result.message
    ledger = (tmp_path / "ledger.txt").read_text(encoding="utf-8").splitlines()
    assert len(ledger) == len(set(ledger)) == 3, "an act was lost or done twice"
    told = "interrupted" in request_text(agent.model.requests[0])
    assert told
    unknown = "Unknown: the run was interrupted" in request_text(agent.model.requests[0])
    assert unknown is (where != "while thinking")


def test_a_run_cut_off_after_any_record_or_in_the_middle_of_one_is_gone_on_with(
    tmp_path: Path,
) -> None:
    make_agent(SeeingModel(WANTED), DrawnDevice(), tmp_path / "whole").run("Turn three on")
    whole = (tmp_path / "whole/transcript.jsonl").read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in [0, *(end + extra for end in ends[:-1] for extra in (0, 7))]:
        folder = tmp_path / f"cut-{cut}"
        (folder / "images").mkdir(parents=True)
        for file in ("meta.json", *(f"images/{n:03}.jpg" for n in range(1, 5))):
            (folder / file).write_bytes((tmp_path / "whole" / file).read_bytes())
        (folder / "transcript.jsonl").write_bytes(whole[:cut])
        begun = len(read_run(folder).intents())
        device = DrawnDevice()
        for row in WANTED[:begun]:
            device.switches[row] = True
        agent = make_agent(SeeingModel(WANTED), device, folder)
        result = to_the_end(resume(agent, CHECKS))
        assert result.outcome is Outcome.VERIFIED, f"cut at {cut}: {result.message}"
        begun_acts = [record for record in read_run(folder).records if record["kind"] == "intent"]
        numbers = [(record["step"], record["index"]) for record in begun_acts]
        assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("family", ["tapwright-embedded", "qwen2-vl"])
def test_the_model_is_told_of_the_act_in_flight(tmp_path: Path, family: str) -> None:
    make_agent([tap_row(1), tap_row(3)], DrawnDevice(interrupt), tmp_path).run("Turn two on")
    agent = make_agent(SeeingModel((1,), family), DrawnDevice(), tmp_path)
    to_the_end(resume(agent))
    told = request_text(agent.model.requests[0])
    assert "Click [500, 250]" in told
    assert "nterrupted" in told


@pytest.mark.parametrize("first", [[], [tap_row(0)]])
def test_an_act_in_flight_is_told_after_a_second_cut_too(tmp_path: Path, first: list[str]) -> None:
    device = DrawnDevice()

    def cut(action: object) -> None:
        if len(device.acts) > len(first):
            interrupt(action)

    device.before = cut
    make_agent([*first, tap_row(1)], device, tmp_path).run("Turn some on")
    again = make_agent([tap_row(3)], DrawnDevice(), tmp_path, max_steps=len(first) + 2)
    assert to_the_end(resume(again)).outcome is Outcome.STEP_LIMIT
    last = make_agent([DONE], DrawnDevice(), tmp_path)
    assert to_the_end(resume(last)).steps == len(first) + 3
    told = request_text(last.model.requests[0])
    assert told.count("Click [500, 250]") == 1
    assert told.count("Unknown: the run was interrupted") == 1
    assert told.index("[500, 250]") < told.index("[500, 583]"), "told in the order of what happened"


def test_an_act_lost_with_the_device_is_told_as_unknown(tmp_path: Path) -> None:
    make_agent([tap_row(1)], DrawnDevice(lose), tmp_path).run("Turn it on")
    agent = make_agent([DONE], DrawnDevice(), tmp_path)
    assert to_the_end(resume(agent)).steps == 2
    assert "Unknown: 'drawn' is offline" in request_text(agent.model.requests[0])


def test_the_earlier_steps_count_and_stay_in_the_journal(tmp_path: Path) -> None:
    make_agent([tap_row(1), tap_row(3)], DrawnDevice(), tmp_path, max_steps=2).run("Go on")
    result = to_the_end(resume(make_agent([DONE], DrawnDevice(), tmp_path)))
    assert (result.outcome, result.steps) == (Outcome.CLAIMED, 3)
    run = read_run(tmp_path)
    assert [step.number for step in run.steps()] == [1, 2, 3]
    assert run.outcome is Outcome.CLAIMED


def test_an_unread_reply_before_the_cut_is_remembered(tmp_path: Path) -> None:
    make_agent([call("Fly"), "Hm."], DrawnDevice(), tmp_path, max_steps=2).run("Go on")
    agent = make_agent([DONE], DrawnDevice(), tmp_path)
    to_the_end(resume(agent))
    assert "no tool 'Fly'" in request_text(agent.model.requests[0])


@pytest.mark.parametrize("script", [[DONE], [tap_row(2), DONE]])
def test_a_run_that_is_done_is_not_resumed(tmp_path: Path, script: list[str]) -> None:
    make_agent(script, DrawnDevice(), tmp_path).run("Turn it on")
    with pytest.raises(JournalError, match="nothing to resume"):
        resume(make_agent([DONE], DrawnDevice(), tmp_path))


def test_an_empty_folder_is_not_resumed(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="is not a run folder"):
        resume(make_agent([DONE], DrawnDevice(), tmp_path))
