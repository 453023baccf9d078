"""A conversation on disk, in the layout of a run's journal.

    meta.json          with what it was begun
    transcript.jsonl   one record a line, appended only
    images/NNN.jpg     what was shown

Kinds of records: `question`, `exchange` (what the model was asked, its reply, its calls and what
came of them), `left_out`, `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tapwright.agent.chat_values import Answer, Called, Event, Exchange, LeftOut
from tapwright.agent.journal import CONVERSATION, Journal
from tapwright.agent.records import (
    write_call,
    write_decision,
    write_part,
    write_reply,
    write_request,
    write_result,
)
from tapwright.types import Part


class Transcript:
    """Writes one conversation down; close it, so that others may write into the folder."""

    def __init__(self, folder: str | Path, notes: Mapping[str, Any] | None = None) -> None:
        """Begin in a new folder; `notes` go into meta.json and hold no secrets.

        Raise `JournalError` where the folder cannot be written or is in use.
        """
        self._journal = Journal.open(folder, notes)
        self._journal.begin("conversation", kind=CONVERSATION)

    @property
    def folder(self) -> Path:
        """Where it is written."""
        return self._journal.folder

    def question(self, parts: Sequence[Part]) -> None:
        """Put down what was asked."""
        save = self._journal.picture
        self._journal.append("question", parts=[write_part(part, save) for part in parts])

    def event(self, event: Event) -> None:
        """Put down what happened, where it is kept: exchanges, and what was left out."""
        if isinstance(event, Exchange):
            self._exchange(event)
        elif isinstance(event, LeftOut):
            self._journal.append("left_out", **asdict(event))

    def _exchange(self, exchange: Exchange) -> None:
        self._journal.append(
            "exchange",
            number=exchange.number,
            request=write_request(exchange.request, self._journal.picture),
            reply=write_reply(exchange.reply) if exchange.reply else None,
            thought=exchange.thought,
            called=[self._called(each) for each in exchange.called],
            answer=exchange.answer,
            error=exchange.error,
            seconds=exchange.seconds,
        )

    def _called(self, called: Called) -> dict[str, Any]:
        return {
            "call": write_call(called.call),
            "decision": write_decision(called.decision) if called.decision else None,
            "result": write_result(called.result, self._journal.picture),
        }

    def answer(self, answer: Answer) -> None:
        """Put down how a question ended."""
        self._journal.append(
            "answer",
            sync=True,
            text=answer.text,
            ended=answer.ended.value,
            said=answer.said,
            rounds=answer.rounds,
            tokens=answer.tokens,
            seconds=answer.seconds,
        )

    def close(self) -> None:
        """Let others write into the folder."""
        self._journal.release()
