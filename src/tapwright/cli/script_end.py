"""The end of `tapwright script run`: its reports, what to do next, and the exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapwright.cli.script_parts import Given, ways_on
from tapwright.cli.signals import drop_stdout
from tapwright.errors import JournalError

if TYPE_CHECKING:
    from tapwright.agent.script.results import ScriptResult
    from tapwright.cli.script_run import Carrying
    from tapwright.cli.script_view import ScriptView


def leave(result: ScriptResult, carrying: Carrying, view: ScriptView, given: Given) -> None:
    """Write the reports, tell how the script ended and how to go on, and leave with its code."""
    from tapwright.agent.script.results import Ended, Status

    may_go_on = (Ended.FAILED, Ended.DEVICE_LOST, Ended.MODEL_FAILED, Ended.CANCELLED)
    accepted = carrying.accept_healed and result.ended is Ended.HEALED
    code = 0 if accepted else result.exit_code
    claimed = any(step.status is Status.UNVERIFIED for step in result.steps)
    if carrying.strict and claimed and result.ended in (Ended.HEALED, Ended.UNVERIFIED):
        code = 3
    written = [] if given.dry_run else _reports(result.folder, carrying)
    try:
        if not carrying.as_json:
            for path in written:
                click.echo(f"written {path}")
            if result.ended in may_go_on and not given.dry_run:
                click.echo("\n".join(ways_on(result.folder)))
        view.ended(result, code)
    except BrokenPipeError:
        drop_stdout()  # the run is over: its exit code stands, read or not
    sys.exit(code)


def _reports(folder: Path, carrying: Carrying) -> list[Path]:
    """Write the reports; one that cannot be written must not hide how the script ended."""
    from tapwright.agent.script.html import write_html
    from tapwright.agent.script.junit import write_junit

    written = []
    for path, write in ((carrying.junit, write_junit), (carrying.html, write_html)):
        if path is not None:
            try:
                written.append(write(folder, path))
            except JournalError as error:
                click.echo(f"error: {error}", err=True)
    return written
