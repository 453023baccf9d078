"""The example scripts, run at the terminal as their first lines say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent.parent / "examples/scripts"
needs_desktop = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("zenity") is None,
    reason="needs Debian's xvfb and zenity",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the scripts, so that what they learn and write stays out of the repository."""
    return Path(shutil.copytree(SCRIPTS, tmp_path / "scripts"))


def run(folder: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the events of `tapwright script run`."""
    done = subprocess.run(
        [sys.executable, "-m", "tapwright.cli", "script", "run", *words, "--json"],
        cwd=folder, env=os.environ, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.desktop
@needs_desktop
def test_a_desktop_form_is_filled_from_a_csv_file(folder: Path) -> None:
    rows = (folder / "customers.csv").read_text(encoding="utf-8").splitlines()
    (folder / "customers.csv").write_text("\n".join(rows[:3]) + "\n", encoding="utf-8")
    code, events = run(folder, "customers.yaml", "--junit", "junit.xml", "--html", "run.html")
    assert code == 0, events[-1]
    written = (folder / "customers.txt").read_text(encoding="utf-8").splitlines()
    assert written == [row.replace(",", "|") for row in rows[1:3]]
    assert events[-1]["model_calls"] == 0
    assert (folder / "junit.xml").stat().st_size > 1000
    assert "Customers into the form" in (folder / "run.html").read_text(encoding="utf-8")


@pytest.mark.phone
def test_a_phone_s_theme_is_turned_dark(folder: Path) -> None:
    code, events = run(folder, "dark_theme.yaml", "--seed", "5")
    assert code == 0, events[-1]
    assert events[-2]["said"] == "'settings get secure ui_night_mode' says '2'"
    assert events[-1]["model_calls"] == 0


@pytest.mark.phone
@pytest.mark.desktop
@needs_desktop
def test_a_phone_a_tool_and_a_desktop_work_together(folder: Path) -> None:
    code, events = run(folder, "storage.yaml")
    assert code == 0, events[-1]
    (told,) = [event["text"] for event in events if event["event"] == "log"]
    used, free = (int(part.split()[0]) for part in told.split(", "))
    assert used + free == 100
    assert (folder / "storage.txt").read_text(encoding="utf-8") == f"Phone|{free} % free\n"
