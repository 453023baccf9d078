"""One step that holds no others: tried, written down before and after, and looked at."""

from __future__ import annotations

from dataclasses import replace

from tapwright.agent.script.calling import call_tool
from tapwright.agent.script.deciding import decide
from tapwright.agent.script.deed import Deed, Outcome
from tapwright.agent.script.events import StepBegan, Told
from tapwright.agent.script.filling import filled, speaks_of
from tapwright.agent.script.outcomes import look_at, record
from tapwright.agent.script.progress import restored
from tapwright.agent.script.results import Status
from tapwright.agent.script.retry import may_try_again
from tapwright.agent.script.running import Curtain, Denied, Frame, Run
from tapwright.agent.script.steps import (
    Act,
    Ask,
    Assert,
    CallTool,
    Condition,
    Log,
    RunTask,
    Screenshot,
    SetVariables,
    Step,
    WaitFor,
)
from tapwright.agent.script.tasks import run_task
from tapwright.agent.script.titles import title
from tapwright.agent.script.walk import filled_fields, targets_of
from tapwright.errors import (
    ActionRefused,
    DeviceError,
    JournalError,
    ModelError,
    ReplyError,
    SetupError,
    StepFailed,
    ToolError,
    Uncertain,
    UsageError,
)

# Steps that change nothing: begun twice, they were still done once.
HARMLESS = (WaitFor, Assert, Ask, Log, Screenshot, SetVariables)
_ENDS = (StepFailed, Denied, DeviceError, ModelError, SetupError, UsageError, ToolError)


