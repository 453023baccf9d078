"""A run folder has one writer at a time, and a writer that was killed is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tapwright.agent.journal import Journal
from tapwright.agent.loop import to_the_end
from tapwright.agent.resume import resume
from tapwright.errors import JournalError
from tapwright.types import Outcome

from .drawn_device import DrawnDevice
from .parts import DONE, make_agent, tap_row

WRITER = """
import sys
from tapwright.agent.journal import Journal
journal = Journal.open(sys.argv[1])
journal.begin("Turn it on")
print("writing", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a run in `tmp_path`."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_folder_in_which_another_process_writes_is_left_alone(
    tmp_path: Path, writer: subprocess.Popen[str]
) -> None:
    half = b'{"kind": "int'
    (tmp_path / "transcript.jsonl").write_bytes(half)  # just now on its way to the disk
    with pytest.raises(JournalError, match=f"in use by process {writer.pid}; wait"):
        Journal.open(tmp_path)
    assert (tmp_path / "transcript.jsonl").read_bytes() == half


def test_the_run_of_a_killed_process_can_be_gone_on_with(
    tmp_path: Path, writer: subprocess.Popen[str]
) -> None:
    writer.kill()
    writer.wait()
    assert (tmp_path / "lock").exists()
    result = to_the_end(resume(make_agent([DONE], DrawnDevice(), tmp_path)))
    assert result.outcome is Outcome.CLAIMED
    assert not (tmp_path / "lock").exists()


def test_a_run_that_goes_on_elsewhere_is_not_resumed_by_its_first_journal(tmp_path: Path) -> None:
    first = make_agent([tap_row(1), DONE], DrawnDevice(), tmp_path, max_steps=1)
    first.run("Turn it on")
    second = Journal.open(tmp_path)
    with pytest.raises(JournalError, match="in use by process"):
        resume(first)
    assert second.folder == tmp_path


def test_a_journal_that_is_let_go_of_lets_go_of_its_folder(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    with pytest.raises(JournalError, match="in use"):
        Journal.open(tmp_path)
    del journal
    assert Journal.open(tmp_path).folder == tmp_path
