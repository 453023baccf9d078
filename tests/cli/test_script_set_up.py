"""A machine that lacks what a script needs: nothing is begun, and an earlier run stays as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
device: xvfb:320x240
steps:
  - log: hello
  - assert: {check: file go contains on}
    timeout: 0.1
"""
# As where a package is not installed: importing it fails.
WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None
from tapwright.cli import main
main(prog_name="tapwright")
"""


def command(
    folder: Path, *words: str, without: str = "none", path: str | None = None
) -> tuple[int, str]:
    """The exit code of `tapwright`, without a module, and what it says of errors."""
    env = os.environ | ({"PATH": path} if path is not None else {})
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, without, *words],
        cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("module", "said"),
    [("Xlib", "the desktop needs python-xlib"), ("mss", "the desktop needs mss")],
)
def test_a_missing_package_is_told_before_the_first_step(
    tmp_path: Path, module: str, said: str
) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    code, told = command(tmp_path, "script", "run", "s.yaml", "--out", "r", without=module)
    assert (code, said in told, "Traceback" in told) == (2, True, False), told
    assert not (tmp_path / "r").exists()


def test_a_missing_program_leaves_the_journal_of_an_earlier_run_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT.replace("xvfb:320x240", "sim"), encoding="utf-8")
    assert command(tmp_path, "script", "run", "s.yaml", "--out", "r")[0] == 3
    before = (tmp_path / "r/progress.jsonl").read_bytes()
    code, told = command(tmp_path, "script", "resume", "r", "--device", "xvfb", path="")
    assert (code, "Xvfb: apt-get install xvfb" in told) == (2, True), told
    assert (tmp_path / "r/progress.jsonl").read_bytes() == before


def test_a_dry_run_needs_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    assert command(tmp_path, "script", "run", "s.yaml", "--dry-run", without="Xlib")[0] == 0
