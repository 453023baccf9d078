"""How places are found in `tapwright run`: a second model, a second look, settings in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tapwright.cli.seeing import SeeingChoice

from .parts import CHECK, SEED, TASK, call

Cli = Callable[..., Result]
Script = Callable[..., str]
SIM = ("--device", "sim", "--seed", SEED, "--out", "r")
NOTHING = {"seeing_grounder": None, "seeing_zoom": None, "seeing_marks": None, "seeing_file": None}


@pytest.mark.phone
def test_one_model_plans_in_words_and_another_says_where_things_are(
    cli: Cli, script: Script, solving: tuple[str, ...], tmp_path: Path
) -> None:
    pointing = tmp_path / "pointing.json"
    pointing.write_text(json.dumps(solving[:-1]), encoding="utf-8")
    named = [call("Click", point=f"thing {number}") for number in range(len(solving) - 1)]
    told = cli(
        "run", TASK, *SIM, "--model", script(*named, solving[-1]), "--verify", CHECK,
        "--grounder", f"scripted:{pointing}", "--no-zoom",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "verified" in told.output.splitlines()[-1]
    notes = json.loads((tmp_path / "r" / "meta.json").read_text(encoding="utf-8"))
    assert f"scripted:{pointing}" in json.dumps(notes)


def test_a_bad_file_of_settings_stops_the_run_before_its_beginning(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text("[seeing]\nzooom = true\n", encoding="utf-8")
    told = cli("run", TASK, *SIM, "--model", script(call("Done")), "--seeing", "s.toml")
    assert told.exit_code == 2
    assert "no 'zooom'" in told.output
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("given", "grounder", "zoom"),
    [
        ({}, "", True),
        ({"seeing_zoom": True}, "self", True),
        ({"seeing_marks": True}, "self", True),
        ({"seeing_zoom": False}, "", False),
        ({"seeing_grounder": "embedded"}, "embedded", True),
        ({"seeing_grounder": "embedded", "seeing_zoom": False}, "embedded", False),
    ],
)
def test_a_second_look_needs_a_question_of_its_own(
    given: dict[str, Any], grounder: str, zoom: bool
) -> None:
    choice = SeeingChoice.from_options({**NOTHING, **given})
    assert (choice.grounder, choice.zoom) == (grounder, zoom)


def test_options_come_before_the_files_lines(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[seeing]\ngrounder = "self"\nreader = "tesseract"\n', encoding="utf-8")
    choice = SeeingChoice.from_options({**NOTHING, "seeing_file": file, "seeing_zoom": False})
    assert choice == SeeingChoice("self", zoom=False, reader="tesseract")
