"""The examples and the README's commands are run or at least read as they stand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tapwright.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [line.removeprefix("$ ") for line in README.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("tapwright ")]


def run(example: str, folder: Path) -> str:
    """The last line that an example prints."""
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / example],
        cwd=folder, env=os.environ, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.phone
def test_a_model_of_ones_own_drives_a_phone(tmp_path: Path) -> None:
    said = run("own_model.py", tmp_path)
    assert said == "verified: 'settings get global wifi_on' says '1'"


@pytest.mark.desktop
def test_a_text_is_written_into_an_editor(tmp_path: Path) -> None:
    if not all(map(shutil.which, ("Xvfb", "openbox", "mousepad"))):
        pytest.skip("not installed here: Xvfb, openbox or mousepad")
    assert run("desktop_notes.py", tmp_path) == "Grüße aus 上海"


@pytest.mark.phone
@pytest.mark.weights
def test_the_five_line_form_works(tmp_path: Path) -> None:
    said = run("turn_on_dark_theme.py", tmp_path)
    assert said == "verified: 'settings get secure ui_night_mode' says '2'"


def test_an_assistant_sees_a_picture_and_calls_a_tool_of_ones_own(tmp_path: Path) -> None:
    assert run("assistant.py", tmp_path) == "Seat 12A is at the window."


def test_python_in_the_readme_stands_in_the_examples() -> None:
    examples = [file.read_text(encoding="utf-8") for file in (ROOT / "examples").glob("*.py")]
    shown = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(shown) == 3
    assert [part for part in shown if not any(part in example for example in examples)] == []


def test_a_file_with_a_tool_of_ones_own_can_be_called(tmp_path: Path) -> None:
    words = ["call", "dice", "sides=1", "--tools", str(ROOT / "examples/dice.py")]
    done = subprocess.run(
        [sys.executable, "-m", "tapwright.cli", "tools", *words],
        cwd=tmp_path, env=os.environ, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_the_readme_can_be_given(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    assert isinstance(main, click.Group)
    with main.make_context("tapwright", list(words)) as context:
        name, command, rest = main.resolve_command(context, words)
        assert name is not None
        assert command is not None
        command.make_context(name, rest, parent=context)


def test_the_readme_shows_commands_at_all() -> None:
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("name", ["run", "chat"])
def test_the_readme_names_every_option(name: str) -> None:
    with main.make_context("tapwright", [name, "x"]) as context:
        _, command, _ = main.resolve_command(context, [name, "x"])
    assert command is not None
    missing = [
        option
        for parameter in command.params
        for option in parameter.opts
        if isinstance(parameter, click.Option) and option not in README
    ]
    assert missing == []
