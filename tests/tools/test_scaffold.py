"""`tapwright tools new` writes a package that installs, is listed, runs and passes its test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tapwright.errors import UsageError
from tapwright.tools.scaffold import write_plugin


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment into which the written plugin `dice_x` is installed, without a network.

    What tapwright needs is lent to it by a path file; the plugin itself is installed by pip.
    """
    folder = tmp_path_factory.mktemp("fresh")
    plugin, environment = folder / "plugin", folder / "venv"
    write_plugin("dice_x", plugin)
    must(sys.executable, "-m", "venv", "--without-pip", environment)
    (library,) = environment.glob("lib/python*/site-packages")
    # With `addsitedir`, so that the lent folder's own path files (an editable install) count too.
    lent = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (library / "lent.pth").write_text(lent, encoding="utf-8")
    python = environment / "bin" / "python"
    must(
        python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
        "--no-index", "--disable-pip-version-check", plugin,
    )  # fmt: skip
    return folder


def must(*command: object) -> str:
    """Run a command and return what it printed; it must succeed."""
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True, text=True, encoding="utf-8", timeout=120,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tapwright(fresh: Path, *arguments: object) -> str:
    return must(fresh / "venv/bin/python", "-m", "tapwright.cli", *arguments)


def test_the_written_plugin_is_listed_where_it_is_installed(fresh: Path) -> None:
    listed = [json.loads(line) for line in tapwright(fresh, "tools", "--json").splitlines()]
    (mine,) = [each for each in listed if each.get("name") == "dice_x"]
    assert mine["where"] == "of the package 'tapwright-dice-x'"


def test_the_written_plugin_runs(fresh: Path) -> None:
    told = tapwright(fresh, "tools", "call", "dice_x", "text=to be or not to be", "shortest=3")
    assert told == "words 1, the longest is not\n"


def test_the_written_plugin_passes_its_own_tests(fresh: Path) -> None:
    told = must(fresh / "venv/bin/python", "-m", "pytest", "-q", "--rootdir", fresh / "plugin",
                "-p", "no:cacheprovider", fresh / "plugin")  # fmt: skip
    assert "3 passed" in told


def test_the_plugin_is_not_in_the_environment_that_lent_its_packages(fresh: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import tapwright_dice_x"], capture_output=True)
    assert done.returncode != 0


@pytest.mark.parametrize(
    "name",
    ["", "1a", "A", "a-b", "a b", "a.b", "../a", "a/b", "_a", "a_", "a__b", "a" * 41, "ä",
     "class", "match", "json", "tapwright", "tool", "test"],
)  # fmt: skip
def test_a_bad_name_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_plugin(name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already; choose another with --out"):
        write_plugin("dice", tmp_path)
    with pytest.raises(UsageError, match="is there already"):
        write_plugin("dice", tmp_path / "notes.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        write_plugin("dice", tmp_path / "file" / "below")
