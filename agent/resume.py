"""Going on with a run that was cut off: look first, repeat nothing blindly."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from tapwright.agent.history import Past, brief_call, past_of, summary_line
from tapwright.agent.loop import Agent
from tapwright.agent.runs import Intent, Run, read_run
from tapwright.agent.settings import RunResult
from tapwright.agent.state import RunState
from tapwright.agent.telling import words
from tapwright.errors import JournalError
from tapwright.protocols import Check
from tapwright.types import Delivery, Language, Outcome, Step

# A run that ended so has nothing left to do.
_OVER = frozenset({Outcome.VERIFIED, Outcome.CLAIMED})


def resume(
    agent: Agent,
    checks: Sequence[Check] = (),
    on_text: Callable[[str], None] | None = None,
) -> Generator[Step, None, RunResult]:
    """Go on with the run in the folder of `agent.journal`, in that folder.

    The screen is looked at afresh. An act that was begun and of which nobody knows whether it
    happened is told to the model as such. Budgets count the earlier steps, not their seconds.
    Raise `JournalError` where the folder holds no run or one that is already done.
    """
    past = read_run(agent.journal.folder)
    past.must_be_resumable()
    if past.outcome in _OVER:
        raise JournalError(
            f"the run in '{past.folder}' is over ({past.outcome.value}); there is nothing to resume"
        )
    run = agent.prepare(past.task, checks, on_text)
    _remember(run, past, agent)
    agent.journal.resumed()
    return agent.go_on(run)


def _remember(run: RunState, past: Run, agent: Agent) -> None:
    """Take the earlier steps into the history, and what was in flight when they stopped."""
    language = agent.settings.language
    done = past.step_numbers()
    # An act whose step was never written down stays unknown, however often the run is resumed.
    loose = [intent for intent in past.intents() if intent.step not in done]
    earlier: Step | None = None
    for step in past.steps():
        if earlier is None:
            run.history.begin(step.observation.image)
        else:
            run.history.add(past_of(earlier, step.observation.image, language))
        while loose and loose[0].step < step.number:
            run.history.add(_in_flight(loose.pop(0), language))
        if step.reply is not None:
            run.count(step.reply)
        run.number = step.number
        earlier = step
    if earlier is not None:
        run.history.add(past_of(earlier, None, language))
    for intent in loose:
        run.history.add(_in_flight(intent, language))
        run.number = max(run.number, intent.step)
    run.resumed = True


def _in_flight(intent: Intent, language: Language) -> Past:
    """An act whose step was never written down: what came of it, or that nobody knows."""
    call = brief_call(intent.call)
    if intent.effect is None or intent.effect.delivery is Delivery.UNKNOWN:
        line = summary_line("", (intent.call,), "Unknown: the run was interrupted.")
        return Past(line, told=words("in_flight", language) + call)
    delivered = intent.effect.delivery is Delivery.DELIVERED
    line = summary_line("", (intent.call,), "" if delivered else f"Refused: {intent.effect.said}")
    told = words("done" if delivered else "refused", language)
    return Past(line, told=f"{told} {call} {intent.effect.said}")
