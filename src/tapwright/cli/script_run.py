"""`tapwright script run`: a script carried out while the person watches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tapwright.cli.confirm import Confirm, confirmer
from tapwright.cli.load import ModelChoice
from tapwright.cli.options import json_option, late_model_options
from tapwright.cli.script_columns import key_width
from tapwright.cli.script_end import leave
from tapwright.cli.script_parts import (
    Given,
    as_values,
    must_be_report,
    must_be_set_up,
    open_devices,
    replaced_devices,
    runner_tools,
)
from tapwright.cli.script_view import JsonScriptView, LiveScriptView, ScriptView
from tapwright.cli.signals import lost_reader_as_interrupt, terminate_as_interrupt
from tapwright.cli.toolset import ToolChoice, toolset_options
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.agent.script.asked import Installed
    from tapwright.agent.script.events import Event
    from tapwright.agent.script.past import Past
    from tapwright.agent.script.running import RunnerSettings
    from tapwright.agent.script.steps import Script
    from tapwright.protocols import Model

Function = TypeVar("Function", bound=Callable[..., Any])
EPILOG = (
    "Exit codes: 0 passed (or unverified: nothing checked what a model claims of a `run` step; 3 "
    "with --strict), 7 passed with healing (a target no longer looked as it was learned; 0 with "
    "--accept-healed), 3 failed, 5 a person must decide, 6 device or model lost, 130 "
    "Ctrl-C, 2 nothing was started."
)

_SHARED = (
    click.option(
        "--device", "devices", multiple=True, metavar="[NAME=]WHERE",
        help="Use this device instead of the script's: 'desktop', 'desktop:2' (a monitor), "
        "'window:TITLE', 'xvfb' (a display of its own), 'sim', 'android', a serial or an "
        "address. NAME is needed where the script has several; may be given several times.",
    ),
    click.option(
        "--seed", type=click.IntRange(0), default=0, show_default=True,
        help="For the device 'sim': which phone.",
    ),
    late_model_options,
    click.option(
        "--grounder", metavar="MODEL",
        help="Another model that points at targets, where --model only plans and reads.",
    ),
    click.option(
        "--zoom/--no-zoom", default=True, show_default=True,
        help="Let the model look twice: at the whole, then at the part that it pointed at.",
    ),
    toolset_options,
    click.option(
        "--confirm", type=click.Choice(["ask", "never", "always"]), default="ask",
        show_default=True,
        help="Who is asked before costly acts of `run` and `tool` steps: you, no one (which "
        "means no), or nobody because all is allowed (simulated phones only).",
    ),
    click.option(
        "--max-seconds", type=click.FloatRange(0, min_open=True), help="No bound by default."
    ),
    click.option(
        "--junit", type=click.Path(path_type=Path), metavar="FILE",
        help="Write the result as JUnit XML.",
    ),
    click.option(
        "--html", type=click.Path(path_type=Path), metavar="FILE",
        help="Write a report as one HTML file.",
    ),
    click.option(
        "--accept-healed", is_flag=True, help="Exit with 0, not 7, where targets healed."
    ),
    click.option(
        "--strict", is_flag=True,
        help="Exit with 3 where nothing checked what a model claims of a `run` step.",
    ),
    json_option,
)  # fmt: skip


def shared_options(function: Function) -> Function:
    """Add the options that `run` and `resume` share; they become a `Carrying`."""
    for option in reversed(_SHARED):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Carrying:
    """How a script is carried out and shown, whichever way it begins."""

    devices: tuple[str, ...] = ()
    seed: int = 0
    model: ModelChoice | None = None
    grounder: str | None = None
    zoom: bool = True
    tools: ToolChoice = field(default_factory=ToolChoice)
    confirm: Confirm = "ask"
    max_seconds: float | None = None
    junit: Path | None = None
    html: Path | None = None
    accept_healed: bool = False
    strict: bool = False
    as_json: bool = False

    @classmethod
    def from_options(cls, chosen: dict[str, Any]) -> Carrying:
        """From the shared options, which are taken out of `chosen`."""
        values = {each.name: chosen.pop(f"model_{each.name}") for each in fields(ModelChoice)}
        model = ModelChoice(**values) if values["name"] else None
        tools = ToolChoice.from_options(chosen)
        own = [each.name for each in fields(cls) if each.name not in ("model", "tools")]
        return cls(model=model, tools=tools, **{name: chosen.pop(name) for name in own})

    def pointing(self) -> Callable[[], Model] | None:
        """What loads the model that only points; raise `UsageError` where none plans."""
        if self.grounder is None:
            return None
        if self.model is None:
            raise UsageError("--grounder points for another model; name that with --model")
        return late_model(replace(self.model, name=self.grounder), quiet=self.as_json)


@click.command(epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--set", "assignments", multiple=True, metavar="NAME=VALUE",
    help="A value for a variable of the script, or for what it needs; may be given several times.",
)  # fmt: skip
@click.option("--env", "environment", default="", metavar="NAME", help="One of `environments`.")
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE",
    help="A CSV or Excel file whose rows are the script's variable `data`.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done; no device is opened.")
@click.option(
    "--only-learned", is_flag=True,
    help="Ask no model, whatever happens: what would need one fails.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where the run is written down; a new folder under runs/ by default.",
)  # fmt: skip
@shared_options
def run(
    file: Path,
    assignments: tuple[str, ...],
    environment: str,
    data: Path | None,
    dry_run: bool,
    only_learned: bool,
    out: Path | None,
    **chosen: Any,
) -> None:
    """Run the script FILE.

    Each step says how its target was found: learned (it looks as it did last time), text,
    template (a picture that you gave), model, or place. Where what was learned no longer looks
    the same but the target was found otherwise, the step is "healed" and learned anew.

    \b
        tapwright script run invoice.yaml --set customer=Ana --env test
        tapwright script run invoice.yaml --only-learned --junit results.xml
    """
    carrying = Carrying.from_options(chosen)
    given = Given(as_values(assignments, data), environment, out, dry_run, only_learned)
    if only_learned and carrying.model is not None:
        raise UsageError("--only-learned asks no model; leave out --model")
    if dry_run and (carrying.junit or carrying.html or out):
        raise UsageError("--dry-run writes nothing; leave out --junit, --html and --out")
    from tapwright.agent.script.load import load_script

    script = load_script(file)
    carry_out(script, carrying, given)


def carry_out(
    script: Script,
    carrying: Carrying,
    given: Given,
    past: Past | None = None,
    more: Callable[[RunnerSettings], RunnerSettings] = lambda settings: settings,
) -> None:
    """Run the script, show it, write its reports, and leave with its exit code."""
    from tapwright.agent.policy import Policy
    from tapwright.agent.script.asked import Installed
    from tapwright.agent.script.runner import ScriptRunner
    from tapwright.agent.script.running import RunnerSettings
    from tapwright.agent.script.staging import open_stage_with
    from tapwright.converse import approving

    must_be_report(carrying.junit, carrying.html, given.folder)
    script = replaced_devices(script, carrying.devices)
    if not given.dry_run:
        must_be_set_up(script)
    view: ScriptView = JsonScriptView()
    if not carrying.as_json:
        view = LiveScriptView(key_width(script), dry=given.dry_run)
    simulated = set(script.devices.values()) == {"sim"}
    asked = confirmer(carrying.confirm, view, simulated=simulated)
    with ExitStack() as stack:
        stop = stack.enter_context(terminate_as_interrupt())
        stack.callback(view.close)
        tools = stack.enter_context(runner_tools(script, carrying.tools))
        reader = Installed()
        settings = RunnerSettings(
            values=given.values,
            environment=given.environment,
            folder=given.folder,
            only_learned=given.only_learned,
            dry_run=given.dry_run,
            model=late_model(carrying.model, quiet=carrying.as_json),
            tools=tools.tools,
            secrets=tools.secrets,
            policy=Policy(approving(tools.approved, asked)),
            max_seconds=carrying.max_seconds,
            prepare=_preparing(script, reader, view),
            stopping=stop,
        )
        settings = more(settings)  # a resumed run's own strictness included
        runner = ScriptRunner(
            script,
            open_devices(carrying.seed),
            settings=settings,
            on_event=_showing(view),
            open_stage=open_stage_with(
                settings, zoom=carrying.zoom, grounder=carrying.pointing(), reader=reader
            ),
            past=past,
        )
        result = runner.run()
    leave(result, carrying, view, given)


def late_model(choice: ModelChoice | None, *, quiet: bool) -> Callable[[], Model] | None:
    """What loads the model when it is first asked for, once; None where there is none."""
    if choice is None:
        return None
    from functools import cache

    from tapwright.cli.load import load_chosen

    @cache
    def load() -> Model:
        return load_chosen(choice, quiet=quiet)

    return load


def _preparing(script: Script, reader: Installed, view: ScriptView) -> Callable[[], None]:
    """What loads the text reader before the first step, where the script needs it in any case:
    no step's time is spent on that."""
    from tapwright.agent.script.walk import reads_text

    def prepare() -> None:
        if reads_text(script):
            view.loading("the text reader")
            reader.load()

    return prepare


def _showing(view: ScriptView) -> Callable[[Event], None]:
    """Shows events; a reader of our output that went away ends the script like Ctrl-C."""

    def show(event: Event) -> None:
        with lost_reader_as_interrupt():
            view.event(event)

    return show
