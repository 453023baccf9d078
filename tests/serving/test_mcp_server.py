"""`tapwright mcp` with tools only: asking through the client, clean ends, nothing on stdout."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, types as mcp_types

from tapwright.tools.context import Context
from tapwright.tools.mcp import mcp_tools
from tapwright.tools.registry import Toolbox
from tapwright.types import Delivery, TextPart, ToolCall

from .mcp_parts import PROTOCOLS, TAPWRIGHT, drive, said, tools_file

Answer = mcp_types.ElicitResult


@pytest.fixture
def arguments(tmp_path: Path) -> tuple[object, ...]:
    return ("--no-phone", "--tools", tools_file(tmp_path), "--out", tmp_path / "run")


@pytest.mark.parametrize("mode", PROTOCOLS)
def test_the_client_s_person_is_asked_and_only_a_clear_yes_is_one(
    arguments: tuple[object, ...], mode: str
) -> None:
    answers = {
        "soup": Answer(action="accept", content={"confirm": True}),
        "unticked": Answer(action="accept", content={"confirm": False}),
        "empty": Answer(action="accept", content={}),
        "declined": Answer(action="decline"),
        "cancelled": Answer(action="cancel"),
        "declined but ticked": Answer(action="decline", content={"confirm": True}),
    }
    asked: list[str] = []

    async def person(context: Any, params: Any) -> Answer:
        asked.append(params.message)
        return next(answer for dish, answer in answers.items() if f"'{dish}'" in params.message)

    async def steps(client: Client) -> None:
        assert said(await client.call_tool("double", {"number": 21})) == "42"
        assert asked == []
        for dish in answers:
            result = await client.call_tool("order", {"dish": dish})
            assert result.is_error is (dish != "soup"), dish
            assert ("ordered soup" if dish == "soup" else "not confirmed") in said(result)

    drive(steps, *arguments, mode=mode, elicitation_callback=person)
    assert len(asked) == len(answers) and "order(dish='soup')" in asked[0]


@pytest.mark.parametrize("mode", PROTOCOLS)
def test_a_client_that_cannot_ask_is_told_no(arguments: tuple[object, ...], mode: str) -> None:
    async def steps(client: Client) -> None:
        result = await client.call_tool("order", {"dish": "soup"})
        assert result.is_error and "tool_asks: not confirmed" in said(result)

    drive(steps, *arguments, mode=mode)


def test_with_confirm_never_nobody_is_asked(arguments: tuple[object, ...]) -> None:
    async def person(context: Any, params: Any) -> Answer:
        raise AssertionError("asked")

    async def steps(client: Client) -> None:
        assert (await client.call_tool("order", {"dish": "soup"})).is_error

    drive(steps, *arguments, "--confirm", "never", elicitation_callback=person)


def test_a_yes_counts_once_and_for_the_very_call_that_was_asked_about(
    arguments: tuple[object, ...],
) -> None:
    yes = {"confirm": Answer(action="accept", content={"confirm": True})}

    async def person(context: Any, params: Any) -> Answer:
        return Answer(action="decline")

    async def steps(client: Client) -> None:
        async def call(dish: str, state: str | None, answers: Any = None) -> Any:
            return await client.session.call_tool(
                "order", {"dish": dish}, input_responses=answers, request_state=state,
                allow_input_required=True,
            )  # fmt: skip

        asked = await call("soup", None)
        assert isinstance(asked, mcp_types.InputRequiredResult)
        other = await call("caviar", asked.request_state, yes)
        assert isinstance(other, mcp_types.InputRequiredResult), "a yes to soup bought caviar"
        forged = await call("soup", "made up", yes)
        assert isinstance(forged, mcp_types.InputRequiredResult)
        done = await call("soup", forged.request_state, yes)
        assert said(done) == "ordered soup"
        again = await call("soup", forged.request_state, yes)
        assert isinstance(again, mcp_types.InputRequiredResult), "one yes counted twice"

    drive(steps, *arguments, elicitation_callback=person)


def test_our_own_client_uses_our_own_server(arguments: tuple[object, ...]) -> None:
    command = " ".join(f"'{word}'" for word in (*TAPWRIGHT, "mcp", *arguments))
    with mcp_tools(command) as tools:
        box = Toolbox(tools)
        result = box.run(box.check(ToolCall("double", {"number": 4})), Context())
        assert result.parts == (TextPart("8", trusted=False),)
        denied = box.run(box.check(ToolCall("order", {"dish": "soup"})), Context())
        assert denied.effect.delivery is Delivery.REFUSED
        assert "not confirmed" in denied.effect.said


def test_a_client_that_goes_away_is_a_clean_end_with_nothing_on_stdout(
    arguments: tuple[object, ...],
) -> None:
    ended = subprocess.run(
        [*TAPWRIGHT, "mcp", *map(str, arguments)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "2 tools" in ended.stderr and "Traceback" not in ended.stderr
    resumed = subprocess.run(
        [*TAPWRIGHT, "resume", str(arguments[-1])],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (resumed.returncode, resumed.stderr) == (
        2,
        f"error: '{arguments[-1]}' holds a session of an MCP client, whose steps were its own; "
        "there is nothing to resume\n",
    )


def test_over_http_the_tools_are_called_until_ctrl_c(arguments: tuple[object, ...]) -> None:
    process = subprocess.Popen(
        [*TAPWRIGHT, "mcp", *map(str, arguments), "--http", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]

        async def use() -> None:
            with anyio.fail_after(60):
                async with Client(url) as client:
                    assert said(await client.call_tool("double", {"number": 3})) == "6"

        anyio.run(use)
        with mcp_tools(url) as tools:
            assert [tool.spec.name for tool in tools] == ["double", "order"]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0 and "Traceback" not in errors


@pytest.mark.parametrize(
    "words", [("--no-phone",), ("--no-phone", "--device", "sim", "--tool", "weather")]
)
def test_no_phone_wants_tools_and_no_device(words: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [*TAPWRIGHT, "mcp", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2 and "--no-phone wants" in ended.stderr
