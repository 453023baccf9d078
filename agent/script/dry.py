"""A script walked without a device: what it would do, as far as that can be known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tapwright.agent.script.data import beside, rows
from tapwright.agent.script.events import Chosen, OnEvent, StepEnded
from tapwright.agent.script.filling import needs_screen
from tapwright.agent.script.results import Ended, ScriptResult, Status, StepResult
from tapwright.agent.script.scope import Scope
from tapwright.agent.script.steps import (
    Condition,
    ForEach,
    If,
    Repeat,
    Script,
    SetVariables,
    Step,
    Subflow,
    Try,
)
from tapwright.agent.script.titles import title
from tapwright.agent.script.walk import sets
from tapwright.errors import StepFailed, TapwrightError

MOST_ROUNDS = 1000  # of one loop; a script can say "repeat a million times"


def dry_run(script: Script, scope: Scope, on_event: OnEvent) -> ScriptResult:
    """Walk the script, telling its steps; no device is opened and nothing is written.

    What only a screen, a tool or a model can tell is left open: both branches are walked then,
    and texts that need it are shown as they stand in the script. The result is `FAILED` where a
    step could not be worked out.
    """
    walk = _Walk(on_event)
    ended, said = Ended.PASSED, ""
    try:
        walk.steps(script.steps, script, scope, "")
    except TapwrightError as error:
        ended, said = Ended.FAILED, f"{walk.at}: {error}"
    said = said or f"{len(walk.results)} steps would be done; nothing was"
    return ScriptResult(ended, scope.redact(said), tuple(walk.results), Path(), scope.shown())


class _Walk:
    """Tells steps; what is in `_open` gets its value only in a real run."""

    def __init__(self, on_event: OnEvent) -> None:
        self.results: list[StepResult] = []
        self._on_event = on_event
        self._open: set[str] = set()
        self.at = ""  # where it went wrong

    def steps(self, steps: Sequence[Step], script: Script, scope: Scope, above: str) -> None:
        for number, step in enumerate(steps, start=1):
            try:
                self._step(step, script, scope, f"{above}{number}")
            except TapwrightError:
                self.at = self.at or str(step.place)  # the innermost is told first
                raise

    def _step(self, step: Step, script: Script, scope: Scope, key: str) -> None:
        act = step.act
        match act:
            case If(condition, then, otherwise):
                known = self._known(condition, scope)
                self._choose(step, key, scope, "maybe" if known is None else str(known).lower())
                if known is not False:
                    self.steps(then, script, scope, f"{key}.then.")
                if known is not True:
                    self.steps(otherwise, script, scope, f"{key}.else.")
            case ForEach():
                self._for_each(step, act, script, scope, key)
            case Repeat(do, times, while_, most):
                self._repeat(step, do, (times, while_, most), script, scope, key)
            case Try(do, catch, finally_):
                self.steps(do, script, scope, f"{key}.do.")
                self._open.add("error")
                self.steps(catch, script, scope, f"{key}.catch.")
                self.steps(finally_, script, scope, f"{key}.finally.")
            case Subflow():
                self._subflow(step, act, scope, key)
            case _:
                self._single(step, scope, key)

    def _single(self, step: Step, scope: Scope, key: str) -> None:
        result = StepResult(key, step.place, self._title(step, scope), Status.SKIPPED, "dry run")
        self.results.append(result)
        self._on_event(StepEnded(result))
        if isinstance(step.act, SetVariables):
            for name, raw in step.act.values.items():
                try:
                    scope.set(name, scope.fill(raw))
                    self._open.discard(name)
                except StepFailed:
                    if not self._open:
                        raise
                    self._leave_open(name, scope)
            return
        for name in sets(step):
            self._leave_open(name, scope)

    def _leave_open(self, name: str, scope: Scope) -> None:
        scope.unset(name)  # its old value would be told as if it were the new one
        self._open.add(name)

    def _for_each(self, step: Step, act: ForEach, script: Script, scope: Scope, key: str) -> None:
        if act.file:
            found: object = rows(beside(script, scope.text(act.file)), scope.text(act.sheet))
        else:
            try:
                found = scope.fill(act.items)
            except StepFailed:
                if not self._open:
                    raise
                self._choose(step, key, scope, "rows", "how many is not known yet")
                self._leave_open(act.name, scope)
                self.steps(act.do, script, scope, f"{key}[1].")
                return
        if not isinstance(found, Mapping | list | tuple | range):
            raise StepFailed(f"{step.place}: '{act.items}' is no list")
        items = list(found)
        self._choose(step, key, scope, "rows", f"{len(items)} rows")
        for number, item in enumerate(items[:MOST_ROUNDS], start=1):
            scope.set(act.name, item)
            self.steps(act.do, script, scope, f"{key}[{number}].")

    def _repeat(
        self,
        step: Step,
        do: Sequence[Step],
        bounds: tuple[int | None, Condition | None, int],
        script: Script,
        scope: Scope,
        key: str,
    ) -> None:
        times, while_, most = bounds
        rounds = min(most if times is None else times, MOST_ROUNDS)
        why = "while it holds" if times is None else f"{times} rounds"
        self._choose(step, key, scope, "rounds", why)
        for number in range(1, rounds + 1):
            known = True if while_ is None else self._known(while_, scope)
            if known is False:
                return
            self.steps(do, script, scope, f"{key}[{number}].")
            if known is None:
                return  # one round shows what any other would be like

    def _subflow(self, step: Step, act: Subflow, scope: Scope, key: str) -> None:
        inside = scope.child_given(act.script, self._arguments(act, scope))
        before = set(self._open)
        self._open &= inside.names
        self._open |= {name for name in act.arguments if name not in inside.names}
        self.steps(act.script.steps, act.script, inside, f"{key}.")
        inner, self._open = self._open, before
        for ours, theirs in act.save.items():
            if theirs in inner or theirs not in inside.names:
                self._leave_open(ours, scope)
            else:
                scope.set(ours, inside.get(theirs))

    def _arguments(self, act: Subflow, scope: Scope) -> dict[str, object]:
        """What a subflow is given; what is not known yet is shown as it stands in the script."""
        given: dict[str, object] = {}
        for name, raw in act.arguments.items():
            try:
                given[name] = scope.fill(raw)
            except StepFailed:
                if not self._open:
                    raise
                given[name] = f"({name})"
        return given

    def _known(self, condition: Condition, scope: Scope) -> bool | None:
        """Whether a condition holds; None where only a screen can tell, or a value is open."""
        if condition.that:
            try:
                if not scope.truth(condition.that):
                    return False
            except StepFailed:
                if not self._open:
                    raise
                return None
        return None if needs_screen(condition) else True

    def _choose(self, step: Step, key: str, scope: Scope, way: str, why: str = "") -> None:
        self._on_event(Chosen(key, step.place, self._title(step, scope), way, why))

    def _title(self, step: Step, scope: Scope) -> str:
        def shown(text: str) -> str:
            try:
                return scope.text(text)
            except StepFailed:
                if not self._open:
                    raise
                return text

        return scope.redact(title(step, shown))
