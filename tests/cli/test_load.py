"""Which model a command gets, and what it says where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tapwright.cli.load import ModelChoice, load_chosen, read_script
from tapwright.errors import UsageError
from tapwright.model.tiny import make_checkpoint
from tapwright.types import Request


@pytest.mark.parametrize(
    "text",
    ['["one\\nline", "two"]', '"one\\nline"\n"two"\n', '\n"one\\nline"\n\ntwo\n'],
    ids=["a JSON list", "a JSON string a line", "plain text and blank lines too"],
)
def test_a_script_is_a_list_of_replies(tmp_path: Path, text: str) -> None:
    file = tmp_path / "replies"
    file.write_text(text, encoding="utf-8")
    assert read_script(file) == ["one\nline", "two"]


@pytest.mark.parametrize("text", ["", "[]", "[1, 2]", "\n \n"])
def test_a_script_without_replies_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "replies"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a list of replies"):
        read_script(file)


def test_a_script_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the script"):
        read_script(tmp_path / "none")


def test_a_scripted_model_speaks_for_the_chosen_family(tmp_path: Path) -> None:
    file = tmp_path / "replies"
    file.write_text(json.dumps(["hello"]), encoding="utf-8")
    model = load_chosen(ModelChoice(f"scripted:{file}", family="qwen2.5-vl"))
    assert model.family.name == "qwen2.5-vl"
    assert model.generate(Request(())).text == "hello"


@pytest.mark.weights
def test_loading_the_model_that_ships_is_told_in_two_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    load_chosen(ModelChoice())
    first, last = capsys.readouterr().err.splitlines()
    assert first == "loading model 'embedded'"
    assert last.startswith("model 'embedded' loaded in ")


def test_loading_another_model_is_told_with_what_it_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = make_checkpoint(tmp_path / "checkpoint")
    load_chosen(ModelChoice(str(checkpoint), device="cpu"))
    first, middle, last = capsys.readouterr().err.splitlines()
    assert first == f"loading model '{checkpoint}'"
    assert middle.startswith(f"loading '{checkpoint}' on cpu (")
    assert last.startswith(f"model '{checkpoint}' loaded in ")
