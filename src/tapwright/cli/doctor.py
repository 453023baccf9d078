"""`tapwright doctor`: is everything here that a run needs, and what to do where it is not."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from tapwright.cli.checkup import Finding
from tapwright.cli.options import json_option
from tapwright.cli.working import working

_MARKS = {"good": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "red")}
SOMETHING_BAD = 2


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check this machine: Python, packages, adb, phones, memory, the embedded model.

    Exit code 0 when a run can be started, 2 when something that it needs fails.
    """
    from tapwright.cli.checkup import findings

    bad = 0
    with working("checking this machine", quiet=as_json):
        for finding in findings():
            bad += finding.health == "bad"
            _show(finding, as_json)
    if not as_json:
        click.echo(f"{bad} of these must be cured first" if bad else "ready to run")
    if bad:
        sys.exit(SOMETHING_BAD)


def _show(finding: Finding, as_json: bool) -> None:
    """Print one finding, with its cure."""
    if as_json:
        click.echo(json.dumps(asdict(finding)))
        return
    mark, colour = _MARKS[finding.health]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.matter:<14}  {finding.said}")
    if finding.cure:
        click.echo(f"{'':<22}cure: {finding.cure}")
