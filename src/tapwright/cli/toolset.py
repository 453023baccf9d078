"""The tools that a command was asked for, and what they need while it runs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from tapwright.cli.service_options import (
    WEB_PAGE,
    FlightSource,
    chosen_services,
    service_options,
)
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.tools.registry import Tool
    from tapwright.tools.secrets import Secrets
    from tapwright.tools.services import Services
    from tapwright.types import Family

Function = TypeVar("Function", bound=Callable[..., Any])
HIDDEN = "***"  # stands in notes for what may be a key

_OPTIONS = (
    click.option(
        "--tool", "tool_names", multiple=True, metavar="NAME",
        help="A tool to offer, by its name in `tapwright tools`; may be given several times.",
    ),
    click.option(
        "--tools", "tool_files", multiple=True, metavar="FILE.py",
        help="A Python file with tools of yours; may be given several times.",
    ),
    click.option(
        "--mcp", "tool_mcp", multiple=True, metavar="COMMAND|URL",
        help="An MCP server whose tools are offered too; may be given several times.",
    ),
    click.option(
        "--allow-tool", "tool_allowed", multiple=True, metavar="NAME",
        help="Do not ask before calls of this tool; may be given several times.",
    ),
    service_options("tool_"),
    click.option(
        "--practice", "tool_practice", is_flag=True,
        help="Start practice services on this machine for the built-in tools: no network, no "
        "keys, and answers that are invented.",
    ),
    click.option(
        "--practice-seed", "tool_practice_seed", type=click.IntRange(0), default=0,
        show_default=True, help="For --practice: which invented world.",
    ),
)  # fmt: skip


def toolset_options(function: Function) -> Function:
    """Add the options that choose tools; they arrive as `tool_` and a `ToolChoice` field."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Which tools, and how they are to be had."""

    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    mcp: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    services: str | None = None
    practice: bool = False
    practice_seed: int = 0
    page_hosts: tuple[str, ...] = ()
    flights: FlightSource | None = None

    @classmethod
    def from_options(cls, chosen: dict[str, Any]) -> ToolChoice:
        """A choice from the options, which are taken out of `chosen`."""
        values = {each.name: chosen.pop(f"tool_{each.name}") for each in fields(cls)}
        # By their whole paths, so that a run can be gone on with from elsewhere.
        files = tuple(str(Path(file).expanduser().absolute()) for file in values["files"])
        return cls(**{**values, "files": files})

    def noted(self) -> ToolChoice:
        """The same as a journal may keep it: without what may be a key."""
        return replace(self, mcp=tuple(_without_keys(target) for target in self.mcp))


@dataclass(slots=True)
class Toolset:
    """Tools with what they need; `approved` are those that nobody is asked about."""

    services: Services
    secrets: Secrets
    tools: list[Tool] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)

    def add_default(self, family: Family) -> None:
        """Add the tools that a conversation with a model of `family` is offered."""
        from tapwright.converse import chat_tools, looking_up

        tools = [
            tool
            for tool in chat_tools(family, self.services)
            if not (self.services.page_hosts and tool.spec.name == WEB_PAGE)  # is there already
        ]
        self.tools[:0] = tools
        self.approved |= looking_up(tools, self.services)

    def allow(self, names: tuple[str, ...]) -> None:
        """Approve tools beforehand; raise `UsageError` for one that is not offered."""
        known = [tool.spec.name for tool in self.tools]
        for name in names:
            if name not in known:
                offered = ", ".join(known) or "none"
                raise UsageError(f"--allow-tool '{name}' is not offered; offered: {offered}")
        self.approved |= set(names)


