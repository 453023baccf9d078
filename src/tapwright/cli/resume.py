"""`tapwright resume`: a run that was cut off, gone on with in its own folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tapwright.cli.options import json_option
from tapwright.cli.phones import SIMULATED, VIRTUAL
from tapwright.cli.running import Plan, run_in
from tapwright.cli.toolset import ToolChoice, tools_again, toolset_options


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--device", metavar="SERIAL|HOST:PORT", help="Where the phone is now, if it moved.")
@click.option(
    "--max-steps", type=click.IntRange(1), help="A larger budget, earlier steps included."
)
@click.option(
    "--max-tokens", type=click.IntRange(1), help="A larger budget, earlier tokens included."
)
@toolset_options
@json_option
def resume(
    run: Path,
    device: str | None,
    max_steps: int | None,
    max_tokens: int | None,
    as_json: bool,
    **tools: Any,
) -> None:
    """Go on with the run in the folder RUN, with the model, tools and checks it was begun with.

    The screen is looked at first. An act that was under way when the run was cut off may or may
    not have happened; the model is told so, and nothing is repeated blindly. Files of tools, MCP
    servers and addresses of services are to be given again: a folder from elsewhere must not name
    programs to run. Exit codes are those of `tapwright run`.
    """
    from tapwright.agent import resume as going_on
    from tapwright.agent.runs import read_run

    past = read_run(run)
    past.must_be_resumable()
    plan = Plan.from_notes(past.task, dict(past.meta.get("notes", {})))
    plan = replace(plan, as_json=as_json, device=device or plan.device)
    if max_steps is not None:
        plan = replace(plan, max_steps=max_steps)
    if max_tokens is not None:
        plan = replace(plan, max_tokens=max_tokens)
    plan = replace(plan, tools=tools_again(plan.tools, ToolChoice.from_options(tools)))
    if plan.device == SIMULATED:
        click.echo("note: the simulated phone of that run is gone; a new one begins", err=True)
    if (plan.device or "").partition(":")[0] == VIRTUAL:
        click.echo("note: the virtual display of that run is gone; an empty one begins", err=True)
    run_in(run, plan, going_on.resume)
