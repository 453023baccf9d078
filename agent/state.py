"""What a run knows of itself between two steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tapwright.agent.hands import Ending
from tapwright.agent.history import History
from tapwright.agent.quiet import Settled
from tapwright.agent.settings import RunSettings
from tapwright.agent.stuck import StuckDetector
from tapwright.errors import DeviceError, ScreenUnavailable
from tapwright.protocols import Check, Device
from tapwright.types import CheckResult, Finish, Outcome, Reply, ScreenState

DARK: Mapping[ScreenState, str] = {
    ScreenState.BLANK: "the screen shows one colour and nothing to decide from; look at the device",
    ScreenState.SECURE: "the app in front forbids screenshots; a person must do this part",
    ScreenState.LOCKED: "the screen is locked; unlock it and run again",
    ScreenState.ASLEEP: "the screen is off; switch it on and run again",
}


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

    def lose(self, error: DeviceError) -> None:
        """End the run for want of a picture: the screen shows none, or the device is gone."""
        dark = isinstance(error, ScreenUnavailable)
        self.end(Outcome.NEEDS_HUMAN if dark else Outcome.DEVICE_LOST, str(error))

    def interrupt(self, error: KeyboardInterrupt, device: Device) -> None:
        """End the run because the person wants it: by Ctrl-C, or by the device's own stop."""
        why = str(error) or getattr(getattr(device, "stop", None), "why", "") or "cancelled"
        self.end(Outcome.CANCELLED, f"{why}; nothing more was done")

    def hearer(self, device: Device) -> Callable[[str], None] | None:
        """What is given the model's text; it ends the reply where the person stopped the device."""
        check, on_text = getattr(getattr(device, "stop", None), "check", None), self.on_text
        if check is None:
            return on_text

        def hear(piece: str) -> None:
            check()
            if on_text is not None:
                on_text(piece)

        return hear

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
