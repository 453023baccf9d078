"""Tools beside the phone's actions in `tapwright run`, and what `resume` takes from a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.agent.journal import Journal
from tapwright.agent.runs import read_run
from tapwright.cli.toolset import ToolChoice, tools_again
from tapwright.errors import UsageError
from tapwright.serving.practice import PracticeServices
from tapwright.tools.context import Context
from tapwright.tools.finding import find_tools
from tapwright.tools.registry import Toolbox
from tapwright.tools.secrets import Secrets
from tapwright.types import TextPart, ToolCall

from .parts import Bench, mobile_use

Cli = Callable[..., Result]
Script = Callable[..., str]
TASK = "Write into a note when the flight CA1723 lands"
LOOK = '<tool_call>\n{"name": "flight", "arguments": {"number": "CA1723"}}\n</tool_call>'


def landing() -> str:
    """What the practice services say of the flight's landing."""
    with PracticeServices() as practice:
        tools = find_tools(["flight"], services=practice.services)
        box = Toolbox(tools, Secrets(practice.environment))
        result = box.run(box.check(ToolCall("flight", {"number": "CA1723"})), Context())
    (part,) = result.parts
    assert isinstance(part, TextPart)
    return next(line for line in part.text.splitlines() if line.startswith("lands "))


@pytest.mark.phone
def test_a_flight_is_looked_up_and_typed_into_a_note_in_two_parts_of_one_run(
    cli: Cli, script: Script, bench: Bench
) -> None:
    server, line = bench.attach(), landing()
    replies = [
        LOOK,
        mobile_use(action="open", text="Notes"),
        mobile_use(action="click", coordinate=[500, 600]),
        mobile_use(action="type", text=line),
        mobile_use(action="terminate", status="success"),
    ]
    ask = ("--device", server.address, "--family", "qwen2.5-vl", "--out", "r")
    cut = cli(
        "run", TASK, *ask, "--tool", "flight", "--practice", "--max-steps", 1,
        "--model", script(*replies),
    )  # fmt: skip
    assert cut.exit_code == 4, cut.output
    script(*replies[1:])
    told = cli("resume", "r", "--max-steps", 9, "--json")
    assert told.exit_code == 0, told.output
    assert server.system.phone.state.notes == line
    run = read_run("r")
    first, second, *_ = run.steps()
    assert first.calls[0].name == "flight"
    assert first.screen_changed is None
    shown = "".join(
        part.text
        for message in second.request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )
    assert '"name": "flight"' in shown
    assert next(intent.call.name for intent in run.intents()) == "flight"
    assert run.meta["notes"]["tools"]["names"] == ["flight"]
    kept = b"".join(file.read_bytes() for file in Path("r").rglob("*") if file.is_file())
    for key in PracticeServices().environment.values():
        assert key.encode() not in kept


@pytest.mark.phone
def test_what_a_tool_found_is_in_the_next_prompt(cli: Cli, script: Script) -> None:
    replies = (LOOK, mobile_use(action="terminate", status="success"))
    told = cli(
        "run", TASK, "--device", "sim", "--family", "qwen2.5-vl", "--out", "r", "--tool", "flight",
        "--practice", "--model", script(*replies),
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    _, second = read_run("r").steps()
    words = "".join(
        getattr(part, "text", "") for message in second.request.messages for part in message.parts
    )
    assert landing() in words


def test_a_tool_that_is_not_known_is_said_before_any_phone_is_touched(cli: Cli) -> None:
    told = cli("run", "x", "--device", "127.0.0.1:1", "--tool", "fly")
    assert told.exit_code == 2
    assert told.stderr.startswith("error: no tool 'fly'; known are: flight")
    told = cli("run", "x", "--tool", "weather", "--allow-tool", "fly")
    assert told.stderr.startswith("error: --allow-tool 'fly' is not offered; offered: weather")


def test_a_folder_from_elsewhere_names_no_program_no_file_and_no_address(cli: Cli) -> None:
    noted = ToolChoice(("weather",), ("/evil.py",), ("evil --now",), ("send",), "http://evil")
    told = (
        "the run was begun with --tools '/evil.py' --mcp 'evil --now' --services 'http://evil'; "
        "give that again if it is yours"
    )
    with pytest.raises(UsageError) as error:
        tools_again(noted, ToolChoice())
    assert str(error.value) == told
    Journal.open("r", {"device": "sim", "tools": {"mcp": ["evil --now"]}}).begin("x")
    shown = cli("resume", "r")
    assert shown.exit_code == 2
    assert shown.stderr.splitlines()[-1] == (
        "error: the run was begun with --mcp 'evil --now'; give that again if it is yours"
    )


def test_given_again_tools_come_from_the_person_and_harmless_ones_from_the_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    noted = ToolChoice(("weather",), ("/a.py",), allowed=("send",), practice=True, practice_seed=3)
    again = tools_again(noted, ToolChoice(files=("/mine.py",)))
    assert again == ToolChoice(("weather",), ("/mine.py",), practice=True, practice_seed=3)
    assert "you will be asked before calls of send" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "noted"),
    [
        ("uvx server --flag", "uvx server --flag"),
        ("TOKEN=hush KEY=hush uvx server A=b", "TOKEN=*** KEY=*** uvx server A=b"),
        ("NOTE='hush hush' uvx server", "NOTE=*** uvx server"),
        ("uvx server 'a b'", "uvx server 'a b'"),
        ("'never closed hush", "***"),
        (
            "Authorization='Bearer hush' X-Key=hush https://example.org/mcp",
            "Authorization=*** X-Key=*** https://example.org/mcp",
        ),
        ("https://example.org/mcp", "https://example.org/mcp"),
        ("https://me:hush@example.org/mcp", "https://example.org/mcp?***"),
        ("https://example.org/mcp?key=hush", "https://example.org/mcp?***"),
        ("", ""),
    ],
)
def test_notes_hold_no_key_of_an_mcp_server(target: str, noted: str) -> None:
    kept = ToolChoice(mcp=(target,)).noted()
    assert kept.mcp == (noted,)
    assert "hush" not in json.dumps(kept.mcp)
