"""Plugins in threads of their own: what hangs and what crashes."""

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

from tapwright.errors import Offline, UsageError
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.tools.registry import CheckedCall
from tapwright.tools.running import MOST_LEFT
from tapwright.types import (
    Delivery,
    Effect,
    Finish,
    TextPart,
    ToolCall,
    ToolResult,
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
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        assert process.stderr.readline() == "working\n"
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


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 3_601])
def test_a_timeout_that_is_none_is_refused(timeout: float) -> None:
    with pytest.raises(UsageError, match="has a timeout of"):

        @tool(timeout=timeout)
        def any_() -> str:
            """Do."""
            return ""
