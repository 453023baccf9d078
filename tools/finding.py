"""Finding tools: the built-in ones, those of installed packages, and those of a file.

A package offers tools with an entry point of the group `tapwright.tools`, which is a `Tool`, a
module that holds some, or a function that returns some.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from tapwright.errors import UsageError
from tapwright.tools.loading import load_file, tools_in
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

logger = logging.getLogger(__name__)

GROUP = "tapwright.tools"
BUILT_IN = "built in"
ON_REQUEST = "built in, off by default"  # offered only where a person names it
DEFAULT = Services()


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A package whose tools cannot be had: where they come from, and why."""

    where: str
    error: str


@dataclass(slots=True)
class Found:
    """The tools that there are, each with where it comes from, and what could not be loaded."""

    tools: list[tuple[Tool, str]] = field(default_factory=list)
    broken: list[BrokenPlugin] = field(default_factory=list)
    clashes: dict[str, str] = field(default_factory=dict)  # name to who else has it

    def add(self, tool: Tool, where: str) -> bool:
        """Take a tool in; one whose name is taken is left out, noted, and answered with False."""
        for other, place in self.tools:
            if other is tool:  # a package that names a module and a tool in it
                return True
            for name in _names(tool):
                if name in _names(other):
                    clash = f"two tools are called '{name}': one is {place}, one is {where}"
                    self.clashes[name] = clash
                    self.broken.append(BrokenPlugin(where, clash))
                    return False
        self.tools.append((tool, where))
        return True


def known_tools(services: Services = DEFAULT) -> list[tuple[Tool, str]]:
    """Every tool that can be asked for by name, each with where it comes from."""
    return discover(services).tools


def find_tools(
    names: Iterable[str] = (), files: Iterable[str | Path] = (), services: Services = DEFAULT
) -> list[Tool]:
    """The built-in and installed tools of these names, then every tool of these files.

    Raise `UsageError` for a name that is not known or that two tools have, and for a file that
    cannot be read, fails, or holds no tool.
    """
    found = Found()
    wanted = list(dict.fromkeys(names))
    if wanted:
        known = discover(services)
        for name in wanted:
            tool, where = named(name, known)
            found.add(tool, where)
    file_tools(files, found)
    return [tool for tool, _ in found.tools]


def file_tools(files: Iterable[str | Path], found: Found) -> None:
    """Add the tools of files to those that were found; raise `UsageError` as `find_tools` does."""
    # One file by two paths is run once.
    for file in {Path(file).expanduser().resolve(): Path(file) for file in files}.values():
        for tool in load_file(file):
            if not found.add(tool, f"in '{file}'"):
                raise UsageError(f"{found.broken[-1].error}; leave one of them out or rename it")


def named(name: str, found: Found) -> tuple[Tool, str]:
    """The tool of that name and where it comes from; raise `UsageError` as `find_tools` does."""
    if name in found.clashes:
        raise UsageError(f"{found.clashes[name]}; uninstall one of the packages")
    for tool, where in found.tools:
        if name in _names(tool):
            return tool, where
    if name == "web_page":
        raise UsageError(
            "the tool 'web_page' reads only pages of hosts that you allow; add --page-host HOST, "
            "or in Python Services(page_hosts=...)"
        )
    names = ", ".join(tool.spec.name for tool, _ in found.tools)
    broken = "".join(f"; {plugin.error}" for plugin in found.broken)
    raise UsageError(f"no tool '{name[:64]}'; known are: {names}{broken}")


def discover(services: Services = DEFAULT) -> Found:
    """The built-in tools and those of installed packages; a broken package breaks no other."""
    # Imported late: it stands on all the tools, and some of those on much.
    builtin = import_module("tapwright.tools.builtin")
    found = Found()
    for tool in builtin.builtin_tools(services):
        found.add(tool, BUILT_IN)
    for tool in builtin.tools_on_request():
        found.add(tool, ON_REQUEST)
    for point in sorted(entry_points(group=GROUP), key=lambda point: (_owner(point), point.name)):
        where = f"of the package '{_owner(point)}'"
        try:
            tools = _tools_of(point)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # foreign code: whatever it does, the others are there
            told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            found.broken.append(BrokenPlugin(where, f"{point.value} cannot be loaded: {told}"))
            logger.warning("the tools %s cannot be loaded (%s): %s", where, point.value, told)
            continue
        for tool in tools:
            found.add(tool, where)
    return found


def _tools_of(point: EntryPoint) -> Sequence[Tool]:
    loaded = point.load()
    if isinstance(loaded, Tool):
        return [loaded]
    if isinstance(loaded, ModuleType):
        tools: Sequence[Tool] = tools_in(loaded)
    elif callable(loaded):
        tools = list(loaded())
    else:
        raise UsageError(f"a {type(loaded).__name__} is no tool, module or function")
    strange = [tool for tool in tools if not isinstance(tool, Tool)]
    if strange:
        raise UsageError(f"it gives a {type(strange[0]).__name__}, which is no tool")
    if not tools:
        raise UsageError("it holds no tool; make one with @tool")
    return tools


def _names(tool: Tool) -> tuple[str, ...]:
    return (tool.spec.name, *tool.aliases)


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value
