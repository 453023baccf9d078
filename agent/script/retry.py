"""Which failed tries of a step may be followed by another one: faults of the application only."""

from __future__ import annotations

from tapwright.agent.script.steps import Script, Step, TypeIn
from tapwright.errors import NotFound, NotReady, StepFailed, Unexpected

# What another look can cure. That several places answer, or that nobody knows, it cannot.
FAULTS = (NotFound, NotReady, Unexpected)


def may_try_again(
    error: StepFailed, step: Step, script: Script, *, tries: int, done: bool, once: bool
) -> bool:
    """Whether a step that failed with `error` may be tried again after `tries` tries.

    `done` says that its act reached the device. Such an act is repeated only where the step
    itself says how often (`retries:`), and typing only into a field that it empties first; the
    script's own `retries` are for what failed before anything was done. With `once` nothing is.
    """
    options = step.options
    if once or not isinstance(error, FAULTS):
        return False
    if done and (options.retries is None or adds_up(step)):
        return False
    allowed = script.retries if options.retries is None else options.retries
    return tries <= allowed


def adds_up(step: Step) -> bool:
    """Whether half of an act and then all of it is not the same as all of it: typing into a
    field that is not emptied first."""
    return isinstance(step.act, TypeIn) and not step.act.clear
