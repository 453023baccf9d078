"""Carrying a run out: the phone, the model, the loop and the view, brought together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields
from inspect import GEN_CREATED, getgeneratorstate
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tapwright.cli.confirm import Confirm, confirmer
from tapwright.cli.load import EMBEDDED, ModelChoice, load_chosen
from tapwright.cli.phones import SIMULATED, open_first, open_phone
from tapwright.cli.seeing import SeeingChoice, finder_for
from tapwright.cli.signals import drop_stdout, lost_reader_as_interrupt, terminate_as_interrupt
from tapwright.cli.toolset import ToolChoice, open_tools
from tapwright.cli.views import JsonView, LiveView, View
from tapwright.errors import JournalError
from tapwright.protocols import kind_of
from tapwright.types import Language, Outcome

if TYPE_CHECKING:
    from tapwright.agent.loop import Agent
    from tapwright.agent.settings import RunResult, RunSettings
    from tapwright.protocols import Check, Device
    from tapwright.types import Step

Steps = Generator["Step", None, "RunResult"]
# Not of the run, but of the one command; a folder from elsewhere must not say where to write.
_NOT_NOTED = ("task", "as_json", "out", "report", "program")
Start = Callable[["Agent", "list[Check]", "Callable[[str], None]"], Steps]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run was asked for; what its journal notes, so that it can be gone on with."""

    task: str
    device: str | None = None
    seed: int = 0
    model: ModelChoice = field(default_factory=ModelChoice)
    checks: tuple[str, ...] = ()
    max_steps: int = 25
    max_seconds: float | None = None
    max_tokens: int | None = None
    max_new_tokens: int = 512
    confirm: Confirm = "ask"
    strict: bool = False
    as_json: bool = False
    out: Path | None = None
    report: Path | None = None
    language: Language = "en"
    images_kept: int = 3
    tools: ToolChoice = field(default_factory=ToolChoice)
    program: str | None = None  # opened before the first look
    seeing: SeeingChoice = field(default_factory=SeeingChoice)

    @classmethod
    def from_options(cls, task: str, chosen: dict[str, Any]) -> Plan:
        """A plan from the options of `tapwright run`."""
        model = {each.name: chosen.pop(f"model_{each.name}") for each in fields(ModelChoice)}
        tools = ToolChoice.from_options(chosen)
        seeing = SeeingChoice.from_options(chosen)
        return cls(task=task, model=ModelChoice(**model), tools=tools, seeing=seeing, **chosen)

    @classmethod
    def from_notes(cls, task: str, notes: dict[str, Any]) -> Plan:
        """The plan that a journal noted; unknown notes are left out, missing ones are default.

        Raise `JournalError` for notes that no plan wrote.
        """
        from pydantic import TypeAdapter, ValidationError

        kept = {name: note for name, note in notes.items() if name not in _NOT_NOTED}
        try:
            return TypeAdapter(cls).validate_python({**kept, "task": task})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(each) for each in first["loc"])
            raise JournalError(
                f"the notes in the run's meta.json are broken: {where}: {first['msg'].lower()}"
            ) from error

    def notes(self) -> dict[str, Any]:
        """What a journal keeps, as JSON can hold it; no keys."""
        kept = {**asdict(self), "tools": asdict(self.tools.noted())}
        for name in _NOT_NOTED:
            del kept[name]
        return kept

    def settings(self) -> RunSettings:
        """The loop's settings."""
        from tapwright.agent.settings import RunSettings

        return RunSettings(
            max_steps=self.max_steps,
            max_seconds=self.max_seconds,
            max_tokens=self.max_tokens,
            max_new_tokens=self.max_new_tokens,
            language=self.language,
            images_kept=self.images_kept,
            strict=self.strict,
        )


def carry_out(plan: Plan) -> None:
    """Do the plan's task from its beginning and leave with the outcome's exit code."""
    from tapwright.compose import must_be_task, new_folder

    must_be_task(plan.task)
    folder = plan.out or new_folder(plan.task)
    run_in(folder, plan, lambda agent, checks, on_text: agent.steps(plan.task, checks, on_text))


