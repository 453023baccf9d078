"""What the commands of `tapwright script` share: values, devices, tools."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwright.cli.toolset import ToolChoice, Toolset, open_tools
from tapwright.errors import JournalError, UsageError

if TYPE_CHECKING:
    from tapwright.agent.script.steps import Script
    from tapwright.protocols import Device

DATA = "data"  # what the rows of --data are called in the script


@dataclass(frozen=True, slots=True)
class Given:
    """With what a script was begun."""

    values: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""
    folder: Path | None = None
    dry_run: bool = False
    only_learned: bool = False


def as_values(assignments: tuple[str, ...], data: Path | None) -> dict[str, Any]:
    """The values of `--set NAME=VALUE` and `--data FILE`; raise `UsageError` for what is none."""
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--set '{assignment}' is not NAME=VALUE")
        if name in values:
            raise UsageError(f"--set gives '{name}' twice")
        values[name] = value
    if data is not None:
        from tapwright.agent.script.data import rows

        if DATA in values:
            raise UsageError(f"--data and --set both give '{DATA}'")
        values[DATA] = rows(data)
    return values


def replaced_devices(script: Script, chosen: tuple[str, ...]) -> Script:
    """The script with other devices, as `--device` says; raise `UsageError` for unknown names."""
    devices = dict(script.devices)
    for each in chosen:
        name, equals, where = each.partition("=")
        if not equals or name not in devices:
            if equals and len(devices) != 1 and ":" not in name:
                known = ", ".join(devices) or "none"
                raise UsageError(f"the script has no device '{name}'; it has: {known}")
            if len(devices) > 1:
                raise UsageError(
                    f"the script has several devices ({', '.join(devices)}); "
                    f"say which one is meant, such as --device {next(iter(devices))}={each}"
                )
            name, where = next(iter(devices), "device"), each
        devices[name] = where
    return replace(script, devices=devices)


def ways_on(folder: Path) -> list[str]:
    """What a person can do after the run in `folder`, a line for each, the likeliest first.

    A virtual display ended with that run, and what was open on it: going on is of little use then
    unless the next steps open what they need.
    """
    from tapwright.agent.script.past import read_past
    from tapwright.agent.script.resume import lost_display

    command = f"tapwright script resume {shlex.quote(str(folder))}"
    with suppress(JournalError):  # then how the run ended says so
        past = read_past(folder)
        if lost_display(past):
            file, given = Path(past.head["file"]), Path(past.head.get("given") or "")
            named = given if given.resolve() == file else file
            return [
                f"anew    tapwright script run {shlex.quote(str(named))}",
                "        with the options of this run: what was open on its virtual display "
                "ended with it; or, where the next steps open what they need:",
                f"go on   {command} --new-display",
            ]
    return [f"go on   {command}"]


def must_be_set_up(script: Script) -> None:
    """Raise `SetupError` where this machine lacks what the script's devices, its looking or its
    reading need: then nothing is begun, and an earlier run stays as it is."""
    from tapwright.agent.script.walk import all_scripts, every, reads_text, targets_of
    from tapwright.agent.seeing.opencv import must_have_opencv
    from tapwright.agent.seeing.reading import text_reader
    from tapwright.desktops import desktop_named, must_be_set_up as must_have

    for where in dict.fromkeys(script.devices.values()):
        desktop = desktop_named(where)
        if desktop is not None:
            must_have(desktop)
    steps = [step for each in all_scripts(script) for step in every(each.steps)]
    reads = reads_text(script)
    if reads or any(targets_of(step.act) for step in steps):
        must_have_opencv()
    if reads:
        text_reader()


def open_devices(seed: int) -> Callable[[str], AbstractContextManager[Device]]:
    """What opens a device by what the script calls it; it is nobody else's meanwhile."""

    def opened(where: str) -> AbstractContextManager[Device]:
        from tapwright.compose import connect

        return connect(where, seed=seed, exclusive=True)

    return opened


@contextmanager
def runner_tools(script: Script, choice: ToolChoice) -> Iterator[Toolset]:
    """The tools that were chosen, with those built-in ones that the script's steps name."""
    from tapwright.converse import looking_up
    from tapwright.tools.finding import find_tools

    with open_tools(replace(choice, allowed=())) as tools:
        known = {tool.spec.name for tool in tools.tools}
        wanted = [name for name in called_tools(script) if name not in known]
        named = find_tools(tuple(wanted), services=tools.services)
        tools.tools += named
        tools.approved |= looking_up(named, tools.services)
        tools.allow(choice.allowed)
        yield tools


def called_tools(script: Script) -> list[str]:
    """The names of the tools that the script's own steps call, subflows included."""
    from tapwright.agent.script.steps import CallTool, Subflow
    from tapwright.agent.script.walk import every

    names: dict[str, None] = {}
    scripts, seen = [script], set()
    while scripts:
        current = scripts.pop()
        if current.file in seen:
            continue
        seen.add(current.file)
        for step in every(current.steps):
            if isinstance(step.act, CallTool):
                names[step.act.name] = None
            elif isinstance(step.act, Subflow):
                scripts.append(step.act.script)
    return list(names)


def must_be_report(junit: Path | None, html: Path | None, folder: Path | None) -> None:
    """Raise `UsageError` where reports would take each other's place, `JournalError` where one
    would take that of a part of the run's record in `folder`."""
    from tapwright.agent.script.told import must_not_be_record

    for out in (junit, html):
        if out is not None:
            must_not_be_record(folder, out)
    if junit is not None and html is not None and junit.resolve() == html.resolve():
        raise UsageError(f"--junit and --html both say '{junit}'; give them two names")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError(f"--out '{folder}' is no folder")
