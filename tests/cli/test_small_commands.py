"""Screenshot, report and phone: what they write, and where they cannot."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from tapwright.compose import new_folder
from tapwright.devices.adb_server import AdbServer

from .parts import CHECK, TASK, Bench, call

Cli = Callable[..., Result]
Script = Callable[..., str]


@pytest.mark.phone
def test_a_screenshot_can_go_to_stdout(cli: Cli, bench: Bench) -> None:
    bench.attach()
    told = cli("screenshot", "-o", "-")
    assert Image.open(io.BytesIO(told.stdout_bytes)).size == (1080, 2400)


@pytest.mark.phone
def test_a_screenshot_that_cannot_be_written_is_one_line(cli: Cli, bench: Bench) -> None:
    bench.attach()
    told = cli("screenshot", "-o", "no/such/folder/s.png")
    assert told.exit_code == 2
    assert told.stderr == "error: cannot write 'no/such/folder/s.png': No such file or directory\n"


@pytest.mark.phone
def test_a_run_becomes_a_report(cli: Cli, script: Script, solving: tuple[str, ...]) -> None:
    ask = ("run", TASK, "--device", "sim", "--seed", 7, "--model", script(*solving), "--out", "r")
    told = cli(*ask, "--verify", CHECK, "--report", "new/run.html")
    assert told.stdout.splitlines()[-3:-1] == ["report  new/run.html", ""]
    assert told.exit_code == 0, told.output
    page = Path("new/run.html").read_text(encoding="utf-8")
    assert page.count("<h2>Step ") == len(solving)
    assert "verified" in page
    told = cli("report", "r")
    assert told.stdout.startswith(f"r{os.sep}report.html: 0.")
    assert Path("r/report.html").read_text(encoding="utf-8") == page


@pytest.mark.phone
def test_a_report_in_the_place_of_the_journal_is_refused_before_anything_starts(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    ask = ("run", TASK, "--device", "sim", "--model", script(call("Done")), "--out", "r")
    told = cli(*ask, "--report", "r/transcript.jsonl")
    assert told.exit_code == 2
    assert told.stderr.startswith("error: a report at 'r/transcript.jsonl' would take the place")
    assert not (tmp_path / "r").exists()


def test_a_report_that_cannot_be_written_does_not_hide_how_the_run_ended(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = cli("run", TASK, "--device", "sim", "--model", script(call("Done")),
               "--report", "file/run.html")  # fmt: skip
    assert told.stderr.startswith("error: cannot write the report 'file/run.html'")
    assert told.stdout.splitlines()[-1].startswith("claimed: ")
    assert told.exit_code == 0


@pytest.mark.phone
def test_a_phone_that_anyone_can_reach_is_warned_of(bench: Bench) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "phone", "--port", "0", "--host", "0.0.0.0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert (
            process.stderr.readline() == "warning: whoever reaches '0.0.0.0' can use this phone\n"
        )
        process.terminate()


def test_a_port_that_is_taken_is_one_line(cli: Cli) -> None:
    with AdbServer() as adb:
        told = cli("phone", "--port", adb.port)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"error: cannot listen on '127.0.0.1:{adb.port}'")


@pytest.mark.phone
def test_on_a_terminal_the_run_is_seen_while_it_goes_on(
    script: Script, solving: tuple[str, ...], tmp_path: Path
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "run", TASK, "--device", "sim", "--seed", "7",
         "--model", script(*solving), "--verify", CHECK, "--out", str(tmp_path / "r")],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ):  # fmt: skip
        os.close(theirs)
        shown = read_all(ours)
    os.close(ours)
    assert "thinking: " in shown
    lines = shown.rstrip().splitlines()
    assert "verified" in lines[-1]
    assert "'settings get global wifi_on' says '1'" in lines[-1]


def read_all(terminal: int) -> str:
    """All that a terminal shows until its last user has gone."""
    pieces = []
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that no one writes to it any more
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces).decode("utf-8", errors="replace")


def test_two_runs_of_one_second_get_two_folders(tmp_path: Path) -> None:
    first = new_folder("Turn on Wi-Fi!", tmp_path)
    first.mkdir()
    second = new_folder("Turn on Wi-Fi!", tmp_path)
    assert first.name.endswith("-turn-on-wi-fi")
    assert second != first
