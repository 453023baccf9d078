"""`make` on a machine that is not ready: one plain line, and nothing half made is left behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HALF = f"""#!/bin/sh
[ "$2" = venv ] || exec {sys.executable} "$@"
mkdir -p "$3/bin" && echo half > "$3/bin/python"
exit 1
"""
NO_MAKE = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """`make demo` in a folder with nothing but what it needs to begin."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    program = folder / "python"
    program.write_text(python, encoding="utf-8")
    program.chmod(0o755)
    return subprocess.run(
        ["make", "demo", f"PYTHON={program}"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


@NO_MAKE
def test_an_environment_that_fails_half_way_is_taken_away(tmp_path: Path) -> None:
    told = make(tmp_path, HALF)
    assert told.returncode == 2
    assert "apt-get install python3-venv" in told.stderr
    assert not (tmp_path / ".venv").exists()


@NO_MAKE
def test_a_folder_that_was_there_before_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/mine").write_text("kept", encoding="utf-8")
    assert make(tmp_path, HALF).returncode == 2
    assert (tmp_path / ".venv/mine").exists()


@NO_MAKE
def test_an_old_python_is_told_plainly_before_anything_is_made(tmp_path: Path) -> None:
    told = make(tmp_path, "#!/bin/sh\nexit 1\n")
    assert told.returncode == 2
    assert "is not Python 3.11 or newer" in told.stderr
    assert not (tmp_path / ".venv").exists()


@NO_MAKE
@pytest.mark.parametrize("pages", ["oracle", "all"])
def test_the_pages_to_be_played_are_no_packages(tmp_path: Path, pages: str) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    chosen = [] if pages == "oracle" else [f"PAGES={pages}"]
    told = subprocess.run(
        ["make", "--dry-run", "miniwob", *chosen],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    installed = [line for line in told.stdout.splitlines() if "--no-deps" in line]
    assert len(installed) == 1
    assert "miniwob==" in installed[0] and pages not in installed[0].split()
    assert f'--pages "{pages}"' in told.stdout
