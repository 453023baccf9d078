"""What a conversation knows of the question that is being answered."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tapwright.agent.chat_values import Called, ChatSettings, Ended, Event, OnEvent
from tapwright.types import ToolCall


@dataclass(slots=True)
class ChatState:
    """A question from its beginning to its end."""

    task: str  # its words, for the policy
    on_text: Callable[[str], None] | None
    on_event: OnEvent
    rounds: int = 0
    tokens: int = 0
    failed: int = 0  # rounds in a row of which nothing could be carried out
    same: Counter[str] = field(default_factory=Counter)
    called: list[Called] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: Ended | None = None
    text: str = ""
    said: str = ""

    def end(self, ended: Ended, said: str) -> None:
        """End the question; the first reason stands."""
        if self.ended is None:
            self.ended, self.said = ended, said

    def over(self, settings: ChatSettings, *, cancelled: bool) -> bool:
        """Whether the question is over, or a budget for it is spent."""
        spent = time.monotonic() - self.began
        if cancelled:
            self.end(Ended.CANCELLED, "cancelled; nothing more was done")
        if self.rounds >= settings.max_rounds:
            self.end(Ended.ROUND_LIMIT, f"{self.rounds} rounds are spent; allow more (max_rounds)")
        if settings.max_seconds is not None and spent >= settings.max_seconds:
            self.end(Ended.TIME_LIMIT, f"{spent:.0f} s are spent; allow more (max_seconds)")
        if settings.max_tokens is not None and self.tokens >= settings.max_tokens:
            self.end(Ended.TOKEN_LIMIT, f"{self.tokens} tokens are spent; allow more (max_tokens)")
        return self.ended is not None

    def same_as_before(self, call: ToolCall) -> int:
        """How often this very call was made for this question, this time included."""
        key = f"{call.name} {json.dumps(call.arguments, sort_keys=True, default=repr)}"
        self.same[key] += 1
        return self.same[key]

    def fail(self, limit: int, said: str) -> None:
        """Count a round of which nothing could be carried out; `limit` of them in a row are all."""
        self.failed += 1
        if self.failed >= limit:
            several = f"{self.failed} replies in a row could not be carried out"
            self.end(Ended.CONFUSED, f"{several}; the last: {said}")

    def judge(self, called: Sequence[Called], limit: int) -> None:
        """See what the calls of a round mean for the question; `limit` as for `fail`."""
        self.called += called
        denied = next((each for each in called if each.denied), None)
        if denied is not None:
            why = denied.result.effect.said
            self.end(Ended.DENIED, f"'{denied.call.name}' was denied by {why}")
        for finish in filter(None, (each.result.finish for each in called)):
            if finish.success:
                self.text = finish.message
                self.end(Ended.ANSWERED, "")
            else:
                self.end(Ended.GAVE_UP, finish.message or "the model gave up and gave no reason")
        if any(each.decision is not None for each in called):
            self.failed = 0
        else:
            self.fail(limit, called[-1].result.effect.said)


def ignore(event: Event) -> None:
    """Nobody listens."""
