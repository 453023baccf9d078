"""What a conversation is allowed to spend, what happens in it, and how an answer ended."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tapwright.errors import UsageError
from tapwright.types import Decision, Language, Reply, Request, ToolCall, ToolResult, Verdict


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """Budgets for one question, and habits of the conversation; None for a budget: no bound."""

    max_rounds: int = 8  # replies of the model, the answer included
    max_seconds: float | None = None  # asked between rounds, so the last one may end later
    max_tokens: int | None = None  # prompt and reply tokens of all rounds together
    max_new_tokens: int = 512  # of one reply
    language: Language | None = None  # of the prompts; None: as the person writes
    system: str = ""  # the instructions; empty for those that suit the model's family
    repair_limit: int = 3  # rounds in a row of which nothing could be carried out
    same_call_limit: int = 3  # times that the same call is made before the hint; then it ends

    def __post_init__(self) -> None:
        for name in ("max_rounds", "max_new_tokens", "repair_limit", "same_call_limit"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more")


class Ended(enum.Enum):
    """How a question ended; the value is what transcripts and `--json` say."""

    ANSWERED = "answered"
    CUT_OFF = "cut_off"  # an answer that is longer than `max_new_tokens`
    GAVE_UP = "gave_up"
    ROUND_LIMIT = "round_limit"
    TIME_LIMIT = "time_limit"
    TOKEN_LIMIT = "token_limit"
    STUCK = "stuck"
    CONFUSED = "confused"
    DENIED = "denied"
    DEVICE_LOST = "device_lost"
    MODEL_FAILED = "model_failed"
    CANCELLED = "cancelled"

    @property
    def exit_code(self) -> int:
        """The command's exit code, as for the outcomes of a run."""
        return _EXIT_CODES.get(self, 4)


_EXIT_CODES = {
    Ended.ANSWERED: 0,
    Ended.GAVE_UP: 3,
    Ended.DENIED: 5,
    Ended.DEVICE_LOST: 6,
    Ended.MODEL_FAILED: 6,
    Ended.CANCELLED: 130,
}


@dataclass(frozen=True, slots=True)
class Called:
    """One call and what came of it; `decision` is None where it did not fit its tool."""

    call: ToolCall
    decision: Decision | None
    result: ToolResult

    @property
    def denied(self) -> bool:
        """Whether the policy, or the person, said no to it."""
        return self.decision is not None and self.decision.verdict is not Verdict.ALLOW


@dataclass(frozen=True, slots=True)
class Exchange:
    """One round: what the model was asked, what it replied, and what came of its calls.

    `reply` is None where the model failed; `error` says what could not be read or done.
    """

    number: int
    request: Request
    reply: Reply | None = None
    thought: str = ""
    called: tuple[Called, ...] = ()
    answer: str = ""  # where the reply was one
    error: str = ""
    seconds: float = 0.0  # of the model and the tools together

    @property
    def tokens(self) -> int:
        """Tokens of the prompt and the reply."""
        return self.reply.prompt_tokens + self.reply.new_tokens if self.reply else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    `text` is the model's answer: whole (`ANSWERED`), or as far as it came (`CUT_OFF`), and empty
    for every other end. `said` is why it ended so.
    """

    text: str
    ended: Ended
    said: str = ""
    rounds: int = 0
    calls: tuple[Called, ...] = ()
    tokens: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return self.text if self.ended is Ended.ANSWERED else f"({self.ended.value}: {self.said})"


# --- what is told while it goes on ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Old parts of the conversation that no longer fit: how many in all until now."""

    pictures: int = 0
    exchanges: int = 0  # earlier questions with their answers
    rounds: int = 0  # earlier calls of the question that is being answered
    shortened: int = 0  # results of which only the beginning is shown


@dataclass(frozen=True, slots=True)
class Calling:
    """A call that was decided on and is about to be carried out, or is refused."""

    call: ToolCall
    decision: Decision


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that the person should know, such as that only a film's first frame is seen."""

    text: str


Event: TypeAlias = LeftOut | Calling | Called | Noted | Exchange
OnEvent: TypeAlias = Callable[[Event], None]