@contextmanager
def open_tools(choice: ToolChoice) -> Iterator[Toolset]:
    """The chosen tools for as long as the block runs; servers of theirs end with it.

    Raise `UsageError` for a tool that cannot be found, `SetupError` for a server that does not
    start, or where code is to be run and there is no sandbox.
    """
    from tapwright.converse import looking_up
    from tapwright.tools.finding import find_tools
    from tapwright.tools.sandbox import check_sandbox
    from tapwright.tools.secrets import Secrets
    from tapwright.tools.services import Services

    with ExitStack() as stack:
        keys: Mapping[str, str] | None = None
        services = Services()
        if choice.practice:
            from tapwright.serving.practice import PracticeServices

            practice = stack.enter_context(PracticeServices(choice.practice_seed))
            services, keys = practice.services, {**os.environ, **practice.environment}
        services = chosen_services(services, choice.services, choice.page_hosts, choice.flights)
        chosen = Toolset(services, Secrets(keys))
        # Whoever allows hosts wants their pages read, also by a model that knows other tools.
        pages = (WEB_PAGE,) if choice.page_hosts else ()
        named = find_tools((*choice.names, *pages), services=services)
        if any(tool.spec.name == "code_interpreter" for tool in named):
            check_sandbox()  # better known now than in the middle of a conversation
        chosen.tools = [*named, *find_tools(files=choice.files, services=services)]
        chosen.approved = looking_up(named, services)
        for target in choice.mcp:
            taken = [tool.spec.name for tool in chosen.tools]
            chosen.tools += stack.enter_context(_mcp(target, services, taken))
        yield chosen


def _mcp(target: str, services: Services, taken: list[str]) -> Any:
    """The tools of a server, under names that nothing of ours has: nobody could rename them."""
    from tapwright.tools.builtin import builtin_tools, tools_on_request
    from tapwright.tools.mcp import mcp_tools
    from tapwright.tools.phone import act_names

    ours = [tool.spec.name for tool in (*builtin_tools(services), *tools_on_request())]
    return mcp_tools(target, taken={*taken, *ours, *act_names()})


def _without_keys(target: str) -> str:
    """An MCP target without values of variables and headers, and without what stands behind a
    URL's path."""
    from tapwright.tools.mcp import ASSIGNMENT

    try:
        words = shlex.split(target)
    except ValueError:  # whatever it is, nothing started from it
        return HIDDEN
    found = 0
    while found < len(words) and (match := ASSIGNMENT.fullmatch(words[found])):
        words[found] = f"{match['name']}={HIDDEN}"
        found += 1
    if found == len(words) or "://" not in words[found]:
        return " ".join(words[:found] + [shlex.quote(word) for word in words[found:]])
    parts = urlsplit(words[found])
    if parts.query or parts.fragment or "@" in parts.netloc:
        host = parts.netloc.rpartition("@")[2]
        words[found] = f"{parts.scheme}://{host}{parts.path}?{HIDDEN}"
    return " ".join(words)


def tools_again(noted: ToolChoice, given: ToolChoice) -> ToolChoice:
    """The tools of a run that is gone on with: those noted, as far as they are harmless.

    A run folder may come from anyone, so it cannot make this machine run a program, send keys to
    an address, read pages of its own network, or call a tool without asking. Raise `UsageError`
    for what must be given again.
    """
    missing = [f"--tools '{file}'" for file in noted.files if not given.files]
    missing += [f"--mcp '{target}'" for target in noted.mcp if not given.mcp]
    if noted.services is not None and given.services is None:
        missing.append(f"--services '{noted.services}'")
    missing += [f"--page-host '{host}'" for host in noted.page_hosts if not given.page_hosts]
    if missing:
        raise UsageError(
            f"the run was begun with {' '.join(missing)}; give that again if it is yours"
        )
    if noted.allowed and not given.allowed:
        names = ", ".join(noted.allowed)
        click.echo(f"note: you will be asked before calls of {names}; see --allow-tool", err=True)
    return replace(
        given,
        names=given.names or noted.names,
        practice=given.practice or noted.practice,
        practice_seed=given.practice_seed or noted.practice_seed,
        flights=given.flights or noted.flights,
    )
