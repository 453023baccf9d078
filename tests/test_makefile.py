"""`make` on a machine that is not ready: one plain line, and nothing half made is left behind."""

from __future__ import annotations

import os
import runpy
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
# An environment whose pip says one line, and then nothing until it is told to go on, or to fail.
SLOW = f"""#!/bin/sh
[ "$2" = venv ] || exec {sys.executable} "$@"
mkdir -p "$3/bin" && cat > "$3/bin/python" <<'END'
#!/bin/sh
[ "$2" = pip ] || exec {sys.executable} "$@"
echo "Collecting torch"
read code < go_on
exit $code
END
chmod +x "$3/bin/python"
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
@pytest.mark.parametrize("code", [0, 1])
def test_what_pip_is_at_is_told_again_and_again(tmp_path: Path, code: int) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/told.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "python").write_text(SLOW, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    os.mkfifo(tmp_path / "go_on")
    with subprocess.Popen(
        ["make", "--no-print-directory", ".venv/.installed", f"PYTHON={tmp_path}/python",
         "TOLD_EVERY=0.2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as made:  # fmt: skip
        assert made.stdout is not None
        told, again = list[str](), 0
        for line in iter(made.stdout.readline, ""):
            told.append(line.strip())
            again += line.endswith(" s  Collecting torch\n")
            if line.endswith(" s  Collecting torch\n") and again == 2:
                (tmp_path / "go_on").write_text(f"{code}\n", encoding="utf-8")
        assert (made.wait() == 0) is (code == 0)
    assert told[0] == "making the virtual environment .venv"
    assert (tmp_path / ".venv/.installed").exists() is (code == 0)


def test_a_long_list_of_packages_is_told_by_their_number() -> None:
    in_short = runpy.run_path(str(ROOT / ".ci/told.py"))["in_short"]
    many = ", ".join(f"package-{number}" for number in range(93))
    assert in_short(f"Installing collected packages: {many}") == "installing 93 packages"
    assert in_short("Collecting torch") == "Collecting torch"
    assert len(in_short("Downloading " + "x" * 200)) == 72


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
