"""One step while it is done, and what came of it."""

from __future__ import annotations

import shlex
import time
from contextlib import suppress
from dataclasses import dataclass, field

from PIL import Image

from tapwright.agent.script.filling import needs_screen
from tapwright.agent.script.results import Status
from tapwright.agent.script.running import Frame, Run
from tapwright.agent.script.stages import StageLike, is_virtual
from tapwright.agent.script.steps import Condition, Step
from tapwright.agent.seeing.values import Found
from tapwright.errors import ScreenUnavailable


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step that did not fail; `image` is the screen that it was decided from."""

    said: str = ""
    status: Status = Status.PASSED
    found: Found | None = None
    image: Image.Image | None = None


@dataclass(slots=True)
class Deed:
    """One step while it is done."""

    run: Run
    key: str
    step: Step
    frame: Frame
    title: str
    intended: bool = False  # its intent is on the disk: it may have happened
    open_before: bool = False  # an earlier pass began it, and nobody has told what came of it
    held_before: bool | None = None  # what it expects, before it was begun; None: not looked at
    began: float = field(default_factory=time.monotonic)
    calls_before: int = 0

    @property
    def timeout(self) -> float:
        """Seconds that the step may wait for what it needs."""
        own = self.step.options.timeout
        return self.frame.script.timeout if own is None else own

    @property
    def once(self) -> bool:
        """Whether the step, or the subflow that it is in, must not happen twice."""
        return self.step.options.once or self.frame.once

    @property
    def model_calls(self) -> int:
        """How often a model was asked since the step was begun."""
        return self.run.model_calls - self.calls_before

    @property
    def stage(self) -> StageLike:
        """The stage that the step is done on; opened now where it was not."""
        return self.run.stages.stage(self.step.options.on, self.frame.script)

    def intend(self, _found: Found | None = None) -> None:
        """Put the step on the disk; its act may follow."""
        self.run.progress.intend(
            self.key, self.step, self.title, once=self.once, before=self.held_before
        )
        self.intended = True

    def holds(self, condition: Condition, timeout: float = 0.0) -> tuple[bool, str]:
        """Whether a condition holds by the timeout (seconds), and why it is thought so."""
        if not needs_screen(condition):
            held = self.frame.scope.truth(condition.that)
            return held, f"'{condition.that}' is {'true' if held else 'not true'}"
        self._must_not_tell(condition)
        return self.stage.holds(condition, self.frame.scope, timeout)

    def look_ahead(self) -> None:
        """See whether what the step expects holds before it: then it cannot tell afterwards.

        Behind a try that was carried out, what was seen before that one counts.
        """
        expect = self.step.options.expect
        if expect is not None:
            self._must_not_tell(expect)
        if self.intended:
            return
        if expect is not None and not expect.seen and needs_screen(expect):
            with suppress(ScreenUnavailable):  # it may be the step that lights the screen
                self.held_before = self.holds(expect)[0]

    def _must_not_tell(self, condition: Condition) -> None:
        if condition.seen:
            self.run.curtain.must_not_tell(self.frame.scope.text(condition.seen))

    def question(self, why: str) -> str:
        """What a person is asked where nobody knows whether the step happened."""
        command = f"tapwright script resume {shlex.quote(str(self.run.progress.folder))}"
        if any(is_virtual(place) for place in (*self.run.past.opened, *self.run.stages.places)):
            command += " --new-display"  # its own ends with this run
        where = self.frame.where(self.step.place)
        return (
            f"{where}: '{self.title}' was begun and nobody knows whether it happened: {why}; "
            f"look whether it did, then go on with '{command} --done' or '--not-done'"
        )
