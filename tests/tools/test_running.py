"""Plugins in threads of their own: hangs, crashes, calls side by side, and the device between."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator

import pytest

from tapwright.actions import PressKey
from tapwright.errors import DeviceError, Offline, ToolError, UsageError
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.tools.registry import CheckedCall
from tapwright.tools.running import MOST_LEFT
from tapwright.types import (
    Delivery,
    Effect,
    Finish,
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


def test_an_async_tool_is_run_to_its_end() -> None:
    @tool
    async def later(n: int) -> str:
        """Answer later."""
        await asyncio.sleep(0.01)
        return f"n is {n}"

    assert texts(run(later, n=3)) == ["n is 3"]


def test_what_an_async_tool_gives_bit_by_bit_is_collected_up_to_an_end() -> None:
    @tool
    async def counting() -> AsyncIterator[int]:
        """Count."""
        n = 0
        while True:
            yield (n := n + 1)

    (text,) = texts(run(counting))
    assert text.startswith("[1,2,3,")
    assert len(text) < 21_000


def test_an_async_tool_that_hangs_is_cancelled() -> None:
    ended = threading.Event()

    @tool(timeout=0.05)
    async def hanging() -> str:
        """Hang."""
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ""

    result = run(hanging)
    said = "hanging did not answer in 0.05 s; what it did is unknown"
    assert result == ToolResult(Effect(Delivery.UNKNOWN, said))
    assert ended.wait(5)


def a_hanging_tool(release: threading.Event) -> Tool:
    @tool(timeout=0.05)
    def hanging() -> str:
        """Hang."""
        release.wait(30)
        return "at last"

    return hanging


def test_a_tool_that_hangs_is_left_and_what_it_did_is_unknown() -> None:
    release = threading.Event()
    began = time.monotonic()
    result = run(a_hanging_tool(release))
    release.set()
    assert time.monotonic() - began < 5
    assert result.effect.delivery is Delivery.UNKNOWN
    assert result.effect.said == "hanging did not answer in 0.05 s; what it did is unknown"
    assert result.parts == ()


def test_too_many_hanging_calls_are_refused_until_one_ends() -> None:
    release = threading.Event()
    box = Toolbox([a_hanging_tool(release)])
    for _ in range(MOST_LEFT):
        assert box.run(call(box, "hanging"), Context()).effect.delivery is Delivery.UNKNOWN
    result = box.run(call(box, "hanging"), Context())
    assert result.effect.delivery is Delivery.REFUSED
    assert result.effect.said == "hanging: 8 earlier calls still hang, so nothing was done"
    release.set()
    for thread in threading.enumerate():
        if thread.name == "tool hanging":
            thread.join(5)
    assert box.run(call(box, "hanging"), Context()).effect.delivery is Delivery.DELIVERED


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SystemExit(3), "break_ failed: SystemExit: 3"),
        (KeyboardInterrupt(), "break_ failed: KeyboardInterrupt:"),
        (MemoryError(), "break_ failed: MemoryError:"),
        (GeneratorExit(), "break_ failed: GeneratorExit:"),
        (Offline("not a device at all"), "break_ failed: Offline: not a device at all"),
        (TimeoutError("of its own"), "break_ failed: TimeoutError: of its own"),
        (Unspeakable(), "break_ failed, and so did telling why"),
        (ValueError("x" * 50_000_000), "break_ failed: ValueError: xxx"),
    ],
)
def test_whatever_a_tool_raises_is_a_result(error: BaseException, said: str) -> None:
    @tool
    def break_() -> str:
        """Break."""
        raise error

    result = run(break_)
    assert result.effect.delivery is Delivery.UNKNOWN
    assert result.effect.said.startswith(said)
    assert len(result.effect.said) < 500


def test_ctrl_c_of_the_person_ends_the_run_while_a_tool_works() -> None:
    code = """
import threading, time
from tapwright.tools import Context, Toolbox, tool
from tapwright.types import ToolCall

@tool
def slow() -> str:
    "Work."
    print("working", flush=True)
    threading.Event().wait(60)

box = Toolbox([slow])
try:
    box.run(box.check(ToolCall("slow", {})), Context())
except KeyboardInterrupt:
    print("ended", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "ended\n"
        assert process.wait(20) == 0  # and the thread that works does not keep it alive


def test_how_a_run_ends_is_not_a_tool_to_say(context: Context) -> None:
    @tool
    def done() -> object:
        """Claim."""
        effect = Effect(Delivery.DELIVERED)
        return ToolResult(effect, (), point=(1, 1), finish=Finish(True, "all done"))

    result = run(done, context)
    assert result.finish is None
    assert result.point is None


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


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 3_601])
def test_a_timeout_that_is_none_is_refused(timeout: float) -> None:
    with pytest.raises(UsageError, match="has a timeout of"):

        @tool(timeout=timeout)
        def any_() -> str:
            """Do."""
            return ""
