"""A script on a virtual display, killed: the display ends with it, and going on says so."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import Result

Cli = Callable[..., Result]
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xterm") is None,
        reason="not installed here: xvfb, xterm",
    ),
]
SCRIPT = """
device: xvfb:320x240
steps:
  - open: xterm
  - wait_for: {check: file go contains on}
    timeout: 600
  - open: xterm
"""


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run whose process was killed while it waited, its display gone."""
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(SCRIPT, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "script", "run", "s.yaml", "--out", "r"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not any(each["kind"] == "done" for each in _records()):
            assert time.monotonic() < deadline and run.poll() is None, "its first step is not done"
            time.sleep(0.05)  # another program's doing tells no event
        children = psutil.Process(run.pid).children()
        assert {"Xvfb", "xterm"} <= {child.name() for child in children}
        handles = [os.pidfd_open(child.pid) for child in children]
    finally:
        run.kill()
        run.wait()
    for handle in handles:
        assert select.select([handle], [], [], 20)[0], f"still there: {children}"
        os.close(handle)
    return Path("r")


def _records() -> list[dict[str, Any]]:
    path = Path("r/progress.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def test_a_killed_run_is_gone_on_with_on_an_empty_display_only_where_that_is_meant(
    cli: Cli, killed: Path
) -> None:
    before = _records()
    told = cli("script", "resume", str(killed))
    assert told.exit_code == 2, told.output
    assert "the virtual display (xvfb:320x240) of the run in 'r' ended with it" in told.stderr
    assert "tapwright script run" in told.stderr and "--new-display" in told.stderr
    assert _records() == before, "nothing was begun"
    Path("go").write_text("on", encoding="utf-8")
    told = cli("script", "resume", str(killed), "--new-display")
    assert told.exit_code == 0, told.output
    intended = [each["key"] for each in _records() if each["kind"] == "intend"]
    assert intended == ["1", "3"], "what was done is not done again"


def test_a_failed_run_says_how_it_is_gone_on_with_without_its_display(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(SCRIPT.replace("timeout: 600", "timeout: 0.1"), encoding="utf-8")
    told = cli("script", "run", "s.yaml", "--out", "r")
    assert told.exit_code == 3, told.output
    assert "go on   tapwright script resume r --new-display\n" in told.stdout
    anew, go_on = (
        told.stdout.index("anew    tapwright script run s.yaml\n"),
        told.stdout.index("go on"),
    )
    assert anew < go_on, "what can work stands first"


def test_a_question_about_a_step_names_the_command_that_answers_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(
        "{device: 'xvfb:320x240', timeout: 0.1, steps: "
        "[{type: a, expect: {check: file go contains on}}]}",
        encoding="utf-8",
    )
    cli("script", "run", "s.yaml", "--out", "r")
    asked = cli("script", "resume", "r", "--new-display")
    assert asked.exit_code == 5, asked.output
    command = re.search(r"'tapwright (script resume r .*?)'", asked.stdout)
    assert command is not None and "--done" in command[1]
    answered = cli(*command[1].split())
    assert answered.exit_code == 0, answered.output
