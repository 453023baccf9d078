"""Several calls in one reply: what holds for the second depends on what the first did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tapwright.actions import PressKey, Tap
from tapwright.agent.runs import read_run
from tapwright.errors import DeadlineExceeded
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts.compact import CompactDialect
from tapwright.types import Delivery, Outcome, ParsedReply, Reply, Step

from .drawn_device import DrawnDevice
from .parts import lose, make_agent, pictures, request_text


def hermes(*calls: tuple[str, dict[str, Any]]) -> str:
    """A reply with several calls."""
    return "\n".join(
        f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"
        for name, arguments in calls
    )


TAP = ("Click", {"point": [500, 416]})
BACK: tuple[str, dict[str, Any]] = ("Back", {})
DONE: tuple[str, dict[str, Any]] = ("Done", {})


def first_step(folder: Path) -> Step:
    return next(read_run(folder).steps())


def test_calls_that_leave_the_screen_alone_are_all_carried_out(tmp_path: Path) -> None:
    device = DrawnDevice()
    replies = [hermes(BACK, BACK, TAP), hermes(DONE)]
    make_agent(replies, device, tmp_path, dialect="hermes").run("Turn it on")
    assert [type(act) for act in device.acts] == [PressKey, PressKey, Tap]
    assert first_step(tmp_path).screen_changed is True


def test_a_call_after_one_that_changed_the_screen_is_not_carried_out(tmp_path: Path) -> None:
    device = DrawnDevice()
    agent = make_agent([hermes(TAP, BACK), hermes(DONE)], device, tmp_path, dialect="hermes")
    agent.run("Turn it on")
    assert [type(act) for act in device.acts] == [Tap]
    deliveries = [result.effect.delivery for result in first_step(tmp_path).results]
    assert deliveries == [Delivery.DELIVERED, Delivery.REFUSED]
    assert "the act before it changed the screen" in request_text(agent.model.requests[1])


def test_done_behind_an_act_that_changed_the_screen_is_not_believed(tmp_path: Path) -> None:
    agent = make_agent([hermes(TAP, DONE)], DrawnDevice(), tmp_path, dialect="hermes", max_steps=1)
    assert agent.run("Turn it on").outcome is Outcome.STEP_LIMIT


def test_a_call_after_a_refused_one_is_not_carried_out(tmp_path: Path) -> None:
    device = DrawnDevice()
    replies = [hermes(("Type", {"text": "ä"}), BACK), hermes(DONE)]
    make_agent(replies, device, tmp_path, dialect="hermes").run("Type it")
    assert not any(isinstance(act, PressKey) for act in device.acts)


def test_one_bad_call_keeps_the_whole_reply_from_being_carried_out(tmp_path: Path) -> None:
    device = DrawnDevice()
    replies = [hermes(TAP, ("Fly", {})), hermes(DONE)]
    make_agent(replies, device, tmp_path, dialect="hermes").run("Turn it on")
    assert device.acts == []


def test_nothing_after_the_end_is_carried_out(tmp_path: Path) -> None:
    device = DrawnDevice()
    make_agent([hermes(DONE, TAP)], device, tmp_path, dialect="hermes").run("Turn it on")
    assert device.acts == []


def test_a_device_that_can_tell_what_lies_under_a_touch_raises_the_decision(
    tmp_path: Path,
) -> None:
    class TellingDevice(DrawnDevice):
        def label_at(self, point: object) -> str:
            return "Delete all"

    device = TellingDevice()
    result = make_agent([hermes(TAP)], device, tmp_path, dialect="hermes").run("Tidy up")
    assert (result.outcome, device.acts) == (Outcome.DENIED, [])
    assert "label.delete" in result.message


def test_a_device_that_fails_to_tell_what_lies_under_a_touch_is_touched_nevertheless(
    tmp_path: Path,
) -> None:
    class MuteDevice(DrawnDevice):
        def label_at(self, point: object) -> str:
            raise DeadlineExceeded("no tree in 1.5 s")

    device = MuteDevice()
    make_agent([hermes(TAP), hermes(DONE)], device, tmp_path, dialect="hermes").run("Tidy up")
    assert len(device.acts) == 1


def test_plain_words_are_no_end_whatever_the_dialect_makes_of_them(tmp_path: Path) -> None:
    class Prose(CompactDialect):
        def parse(self, reply: Reply) -> ParsedReply:
            return ParsedReply(reply.text, ())

    agent = make_agent(["It is done."] * 3, DrawnDevice(), tmp_path)
    agent.dialect = Prose()
    assert agent.run("Turn it on").outcome is Outcome.CONFUSED
    assert "there is no call in your reply" in request_text(agent.model.requests[1])


class GlancingDevice(DrawnDevice):
    """Tells what is in front and how it is turned; `meanwhile` happens before the first glance."""

    def __init__(self, meanwhile: Callable[[GlancingDevice], None] = lambda device: None) -> None:
        super().__init__()
        self.turned: int | None = 0
        self.meanwhile = meanwhile
        self.glances = 0

    def glance(self) -> tuple[str | None, int | None]:
        self.glances += 1
        if self.glances == 1:
            self.meanwhile(self)
        return self.foreground, self.turned


def a_call_comes_in(device: GlancingDevice) -> None:
    device.foreground = "com.example.dialer"
    device.switches[5] = True


def is_turned(device: GlancingDevice) -> None:
    device.turned = 1


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [(a_call_comes_in, "'com.example.dialer' is in front"), (is_turned, "screen was turned")],
)
@pytest.mark.parametrize("family", ["turns", "summary"])
def test_an_act_decided_from_another_screen_is_refused_and_the_screen_looked_at_again(
    tmp_path: Path, meanwhile: Callable[[GlancingDevice], None], told: str, family: str
) -> None:
    device = GlancingDevice(meanwhile)
    replies = ScriptedModel(
        [hermes(TAP, BACK), hermes(DONE)], "qwen2-vl" if family == "turns" else "tapwright-embedded"
    )
    agent = make_agent(replies, device, tmp_path, dialect="hermes")
    agent.run("Turn it on")
    assert device.acts == []
    assert [record["kind"] for record in read_run(tmp_path).records].count("intent") == 1  # Done
    first, second = read_run(tmp_path).steps()
    assert [result.effect.delivery for result in first.results] == [Delivery.REFUSED] * 2
    assert told in request_text(replies.requests[1])
    assert second.observation.foreground == device.foreground
    assert pictures(replies.requests[1])[-1] is not pictures(replies.requests[0])[-1]


def test_an_act_on_the_screen_it_was_decided_from_is_done_after_a_glance(tmp_path: Path) -> None:
    device = GlancingDevice()
    make_agent([hermes(TAP), hermes(DONE)], device, tmp_path, dialect="hermes").run("Turn it on")
    assert ([type(act) for act in device.acts], device.glances) == ([Tap], 1)


def test_what_a_glance_cannot_tell_holds_nothing_up(tmp_path: Path) -> None:
    def nothing_is_known(device: GlancingDevice) -> None:
        device.foreground, device.turned = "", None

    device = GlancingDevice(nothing_is_known)
    make_agent([hermes(TAP), hermes(DONE)], device, tmp_path, dialect="hermes").run("Turn it on")
    assert [type(act) for act in device.acts] == [Tap]


def test_a_device_lost_at_a_glance_has_done_nothing(tmp_path: Path) -> None:
    device = GlancingDevice(lambda device: lose(PressKey("back")))
    result = make_agent([hermes(TAP)], device, tmp_path, dialect="hermes").run("Turn it on")
    assert (result.outcome, device.acts) == (Outcome.DEVICE_LOST, [])
    assert first_step(tmp_path).results[0].effect.delivery is Delivery.REFUSED
