"""`tapwright run`: a task, done on a phone or a desktop while the person watches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tapwright.cli.options import device_option, json_option, model_options, seed_option
from tapwright.cli.running import Plan, carry_out
from tapwright.cli.seeing import seeing_options
from tapwright.cli.toolset import toolset_options


@click.command()
@click.argument("task")
@device_option
@seed_option
@click.option(
    "--open", "program", metavar="COMMAND",
    help="Open this app or program before the first look: 'mousepad notes.txt'.",
)  # fmt: skip
@model_options
@seeing_options
@toolset_options
@click.option(
    "--verify", "checks", multiple=True, metavar="CHECK",
    help="Ask the device, not the model, whether it is done: "
    "'settings get global wifi_on == 1'. Also !=, contains, matches. Several are all asked.",
)  # fmt: skip
@click.option("--max-steps", type=click.IntRange(1), default=25, show_default=True)
@click.option("--max-seconds", type=click.FloatRange(0, min_open=True), help="No bound by default.")
@click.option(
    "--max-tokens", type=click.IntRange(1), metavar="N",
    help="Of all prompts and replies together; no bound by default.",
)  # fmt: skip
@click.option(
    "--max-new-tokens", type=click.IntRange(1), default=512, show_default=True, metavar="N",
    help="Of one reply; a longer one is cut and told to the model as unreadable.",
)  # fmt: skip
@click.option(
    "--confirm", type=click.Choice(["ask", "never", "always"]), default="ask", show_default=True,
    help="Who is asked before paying, sending, deleting, installing, granting: you, no one "
    "(which means no), or nobody because all is allowed (simulated phones only).",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit with 3 when the model's claim was not checked.")
@json_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where the journal goes; a new folder under runs/ by default.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE",
    help="Write a report of the run as one HTML file.",
)  # fmt: skip
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "--images-kept", type=click.IntRange(1), default=3, show_default=True,
    help="Pictures of past steps that the model is shown again.",
)  # fmt: skip
def run(task: str, **chosen: Any) -> None:
    """Do TASK on a phone or a desktop.

    The last line says how it ended: verified (a check of the device agrees), claimed (only the
    model says so), gave_up, step_limit, stuck, confused, denied, needs_human, device_lost,
    model_failed, cancelled. Exit codes: 0 verified or claimed, 3 not done, 4 out of budget or
    stuck, 5 a person must act, 6 phone or model lost, 130 Ctrl-C, 2 nothing was started.

    \b
        tapwright run "Turn on Wi-Fi" --device sim --verify "settings get global wifi_on == 1"
        tapwright run "Set an alarm for 7:30" --model Qwen/Qwen2-VL-7B-Instruct
        tapwright run "Tell Ana in a message when CA1723 lands" --tool flight
        tapwright run "Compute 12 * 7" --device xvfb --open galculator
    """
    carry_out(Plan.from_options(task, chosen))
