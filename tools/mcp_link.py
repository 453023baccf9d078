"""The connection to one MCP server: an event loop in a thread of its own, and its calls."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future, TimeoutError as FutureTimeoutError
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client, types as mcp_types
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost

from tapwright.errors import SetupError, ToolError
from tapwright.tools.mcp import Target
from tapwright.tools.mcp_results import as_result
from tapwright.tools.mcp_specs import legal
from tapwright.tools.mcp_stderr import Tail
from tapwright.types import Delivery, Effect, ToolResult

logger = logging.getLogger(__name__)

MAX_PAGES = 20  # of a list of tools
MAX_TOOLS = 128
_CLOSE_TIMEOUT = 10.0  # seconds; the SDK kills a program that does not end after four
_MARGIN = 5.0  # seconds for an answer to come through the loop
_HTTP = httpx2.Timeout(30.0, read=300.0)  # the SDK's own: a server may hold a stream open
_LOCKED = (401, 403)  # HTTP's "who are you?" and "you may not"


class Link:
    """A started server; `start` and `close` it, `call` from any thread in between."""

    def __init__(self, target: Target, timeout: float) -> None:
        self.name = target.name
        self.timeout = timeout
        self.secrets = target.secrets
        self._target = target
        self._tail = Tail()
        self._ready: Future[list[mcp_types.Tool]] = Future()
        self._thread = threading.Thread(target=self._run, name=f"mcp-{self.name}", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scope: anyio.CancelScope | None = None  # set with the loop
        self._closing = self._ended = False
        self._client: Client | None = None
        self._changed = asyncio.Event()
        self._offered: dict[str, mcp_types.Tool] = {}
        self._refused = 0  # the HTTP status of the last answer, where that was an error

    def start(self, timeout: float) -> list[mcp_types.Tool]:
        """Connect and return the server's tools; raise `SetupError` where that fails."""
        self._thread.start()
        try:
            return self._ready.result(timeout)
        except FutureTimeoutError:
            why, cure = f"did not tell its tools within {timeout:g} seconds", self._cure()
        except Exception as error:  # whatever a foreign server makes the SDK raise
            why = f"could not be started: {_words(error)}{self._status()}"
            cure = self._cure(_first(error))
        except BaseException:  # Ctrl-C while it starts
            self.close()
            raise
        self.close()
        raise SetupError(f"the MCP server '{self.name}' {why}{self._tail.said()}; {cure}")

    def call(self, tool: mcp_types.Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Call a tool as it was offered at the start; whatever goes wrong is in the result.

        Raise `ToolError` where the call was refused, by the server or because it cannot be made.
        """
        loop, client = self._loop, self._client
        if loop is None or client is None or not self._thread.is_alive():
            raise ToolError(f"the MCP server '{self.name}' is closed")
        if self._ended:
            raise ToolError(f"the MCP server '{self.name}' has ended{self._tail.said()}")
        self._must_be_offered(tool)
        given = client.call_tool(tool.name, dict(arguments), read_timeout_seconds=self.timeout)
        future = asyncio.run_coroutine_threadsafe(given, loop)
        try:
            return as_result(future.result(self.timeout + _MARGIN))
        except MCPError as error:
            return self._failed(error)
        except FutureTimeoutError:
            future.cancel()
            return self._unknown(f"gave no answer within {self.timeout:g} seconds")
        except (KeyboardInterrupt, SystemExit, ToolError):
            future.cancel()
            raise
        except Exception as error:  # whatever a foreign server makes the SDK raise
            return self._unknown(f"gave an answer that cannot be used: {_words(error)}")

    def close(self) -> None:
        """End the connection, and the program where there is one; closing twice is harmless."""
        self._closing = True
        loop, scope = self._loop, self._scope
        if loop is not None and scope is not None and self._thread.is_alive():
            try:
                loop.call_soon_threadsafe(scope.cancel)
            except RuntimeError:  # the loop has closed in this very moment
                logger.debug("the loop of '%s' was closed already", self.name)
            self._thread.join(_CLOSE_TIMEOUT)
            if self._thread.is_alive():
                logger.warning("the MCP server '%s' does not end", self.name)

    def _cure(self, error: BaseException | None = None) -> str:
        """What a person can do about a server that did not start."""
        if isinstance(error, SetupError):  # it spoke, and what it said cannot be used
            return "update it, or leave it out"
        if self._refused in _LOCKED:
            return 'give its key before the URL, as in Authorization="Bearer ${NAME_OF_VARIABLE}"'
        if self._target.url:
            return "look whether it runs, and at its URL: most end in /mcp"
        if isinstance(error, FileNotFoundError):
            return "install it, or give its whole path"
        return "run its command by itself to see why: it must speak MCP on stdin and stdout"

    def _must_be_offered(self, tool: mcp_types.Tool) -> None:
        """Refuse a tool that is gone, or is no longer what the person and the model were told."""
        now = self._offered.get(tool.name)
        if now is None:
            raise ToolError(f"the MCP server '{self.name}' no longer has the tool '{tool.name}'")
        if _definition(now) != _definition(tool):
            raise ToolError(
                f"the MCP server '{self.name}' changed its tool '{tool.name}' since the start; "
                "it is used again only after a new start"
            )

    def _failed(self, error: MCPError) -> ToolResult:
        if error.code == mcp_types.CONNECTION_CLOSED:
            self._ended = not self._target.url  # an address may answer again
            return self._unknown(f"ended during the call{self._tail.said()}")
        if error.code == mcp_types.REQUEST_TIMEOUT:
            return self._unknown(f"gave no answer within {self.timeout:g} seconds")
        raise ToolError(
            f"the MCP server '{self.name}' refused the call: {_words(error)}{self._status()}"
        )

    def _status(self) -> str:
        """The HTTP status that the SDK leaves out of its words."""
        return f" (HTTP status {self._refused})" if self._refused else ""

    async def _note_status(self, answer: httpx2.Response) -> None:
        if answer.request.method == "POST":  # many refuse to be listened to, which is no fault
            self._refused = answer.status_code if answer.is_error else 0

    def _unknown(self, why: str) -> ToolResult:
        return ToolResult(Effect(Delivery.UNKNOWN, f"the MCP server '{self.name}' {why}"))

    # --- in the thread of the loop ---------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as error:  # as above: told to whoever waits, or written down
            if self._ready.done():
                logger.warning("the MCP server '%s' failed: %s", self.name, _words(error))
            else:
                self._ready.set_exception(error)
        finally:
            self._tail.close()

    async def _live(self) -> None:
        """Be connected until the scope is cancelled."""
        self._scope = anyio.CancelScope()
        self._loop = asyncio.get_running_loop()
        self._tail.watch(self._loop)
        if self._closing:
            return
        with self._scope:
            async with Client(self._transport(), message_handler=self._on_message) as client:
                tools = await _all_tools(client)
                self._client, self._offered = client, {tool.name: tool for tool in tools}
                if client.server_info is not None:
                    self.name = legal(client.server_info.name)
                self._ready.set_result(tools)
                async with anyio.create_task_group() as group:
                    group.start_soon(self._listen, client)
                    while True:
                        await self._changed.wait()
                        self._changed.clear()
                        await self._list_again(client)

    def _transport(self) -> AbstractAsyncContextManager[Any]:
        if self._target.url:
            return self._asked()
        command, *words = self._target.words
        environment = dict(self._target.environment)
        server = StdioServerParameters(command=command, args=words, env=environment)
        return _told_to(self._tail, server)

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[Any]:
        """A URL's transport, the headers with every request; the SDK follows no redirect to
        another host, so that none of them gets there."""
        hooks: dict[str, list[Any]] = {"response": [self._note_status]}
        headers = dict(self._target.headers)
        async with (
            httpx2.AsyncClient(headers=headers, timeout=_HTTP, event_hooks=hooks) as asking,
            streamable_http_client(self._target.url, http_client=asking) as streams,
        ):
            yield streams

    async def _on_message(self, message: mcp_types.ServerNotification | Exception) -> None:
        if isinstance(message, mcp_types.ToolListChangedNotification):
            self._changed.set()  # asking from in here would block the reader of the answers

    async def _listen(self, client: Client) -> None:
        """Hear of changed tools from servers of the newest protocol, which tell on request."""
        tools = client.server_capabilities.tools
        if tools is None or not tools.list_changed:
            return
        try:
            async with client.listen(tools_list_changed=True) as events:
                async for _ in events:
                    self._changed.set()
        except ListenNotSupportedError:
            return  # it tells without being asked
        except (MCPError, SubscriptionLost, TimeoutError) as error:
            logger.info("no news of tools from '%s': %s", self.name, _words(error))

    async def _list_again(self, client: Client) -> None:
        try:
            tools = await _all_tools(client)
        except (MCPError, ValueError, SetupError) as error:
            logger.warning("'%s' cannot tell its changed tools: %s", self.name, _words(error))
            tools = []  # then none of them is what it was known to be
        self._offered = {tool.name: tool for tool in tools}


@asynccontextmanager
async def _told_to(tail: Tail, server: StdioServerParameters) -> AsyncIterator[Any]:
    """The program's transport, what it says on stderr kept in `tail`."""
    with tail.writer() as errors:
        async with stdio_client(server, errlog=errors) as streams:
            errors.close()  # the program has its own copy; ours would hide its end
            yield streams


async def _all_tools(client: Client) -> list[mcp_types.Tool]:
    tools: list[mcp_types.Tool] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None or len(tools) >= MAX_TOOLS:
            return tools[:MAX_TOOLS]
    raise SetupError(f"its list of tools has no end after {MAX_PAGES} pages")


def _definition(tool: mcp_types.Tool) -> dict[str, Any]:
    return tool.model_dump(include={"name", "description", "input_schema", "annotations"})


def _first(error: BaseException) -> BaseException:
    """An error; of a group, its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _words(error: BaseException) -> str:
    """An error on one line; of a group, its first."""
    return " ".join(str(_first(error)).split())[:300] or type(_first(error)).__name__
