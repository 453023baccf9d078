"""The loop: look, think, act, look again, until an outcome is reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, replace

from tapwright.agent.hands import Ending, Hands
from tapwright.agent.history import History, past_of
from tapwright.agent.journal import Journal
from tapwright.agent.policy import Policy, PolicyContext
from tapwright.agent.quiet import QuietScreen, RealClock, Settled
from tapwright.agent.settings import RunResult, RunSettings
from tapwright.agent.state import DARK, RunState
from tapwright.agent.stuck import StuckDetector
from tapwright.agent.telling import words
from tapwright.errors import (
    DeviceError,
    JournalError,
    ModelError,
    ReplyError,
    ToolError,
    UsageError,
)
from tapwright.prompts.texts import instructions
from tapwright.protocols import Check, Device, Dialect, Model, kind_of
from tapwright.tools.context import Context
from tapwright.tools.registry import CheckedCall, Toolbox
from tapwright.types import Observation, Outcome, ScreenState, Step, TextPart


class Agent:
    """Does tasks on a device with a model, one at a time."""

    def __init__(
        self,
        model: Model,
        device: Device,
        toolbox: Toolbox,
        dialect: Dialect,
        settings: RunSettings,
        policy: Policy,
        journal: Journal,
    ) -> None:
        """Put the parts together; raise `UsageError` for a policy that the device forbids."""
        if policy.confirmer.simulated_only and not getattr(device, "simulated", False):
            raise UsageError(
                f"'{device.name}' is not simulated, so acts on it need a person's yes; "
                "use a confirmer that asks"
            )
        self.model = model
        self.device = device
        self.toolbox = toolbox
        self.dialect = dialect
        self.settings = settings
        self.journal = journal
        self._cancelled = threading.Event()
        self._quiet = QuietScreen(device, settings.patience, RealClock(self._cancelled))
        self._hands = Hands(toolbox, policy, journal, self._quiet, settings.language)

    def run(
        self,
        task: str,
        checks: Sequence[Check] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> RunResult:
        """Do `task` and return how it ended; see `steps`."""
        return to_the_end(self.steps(task, checks, on_text))

    def steps(
        self,
        task: str,
        checks: Sequence[Check] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> Generator[Step, None, RunResult]:
        """Do `task`, giving each step as it ends; the generator's value is the result.

        `checks` are asked when the model says that it is done. `on_text` is given the model's
        text as it appears. Raise `UsageError` for an empty task, `JournalError` where the
        journal cannot be begun; all that goes wrong later is an outcome.
        """
        run = self.prepare(task, checks, on_text)
        self.journal.begin(
            task,
            model=self.model.name,
            family=self.model.family.name,
            dialect=self.dialect.name,
            device=self.device.name,
            device_kind=kind_of(self.device),
            settings=asdict(self.settings),
        )
        return self.go_on(run)

    def cancel(self) -> None:
        """End the run before its next act; may be called from another thread."""
        self._cancelled.set()

    def prepare(
        self,
        task: str,
        checks: Sequence[Check] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> RunState:
        """Return the state of a run that has not begun; raise `UsageError` for an empty task."""
        if not task.strip():
            raise UsageError("the task is empty; say what is to be done")
        self._hands.acts = 0
        settings = self.settings
        system = settings.system or instructions(
            kind_of(self.device), self.dialect.name, settings.language
        )
        history = History(task, system, self.toolbox.specs, settings.language, settings.images_kept)
        return RunState(task, history, StuckDetector(settings.stuck_repeats), checks, on_text)

    def go_on(self, run: RunState) -> Generator[Step, None, RunResult]:
        """Take steps from any state until the run ends, and write its end down."""
        try:
            if self._cancelled.is_set():
                raise KeyboardInterrupt  # before the first look
            self._look(run)
            while (seen := self._seen(run)) is not None:
                yield self._step(run, seen)
        except ModelError as error:
            run.end(Outcome.MODEL_FAILED, str(error))
        except DeviceError as error:
            run.lose(error)
        except JournalError as error:
            # Nothing is done that cannot be written down first; a person must make room for it.
            done = f"{self._hands.acts} acts reached the device before"
            run.end(Outcome.NEEDS_HUMAN, f"{error}; {done}; see to the folder and resume the run")
        except KeyboardInterrupt as error:
            run.interrupt(error, self.device)
        except GeneratorExit:
            run.end(Outcome.CANCELLED, "the run was let go of before its end")
            self._result(run)
            raise
        return self._result(run)

    def _step(self, run: RunState, seen: Settled) -> Step:
        """Ask the model, read its reply, carry it out, write it down and tell what came of it."""
        request = run.history.request(self.model, self.dialect, self.settings.max_new_tokens)
        step = Step(run.number + 1, seen.observation, request, None, seconds={"observe": seen.look})
        step = self._think(step, run)
        context = self._context(seen.observation)
        step, calls = self._read(step, context)
        step = self._do(step, calls, context, run)
        self.journal.record(step)
        self._tell(step, run, seen)
        return step

    def _context(self, seen: Observation) -> Context:
        """What a step's calls are carried out on."""
        frame, shown = self.model.family.frame, self.model.shown_size(seen.size)
        return Context(self.device, seen, frame, shown, getattr(self.device, "pointer", None))

    def _look(self, run: RunState) -> None:
        """Wait for a quiet screen, where none was seen yet."""
        try:
            run.settled = run.settled or self._quiet.wait()
        except DeviceError as error:
            run.lose(error)
        else:
            self._show(run, run.settled, "interrupted" if run.resumed else "")

    def _seen(self, run: RunState) -> Settled | None:
        """What the next step is decided from; None where the run is over."""
        run.spend(self.settings)
        if run.settled is not None and run.ending is None:
            self._must_be_lit(run, run.settled)
        return run.settled if run.ending is None else None

    def _show(self, run: RunState, seen: Settled, why: str) -> None:
        """Take a look that followed from no act into the history."""
        if why:
            told = words(why, self.settings.language)
            run.history.add_word(told, seen.observation.image)
        else:
            run.history.begin(seen.observation.image)

    def _must_be_lit(self, run: RunState, seen: Settled) -> None:
        """Never decide from a dark picture: wake the screen once, then a person must act."""
        state = seen.observation.state
        if state is ScreenState.LIT:
            return
        wake = getattr(self.device, "wake", None)
        if wake is None or run.woken or state not in (ScreenState.ASLEEP, ScreenState.LOCKED):
            run.end(Outcome.NEEDS_HUMAN, DARK[state])
            return
        run.woken = True
        try:
            wake()
            run.settled = self._quiet.wait()
        except DeviceError as error:
            run.lose(error)
        else:
            self._show(run, run.settled, "woken" if run.number else "")
            self._must_be_lit(run, run.settled)

    def _think(self, step: Step, run: RunState) -> Step:
        """The model's reply, or why there is none."""
        began = time.monotonic()
        try:
            reply = self.model.generate(step.request, run.hearer(self.device))
        except ModelError as error:
            run.end(Outcome.MODEL_FAILED, str(error))
            step = replace(step, error=str(error))
        else:
            run.count(reply)
            step = replace(step, reply=reply)
        return replace(step, seconds={**step.seconds, "think": time.monotonic() - began})

    def _read(self, step: Step, context: Context) -> tuple[Step, list[CheckedCall]]:
        """The reply's calls, fitted to their tools; none, and an error, where one does not fit."""
        if step.reply is None:
            return step, []
        try:
            parsed = self.dialect.parse(step.reply)
            step = replace(step, thought=parsed.thought, calls=parsed.calls)
            if not parsed.calls:
                raise ReplyError(words("no_call", self.settings.language))
            checked = [self.toolbox.check(call) for call in parsed.calls]
            for call in checked:
                context = context.after(self.toolbox.plan(call, context))
        except (ReplyError, ToolError) as error:
            return replace(step, error=str(error)), []
        return replace(step, calls=tuple(call.call for call in checked)), checked

    def _do(
        self, step: Step, calls: Sequence[CheckedCall], context: Context, run: RunState
    ) -> Step:
        """Carry the calls out."""
        if self._cancelled.is_set():
            raise KeyboardInterrupt  # the same end as Ctrl-C, whoever asked for it
        if not calls or run.settled is None:
            return step
        intention = PolicyContext(task=run.task, thought=step.thought)
        deeds = self._hands.do(step.number, calls, context, run.settled, intention)
        run.settled, run.ending = deeds.settled, deeds.ending
        return replace(
            step,
            decisions=tuple(deeds.decisions),
            results=tuple(deeds.results),
            screen_changed=deeds.changed,
            seconds={**step.seconds, **deeds.seconds},
        )

    def _tell(self, step: Step, run: RunState, seen: Settled) -> None:
        """Take the step into the history and see whether the run is over."""
        run.number = step.number
        note: tuple[TextPart, ...] = ()
        if step.results:
            run.unread = 0
            circle = run.stuck.note(step.calls, seen.observation.image, seen.moving, seen.bar)
            if circle == "hint":
                note = (TextPart(words("hint", self.settings.language)),)
            elif circle == "stuck":
                run.end(Outcome.STUCK, "the model repeats itself on the same screen, after a hint")
        elif step.reply is not None:
            run.unread += 1
            if run.unread >= self.settings.repair_limit:
                said = f"{run.unread} replies in a row could not be carried out"
                run.end(Outcome.CONFUSED, f"{said}; the last: {step.error}")
        for result in step.results:
            if result.finish is not None:
                run.judge(result.finish, self.device)
        after = run.settled if step.screen_changed is not None else None
        image = after.observation.image if after else None
        run.history.add(past_of(step, image, self.settings.language), *note)

    def _result(self, run: RunState) -> RunResult:
        """Write the end down and return it."""
        ending = run.ending or Ending(Outcome.CANCELLED, "the run ended without a reason")
        last = run.settled.observation.image if run.settled else None
        message = ending.message
        try:
            self.journal.end(ending.outcome, message, run.said, last)
        except JournalError as error:
            if str(error) not in message:
                message += f" (and its end is not in the journal: {error})"
        return RunResult(
            outcome=ending.outcome,
            message=message,
            answer=run.answer,
            steps=run.number,
            checks=run.said,
            folder=self.journal.folder,
            strict=self.settings.strict,
        )


def to_the_end(steps: Generator[Step, None, RunResult]) -> RunResult:
    """Take the steps that are left and return how the run ended."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: RunResult = end.value
            return result
