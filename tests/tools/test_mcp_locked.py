"""MCP servers at URLs that want a key: what is sent, to whom, and who never sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from mcp import types as mcp_types
from mcp.server.lowlevel import Server
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse

from tapwright.errors import SetupError, UsageError
from tapwright.serving.listening import serving
from tapwright.tools import Context, Toolbox
from tapwright.tools.mcp import mcp_tools, read_target
from tapwright.types import TextPart, ToolCall

KEY = "sesame-0815-open"
HEADER = 'Authorization="Bearer ${NOTES_PASS}"'


class Locked:
    """An MCP server that answers only who sends the key, and notes what it was sent."""

    def __init__(self) -> None:
        async def listed(context: Any, params: Any) -> mcp_types.ListToolsResult:
            plain = {"type": "object", "properties": {}}
            echo = mcp_types.Tool(name="echo", description="Tells the key.", input_schema=plain)
            return mcp_types.ListToolsResult(tools=[echo])

        async def called(context: Any, params: Any) -> mcp_types.CallToolResult:
            return mcp_types.CallToolResult(content=[mcp_types.TextContent(text=f"it is {KEY}")])

        server: Server[Any] = Server("notes", on_list_tools=listed, on_call_tool=called)
        self._app = server.streamable_http_app(host="127.0.0.1")
        self.seen: list[str] = []
        self.sent_to = ""  # where requests are redirected to

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer: Any = self._app
        if scope["type"] == "http":
            self.seen.append(Headers(scope=scope).get("authorization", ""))
            if self.sent_to:
                answer = RedirectResponse(self.sent_to, 307)
            elif self.seen[-1] != f"Bearer {KEY}":
                answer = PlainTextResponse("who are you?", 401)
        await answer(scope, receive, send)


@contextmanager
def locked() -> Iterator[tuple[Locked, str]]:
    app = Locked()
    with serving(app) as url:
        yield app, f"{url}/mcp"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_PASS", KEY)


def test_a_key_opens_the_server_and_stands_in_no_answer() -> None:
    with locked() as (_, url), mcp_tools(f"{HEADER} {url}") as tools:
        box = Toolbox(tools)
        result = box.run(box.check(ToolCall("echo", {})), Context())
    said = " ".join(part.text for part in result.parts if isinstance(part, TextPart))
    assert said.startswith("it is ") and KEY not in said


def test_without_its_key_a_server_says_so_and_what_to_do_is_told() -> None:
    with (
        locked() as (_, url),
        pytest.raises(SetupError, match=r"401.*; give its key before the URL, as in Auth"),
        mcp_tools(url),
    ):
        pass


def test_a_key_is_not_carried_to_another_host_by_a_redirect() -> None:
    with locked() as (app, url), locked() as (other, elsewhere):
        app.sent_to = elsewhere
        with pytest.raises(SetupError, match="could not be started"), mcp_tools(f"{HEADER} {url}"):
            pass
    assert f"Bearer {KEY}" in app.seen
    assert other.seen == []


def test_a_key_is_shown_by_nothing_that_shows_the_target() -> None:
    target = read_target(f"{HEADER} X-Plain=seen https://example.org/mcp")
    assert dict(target.headers) == {"Authorization": f"Bearer {KEY}", "X-Plain": "seen"}
    assert target.secrets == ("NOTES_PASS",)
    assert KEY not in repr(target)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("Authorization=${NOT_THERE} https://example.org/mcp", "'NOT_THERE', which is not set"),
        ("Authorization=${BROKEN} https://example.org/mcp", "'Authorization'.* printable ASCII"),
        ("X-Key=1 uvx server", "no environment variable can be called 'X-Key'"),
        ("Authorization=x", "stands behind 'Authorization'"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused_without_their_values(
    target: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKEN", f"{KEY}\r\nX-Other: 1")
    with pytest.raises(UsageError, match=why) as error:
        read_target(target)
    assert KEY not in str(error.value)


def test_a_url_in_a_variable_of_a_program_is_no_server() -> None:
    assert read_target("BASE=https://example.org uvx server").words == ("uvx", "server")
