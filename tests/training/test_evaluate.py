"""The scorecard: its arithmetic, and a blind control that is really blind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import RESERVED
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.training.blind import BlindModel
from tapwright.training.evaluate import (
    Trial,
    command,
    evaluate,
    fingerprint,
    run_trial,
    scorecard,
    table,
    wilson,
)
from tapwright.types import ImagePart, Message, Outcome, Request, TextPart

DONE = "Wi-Fi is on.\n*FUNCTION*: Done *ARGS*: {}"


def test_wilson_interval_of_known_shares() -> None:
    low, high = wilson(28, 30)
    assert (round(low, 3), round(high, 3)) == (0.787, 0.982)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(30, 30)[1] == 1.0


def test_a_scorecard_counts_only_what_the_phone_confirmed_and_reports_the_better_blind_run() -> (
    None
):
    trials = [
        Trial("wifi", 1, "seeing", Outcome.VERIFIED, 4),
        Trial("wifi", 2, "seeing", Outcome.CLAIMED, 4),
        Trial("wifi", 1, "black", Outcome.STUCK, 4),
        Trial("wifi", 2, "black", Outcome.STUCK, 4),
        Trial("wifi", 1, "shuffled", Outcome.VERIFIED, 4),
        Trial("wifi", 2, "shuffled", Outcome.STUCK, 4),
    ]
    card = scorecard("embedded", "tapwright evaluate", trials)
    (row,) = card["templates"]
    assert (row["success"], row["n"], row["blind"]) == (0.5, 2, 0.5)
    assert (row["black"], row["shuffled"]) == ([0, 2], [1, 2])
    assert "| wifi | 1 of 2 |" in table(card)


def test_blind_pictures_keep_their_size_and_lose_what_they_show() -> None:
    plain = Phone(3, animate=False).draw()
    shown = {}
    for condition in ("black", "shuffled"):
        model = ScriptedModel([DONE, DONE], family="tapwright-embedded")
        blind = BlindModel(model, condition, 1)
        for _ in range(2):
            blind.generate(Request((Message("user", (ImagePart(plain), TextPart("Task: x"))),)))
        first, second = (request.messages[0].parts for request in model.requests)
        assert isinstance(first[0], ImagePart) and isinstance(second[0], ImagePart)
        assert first[0].image.tobytes() == second[0].image.tobytes() != plain.tobytes()
        assert first[1] == TextPart("Task: x")
        shown[condition] = first[0].image
    assert shown["black"].size == shown["shuffled"].size == plain.size
    assert shown["black"].getextrema() == ((0, 0), (0, 0), (0, 0))
    assert sorted(shown["shuffled"].getcolors(1 << 22) or []) == sorted(
        plain.getcolors(1 << 22) or []
    )


@pytest.mark.phone
def test_a_model_that_only_says_done_solves_nothing(tmp_path: Path) -> None:
    model = ScriptedModel([DONE], family=FAMILIES["tapwright-embedded"])
    with AdbServer() as adb:
        trial = run_trial(model, "wifi", RESERVED, "seeing", adb, tmp_path)
    assert not trial.solved
    assert trial.outcome is Outcome.GAVE_UP
    assert (tmp_path / f"wifi-{RESERVED}-seeing" / "transcript.jsonl").exists()


@pytest.mark.phone
def test_what_was_measured_with_the_same_weights_is_not_run_again(tmp_path: Path) -> None:
    model = ScriptedModel([DONE] * 3, family="tapwright-embedded")
    first = list(evaluate(model, ["wifi"], 1, tmp_path, jobs=1, weights="abc"))
    assert [trial.condition for trial in first] == ["seeing", "black", "shuffled"]
    again = list(evaluate(model, ["wifi"], 1, tmp_path, jobs=1, weights="abc"))
    assert again == first
    assert len(model.requests) == 3
    other = list(evaluate(model, ["wifi"], 1, tmp_path, jobs=1, weights="def"))
    assert {trial.outcome for trial in other} == {Outcome.MODEL_FAILED}  # asked, with nothing left


def test_an_unknown_template_is_a_usage_error() -> None:
    result = CliRunner().invoke(command, ["--template", "fly"])
    assert result.exit_code == 2
    assert "fly" in result.output


@pytest.mark.weights
def test_the_shipped_scorecard_says_what_was_run() -> None:
    from tapwright.model import embedded

    card = json.loads((embedded.folder() / "scorecard.json").read_text(encoding="utf-8"))
    assert card["model"] == "embedded"
    assert card["command"].startswith("tapwright evaluate")
    for row in card["templates"]:
        assert row["low"] <= row["success"] <= row["high"]
        assert row["n"] == 30
        assert row["blind"] is not None
    assert card["weights"] == fingerprint("embedded")
