"""Everything that can go wrong, at every act: a success, or a typed answer inside the deadline.

The phone's own ledger is the judge. An act that is called delivered is in it exactly once, a
refused one is not in it, an unknown one is in it at most once, and after an error that was raised
it is not in it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tapwright.actions import Action, LongPress, OpenApp, Point, PressKey, Swipe, Tap, TypeText
from tapwright.devices.android import AndroidDevice
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.errors import DeviceError
from tapwright.types import Delivery, Effect, QueryResult

pytestmark = pytest.mark.phone

LIMIT = 40.0  # seconds for a whole act, which may take several commands of 2.5 s
CUTS = (Fault.DROP, Fault.RESET, Fault.HALF_CLOSE, Fault.NO_EXIT_PACKET, Fault.HANG)
STAGES = ("before", "during", "after")


@dataclass(frozen=True)
class Act:
    """An act, the words of the command that does it, and what the phone then holds."""

    action: Action
    words: str
    done: str


ACTS = {
    "tap": Act(Tap(Point(540, 1200)), "input tap", "tap 540,1200;"),
    "long press": Act(LongPress(Point(540, 1200), 0.6), "input swipe", "long_press 540,1200;"),
    "swipe": Act(Swipe(Point(540, 1800), Point(540, 600), 0.1), "input swipe", "swipe 540,1800;"),
    "key": Act(PressKey("BACK"), "input keyevent", "key BACK;"),
    "text": Act(TypeText("plain text"), "input text", "text plain text;"),
    "other text": Act(TypeText("你好"), "am broadcast", "text 你好;"),
    "app": Act(OpenApp("Clock"), "monkey -p", "front com.android.deskclock;"),
}


def done(sim: SimulatedPhone) -> str:
    """What reached the phone, as one line."""
    out = []
    for event in sim.phone.ledger:
        if event.kind == "text":
            out.append(f"text {event.text};")
        elif event.kind == "key":
            out.append(f"key {event.key};")
        else:
            out.append(f"{event.kind} {event.x},{event.y};")
    if not sim.phone.foreground.startswith("com.android.notes/"):
        out.append(f"front {sim.phone.foreground.partition('/')[0]};")
    return "".join(out)


def judged(sim: SimulatedPhone, device: AndroidDevice, act: Act) -> Effect | DeviceError:
    """Perform the act and hold the answer against the ledger and the clock."""
    start = done(sim)
    started = time.monotonic()
    answer: Effect | DeviceError
    try:
        answer = device.perform(act.action)
    except DeviceError as error:
        answer = error
    took = time.monotonic() - started
    sim.faults.clear()
    reached = done(sim).removeprefix(start)
    if isinstance(answer, DeviceError) or answer.delivery is Delivery.REFUSED:
        assert reached == "", answer
    elif answer.delivery is Delivery.DELIVERED:
        assert reached == act.done, answer
    else:
        assert reached in ("", act.done), answer
    words = answer.said if isinstance(answer, Effect) else str(answer)
    assert words and "\n" not in words
    assert took < LIMIT
    return answer


def cases(*columns: Any, quick: Callable[..., bool]) -> list[Any]:
    """Every combination; those that are not `quick` run in the long tests only."""
    return [
        pytest.param(*case, marks=() if quick(*case) else pytest.mark.slow)
        for case in itertools.product(*columns)
    ]


@pytest.mark.parametrize(
    ("fault", "stage", "name"),
    cases(
        CUTS,
        STAGES,
        ACTS,
        quick=lambda fault, stage, name: (
            stage == "during" and (name == "tap" or fault is Fault.NO_EXIT_PACKET)
        ),
    ),
)
def test_an_act_that_is_cut_off_is_never_a_success_and_never_done_twice(
    sim, ready, recovers, fault, stage, name
):
    act = ACTS[name]
    sim.faults.inject(fault, only=act.words, times=1, stage=stage)
    answer = judged(sim, ready, act)
    if fault is not Fault.NO_EXIT_PACKET or stage != "before":
        assert not (isinstance(answer, Effect) and answer.delivery is Delivery.REFUSED)
    assert not (isinstance(answer, Effect) and answer.delivery is Delivery.DELIVERED)
    recovers(sim, ready)


@pytest.mark.parametrize(
    ("fault", "name"),
    cases(CUTS, ACTS, quick=lambda fault, name: name in ("tap", "app") and fault is Fault.DROP),
)
def test_a_cut_of_whatever_comes_first_is_told_or_overcome(sim, ready, recovers, fault, name):
    sim.faults.inject(fault, times=1)
    judged(sim, ready, ACTS[name])
    recovers(sim, ready)


OTHERS = (
    (Fault.SLICER, None),
    (Fault.LATENCY, 0.02),
    (Fault.BAD_MAGIC, None),
    (Fault.OVERSIZE, None),
    (Fault.OPEN_REFUSED, None),
    (Fault.NEVER_CLOSE, None),
    (Fault.HUGE_OUTPUT, 64 * 1024 * 1024),
    (Fault.HUGE_OUTPUT, 128 * 1024),
    (Fault.GARBAGE_UTF8, None),
    (Fault.EXIT_NONZERO, 1),
    (Fault.EXIT_NONZERO, 137),
    (Fault.INPUT_DENIED, None),
    (Fault.AM_ERROR, None),
    (Fault.MONKEY_NO_ACTIVITY, None),
    (Fault.IME_MISSING, None),
    (Fault.IME_REFUSED, None),
    (Fault.UI_NOT_IDLE, None),
)


# The acts that meet a fault which a tap does not.
MEETING = {
    Fault.AM_ERROR: "other text",
    Fault.IME_MISSING: "other text",
    Fault.IME_REFUSED: "other text",
    Fault.MONKEY_NO_ACTIVITY: "app",
    Fault.UI_NOT_IDLE: "text",
}


@pytest.mark.parametrize(
    ("other", "name"),
    cases(OTHERS, ACTS, quick=lambda other, name: name == MEETING.get(other[0], "tap")),
)
def test_every_other_fault_is_told_or_overcome(sim, ready, recovers, other, name):
    fault, amount = other
    sim.faults.inject(fault, times=1, amount=amount)
    judged(sim, ready, ACTS[name])
    recovers(sim, ready)


@pytest.mark.parametrize("name", ["tap", "swipe", "key", "text"])
def test_a_phone_that_forbids_input_names_the_setting(sim, ready, name):
    sim.faults.inject(Fault.INPUT_DENIED)
    answer = judged(sim, ready, ACTS[name])
    assert isinstance(answer, Effect)
    assert answer.delivery is Delivery.REFUSED
    assert "USB debugging (Security settings)" in answer.said


@pytest.mark.parametrize("name", ["text", "other text"])
def test_typed_text_that_never_came_is_noticed(sim, ready, name):
    sim.faults.inject(Fault.INPUT_IGNORED)
    answer = judged(sim, ready, ACTS[name])
    assert isinstance(answer, Effect)
    assert answer.delivery is Delivery.UNKNOWN


def test_an_app_that_does_not_open_is_refused(sim, ready):
    sim.faults.inject(Fault.MONKEY_NO_ACTIVITY)
    answer = judged(sim, ready, ACTS["app"])
    assert isinstance(answer, Effect)
    assert answer.delivery is Delivery.REFUSED


# --- a phone without exit codes -----------------------------------------------------------------


@pytest.mark.parametrize("name", ACTS)
def test_an_old_phone_is_driven_as_well(legacy, recovers, name):
    sim, device = legacy
    assert judged(sim, device, ACTS[name]).delivery is Delivery.DELIVERED
    recovers(sim, device)


def test_an_old_phones_exit_codes_are_known(legacy):
    _, device = legacy
    assert device.query(["no-such-program"]).exit_code == 127
    assert device.query(["echo", "a b"]) == QueryResult("a b\n")


@pytest.mark.parametrize("name", ["tap", "text", "app"])
@pytest.mark.parametrize("stage", STAGES)
def test_an_old_phones_cut_answer_is_no_success(legacy, stage, name):
    sim, device = legacy
    sim.faults.inject(Fault.NO_EXIT_PACKET, only=ACTS[name].words, times=1, stage=stage)
    answer = judged(sim, device, ACTS[name])
    assert isinstance(answer, Effect)
    # the ending may have come whole before the cut; then the act is known to be done
    assert stage == "after" or answer.delivery is Delivery.UNKNOWN
