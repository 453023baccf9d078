"""How steps and scripts end."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tapwright.agent.script.steps import Place
from tapwright.agent.seeing.values import Rung


class Status(enum.Enum):
    """How a step ended."""

    PASSED = "passed"
    HEALED = "healed"  # passed, but what was learned no longer looked the same
    UNVERIFIED = "unverified"  # a model says that its task is done, and nothing checked it
    WARNED = "warned"  # failed, and was optional
    SKIPPED = "skipped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # nobody knows whether it happened, and no check can tell


class Ended(enum.Enum):
    """How a script ended, with the exit code of `tapwright script run` in `EXIT`."""

    PASSED = "passed"
    HEALED = "healed"
    UNVERIFIED = "unverified"  # no step failed, and of a task only a model says that it is done
    FAILED = "failed"
    NEEDS_HUMAN = "needs_human"  # a step in flight that cannot be decided; denied; stopped by hand
    DEVICE_LOST = "device_lost"
    MODEL_FAILED = "model_failed"
    CANCELLED = "cancelled"


EXIT: Mapping[Ended, int] = {
    Ended.PASSED: 0,
    Ended.HEALED: 7,
    Ended.UNVERIFIED: 0,  # as a claim of `tapwright run`; 3 with --strict
    Ended.FAILED: 3,
    Ended.NEEDS_HUMAN: 5,
    Ended.DEVICE_LOST: 6,
    Ended.MODEL_FAILED: 6,
    Ended.CANCELLED: 130,
}


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step as it happened.

    `key` says which pass of it: "3[2].1" is the first step inside the third one's second round.
    `rung` is the one that found its target (None where it has none).
    """

    key: str
    place: Place
    title: str  # "tap Save"
    status: Status
    said: str = ""
    rung: Rung | None = None
    seconds: float = 0.0
    model_calls: int = 0
    picture: Path | None = None  # of the screen that it acted on, its target marked


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """How a script ended; `variables` as they stood, secrets left out."""

    ended: Ended
    said: str
    steps: tuple[StepResult, ...]
    folder: Path
    variables: Mapping[str, Any] = field(default_factory=dict)
    model_calls: int = 0

    @property
    def exit_code(self) -> int:
        """What `tapwright script run` exits with."""
        return EXIT[self.ended]
