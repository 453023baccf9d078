"""The tools of MCP servers, as tools of ours: `mcp_tools`.

    with mcp_tools("uvx mcp-server-time") as tools, mcp_tools("https://example.org/mcp") as more:
        toolbox = Toolbox([*tools, *more])

A server is a program that this command starts and ends, or an address. What it says of its tools
and what they answer is foreign text: capped, stripped of control characters, and untrusted. A
tool that its server does not declare to be read-only is asked about before each call.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from tapwright.errors import UsageError
from tapwright.tools.registry import Tool

START_TIMEOUT = 30.0  # seconds until the server has told its tools
CALL_TIMEOUT = 60.0  # seconds for one call

_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Target:
    """Where an MCP server is: a program's words and its additional environment, or a URL."""

    name: str  # what errors call it
    words: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    url: str = ""


@contextmanager
def mcp_tools(
    target: str,
    *,
    env: Sequence[str] = (),
    taken: Collection[str] = (),
    start_timeout: float = START_TIMEOUT,
    timeout: float = CALL_TIMEOUT,
) -> Iterator[list[Tool]]:
    """The tools of one MCP server for as long as the block runs.

    `target` is a command line, split like a shell does but run without one, or an http(s) URL
    (streamable HTTP). The program sees a few harmless variables of our environment, those named
    in `env`, and `NAME=value` words before the command. `taken` are names of other tools; ours
    get other ones. `start_timeout` and `timeout` (of one call) are in seconds.

    Raise `UsageError` for a target that cannot be meant and `SetupError`, with the last words of
    the program, for a server that does not start, does not answer in time or has no usable tool.
    What goes wrong in a call is that call's result.
    """
    where = read_target(target, env)
    # The SDK takes half a second to import; nobody pays for it who has no server.
    from tapwright.tools.mcp_link import Link
    from tapwright.tools.mcp_specs import as_tools

    link = Link(where, timeout)
    try:
        yield as_tools(link, link.start(start_timeout), taken)
    finally:
        link.close()


def read_target(target: str, env: Sequence[str] = ()) -> Target:
    """What a target means; raise `UsageError` where that cannot be told."""
    text = target.strip()
    if not text:
        raise UsageError("no MCP server is named; give its command line or its URL")
    if "://" in text.split()[0]:
        return _read_url(text)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"the command of the MCP server cannot be read: {error}") from None
    environment = {name: _our_variable(name) for name in env}
    while words and (match := _ASSIGNMENT.fullmatch(words[0])):
        environment[match["name"]] = match["value"]
        del words[0]
    if not words:
        raise UsageError(f"no command behind the variables in {target[:60]!r}")
    return Target(PurePath(words[0]).name, tuple(words), tuple(environment.items()))


def _read_url(text: str) -> Target:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"no URL of an MCP server: {text[:60]!r} ({error})") from None
    if parts.scheme not in ("http", "https") or not host or len(text.split()) > 1:
        raise UsageError(
            f"no URL of an MCP server: {text[:60]!r}; write it like http://127.0.0.1:8000/mcp"
        )
    return Target(f"{host}:{port}" if port else host, url=text)


def _our_variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise UsageError(f"the MCP server wants '{name}', which is not set in the environment")
    return value
