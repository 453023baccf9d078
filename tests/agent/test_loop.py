"""Every way in which a run can end, reached."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tapwright.actions import Tap
from tapwright.agent.loop import to_the_end
from tapwright.agent.policy import Always, Policy
from tapwright.agent.runs import read_run
from tapwright.agent.settings import RunSettings
from tapwright.agent.verify import parse_check
from tapwright.errors import UsageError
from tapwright.types import Observation, Outcome

from .drawn_device import DrawnDevice
from .parts import DONE, call, make_agent, request_text, tap_row

CHECK = "switch 2 == 1"


def test_a_check_that_agrees_makes_a_run_verified(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path)
    result = agent.run("Turn the third switch on", [parse_check(CHECK)])
    assert (result.outcome, result.steps, result.exit_code) == (Outcome.VERIFIED, 2, 0)
    assert "'switch 2' says '1'" in result.message


def test_the_model_never_sees_the_check(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path)
    agent.run("Turn the third row on", [parse_check(CHECK)])
    assert not any("switch 2" in request_text(request) for request in agent.model.requests)


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 3)])
def test_done_without_a_check_is_only_claimed(tmp_path: Path, strict: bool, code: int) -> None:
    done = call("Done", text="it is 7:30")
    result = make_agent([done], DrawnDevice(), tmp_path, strict=strict).run("When is it?")
    assert (result.outcome, result.exit_code) == (Outcome.CLAIMED, code)
    assert result.answer == "it is 7:30"


def test_done_against_the_check_is_no_success(tmp_path: Path) -> None:
    result = make_agent([DONE], DrawnDevice(), tmp_path).run("Turn it on", [parse_check(CHECK)])
    assert (result.outcome, result.exit_code) == (Outcome.GAVE_UP, 3)
    assert "the model says done, but the check says: 'switch 2'" in result.message


def test_one_failed_check_of_two_is_no_success(tmp_path: Path) -> None:
    checks = [parse_check("switch 0 == 0"), parse_check(CHECK)]
    result = make_agent([DONE], DrawnDevice(), tmp_path).run("Turn it on", checks)
    assert result.outcome is Outcome.GAVE_UP
    assert [check.passed for check in result.checks] == [True, False]


def test_a_model_may_give_up_with_its_reason(tmp_path: Path) -> None:
    replies = [call("Fail", reason="there is no such row")]
    result = make_agent(replies, DrawnDevice(), tmp_path).run("Turn the tenth on")
    assert (result.outcome, result.message) == (Outcome.GAVE_UP, "there is no such row")


@pytest.mark.parametrize(
    ("budget", "named", "steps"),
    [
        ({"max_steps": 3}, "max_steps", 3),
        ({"max_seconds": 0.0}, "max_seconds", 0),
        ({"max_tokens": 10}, "max_tokens", 1),
    ],
)
def test_a_spent_budget_ends_the_run(
    tmp_path: Path, budget: dict[str, float], named: str, steps: int
) -> None:
    replies = [tap_row(row) for row in range(6)]
    result = make_agent(replies, DrawnDevice(), tmp_path, **budget).run("Go on")
    assert (result.outcome, result.steps) == (Outcome.STEP_LIMIT, steps)
    assert named in result.message


@pytest.mark.parametrize(
    "script",
    [
        [call("Click", point=[500, 990])] * 9,  # changes a switch that is hidden below
        [call("Back")] * 9,
        [tap_row(1)] * 9,  # on, off, on, off
        [call("Back"), call("Home")] * 5,
        [call("Type", text="ä")] * 9,  # refused each time
    ],
)
def test_a_script_that_repeats_itself_ends_within_five_steps(
    tmp_path: Path, script: list[str]
) -> None:
    result = make_agent(script, DrawnDevice(), tmp_path).run("Turn it on")
    assert result.outcome is Outcome.STUCK
    assert result.steps <= 5


def test_a_hint_comes_before_stuck_and_following_it_saves_the_run(tmp_path: Path) -> None:
    agent = make_agent([*[call("Back")] * 3, tap_row(2), DONE], DrawnDevice(), tmp_path)
    result = agent.run("Turn it on", [parse_check(CHECK)])
    assert result.outcome is Outcome.VERIFIED
    hinted = ["circles" in request_text(request) for request in agent.model.requests]
    assert hinted == [False, False, False, True, False]


def test_the_same_act_is_fine_while_the_screen_goes_on(tmp_path: Path) -> None:
    replies = [*[call("Type", text="a")] * 6, DONE]
    result = make_agent(replies, DrawnDevice(), tmp_path).run("Type six letters")
    assert (result.outcome, result.steps) == (Outcome.CLAIMED, 7)


UNUSABLE = [
    "I think it is done.",  # prose is no success
    call("Fly", to="moon"),
    call("Click", point="nowhere"),
    call("Click", point=[5000, 10]),
    '*FUNCTION*: Click *ARGS*: {"point": (5',
]


@pytest.mark.parametrize("reply", UNUSABLE)
def test_three_unusable_replies_in_a_row_are_confused(tmp_path: Path, reply: str) -> None:
    device = DrawnDevice()
    agent = make_agent([reply] * 5, device, tmp_path)
    result = agent.run("Turn it on")
    assert (result.outcome, result.steps, result.exit_code) == (Outcome.CONFUSED, 3, 4)
    assert device.acts == []


@pytest.mark.parametrize("reply", UNUSABLE)
def test_a_usable_reply_starts_the_count_again(tmp_path: Path, reply: str) -> None:
    replies = [reply, reply, tap_row(2), reply, reply, DONE]
    agent = make_agent(replies, DrawnDevice(), tmp_path)
    assert agent.run("Turn it on", [parse_check(CHECK)]).outcome is Outcome.VERIFIED


def test_the_model_is_told_what_was_wrong_with_its_reply(tmp_path: Path) -> None:
    agent = make_agent([call("Fly"), "Hm.", DONE], DrawnDevice(), tmp_path)
    agent.run("Turn it on")
    assert "no tool 'Fly'" in request_text(agent.model.requests[1])
    assert "Unreadable: " in request_text(agent.model.requests[2])


def test_nobody_to_confirm_is_denied_and_nothing_is_done(tmp_path: Path) -> None:
    device = DrawnDevice()
    result = make_agent([tap_row(2, "Tap Delete."), DONE], device, tmp_path).run("Tidy up")
    assert (result.outcome, result.exit_code) == (Outcome.DENIED, 5)
    assert "thought.delete" in result.message
    assert device.acts == []


def test_a_confirmer_that_agrees_lets_the_act_through(tmp_path: Path) -> None:
    device = DrawnDevice()
    agent = make_agent([tap_row(2, "Tap Delete."), DONE], device, tmp_path, policy=Policy(Always()))
    assert agent.run("Tidy up").outcome is Outcome.CLAIMED
    assert len(device.acts) == 1
    decision = next(read_run(tmp_path).steps()).decisions[0]
    assert (decision.rule, decision.reason[:9]) == ("thought.delete", "confirmed")


def test_a_standing_yes_is_for_simulated_devices_only(tmp_path: Path) -> None:
    device = DrawnDevice()
    device.simulated = False
    with pytest.raises(UsageError, match="not simulated"):
        make_agent([DONE], device, tmp_path, policy=Policy(Always()))


def test_steps_can_be_taken_one_by_one(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2, "Turn it on."), DONE], DrawnDevice(), tmp_path)
    steps = agent.steps("Turn it on")
    first = next(steps)
    assert (first.number, first.thought, first.screen_changed) == (1, "Turn it on.", True)
    assert first.results[0].point == (120, 200)
    assert set(first.seconds) == {"observe", "think", "act", "settle"}
    assert to_the_end(steps).outcome is Outcome.CLAIMED


@pytest.mark.parametrize("task", ["", "  \n"])
def test_an_empty_task_is_a_usage_error_and_starts_nothing(tmp_path: Path, task: str) -> None:
    agent = make_agent([DONE], DrawnDevice(), tmp_path)
    with pytest.raises(UsageError, match="empty"):
        agent.steps(task)
    assert not (tmp_path / "meta.json").exists()


def test_text_streams_to_whoever_listens(tmp_path: Path) -> None:
    heard: list[str] = []
    make_agent([DONE], DrawnDevice(), tmp_path).run("Look", on_text=heard.append)
    assert "".join(heard) == DONE


def test_each_picture_is_taken_once_for_its_step(tmp_path: Path) -> None:
    device = DrawnDevice()
    make_agent([tap_row(2), DONE], device, tmp_path).run("Turn it on")
    assert [type(act) for act in device.acts] == [Tap]
    assert device.looks == 2  # with no patience: one for the start, one after the act


@pytest.mark.parametrize(
    "wrong", [{"max_steps": 0}, {"images_kept": 0}, {"repair_limit": -1}, {"stuck_repeats": 1}]
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be"):
        RunSettings(**wrong)


def test_the_time_of_a_look_counts_for_the_step_that_is_decided_from_it(tmp_path: Path) -> None:
    class SlowDevice(DrawnDevice):
        def observe(self) -> Observation:
            threading.Event().wait(0.2)
            return super().observe()

    began = time.monotonic()
    make_agent([tap_row(2), DONE], SlowDevice(), tmp_path).run("Turn the third on")
    took = time.monotonic() - began
    first, second = read_run(tmp_path).steps()
    assert list(first.seconds) == ["observe", "think", "act", "settle"]
    assert min(first.seconds["observe"], second.seconds["observe"]) >= 0.2
    counted = sum(sum(step.seconds.values()) for step in (first, second))
    assert counted <= took, "a look was counted twice"
