"""Which step comes next: branches, loops, tries and subflows, walked the same way when resumed.

A resumed run walks from the beginning again. Steps that were done are passed over with the
variables that they set, branches are taken as they were, so it arrives where it was cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tapwright.agent.script.data import beside, rows
from tapwright.agent.script.deed import Deed
from tapwright.agent.script.deeds import Deeds
from tapwright.agent.script.events import Chosen
from tapwright.agent.script.past import digest
from tapwright.agent.script.progress import cleaned
from tapwright.agent.script.results import Status, StepResult
from tapwright.agent.script.running import Frame, Run
from tapwright.agent.script.steps import (
    Condition,
    ForEach,
    If,
    Repeat,
    Step,
    Subflow,
    Try,
)
from tapwright.errors import JournalError, StepFailed, TapwrightError, Uncertain, Unexpected

BRANCHING = (If, ForEach, Repeat, Try, Subflow)


class Flow:
    """Walks a script's steps; single ones are done by `Deeds`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._deeds = Deeds(run)

    def walk(self, steps: Sequence[Step], frame: Frame, above: str = "") -> None:
        """Do the steps in order; `above` is the key of what they are in, with a dot behind it.

        Raise `StepFailed` at the first that fails, and whatever else ends a script.
        """
        for number, step in enumerate(steps, start=1):
            key = f"{above}{number}"
            try:
                if isinstance(step.act, BRANCHING):
                    self._branch(step, key, frame)
                else:
                    self._deeds.do(step, key, frame)
            except TapwrightError as error:
                self._run.note(error, key, frame.where(step.place))
                raise

    def _branch(self, step: Step, key: str, frame: Frame) -> None:
        self._deeds.must_be_what_was_done(step, key, frame)
        given_up = self._run.past.committed(key)  # it failed, and was optional
        try:
            self._into(step, key, frame.left(given_up is not None))
        except Uncertain:
            raise
        except StepFailed as error:
            if not step.options.optional:
                raise
            self._run.note(error, key, frame.where(step.place))
            self._warn(step, key, frame, given_up, self._run.told(error))

    def _into(self, step: Step, key: str, frame: Frame) -> None:
        match step.act:
            case If():
                self._if(step, step.act, key, frame)
            case ForEach():
                self._for_each(step, step.act, key, frame)
            case Repeat():
                self._repeat(step, step.act, key, frame)
            case Try():
                self._try(step, step.act, key, frame)
            case Subflow():
                self._subflow(step, step.act, key, frame)

    def _if(self, step: Step, act: If, key: str, frame: Frame) -> None:
        if self._holds(step, act.condition, key, ("then", "else"), frame):
            self.walk(act.then, frame, f"{key}.then.")
        else:
            self.walk(act.otherwise, frame, f"{key}.else.")

    def _for_each(self, step: Step, act: ForEach, key: str, frame: Frame) -> None:
        items = self._items(act, frame)
        self._same_rows(step, act, key, items, frame)
        for number, item in enumerate(items, start=1):
            frame.scope.set(act.name, item)
            row = frame.inside(f"row {number} of {len(items)}")
            self.walk(act.do, row, f"{key}[{number}].")

    def _repeat(self, step: Step, act: Repeat, key: str, frame: Frame) -> None:
        most = act.most if act.times is None else act.times
        for number in range(1, most + 1):
            inside = f"{key}[{number}]"
            if act.while_ is not None and not self._goes_on(step, act.while_, inside, frame):
                return
            self.walk(act.do, frame.inside(f"round {number}"), f"{inside}.")
        last = f"{key}[{most + 1}]"
        if act.while_ is not None and self._goes_on(step, act.while_, last, frame):
            raise StepFailed(
                f"its condition still holds after {most} rounds; "
                "allow more (`most:`) or look why it does not end"
            )

    def _goes_on(self, step: Step, condition: Condition, key: str, frame: Frame) -> bool:
        return self._holds(step, condition, key, ("again", "over"), frame)

    def _try(self, step: Step, act: Try, key: str, frame: Frame) -> None:
        past = self._run.past
        caught, cleaning = past.way(key, "catch") is not None, past.way(key, "finally") is not None
        failure: StepFailed | None = None
        try:
            self.walk(act.do, frame.left(caught or cleaning), f"{key}.do.")
        except Uncertain:
            raise  # it is a person's turn, on the screen as it is
        except StepFailed as error:
            failure = error
        if failure is not None and act.catch:
            frame.scope.set("error", str(failure))
            self._choose(step, key, "catch", self._run.told(failure), frame)
            failure = None
            try:
                self.walk(act.catch, frame.left(cleaning), f"{key}.catch.")
            except Uncertain:
                raise
            except StepFailed as error:
                failure = error
        if act.finally_:
            why = self._run.told(failure) if failure else ""
            self._choose(step, key, "finally", why, frame)
            self.walk(act.finally_, frame, f"{key}.finally.")
        if failure is not None:
            raise failure

    def _subflow(self, step: Step, act: Subflow, key: str, frame: Frame) -> None:
        scope = frame.scope.child(act.script, act.arguments)
        self._run.curtain.add(scope)
        once = frame.once or step.options.once
        within = (*frame.within, f"called at {step.place.file}:{step.place.line}")
        inside = Frame(act.script, scope, frame.over, once, within)
        try:
            self.walk(act.script.steps, inside, f"{key}.")
        finally:
            frame.scope.hide_as(scope)  # in what it saves, and in what its error says
            self._run.curtain.drop(scope)
        self._must_follow(step, key, frame)
        for ours, theirs in act.save.items():
            frame.scope.set(ours, scope.get(theirs))

    def _must_follow(self, step: Step, key: str, frame: Frame) -> None:
        """See whether what a subflow is expected to lead to holds; told once."""
        expect = step.options.expect
        if expect is None or self._run.past.way(key, "held") is not None:
            return
        deed = Deed(self._run, key, step, frame, "", calls_before=self._run.model_calls)
        held, why = deed.holds(expect, deed.timeout)
        if not held:
            raise Unexpected(f"the subflow is done, but {why}")
        self._choose(step, key, "held", why, frame, deed.model_calls)

    def _holds(
        self, step: Step, condition: Condition, key: str, ways: tuple[str, str], frame: Frame
    ) -> bool:
        """Whether a condition holds now, or did when an earlier run came by."""
        earlier = self._run.past.way(key, *ways)
        if earlier is not None:
            return bool(earlier["way"] == ways[0])
        self._run.spend()
        deed = Deed(self._run, key, step, frame, "", calls_before=self._run.model_calls)
        held, why = deed.holds(condition, step.options.timeout or 0.0)
        self._choose(step, key, ways[0] if held else ways[1], why, frame, deed.model_calls)
        return held

    def _choose(
        self, step: Step, key: str, way: str, why: str, frame: Frame, calls: int = 0
    ) -> None:
        """Write down which way was taken after how many `calls` of models, and tell it; once."""
        run = self._run
        if run.past.way(key, way) is not None:
            return
        title = self._deeds.title(step, frame)
        line = step.place.line
        run.progress.chosen(key, way, title=title, why=why, line=line, model_calls=calls)
        run.on_event(Chosen(key, step.place, title, way, run.progress.redact(why)))

    def _items(self, act: ForEach, frame: Frame) -> list[Any]:
        if act.file:
            name = frame.scope.text(act.file)
            found: Any = rows(beside(frame.script, name), frame.scope.text(act.sheet))
        else:
            found = frame.scope.fill(act.items)
        if isinstance(found, Mapping | list | tuple | range):
            return list(found)
        raise StepFailed(
            f"'{act.items}' is {type(found).__name__}, not a list; name a list or a data file"
        )

    def _same_rows(
        self, step: Step, act: ForEach, key: str, items: list[Any], frame: Frame
    ) -> None:
        """Write down what the loop goes over; refuse to go on over something else."""
        run = self._run
        found = digest(cleaned(items, run.progress.redact))
        earlier = run.past.way(key, "rows")
        if earlier is not None and earlier["digest"] == found:
            return
        if earlier is not None and not run.settings.accept_changes:
            raise JournalError(
                f"the {earlier['count']} rows of '{act.file or act.items}' are not "
                "the same as when the script was cut off; put them back, or accept the changes"
            )
        title = self._deeds.title(step, frame)
        run.progress.chosen(key, "rows", title=title, count=len(items), digest=found)
        run.on_event(Chosen(key, step.place, title, "rows", f"{len(items)} rows"))

    def _warn(
        self, step: Step, key: str, frame: Frame, given_up: StepResult | None, why: str
    ) -> None:
        """An optional part failed: a warning, told once."""
        if given_up is None:
            title = self._deeds.title(step, frame)
            given_up = StepResult(
                key, step.place, title, Status.WARNED, self._run.progress.redact(why)
            )
            self._run.progress.done(given_up, delivery="none")
        self._run.results.append(given_up)
