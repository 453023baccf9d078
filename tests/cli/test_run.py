"""`tapwright run` on a simulated phone behind a real adb: how runs end, and what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.agent.runs import read_run

from .parts import CHECK, SEED, TASK, call, mobile_use

pytestmark = pytest.mark.phone
Cli = Callable[..., Result]
Script = Callable[..., str]
SIM = ("--device", "sim", "--seed", SEED)


def last(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def test_a_task_that_the_phone_confirms_is_verified(
    cli: Cli, script: Script, solving: tuple[str, ...], tmp_path: Path
) -> None:
    told = cli("run", TASK, *SIM, "--model", script(*solving), "--verify", CHECK, "--out", "r")
    assert told.exit_code == 0, told.output
    assert last(told) == "verified: 'settings get global wifi_on' says '1'"
    assert "thought  Use Wi-Fi is off." in told.stdout
    assert "(observe 0." in told.stdout
    assert told.stdout.count(" saw ") == len(solving)
    run = read_run(tmp_path / "r")
    assert run.outcome is not None
    assert (run.task, run.outcome.value) == (TASK, "verified")
    assert run.meta["notes"]["checks"] == [CHECK]


def test_a_done_that_nothing_checked_is_only_claimed(cli: Cli, script: Script) -> None:
    told = cli("run", TASK, *SIM, "--model", script(call("Done", "It is on.")))
    assert told.exit_code == 0
    assert last(told).startswith("claimed: ")
    assert len(list(Path("runs").iterdir())) == 1
    strict = cli("run", TASK, *SIM, "--model", script(call("Done", "It is on.")), "--strict")
    assert (strict.exit_code, last(strict)) == (3, last(told))


def test_a_done_that_the_phone_denies_is_no_success(cli: Cli, script: Script) -> None:
    told = cli("run", TASK, *SIM, "--model", script(call("Done", "On.")), "--verify", CHECK)
    assert told.exit_code == 3
    assert last(told).startswith("gave_up: the model says done, but the check says: ")


@pytest.mark.parametrize(
    ("family", "replies", "options", "code", "line"),
    [
        (
            "qwen2.5-vl",
            [mobile_use(action="terminate", status="failure")],
            [], 3, "gave_up: ",
        ),
        ("qwen2-vl", [call("Home")] * 9, ["--max-steps", 2], 4, "step_limit: 2 steps"),
        ("qwen2-vl", [call("Home")] * 9, ["--max-tokens", 5], 4, "step_limit: "),
        ("qwen2-vl", [call("Home")] * 9, [], 4, "stuck: "),
        ("qwen2-vl", ["I would rather talk."] * 9, [], 4, "confused: "),
        ("qwen2-vl", ["✿FUNCTION✿: Click\n✿ARGS✿: {\"point\": ["] * 9, [], 4, "confused: "),
        ("qwen2-vl", [call("Click", point=[1200, 10])] * 9, [], 4, "confused: "),
        ("qwen2-vl", [call("Fly", to="Rome")] * 9, [], 4, "confused: "),
        ("qwen2-vl", [call("Click", "I pay now.", point=[500, 500])], [], 5, "denied: "),
        ("qwen2-vl", [call("Home")], [], 6, "model_failed: the scripted model has no reply left"),
    ],
    ids=[
        "gave up", "step limit", "token limit", "stuck", "prose", "broken JSON", "off-screen point",
        "unknown tool", "denied", "model failed",
    ],
)  # fmt: skip
def test_every_other_end_has_its_line_and_exit_code(
    cli: Cli, script: Script, family: str, replies: list[str], options: list[str], code: int,
    line: str,
) -> None:  # fmt: skip
    told = cli("run", TASK, *SIM, "--family", family, "--model", script(*replies), *options)
    assert last(told).startswith(line), told.output
    assert told.exit_code == code


def test_json_is_one_object_a_line_and_nothing_else(
    cli: Cli, script: Script, solving: tuple[str, ...]
) -> None:
    told = cli("run", TASK, *SIM, "--model", script(*solving), "--verify", CHECK, "--json")
    events = [json.loads(line) for line in told.stdout.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds == ["start", *["step"] * len(solving), "end"]
    assert events[1]["calls"][0]["name"] == "Click"
    assert events[1]["results"][0]["delivery"] == "delivered"
    end = events[-1]
    assert (end["outcome"], end["exit_code"], end["steps"]) == ("verified", 0, len(solving))
    assert told.stderr == ""


def test_a_standing_yes_lets_a_costly_act_through_on_a_simulated_phone(
    cli: Cli, script: Script
) -> None:
    costly = script(call("Click", "I pay now.", point=[500, 500]), call("Done"))
    told = cli("run", TASK, *SIM, "--model", costly, "--confirm", "always")
    assert last(told).startswith("claimed: "), told.output


def test_a_check_that_already_holds_is_pointed_out(cli: Cli, script: Script) -> None:
    idle = "settings get global wifi_on == 0"
    told = cli("run", TASK, *SIM, "--model", script(call("Done")), "--verify", idle)
    assert "note: the check already holds before the run" in told.stderr


def test_the_language_reaches_the_prompt(cli: Cli, script: Script, tmp_path: Path) -> None:
    cli(
        "run", "打开 Wi-Fi", *SIM, "--model", script(call("Done")), "--language", "zh", "--out", "r"
    )
    (step,) = read_run(tmp_path / "r").steps()
    words = "".join(getattr(p, "text", "") for m in step.request.messages for p in m.parts)
    assert "屏幕" in words or "手机" in words, words[:500]


def test_a_folder_that_holds_a_run_is_not_written_over(cli: Cli, script: Script) -> None:
    again = ("run", TASK, *SIM, "--model", script(call("Done")), "--out", "r")
    assert cli(*again).exit_code == 0
    told = cli(*again)
    assert told.exit_code == 2
    assert told.stderr.startswith("error: the run folder 'r' already holds a run")


def test_the_budget_of_one_reply_reaches_the_loop() -> None:
    from tapwright.cli.running import Plan

    assert Plan("x", max_new_tokens=7).settings().max_new_tokens == 7
    assert Plan.from_notes("x", Plan("x", max_new_tokens=7).notes()).max_new_tokens == 7
