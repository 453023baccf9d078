"""A script's process killed at every step, in three places each, and gone on with.

Judged by what reached the program: nothing that was committed is lost or repeated, the step in
flight is decided by its check, and where there is none the script stops and asks.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tapwright.agent.script.past import read_past
from tapwright.agent.script.results import Ended, ScriptResult
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.agent.script.running import Decided

from . import killed_script
from .killed_script import ACTS, PLACES, UNCHECKED
from .standin import stand_in

PROGRAM = Path(killed_script.__file__)


def start(folder: Path, act: int, place: str, *how: str) -> subprocess.Popen[str]:
    """A process that runs the script (or resumes it) until it is at its place."""
    command = [sys.executable, str(PROGRAM), str(folder), str(act), place, *how]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def kill(process: subprocess.Popen[str], act: int) -> None:
    """Send SIGKILL once the process says that it is there."""
    assert process.stdout is not None
    assert process.stdout.readline().strip() == ACTS[act - 1]
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()


def resume(folder: Path, decided: Decided = "") -> ScriptResult:
    """Go on in this process, with a program that kept what reached it."""
    settings = RunnerSettings(environ={}, decided=decided)
    devices = {"device": killed_script.program(folder)}
    return resume_script(folder / "run", devices, settings=settings, open_stage=stand_in)


def ledger(folder: Path) -> list[str]:
    """What reached the program."""
    path = folder / "ledger.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def judge(folder: Path, act: int, place: str) -> None:
    """Go on after a kill at `place` of `act` and see that all acts were done once, in order."""
    done = ledger(folder)
    happened = place == PLACES[2]
    assert done == ACTS[: act if happened else act - 1], "the kill was somewhere else"
    result = resume(folder)
    if ACTS[act - 1] in UNCHECKED and place != PLACES[0]:
        assert result.ended is Ended.NEEDS_HUMAN, f"{place} {ACTS[act - 1]}: {result.said}"
        assert "--done" in result.said
        assert ledger(folder) == done, "nothing is done while nobody knows"
        result = resume(folder, "done" if happened else "not_done")
    assert result.ended is Ended.PASSED, f"{place} {ACTS[act - 1]}: {result.said}"
    assert ledger(folder) == ACTS, f"{place} {ACTS[act - 1]}"


@pytest.mark.parametrize("cases", [[(7, 0), (13, 1), (16, 2), (19, 1)]])
def test_a_killed_script_goes_on_without_losing_or_repeating_a_step(
    tmp_path: Path, cases: list[tuple[int, int]]
) -> None:
    started = []
    for act, place in cases:
        folder = tmp_path / f"{act}-{place}"
        folder.mkdir()
        started.append((folder, act, PLACES[place], start(folder, act, PLACES[place])))
    for folder, act, place, process in started:
        kill(process, act)
        judge(folder, act, place)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("act", range(1, len(ACTS) + 1))
def test_a_script_killed_at_any_step_and_place_goes_on(
    tmp_path: Path, act: int, place: str
) -> None:
    kill(start(tmp_path, act, place), act)
    judge(tmp_path, act, place)


def test_a_script_killed_again_while_it_is_resumed_goes_on(tmp_path: Path) -> None:
    kill(start(tmp_path, 5, PLACES[1]), 5)
    kill(start(tmp_path, 9, PLACES[2], "resume"), 9)
    judge(tmp_path, 9, PLACES[2])


def test_a_script_stopped_by_ctrl_c_says_so_and_goes_on(tmp_path: Path) -> None:
    process = start(tmp_path, 4, PLACES[1])
    assert process.stdout is not None and process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    process.stdout.close()
    ended = read_past(tmp_path / "run").ended
    assert ended is not None and ended["ended"] == Ended.CANCELLED.value
    judge(tmp_path, 4, PLACES[1])