class Deeds:
    """Does single steps, each once, as far as anybody can know."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def do(self, step: Step, key: str, frame: Frame) -> None:
        """Do one step, or take it as done where it was.

        Raise `StepFailed` where it failed (`Uncertain`: nobody knows), `Denied`, and what a
        device, a model or the journal raises; all but the last are written down first.
        """
        if self._was_done(step, key, frame):
            return
        run = self._run
        run.spend()
        deed = Deed(run, key, step, frame, self.title(step, frame), calls_before=run.model_calls)
        intent = run.past.in_flight(key)
        if intent is not None and isinstance(step.act, HARMLESS):
            intent = None
        deed.open_before = intent is not None
        try:
            outcome = (self._in_flight(deed) if intent else None) or self._tries(deed)
        except _ENDS as error:
            self._failed(deed, error)
            return
        delivery = "delivered" if deed.intended else "none"
        record(deed, outcome, delivery)

    def title(self, step: Step, frame: Frame) -> str:
        """What the step does, in words that can be shown: what is filled in, but no secrets."""

        def shown(text: str) -> str:
            if speaks_of(text, self._run.curtain.values):
                return text
            try:
                return frame.scope.text(text)
            except StepFailed:
                return text  # the step itself tells what is wrong with it

        return self._run.progress.redact(title(step, shown))

    def must_be_what_was_done(self, step: Step, key: str, frame: Frame) -> None:
        """Raise `JournalError` where another step than this one was done as `key`.

        A script that was changed may be gone on with, but not so that steps before the cut have
        moved: one would be skipped for another, or done twice.
        """
        if not self._run.settings.accept_changes:
            return
        past, title = self._run.past, self.title(step, frame)
        done = [past.done[key]] if past.committed(key) is not None else []
        for earlier in [*done, *past.ways.get(key, {}).values()]:
            if earlier["title"] != title:
                raise JournalError(
                    f"here '{earlier['title']}' was done, and now it is '{title}'; "
                    "only what was not done yet may be changed: put it back, or run it anew"
                )

    def _was_done(self, step: Step, key: str, frame: Frame) -> bool:
        """Take the step from an earlier run, with the variables that it set."""
        self.must_be_what_was_done(step, key, frame)
        past = self._run.past
        result = past.committed(key)
        if result is None:
            failed = past.failed(key) if frame.over else None
            if failed is None:
                return False
            self._run.results.append(failed)
            raise StepFailed(failed.said)
        records = past.values.get(key, {})
        if any(each.get("lost") for each in records.values()):
            # What was made of a secret is not kept; it is worked out again, or a person is asked.
            if isinstance(step.act, HARMLESS):
                return False
            raise Uncertain("what it gave holds a secret, so it was not kept")
        for name, kept in records.items():
            frame.scope.set(name, restored(kept, self._run.curtain.values))
        self._run.results.append(result)
        return True

    def _in_flight(self, deed: Deed) -> Outcome | None:
        """What came of a step that was begun earlier; None where it is to be done now."""
        if isinstance(deed.step.act, RunTask) and not self._run.decided:
            return None  # its own journal knows how far it came
        self._run.on_event(StepBegan(deed.key, deed.step.place, deed.title))
        outcome = decide(deed, self._run.past.intended[deed.key])
        if outcome is not None:
            deed.intended = True
        return outcome

    def _tries(self, deed: Deed) -> Outcome:
        """Try until it is done or may not be tried again."""
        tries = 0
        while True:
            tries += 1
            begun = deed.intended  # by a try before
            self._run.on_event(StepBegan(deed.key, deed.step.place, deed.title, tries))
            try:
                outcome = self._came_late(deed) or self._once(deed)
            except ActionRefused as error:
                deed.intended = begun  # the device did nothing now
                raise StepFailed(str(error)) from error
            except (ReplyError, ToolError) as error:
                raise StepFailed(str(error)) from error
            except StepFailed as error:
                again = may_try_again(
                    error,
                    deed.step,
                    deed.frame.script,
                    tries=tries,
                    done=deed.intended,
                    once=deed.once,
                )
                if not again:
                    raise
                self._run.spend()
            else:
                at = f"at try {tries}; " if tries > 1 else ""
                return replace(outcome, said=at + outcome.said)

    def _came_late(self, deed: Deed) -> Outcome | None:
        """What an earlier try led to after all, so that it is not repeated."""
        expect = deed.step.options.expect
        if not deed.intended or expect is None or deed.held_before:
            return None
        held, why = deed.holds(expect)
        return Outcome(f"it came late: {why}") if held else None

    def _once(self, deed: Deed) -> Outcome:
        """Do the act one time and look at what came of it."""
        act = deed.step.act
        match act:
            case CallTool():
                return self._expected(deed, call_tool(deed, act))
            case RunTask():
                task = filled_task(act, deed.frame)
                self._run.curtain.must_not_tell(task.task, *task.verify)  # both stand in its run
                return run_task(deed, task)
            case WaitFor(condition) | Assert(condition):
                return self._condition(deed, condition)
            case Ask():
                return self._expected(deed, self._ask(deed, act))
            case Log(message):
                text = self._run.progress.redact(deed.frame.scope.text(message))
                self._run.on_event(Told(text))
                return Outcome(text)
            case Screenshot(name):
                image = deed.stage.look().image
                path = self._run.progress.picture(deed.frame.scope.text(name), image)
                return Outcome(f"kept as {path.name}")
            case SetVariables():
                return self._set(deed, act)
            case _:
                return self._act(deed)

    def _act(self, deed: Deed) -> Outcome:
        """An act on the screen."""
        options, scope = deed.step.options, deed.frame.scope
        act = filled(deed.step.act, scope)
        _must_not_name(act, self._run.curtain)
        deed.look_ahead()
        done = deed.stage.do(
            act, timeout=deed.timeout, expect=options.expect, scope=scope, begin=deed.intend
        )
        said = done.said
        if deed.held_before and done.unknown:
            raise Uncertain("the device cannot say whether it was done, and what is expected held")
        if deed.held_before:
            said = f"unverified: what is expected held before it was done; {said}"
        elif not done.verified and not said.startswith("unverified"):
            said = f"unverified: {said}"
        status = Status.HEALED if done.healed else Status.PASSED
        image = done.before.image if done.before is not None else None
        return Outcome(said, status, done.found, image)

    def _condition(self, deed: Deed, condition: Condition) -> Outcome:
        held, why = deed.holds(condition, deed.timeout)
        if held:
            return Outcome(why)
        message = deed.step.act.message if isinstance(deed.step.act, Assert) else ""
        if message:
            why = f"{deed.frame.scope.text(message)}: {why}"
        raise StepFailed(why)

    def _ask(self, deed: Deed, act: Ask) -> Outcome:
        asked = filled(act, deed.frame.scope)
        self._run.curtain.must_not_tell(asked.question if isinstance(asked, Ask) else "")
        value = deed.stage.ask(asked, deed.timeout) if isinstance(asked, Ask) else None
        self._keep(deed, act.save_as, value)
        return Outcome(f"{act.save_as} = {value!r}")

    def _set(self, deed: Deed, act: SetVariables) -> Outcome:
        for name, raw in act.values.items():
            self._keep(deed, name, deed.frame.scope.fill(raw))
        return Outcome()

    def _keep(self, deed: Deed, name: str, value: object) -> None:
        deed.frame.scope.set(name, value)
        self._run.progress.set(deed.key, name, value, self._run.curtain.values)

    def _expected(self, deed: Deed, outcome: Outcome) -> Outcome:
        """The outcome, once what the step expects holds too."""
        expect = deed.step.options.expect
        if expect is None:
            return outcome
        held, why = deed.holds(expect, deed.timeout)
        if not held:
            raise StepFailed(why)
        return outcome

    def _failed(self, deed: Deed, error: Exception) -> None:
        """Write a failure down, and raise it again unless the step is optional."""
        untouched = deed.open_before and not deed.intended  # an earlier pass's act stays in doubt
        unknown = isinstance(error, Uncertain) or (
            (deed.intended or untouched) and not isinstance(error, StepFailed | Denied)
        )
        done = deed.intended and not isinstance(error, Denied)
        delivery = "unknown" if unknown or untouched else "delivered" if done else "none"
        options = deed.step.options
        forgiven = options.optional and isinstance(error, StepFailed)
        if isinstance(error, Uncertain):
            # Only what cannot do harm twice is given up on without knowing.
            forgiven = forgiven and not deed.once and self._run.past.in_flight(deed.key) is None
        status = Status.UNCERTAIN if unknown else Status.FAILED
        if isinstance(error, Uncertain) and not forgiven:
            error = Uncertain(deed.question(str(error)))
        said = str(error) or type(error).__name__
        seen = None if isinstance(error, DeviceError) else look_at(deed)
        outcome = Outcome(said, Status.WARNED if forgiven else status, image=seen)
        record(deed, outcome, delivery)
        if not forgiven:
            raise error


def _must_not_name(act: Act, curtain: Curtain) -> None:
    """A secret in a target's words would be kept among what is learned."""
    for target in targets_of(act):
        texts = [text for name, text in filled_fields(target) if name != "picture"]
        words = " ".join(text for text in texts if isinstance(text, str))
        if curtain.redact(words) != words:
            raise StepFailed("its target is named by a secret; name it by other words")


def filled_task(act: RunTask, frame: Frame) -> RunTask:
    """The task with its texts filled in."""
    task = filled(act, frame.scope)
    return task if isinstance(task, RunTask) else act
