"""`tapwright doctor --grounding`: right points pass, and whatever spoils them is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result

from tapwright.agent.grounding_verdict import Grounding, Verdict
from tapwright.cli.grounding import SMALL, with_note
from tapwright.model.families import FAMILIES
from tapwright.serving.conformance import ConformanceServer, Fault
from tapwright.serving.conformance_eye import Eye

Cli = Callable[..., Result]


def check(
    cli: Cli, kind: str, truly: str, fault: Fault | None = None, *options: object
) -> tuple[int, dict[str, Any]]:
    """The exit code and the verdict on a model that is `truly` of a family."""
    eye = Eye(FAMILIES[truly])
    with ConformanceServer(kind, eye, fault, family=truly, model=truly) as server:
        name = f"{kind}:{truly}@{server.url}"
        told = cli("doctor", "--grounding", "--model", name, "--json", *options)
    assert told.stderr == "", told.stderr
    return told.exit_code, json.loads(told.stdout)


@pytest.mark.parametrize(
    ("kind", "family"),
    [("vllm", "qwen2-vl"), ("ollama", "qwen2.5-vl"), ("dashscope", "qwen3-vl"),
     ("sglang", "qwen3-vl"), ("llamacpp", "tapwright-embedded"), ("openai", "qwen3-vl")],
)  # fmt: skip
def test_right_points_are_called_right(cli: Cli, kind: str, family: str) -> None:
    code, told = check(cli, kind, family)
    assert (code, told["verdict"], told["notes"]) == (0, "right", []), told
    assert told["hits"] == told["answered"] == told["targets"] == 24


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.LONG_SIDE_1024, r"shrinks pictures to a long side of about 10\d\d pixels"),
        (Fault.SHORT_SIDE_1080, r"enlarges pictures to a short side of about 1[01]\d\d pixels"),
        (Fault.SHRINK_Y, r"shrinks pictures in their height alone, to about 6\d%"),
        (Fault.OWN_BUDGET, r"shrinks pictures to about 2\d{5} pixels in all, its own budget"),
    ],
)
def test_a_server_that_resizes_silently_is_caught(cli: Cli, fault: Fault, words: str) -> None:
    code, told = check(cli, "vllm", "qwen2.5-vl", fault)
    assert (code, told["verdict"]) == (3, "resized"), told
    assert re.search(words, told["words"]), told["words"]
    assert told["notes"][0].startswith("the server counts ")


@pytest.mark.parametrize("fault", [Fault.LONG_SIDE_1024, Fault.OWN_BUDGET])
def test_the_cure_that_is_named_cures(cli: Cli, fault: Fault) -> None:
    _, told = check(cli, "vllm", "qwen2.5-vl", fault)
    pixels = re.search(r"set --pixels (\d+)", told["cure"])
    assert pixels, told["cure"]
    code, told = check(cli, "vllm", "qwen2.5-vl", fault, "--pixels", pixels[1])
    assert (code, told["verdict"]) == (0, "right"), told


@pytest.mark.parametrize(
    ("truly", "claimed", "cure"),
    [
        ("qwen2.5-vl", "qwen2-vl", "--family qwen2.5-vl fits"),
        ("qwen2-vl", "qwen2.5-vl", "--family qwen2-vl or --family tapwright-embedded fits"),
    ],
)
def test_a_wrong_family_is_caught(cli: Cli, truly: str, claimed: str, cure: str) -> None:
    code, told = check(cli, "vllm", truly, None, "--family", claimed)
    assert (code, told["verdict"], told["cure"]) == (3, "wrong_family", cure), told


def test_shares_of_a_shrunken_picture_are_right_but_the_shrinking_is_told(cli: Cli) -> None:
    code, told = check(cli, "vllm", "qwen2-vl", Fault.OWN_BUDGET)
    assert (code, told["verdict"]) == (0, "right")
    assert re.search(r"counts 3\d\d tokens .* should take 1272", told["notes"][0])


def test_a_model_that_cannot_point_is_told_so_in_words(cli: Cli) -> None:
    with ConformanceServer("vllm", lambda heard: "I see shapes.", model="qwen2-vl") as server:
        told = cli("doctor", "--grounding", "--model", f"vllm:qwen2-vl@{server.url}")
    assert told.exit_code == 3
    assert "cannot point: 24 of 24 answers name no place: 'I see shapes." in told.stdout
    assert "target 24 of 24" in told.stderr


@pytest.mark.slow
@pytest.mark.weights
def test_of_the_model_that_ships_it_is_told_why_it_cannot_point(cli: Cli) -> None:
    told = cli("doctor", "--grounding")
    assert told.exit_code == 3, told.output
    assert "note    this is the small model that ships, trained on phone screens" in told.stdout
    assert "nothing is wrong with this machine" in told.stdout


def test_of_no_other_model_it_is_told_that_it_is_small() -> None:
    poor = Grounding(Verdict.CANNOT_POINT, "cannot point", "", 24, 24, 3, 0.2, notes=("a",))
    assert with_note("embedded", poor).notes == ("a", SMALL)
    assert with_note("Qwen/Qwen2-VL-2B-Instruct", poor) is poor
    right = replace(poor, verdict=Verdict.RIGHT)
    assert with_note("embedded", right) is right


def test_a_server_that_is_not_there_is_an_error_of_its_own(cli: Cli) -> None:
    told = cli("doctor", "--grounding", "--model", "vllm:qwen2-vl@http://127.0.0.1:1")
    assert told.exit_code == 2
    assert "error: http://127.0.0.1:1/v1 cannot be reached" in told.stderr
    assert "Traceback" not in told.output


@pytest.mark.parametrize(("option", "value"), [("--model", "embedded"), ("--family", "qwen2-vl")])
def test_a_models_options_go_with_grounding(cli: Cli, option: str, value: str) -> None:
    told = cli("doctor", option, value)
    assert told.exit_code == 2
    assert f"add it to {option}" in told.stderr