def run_in(folder: Path, plan: Plan, start: Start) -> None:
    """Put the parts together around `folder`, let `start` take the steps, show them, and leave.

    What fails before the first step is an error of its own, and then nothing was started.
    """
    from tapwright.compose import put_together, read_checks
    from tapwright.converse import approving

    checks = read_checks(plan.checks)
    if plan.report is not None:
        from tapwright.agent.report import must_not_be_journal

        must_not_be_journal(folder, plan.report)
    view: View = JsonView() if plan.as_json else LiveView()
    asked = confirmer(plan.confirm, view, simulated=plan.device == SIMULATED)
    with ExitStack() as stack:
        stack.enter_context(terminate_as_interrupt())
        stack.callback(view.close)
        tools = stack.enter_context(open_tools(plan.tools))
        tools.allow(plan.tools.allowed)
        # The phone first: that it is not there is known at once, a model takes its time.
        phone = stack.enter_context(open_phone(plan.device, plan.seed, exclusive=True))
        if plan.program is not None:
            open_first(phone, plan.program)
        model = load_chosen(plan.model, quiet=plan.as_json)
        finder = finder_for(plan.seeing, model, kind_of(phone), quiet=plan.as_json)
        agent = put_together(
            model, phone, folder,
            settings=plan.settings(), confirmer=approving(tools.approved, asked),
            notes=plan.notes(), tools=tools.tools, secrets=tools.secrets, finder=finder,
        )  # fmt: skip
        _warn_of_idle_checks(checks, phone)
        steps = start(agent, checks, view.text)
        facts = {
            "task": plan.task,
            "device": phone.name,
            "kind": kind_of(phone),
            "simulated": plan.device == SIMULATED,
            "model": model.name,
            "run": str(folder),
        }
        result = _follow(agent, steps, view, facts)
    written = plan.report is not None and _report(folder, plan.report)
    facts = {"steps": result.steps, "exit_code": result.exit_code, "run": str(folder)}
    try:
        if written and not plan.as_json:
            click.echo(f"\nreport  {plan.report}")
        view.ended(result.outcome, result.message + _advice(plan, result.outcome), facts)
    except BrokenPipeError:
        drop_stdout()  # the run is over: its exit code stands, read or not
    sys.exit(result.exit_code)


def _follow(agent: Agent, steps: Steps, view: View, facts: dict[str, Any]) -> RunResult:
    """Show the beginning and each step; Ctrl-C, or a reader that goes away, ends the run before
    its next act."""
    try:
        with lost_reader_as_interrupt():
            view.began(facts)
    except KeyboardInterrupt:
        agent.cancel()  # nothing was begun yet that an exception could be thrown into
    while True:
        try:
            step = next(steps)
            with lost_reader_as_interrupt():
                view.stepped(step)
        except StopIteration as end:
            return cast("RunResult", end.value)
        except KeyboardInterrupt:
            # It came between two steps, so the loop has not seen it: tell it.
            if getgeneratorstate(steps) == GEN_CREATED:
                agent.cancel()
                continue
            try:
                steps.throw(KeyboardInterrupt)
            except StopIteration as end:
                return cast("RunResult", end.value)


def _advice(plan: Plan, outcome: Outcome) -> str:
    """What to do next where the model that ships was asked for what it was never taught."""
    lost = (Outcome.GAVE_UP, Outcome.STEP_LIMIT, Outcome.STUCK, Outcome.CONFUSED)
    if plan.model.name != EMBEDDED or plan.device == SIMULATED or outcome not in lost:
        return ""
    plays = " (examples/blackjack.py plays this one)" if plan.device == "gym:blackjack" else ""
    return f"; the model that ships knows only its own phone: choose another with --model{plays}"


def _report(folder: Path, target: Path) -> bool:
    """Whether the report could be written; that it could not must not hide how the run ended."""
    from tapwright.agent.report import write_report

    try:
        write_report(folder, target)
    except JournalError as error:
        click.echo(f"error: {error}", err=True)
    except KeyboardInterrupt:
        click.echo(f"error: the report '{target}' was interrupted and not written", err=True)
    else:
        return True
    return False


def _warn_of_idle_checks(checks: list[Check], phone: Device) -> None:
    """Say so where a check already holds: it will not tell whether the task was done."""
    held = [said for said in (check(phone) for check in checks) if said.passed]
    if checks and len(held) == len(checks):
        click.echo(f"note: the check already holds before the run: {held[0].said}", err=True)
