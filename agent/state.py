"""What a run knows of itself between two steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tapwright.agent.hands import Ending
from tapwright.agent.history import History
from tapwright.agent.quiet import Settled
from tapwright.agent.settings import RunSettings
from tapwright.agent.stuck import StuckDetector
from tapwright.errors import DeviceError
from tapwright.protocols import Check, Device
from tapwright.types import CheckResult, Finish, Outcome, Reply


@dataclass(slots=True)
class RunState:
    """The state of one run; `number` is that of its newest step, from 1."""

    task: str
    history: History
    stuck: StuckDetector
    checks: Sequence[Check] = ()
    on_text: Callable[[str], None] | None = None
    settled: Settled | None = None  # None until the first look
    number: int = 0
    unread: int = 0  # replies in a row that could not be carried out
    tokens: int = 0
    woken: bool = False
    resumed: bool = False  # the history holds steps of an earlier part
    began: float = field(default_factory=time.monotonic)
    ending: Ending | None = None
    answer: str = ""  # what the model said at its end
    said: tuple[CheckResult, ...] = ()  # by the checks

    def end(self, outcome: Outcome, message: str) -> None:
        """End the run after this step; the first reason stands."""
        self.ending = self.ending or Ending(outcome, message)

    def count(self, reply: Reply) -> None:
        """Count what a reply cost."""
        self.tokens += reply.prompt_tokens + reply.new_tokens

    def spend(self, settings: RunSettings) -> None:
        """End the run where a budget is spent."""
        spent = time.monotonic() - self.began
        if self.number >= settings.max_steps:
            self.end(Outcome.STEP_LIMIT, f"{self.number} steps are spent; allow more (max_steps)")
        elif settings.max_seconds is not None and spent >= settings.max_seconds:
            self.end(Outcome.STEP_LIMIT, f"{spent:.0f} s are spent; allow more (max_seconds)")
        elif settings.max_tokens is not None and self.tokens >= settings.max_tokens:
            self.end(Outcome.STEP_LIMIT, f"{self.tokens} tokens are spent; allow more (max_tokens)")

    def judge(self, finish: Finish, device: Device) -> None:
        """End the run as the model says, if the checks agree."""
        self.answer = finish.message
        if not finish.success:
            self.end(Outcome.GAVE_UP, finish.message or "the model gave up and gave no reason")
            return
        try:
            self.said = tuple(check(device) for check in self.checks)
        except DeviceError as error:
            self.end(
                Outcome.DEVICE_LOST, f"the model says done, but no check was answered: {error}"
            )
            return
        failed = [check.said for check in self.said if not check.passed]
        if failed:
            said = "; ".join(failed)
            self.end(Outcome.GAVE_UP, f"the model says done, but the check says: {said}")
        elif self.said:
            self.end(Outcome.VERIFIED, "; ".join(check.said for check in self.said))
        else:
            self.end(Outcome.CLAIMED, "the model says that it is done; nothing checked it")
