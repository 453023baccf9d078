"""Calls side by side, and the device between acts and plugins."""

from __future__ import annotations

import threading
import time

import pytest

from tapwright.actions import PressKey
from tapwright.errors import DeviceError, Offline, ToolError
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.tools.registry import CheckedCall
from tapwright.types import (
    Delivery,
    Effect,
    ImagePart,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)


def call(box: Toolbox, name: str, **arguments: object) -> CheckedCall:
    return box.check(ToolCall(name, arguments))


def run(wrapped: Tool, context: Context | None = None, **arguments: object) -> ToolResult:
    box = Toolbox([wrapped])
    return box.run(call(box, wrapped.spec.name, **arguments), context or Context())


def texts(result: ToolResult) -> list[str]:
    return [part.text for part in result.parts if isinstance(part, TextPart)]


# --- side by side -------------------------------------------------------------------------------


def test_calls_run_side_by_side_and_their_results_keep_their_order() -> None:
    together = threading.Barrier(3)

    @tool(timeout=10)
    def meet(n: int) -> str:
        """Wait for the others."""
        together.wait(5)
        return f"met {n}"

    box = Toolbox([meet])
    results = box.run_together([call(box, "meet", n=n) for n in (3, 1, 2)], Context())
    assert [texts(result) for result in results] == [["met 3"], ["met 1"], ["met 2"]]


def test_any_number_of_calls_gets_its_results() -> None:
    @tool
    def number(n: int) -> str:
        """Say it."""
        if n == 5:
            raise ValueError("no five")
        return str(n)

    box = Toolbox([number])
    results = box.run_together([call(box, "number", n=n) for n in range(30)], Context())
    said = [(texts(result) or [result.effect.said])[0] for result in results]
    assert said == [str(n) if n != 5 else "number failed: ValueError: no five" for n in range(30)]
    assert box.run_together([], Context()) == []


def an_act(name: str) -> Tool:
    spec = ToolSpec(name, "", {"type": "object"})
    return Tool(spec, plan=lambda context, arguments: PressKey(name.upper()))


def test_acts_follow_one_another_and_never_meet(context: Context, device) -> None:
    reached: list[str] = []
    inside = threading.Lock()
    perform = device.perform

    class OneAtATime:
        name = "one at a time"

        def perform(self, action: PressKey) -> Effect:
            assert inside.acquire(blocking=False), "two calls reached the device at once"
            time.sleep(0.01)  # as long as a press takes
            reached.append(action.key)
            inside.release()
            return perform(action)

    @tool
    def press(phone: Context) -> str:
        """Press on its own."""
        phone.hands.perform(PressKey("OWN"))
        return "pressed"

    box = Toolbox([an_act("first"), press, an_act("second"), an_act("third")])
    calls = [call(box, name) for name in ("first", "press", "press", "second", "press", "third")]
    hands = Context(OneAtATime(), context.observation)  # type: ignore[arg-type]
    results = box.run_together(calls, hands)
    assert {result.effect.delivery for result in results} == {Delivery.DELIVERED}
    assert [key for key in reached if key != "OWN"] == ["FIRST", "SECOND", "THIRD"]
    assert reached.count("OWN") == 3


def test_behind_an_act_that_was_not_delivered_no_act_is_done(context: Context, device) -> None:
    device.effect = Effect(Delivery.REFUSED, "no")
    box = Toolbox([an_act("first"), an_act("second")])
    results = box.run_together([call(box, "first"), call(box, "second")], context)
    assert [result.effect.delivery for result in results] == [Delivery.REFUSED] * 2
    assert device.performed == [PressKey("FIRST")]


def test_a_lost_device_comes_through_once_the_others_are_over(context: Context, device) -> None:
    device.error = Offline("gone")
    over = threading.Event()

    @tool
    def slow() -> str:
        """Work."""
        threading.Event().wait(0.05)
        over.set()
        return ""

    box = Toolbox([slow, an_act("first")])
    with pytest.raises(Offline):
        box.run_together([call(box, "slow"), call(box, "first")], context)
    assert over.is_set()


# --- the device in a plugin's hands -----------------------------------------------------------


def test_a_tool_that_was_given_up_presses_nothing_any_more(context: Context, device) -> None:
    release, refused = threading.Event(), threading.Event()

    @tool(timeout=0.05)
    def late(phone: Context) -> str:
        """Press too late."""
        release.wait(10)
        try:
            phone.hands.perform(PressKey("HOME"))
        except ToolError:
            refused.set()
        return ""

    assert run(late, context).effect.delivery is Delivery.UNKNOWN
    release.set()
    assert refused.wait(5)
    assert device.performed == []


def test_a_device_error_that_the_device_did_not_raise_ends_no_run(context: Context) -> None:
    @tool
    def liar(phone: Context) -> str:
        """Lie."""
        raise DeviceError("the phone is gone")

    result = run(liar, context)
    assert result.effect.said == "liar failed: DeviceError: the phone is gone"


def test_a_tool_cannot_let_go_of_the_device(context: Context) -> None:
    @tool
    def closing(phone: Context) -> str:
        """Close."""
        phone.hands.close()
        return ""

    assert run(closing, context).effect == Effect(
        Delivery.REFUSED, "a tool may not let go of the device"
    )


def test_a_tool_sees_and_asks_the_device_as_ever(context: Context) -> None:
    @tool
    def look(phone: Context) -> object:
        """Look."""
        hands = phone.hands
        assert hands.query(["ls"]).stdout == ""
        assert not hasattr(hands, "glance")
        assert list(hands.apps()) == []
        return [TextPart(hands.name), ImagePart(hands.observe().image)]

    assert texts(run(look, context)) == ["recording"]
