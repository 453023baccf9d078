"""`tapwright script resume`: a script that was cut off, gone on with in its own folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.script_parts import Given, as_values, replaced_devices
from tapwright.cli.script_run import EPILOG, Carrying, carry_out, shared_options

if TYPE_CHECKING:
    from tapwright.agent.script.running import Decided, RunnerSettings


@click.command(epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--done/--not-done", "done", default=None,
    help="Your word on the step that was in flight: it happened, or it did not. Asked for where "
    "nothing on the screen can tell.",
)  # fmt: skip
@click.option(
    "--set", "assignments", multiple=True, metavar="NAME=VALUE",
    help="A value that the run did not keep, because it held a secret.",
)  # fmt: skip
@click.option(
    "--accept-changes", is_flag=True, help="Go on although the script was changed meanwhile."
)
@click.option(
    "--new-display", is_flag=True,
    help="Go on with an empty virtual display: the run's own ended with it.",
)  # fmt: skip
@shared_options
def resume(
    folder: Path,
    done: bool | None,
    assignments: tuple[str, ...],
    accept_changes: bool,
    new_display: bool,
    **chosen: Any,
) -> None:
    """Go on with the script whose run is in FOLDER.

    Steps that were done are not done again. The step that was in flight is decided by what it
    expects; where that cannot tell, the script stops and asks you for --done or --not-done.
    """
    from tapwright.agent.script.load import load_script
    from tapwright.agent.script.past import read_past
    from tapwright.agent.script.resume import (
        begun_with,
        must_be_resumable,
        must_be_the_same,
        must_have_its_display,
        on_its_devices,
    )

    past = read_past(folder)
    must_be_resumable(past)
    script = on_its_devices(past, load_script(past.head["file"]))
    must_be_the_same(past, script, accept_changes=accept_changes)
    replaced = replaced_devices(script, chosen["devices"])
    must_have_its_display(past, replaced, new_display=new_display)
    decided: Decided = "" if done is None else "done" if done else "not_done"

    def more(settings: RunnerSettings) -> RunnerSettings:
        return begun_with(past, replace(settings, decided=decided, accept_changes=accept_changes))

    given = Given(as_values(assignments, None), folder=folder)
    carry_out(script, Carrying.from_options(chosen), given, past, more)
