"""Tools of real MCP servers: programs written with the official SDK, on good and bad days."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tapwright.errors import SetupError, ToolError, UsageError
from tapwright.tools.context import Context
from tapwright.tools.mcp import mcp_tools, read_target
from tapwright.tools.registry import Tool, Toolbox
from tapwright.types import Delivery, ImagePart, TextPart, ToolCall, ToolResult

SERVERS = Path(__file__).parent / "mcp_servers"
GOOD = f"'{sys.executable}' '{SERVERS / 'good.py'}'"
BAD = f"'{sys.executable}' '{SERVERS / 'bad.py'}'"


@pytest.fixture(scope="module", params=["", " --old"], ids=["newest protocol", "protocol of 2025"])
def tools(request: pytest.FixtureRequest) -> Iterator[list[Tool]]:
    with mcp_tools(GOOD + request.param) as found:
        yield found


@pytest.fixture
def own() -> Iterator[list[Tool]]:
    """The tools of a server that the test may harm."""
    with mcp_tools(GOOD, timeout=5) as found:
        yield found


def run(tools: list[Tool], name: str, **arguments: object) -> ToolResult:
    box = Toolbox(tools)
    return box.run(box.check(ToolCall(name, arguments)), Context())


def said(result: ToolResult) -> str:
    return " ".join(part.text for part in result.parts if isinstance(part, TextPart))


def named(tools: list[Tool], name: str) -> Tool:
    return next(tool for tool in tools if tool.spec.name == name)


def test_a_tool_is_called_and_its_words_are_untrusted(tools: list[Tool]) -> None:
    result = run(tools, "greet", city="Oslo")
    assert result.effect.delivery is Delivery.DELIVERED
    assert said(result).startswith("Hello, Oslo!")
    assert not any(part.trusted for part in result.parts if isinstance(part, TextPart))


def test_only_a_tool_that_says_it_only_reads_is_called_without_asking(tools: list[Tool]) -> None:
    assert not named(tools, "greet").asks
    assert named(tools, "fails").asks


def test_names_become_legal_and_descriptions_short_and_harmless(tools: list[Tool]) -> None:
    names = [tool.spec.name for tool in tools]
    assert "book_flight_now" in names and "tool_9lives" in names
    described = named(tools, "book_flight_now").spec.description
    assert "\x1b" not in described and len(described) < 1100
    assert described.endswith("(from the MCP server 'good')")


def test_a_name_that_is_taken_gets_a_number() -> None:
    with mcp_tools(GOOD, taken=["greet", "greet_2"]) as found:
        assert said(run(found, "greet_3", city="Rome")).startswith("Hello, Rome")


def test_every_page_of_the_list_is_read(tools: list[Tool]) -> None:
    assert "referring" in [tool.spec.name for tool in tools]  # on the second page


def test_a_schema_that_reaches_out_or_goes_in_circles_leaves_its_tool_out(
    tools: list[Tool],
) -> None:
    names = [tool.spec.name for tool in tools]
    assert "circular" not in names and "reaches_out" not in names


def test_references_are_resolved_and_patterns_are_left_to_the_server(tools: list[Tool]) -> None:
    parameters = named(tools, "referring").spec.parameters
    assert parameters["properties"] == {
        "n": {"type": "integer", "minimum": 1},
        "s": {"type": "string"},
    }
    with pytest.raises(ToolError, match="should keep to minimum 1"):
        run(tools, "referring", n=0)


def test_arguments_are_checked_before_the_server_hears_of_them(tools: list[Tool]) -> None:
    with pytest.raises(ToolError, match="greet needs 'city'"):
        run(tools, "greet")


def test_pictures_are_shown_and_what_is_none_is_said_to_be_none(tools: list[Tool]) -> None:
    _, picture = run(tools, "picture").parts
    assert isinstance(picture, ImagePart) and picture.image.size == (30, 20)
    assert picture.image.mode == "RGB"
    assert "no picture" in said(run(tools, "no_picture"))


def test_structured_content_links_resources_and_sounds_become_words(tools: list[Tool]) -> None:
    assert said(run(tools, "structured")) == '{"temperature":21}'
    words = said(run(tools, "links"))
    for part in ("report: file:///report.txt", "the memo", "audio/wav"):
        assert part in words


def test_an_error_of_the_tool_is_a_refusal_with_its_words(tools: list[Tool]) -> None:
    result = run(tools, "fails")
    assert result.effect.delivery is Delivery.REFUSED
    assert result.effect.said == "no seat is left"


def test_a_fault_inside_the_server_is_a_refusal_that_names_it(tools: list[Tool]) -> None:
    result = run(tools, "raises")
    assert result.effect.delivery is Delivery.REFUSED
    assert "'good' refused the call" in result.effect.said


def test_a_huge_result_is_cut(tools: list[Tool]) -> None:
    words = said(run(tools, "huge"))
    assert len(words) < 21_000 and "2000000 characters in all" in words


def test_a_server_that_talks_much_on_stderr_is_not_blocked(tools: list[Tool]) -> None:
    assert said(run(tools, "chatters")) == "said much"


def test_the_program_sees_a_safe_environment_and_what_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OUR_SECRET", "x")
    monkeypatch.setenv("NAMED", "y")
    with mcp_tools(f"GIVEN=z {GOOD}", env=["NAMED"]) as found:
        seen = said(run(found, "environment")).split()
    assert "NAMED" in seen and "GIVEN" in seen and "PATH" in seen
    assert "OUR_SECRET" not in seen


def test_a_call_that_hangs_is_given_up_and_the_others_keep_working() -> None:
    with mcp_tools(GOOD, timeout=0.5) as found:
        result = run(found, "hangs")
        assert result.effect.delivery is Delivery.UNKNOWN
        assert "no answer within 0.5 seconds" in result.effect.said
        assert said(run(found, "greet", city="Oslo")).startswith("Hello")


def test_a_server_that_dies_in_a_call_is_told_with_its_last_words(own: list[Tool]) -> None:
    died = run(own, "dies")
    assert died.effect.delivery is Delivery.UNKNOWN
    assert "ended during the call; its last words: out of cheese" in died.effect.said
    after = run(own, "greet", city="Oslo")
    assert after.effect.delivery is Delivery.REFUSED
    assert "has ended" in after.effect.said


@pytest.mark.parametrize("protocol", ["", " --old"])
def test_a_tool_that_changed_or_went_since_the_start_is_refused(protocol: str) -> None:
    with mcp_tools(GOOD + protocol) as found:
        run(found, "changes")
        deadline = time.monotonic() + 10
        while run(found, "greet", city="Oslo").effect.delivery is Delivery.DELIVERED:
            assert time.monotonic() < deadline, "the change was never heard of"
        assert "changed its tool 'greet'" in run(found, "greet", city="Oslo").effect.said
        assert "no longer has the tool 'picture'" in run(found, "picture").effect.said
        assert said(run(found, "structured"))


def test_calls_from_several_threads_do_not_wait_for_each_other(own: list[Tool]) -> None:
    slow = threading.Thread(target=run, args=(own, "hangs"))
    slow.start()
    began = time.monotonic()
    assert said(run(own, "greet", city="Oslo"))
    assert time.monotonic() - began < 4
    slow.join(15)


def test_the_program_ends_with_the_block() -> None:
    with mcp_tools(GOOD) as found:
        number = int(said(run(found, "number")))
        os.kill(number, 0)  # it lives
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("ends", "could not be started"),
        ("hangs", "did not tell its tools within 2 seconds"),
        ("endless", "has no end"),
        ("empty", "it offers none"),
        ("prints", "it offers none"),
    ],
)
def test_a_server_that_does_not_start_well_is_an_error_with_its_last_words(
    how: str, why: str
) -> None:
    timeout = 2 if how == "hangs" else 20
    with pytest.raises(SetupError, match=why), mcp_tools(f"{BAD} {how}", start_timeout=timeout):
        pass


def test_the_last_words_of_a_program_are_in_the_error() -> None:
    with (
        pytest.raises(SetupError, match="its last words: this server is not well; run its command"),
        mcp_tools(f"{BAD} ends"),
    ):
        pass


@pytest.mark.parametrize(
    ("command", "cure"),
    [
        ("false", "; run its command by itself to see why: it must speak MCP on stdin and stdout"),
        (
            "sleep 9",
            "; run its command by itself to see why: it must speak MCP on stdin and stdout",
        ),
        (f"{BAD} endless", "; update it, or leave it out"),
    ],
)
def test_what_to_do_about_a_server_that_does_not_start_is_told(command: str, cure: str) -> None:
    timeout = 1 if command.startswith("sleep") else 20
    with pytest.raises(SetupError) as error, mcp_tools(command, start_timeout=timeout):
        pass
    assert str(error.value).endswith(cure)


def test_a_program_that_is_not_there_is_named() -> None:
    why = r"'no-such-server' could not be started: .*No such file.*; install it, or give its whole"
    with pytest.raises(SetupError, match=why), mcp_tools("no-such-server --fast"):
        pass


def test_an_address_where_nobody_answers_is_named() -> None:
    why = r"'127\.0\.0\.1:9' could not be started: .*; look whether it runs, and at its URL"
    with pytest.raises(SetupError, match=why), mcp_tools("http://127.0.0.1:9/mcp"):
        pass


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("", "no MCP server is named"),
        ("   ", "no MCP server is named"),
        ("A=b", "no command and no URL of an MCP server stands behind 'A'"),
        ("server 'unclosed", "cannot be read"),
        ("ftp://host/x", "no URL"),
        ("http://", "no URL"),
        ("http://host:port/x", "no URL"),
        ("http://host/x and more", "no URL"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused(target: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_target(target)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(UsageError, match="'NOT_THERE'"):
        read_target("server", env=["NOT_THERE"])


def test_no_shell_reads_the_command() -> None:
    assert read_target("server '$(date)' ; rm").words == ("server", "$(date)", ";", "rm")
