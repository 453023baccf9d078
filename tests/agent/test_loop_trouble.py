"""Dark screens, lost devices, failing models and Ctrl-C: each ends a run in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.actions import Action, Point, Tap
from tapwright.agent.runs import read_run
from tapwright.agent.verify import parse_check
from tapwright.errors import DeviceError, InputDenied, ModelError, Offline, ScreenUnavailable
from tapwright.types import CheckResult, Delivery, Effect, Observation, Outcome, ScreenState

from .drawn_device import DrawnDevice
from .parts import DONE, interrupt, lose, make_agent, request_text, tap_row

CHECK = "switch 2 == 1"


@pytest.mark.parametrize("state", [state for state in ScreenState if state is not ScreenState.LIT])
def test_a_screen_that_shows_nothing_needs_a_person(tmp_path: Path, state: ScreenState) -> None:
    device = DrawnDevice()
    device.state = state
    agent = make_agent([tap_row(2)], device, tmp_path)
    result = agent.run("Turn it on")
    assert (result.outcome, result.steps, result.exit_code) == (Outcome.NEEDS_HUMAN, 0, 5)
    assert agent.model.requests == []


class SleepyDevice(DrawnDevice):
    """Sleeps until it is woken; its lock may hold."""

    def __init__(self, *, pin: bool = False) -> None:
        super().__init__()
        self.state = ScreenState.ASLEEP
        self.woken = 0
        self._pin = pin

    def wake(self) -> None:
        self.woken += 1
        if self._pin:
            raise ScreenUnavailable("'drawn' is locked with a PIN; unlock it by hand")
        self.state = ScreenState.LIT


def test_a_sleeping_screen_is_woken_once(tmp_path: Path) -> None:
    device = SleepyDevice()
    agent = make_agent([tap_row(2), DONE], device, tmp_path)
    assert agent.run("Turn it on", [parse_check(CHECK)]).outcome is Outcome.VERIFIED
    assert device.woken == 1


def test_a_lock_that_holds_needs_a_person(tmp_path: Path) -> None:
    result = make_agent([DONE], SleepyDevice(pin=True), tmp_path).run("Turn it on")
    assert (result.outcome, result.steps) == (Outcome.NEEDS_HUMAN, 0)
    assert "PIN" in result.message


def test_a_device_lost_while_it_is_woken_is_lost(tmp_path: Path) -> None:
    device = SleepyDevice()
    device.wake = lambda: lose(Tap(Point(0, 0)))
    result = make_agent([DONE], device, tmp_path).run("Turn it on")
    assert (result.outcome, result.steps) == (Outcome.DEVICE_LOST, 0)


def test_a_screen_that_goes_dark_in_the_middle_needs_a_person(tmp_path: Path) -> None:
    device = DrawnDevice()

    def lock(action: Action) -> None:
        device.state = ScreenState.SECURE

    device.before = lock
    result = make_agent([tap_row(2), tap_row(3)], device, tmp_path).run("Turn it on")
    assert (result.outcome, result.steps) == (Outcome.NEEDS_HUMAN, 1)


def test_a_device_lost_during_an_act_leaves_the_act_unknown(tmp_path: Path) -> None:
    result = make_agent([tap_row(2)], DrawnDevice(lose), tmp_path).run("Turn it on")
    assert (result.outcome, result.steps, result.exit_code) == (Outcome.DEVICE_LOST, 1, 6)
    (step,) = read_run(tmp_path).steps()
    assert step.results[0].effect.delivery is Delivery.UNKNOWN


class BlindDevice(DrawnDevice):
    """Gives `looks` pictures and no more."""

    def __init__(self, looks: int, error: DeviceError) -> None:
        super().__init__()
        self._left, self._error = looks, error

    def observe(self) -> Observation:
        if self.looks >= self._left:
            raise self._error
        return super().observe()


@pytest.mark.parametrize(("looks", "steps"), [(0, 0), (1, 1)])
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Offline("gone; plug it in"), Outcome.DEVICE_LOST),
        (ScreenUnavailable("off; wake it"), Outcome.NEEDS_HUMAN),
    ],
)
def test_no_picture_before_or_after_an_act_ends_the_run(
    tmp_path: Path, looks: int, steps: int, error: DeviceError, outcome: Outcome
) -> None:
    result = make_agent([tap_row(2)] * 2, BlindDevice(looks, error), tmp_path).run("Turn it on")
    assert (result.outcome, result.message, result.steps) == (outcome, str(error), steps)


def test_a_refusal_that_a_driver_raises_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    class Raising(DrawnDevice):
        def perform(self, action: Action) -> Effect:
            raise InputDenied("the phone forbids input; allow it in its settings")

    agent = make_agent([tap_row(2), DONE], Raising(), tmp_path)
    assert agent.run("Turn it on").steps == 2
    assert "Refused: the phone forbids input" in request_text(agent.model.requests[1])


def test_a_device_lost_at_the_check_is_not_verified(tmp_path: Path) -> None:
    def check(device: object) -> CheckResult:
        raise Offline("gone; plug it in")

    result = make_agent([DONE], DrawnDevice(), tmp_path).run("Turn it on", [check])
    assert result.outcome is Outcome.DEVICE_LOST


def test_a_model_that_fails_ends_the_run_with_its_reason(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2), ModelError("the server is gone")], DrawnDevice(), tmp_path)
    result = agent.run("Turn it on")
    assert (result.outcome, result.message) == (Outcome.MODEL_FAILED, "the server is gone")
    *_, last = read_run(tmp_path).steps()
    assert (last.reply, last.error) == (None, "the server is gone")


def test_a_prompt_without_room_is_the_models_failure(tmp_path: Path) -> None:
    agent = make_agent([DONE], DrawnDevice(), tmp_path, max_new_tokens=2000)
    result = agent.run("Turn it on " * 200)
    assert result.outcome is Outcome.MODEL_FAILED
    assert "lower the pixel budget" in result.message


def test_ctrl_c_during_an_act_is_cancelled_and_the_act_unknown(tmp_path: Path) -> None:
    result = make_agent([tap_row(2)], DrawnDevice(interrupt), tmp_path).run("Turn it on")
    assert (result.outcome, result.exit_code) == (Outcome.CANCELLED, 130)
    (intent,) = read_run(tmp_path).intents()
    assert intent.effect is not None
    assert intent.effect.delivery is Delivery.UNKNOWN


def test_a_cancelled_run_ends_before_its_next_act(tmp_path: Path) -> None:
    device = DrawnDevice()
    agent = make_agent([tap_row(2), tap_row(3)], device, tmp_path)
    device.before = lambda action: agent.cancel()
    assert agent.run("Turn it on").outcome is Outcome.CANCELLED
    assert len(device.acts) == 1


def test_a_run_that_is_cancelled_before_its_first_look_asks_no_model(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2)], DrawnDevice(), tmp_path)
    steps = agent.steps("Turn it on")
    agent.cancel()
    assert list(steps) == []
    assert read_run(tmp_path).outcome is Outcome.CANCELLED


def test_a_run_that_is_let_go_of_is_cancelled_in_its_journal(tmp_path: Path) -> None:
    agent = make_agent([tap_row(2), DONE], DrawnDevice(), tmp_path)
    steps = agent.steps("Turn it on")
    next(steps)
    steps.close()
    assert read_run(tmp_path).outcome is Outcome.CANCELLED
