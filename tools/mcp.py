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
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from urllib.parse import urlsplit

from tapwright.errors import UsageError
from tapwright.tools.registry import Tool

START_TIMEOUT = 30.0  # seconds until the server has told its tools
CALL_TIMEOUT = 60.0  # seconds for one call

# A variable of a program's environment, or a header of requests to a URL.
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)=(?P<value>.*)", re.DOTALL)
_OURS = re.compile(r"\$\{(\w+)\}")
_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an MCP server is: a program's words and its additional environment, or a URL and what
    goes with every request to it. `secrets` are our variables whose values those hold."""

    name: str  # what errors call it
    words: tuple[str, ...] = ()
    environment: _Pairs = field(default=(), repr=False)
    url: str = ""
    headers: _Pairs = field(default=(), repr=False)
    secrets: tuple[str, ...] = ()


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
    in `env`, and `NAME=value` words before the command. Before a URL such words are headers of
    the requests, as in `Authorization="Bearer ${NOTES_KEY}" https://example.org/mcp`: `${NAME}`
    is our variable of that name, so that a key need not be written out. They are not sent on to
    another host that a redirect names. `taken` are names of other tools; ours get other ones.
    `start_timeout` and `timeout` (of one call) are in seconds.

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
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"what names the MCP server cannot be read: {error}") from None
    given = {}
    while words and (match := ASSIGNMENT.fullmatch(words[0])):
        given[match["name"]] = match["value"]
        del words[0]
    if not words:
        names = " ".join(given)
        raise UsageError(f"no command and no URL of an MCP server stands behind {names[:60]!r}")
    if "://" in words[0]:
        return _read_url(" ".join(words), given)
    if wrong := next((name for name in given if not name.isidentifier()), ""):
        raise UsageError(f"no environment variable can be called {wrong!r}; only headers can")
    environment = {name: _our_variable(name) for name in env} | given
    return Target(PurePath(words[0]).name, tuple(words), tuple(environment.items()))


def _read_url(text: str, headers: Mapping[str, str]) -> Target:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"no URL of an MCP server: {text[:60]!r} ({error})") from None
    if parts.scheme not in ("http", "https") or not host or len(text.split()) > 1:
        raise UsageError(
            f"no URL of an MCP server: {text[:60]!r}; write it like http://127.0.0.1:8000/mcp"
        )
    filled = tuple((name, _header(name, value)) for name, value in headers.items())
    secrets = tuple(name for value in headers.values() for name in _OURS.findall(value))
    return Target(f"{host}:{port}" if port else host, url=text, headers=filled, secrets=secrets)


def _header(name: str, value: str) -> str:
    """A header's value with our variables in it; errors do not show it, as it may be a key."""
    filled = _OURS.sub(lambda found: _our_variable(found[1]).strip(), value)
    if not (filled.isascii() and filled.isprintable()):
        raise UsageError(
            f"the header {name!r} for the MCP server can hold printable ASCII characters only; "
            "look at what its variables hold"
        )
    return filled


def _our_variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise UsageError(f"the MCP server wants '{name}', which is not set in the environment")
    return value
