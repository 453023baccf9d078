"""What a run is allowed to spend, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tapwright.agent.quiet import Patience
from tapwright.errors import UsageError
from tapwright.types import CheckResult, Language, Outcome


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Budgets and habits of a run; `None` for a budget means no bound."""

    max_steps: int = 25
    max_seconds: float | None = None  # asked between steps, so the last one may end later
    max_tokens: int | None = None  # prompt and reply tokens of all steps together
    max_new_tokens: int = 512  # of one reply
    language: Language = "en"
    system: str = ""  # the instructions; empty for those that suit the model's family
    images_kept: int = 3  # pictures in the history, where the family keeps pictures
    strict: bool = False  # a claim that nothing checked is not a success
    repair_limit: int = 3  # replies in a row that cannot be carried out
    stuck_repeats: int = 3  # same act on the same screen before the hint
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        for name in ("max_steps", "max_new_tokens", "images_kept", "repair_limit"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.stuck_repeats < 2:
            raise UsageError(f"stuck_repeats is {self.stuck_repeats}; it must be 2 or more")


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended; `steps` counts those of the whole run, earlier parts included."""

    outcome: Outcome
    message: str
    steps: int
    answer: str = ""  # what the model said at its end
    checks: tuple[CheckResult, ...] = ()
    folder: Path | None = None
    strict: bool = False

    @property
    def exit_code(self) -> int:
        """The command's exit code."""
        return self.outcome.exit_code(strict=self.strict)
