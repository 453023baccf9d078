"""`tapwright chat` with films and with a phone that is watched all the time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tapwright.cli import main

from ..agent.film_making import make_film, make_moving, make_sound

Cli = Callable[..., Result]
Script = Callable[..., str]


def asked(folder: str = "talk") -> list[list[dict[str, Any]]]:
    """The parts of every question that a transcript holds."""
    lines = Path(folder, "transcript.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["parts"] for line in lines if '"question"' in line[:20]]


@pytest.mark.parametrize(("options", "looks"), [((), 16), (("--fps", "1"), 8)])
def test_a_film_is_asked_about(
    cli: Cli, script: Script, tmp_path: Path, options: tuple[str, ...], looks: int
) -> None:
    make_film(tmp_path / "film.mp4")
    told = cli(
        "chat", "film.mp4", "What happens?", "--no-tools", "--model", script("It fades."),
        "--out", "talk", *options,
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert told.stdout.endswith("It fades.\n\n")
    (parts,) = asked()
    (times,) = [part["times"] for part in parts if "times" in part]
    assert len(times) == looks and times[-1] == pytest.approx(7.9, abs=0.1)


def test_a_film_cut_off_is_told_to_the_person(cli: Cli, script: Script, tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.mkv", 20.0).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    told = cli("chat", "cut.mkv", "What?", "--no-tools", "--model", script("A wall."))
    assert told.exit_code == 0, told.output
    assert "'cut.mkv' breaks off at" in told.output


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp"])
def test_a_picture_that_moves_is_a_film(
    cli: Cli, script: Script, tmp_path: Path, name: str
) -> None:
    make_moving(tmp_path / name)
    told = cli("chat", name, "What?", "--no-tools", "--model", script("It fades."), "--out", "talk")
    assert told.exit_code == 0, told.output
    (parts,) = asked()
    assert len(next(part["times"] for part in parts if "times" in part)) >= 4


def test_what_is_no_film_starts_nothing(cli: Cli, script: Script, tmp_path: Path) -> None:
    make_sound(tmp_path / "song.m4a").rename(tmp_path / "song.mp4")
    told = cli("chat", "song.mp4", "What?", "--no-tools", "--model", script("Never."))
    assert told.exit_code == 2
    assert told.stderr == "error: 'song.mp4' has no pictures; it has sound only\n"


def test_watching_needs_a_phone(cli: Cli, script: Script) -> None:
    told = cli("chat", "What?", "--watch", "--no-tools", "--model", script("Never."))
    assert told.exit_code == 2
    assert "--watch needs a phone to watch; add --device" in told.stderr


@pytest.mark.phone
def test_a_watched_phone_is_shown_as_it_was_and_not_again(cli: Cli, script: Script) -> None:
    told = CliRunner().invoke(
        main,
        ["chat", "--watch", "--device", "sim", "--no-tools", "--out", "talk",
         "--model", script("A home screen.", "The same.")],
        input="What is it?\nAnd now?\n",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    first, second = asked()
    assert sum("image" in part for part in first) >= 1
    assert sum("image" in part for part in second) <= 1
