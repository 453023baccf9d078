"""A task given to the agent by a script: with its own journal, checks and honest outcome."""

from __future__ import annotations

from pathlib import Path

from tapwright.agent.journal import META, Journal
from tapwright.agent.loop import Agent, to_the_end
from tapwright.agent.resume import resume
from tapwright.agent.runs import read_run
from tapwright.agent.script.deed import Deed, Outcome
from tapwright.agent.script.eyes import CountedModel
from tapwright.agent.script.progress import RUNS
from tapwright.agent.script.results import Status
from tapwright.agent.script.running import Denied
from tapwright.agent.script.steps import RunTask
from tapwright.agent.settings import RunResult, RunSettings
from tapwright.agent.verify import parse_check
from tapwright.errors import DeviceError, ModelError, StepFailed
from tapwright.prompts import dialect
from tapwright.protocols import Check, Model, kind_of
from tapwright.tools.phone import acts_for
from tapwright.tools.registry import Toolbox
from tapwright.types import Outcome as RunOutcome

_OVER = frozenset({RunOutcome.VERIFIED, RunOutcome.CLAIMED})


def run_task(deed: Deed, act: RunTask) -> Outcome:
    """Let the agent do the task; a claim that nothing checked is unverified, no success.

    A task that was begun earlier is gone on with: its journal knows how far it came. Raise
    `StepFailed` where it was not done, `Denied` where a person must act, `DeviceError` and
    `ModelError` where those failed, `KeyboardInterrupt` where it was stopped.
    """
    settings = deed.run.settings
    if settings.only_learned or settings.model is None:
        why = "only what was learned may be used" if settings.only_learned else "none is there"
        raise StepFailed(f"a task needs a model, and {why}")
    checks: list[Check] = [parse_check(each) for each in act.verify]
    folder = deed.run.progress.folder / RUNS / deed.key
    deed.look_ahead()
    begun = (folder / META).exists()
    if begun:
        deed.run.task_calls += _uncounted(deed, folder)
    deed.intend()
    result = _finished(deed, act) if begun else None
    if result is None:
        model = CountedModel(settings.model())
        agent = _agent(deed, act, model)
        steps = resume(agent, checks) if begun else agent.steps(act.task, checks)
        try:
            result = to_the_end(steps)
        finally:
            deed.run.task_calls += model.calls
    return _outcome(deed, result)


def _uncounted(deed: Deed, folder: Path) -> int:
    """How often a pass that was killed in the middle of the task had asked the model, at least."""
    past = deed.run.past
    if deed.intended or deed.key not in past.open or past.ended is not None:
        return 0
    run = read_run(folder)
    return max([*run.step_numbers(), *(each.step for each in run.intents())], default=0)


def _finished(deed: Deed, act: RunTask) -> RunResult | None:
    """How an earlier run of this task ended, where it did what it should."""
    past = read_run(deed.run.progress.folder / RUNS / deed.key)
    if past.outcome not in _OVER:
        return None
    return RunResult(past.outcome, past.message, len(past.step_numbers()), folder=past.folder)


def _agent(deed: Deed, act: RunTask, model: Model) -> Agent:
    """The agent with the actions of the model's family and the tools of the script."""
    settings = deed.run.settings
    device = deed.run.stages.device(deed.step.options.on, deed.frame.script)[0]
    family = model.family
    screen = device.observe().size
    choices = getattr(device, "choices", ())
    actions = acts_for(family, kind_of(device), screen, model.shown_size(screen), choices)
    return Agent(
        model,
        device,
        Toolbox([*actions, *settings.tools], settings.secrets),
        dialect(family.dialect),
        RunSettings(max_steps=act.max_steps),
        settings.policy,
        Journal.open(deed.run.progress.folder / RUNS / deed.key),
    )


def _outcome(deed: Deed, result: RunResult) -> Outcome:
    said = result.message
    match result.outcome:
        case RunOutcome.VERIFIED:
            return Outcome(said)
        case RunOutcome.CLAIMED:
            return _claimed(deed, said)
        case RunOutcome.DENIED | RunOutcome.NEEDS_HUMAN:
            raise Denied(said)
        case RunOutcome.DEVICE_LOST:
            raise DeviceError(said)
        case RunOutcome.MODEL_FAILED:
            raise ModelError(said)
        case RunOutcome.CANCELLED:
            raise KeyboardInterrupt(said)
    raise StepFailed(f"the task ended as {result.outcome.value}: {said}")


def _claimed(deed: Deed, said: str) -> Outcome:
    """A claim counts as much as what the step expects can say about it."""
    expect = deed.step.options.expect
    if expect is None:
        return Outcome(f"nothing checked it: {said}", Status.UNVERIFIED)
    if deed.held_before:
        why = f"what is expected held before it was begun: {said}"
        return Outcome(why, Status.UNVERIFIED)
    held, why = deed.holds(expect, deed.timeout)
    if not held:
        raise StepFailed(f"the model says that it is done, but {why}")
    return Outcome(why)
