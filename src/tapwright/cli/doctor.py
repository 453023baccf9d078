"""`tapwright doctor`: is everything here that a run needs, and what to do where it is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import click
from click.core import ParameterSource

from tapwright.cli.checkup import Finding
from tapwright.cli.load import ModelChoice
from tapwright.cli.options import json_option, model_options
from tapwright.cli.working import working
from tapwright.errors import UsageError

_MARKS = {"good": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "red")}
SOMETHING_BAD = 2


@click.command()
@click.option(
    "--grounding", is_flag=True,
    help="Instead: show the model pictures with targets whose places are known, and tell whether "
    "its points are right, of another family, or spoilt by a server that resizes pictures.",
)  # fmt: skip
@model_options
@json_option
@click.pass_context
def doctor(context: click.Context, /, grounding: bool, as_json: bool, **chosen: Any) -> None:
    """Check this machine: Python, packages, adb, phones, the desktop, memory, the embedded model.

    Exit code 0 when a run can be started, 2 when something that it needs fails. With --grounding
    it is 0 when the model points right and 3 when it does not.

    \b
        tapwright doctor
        tapwright doctor --grounding --model vllm:Qwen/Qwen2.5-VL-7B-Instruct@http://gpu:8000
    """
    if grounding:
        from tapwright.cli.grounding import check_grounding

        model = {each.name: chosen[f"model_{each.name}"] for each in fields(ModelChoice)}
        sys.exit(check_grounding(ModelChoice(**model), as_json=as_json))
    for name in chosen:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = name.removeprefix("model_").replace("name", "model").replace("_", "-")
            raise UsageError(f"a model's options go with --grounding; add it to --{option}")
    from tapwright.cli.checkup import findings

    found = []
    with working("checking this machine", quiet=as_json):
        for finding in findings():
            found.append(finding)
            _show(finding, as_json)
    if not as_json:
        click.echo(last_line(found))
    if any(finding.health == "bad" for finding in found):
        sys.exit(SOMETHING_BAD)


def last_line(found: Sequence[Finding]) -> str:
    """What it all comes to; a note stops no run on a phone, but it may stop one elsewhere."""
    bad = sum(finding.health == "bad" for finding in found)
    if bad:
        return f"{bad} of these must be cured first"
    # A dictionary, as several phones have one name and an order is kept.
    noted = dict.fromkeys(finding.matter for finding in found if finding.health == "note")
    return "ready to run" + (f"; see the notes on: {', '.join(noted)}" if noted else "")


def _show(finding: Finding, as_json: bool) -> None:
    """Print one finding, with its cure."""
    if as_json:
        click.echo(json.dumps(asdict(finding)))
        return
    mark, colour = _MARKS[finding.health]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.matter:<15}  {finding.said}")
    if finding.cure:
        click.echo(f"{'':<23}cure: {finding.cure}")
