"""Conversations about cards that training never saw, through the real assistant, and their marks.

A card of every kind is asked all that can be asked of it. The blind control is the same
conversation with the picture taken away: whoever is right then has guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tapwright.agent.assistant import Assistant
from tapwright.agent.chat_values import ChatSettings
from tapwright.agent.policy import Policy
from tapwright.prompts import dialect
from tapwright.protocols import Model
from tapwright.tools.registry import Toolbox
from tapwright.training.blind import BlindModel
from tapwright.training.cards.card import KINDS, Card
from tapwright.training.cards.grade import grade
from tapwright.training.cards.lessons import Lesson, lessons
from tapwright.training.cards.make import make_card
from tapwright.training.evaluate import wilson

CONDITIONS = ("seeing", "black")
FIRST_SEED = 900_000  # cards from here on are for the evaluation
SETTINGS = ChatSettings(max_rounds=5, max_new_tokens=64, language="en")


@dataclass(frozen=True, slots=True)
class Trial:
    """One conversation: what was asked, what was called and answered, and the marks."""

    kind: str
    layout: str
    seed: int
    topic: str
    condition: str
    question: str
    wanted: list[str]
    made: list[str]
    answer: str
    ended: str
    calls_right: bool
    answer_right: bool

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What makes it another trial than the next."""
        return self.kind, self.seed, self.topic, self.condition


def trials(
    model: Model,
    toolbox: Toolbox,
    count: int,
    record: Path,
    conditions: Sequence[str] = CONDITIONS,
) -> Iterator[Trial]:
    """Ask about `count` unseen cards, kinds in turn; what `record` holds is not asked again."""
    record.parent.mkdir(parents=True, exist_ok=True)
    before = {trial.key: trial for trial in _recorded(record)}
    with record.open("a", encoding="utf-8") as written:
        for at in range(count):
            card = make_card(KINDS[at % len(KINDS)], FIRST_SEED + at, unseen=True)
            for lesson in lessons(card):
                for condition in conditions:
                    known = before.get((card.kind, card.seed, lesson.topic, condition))
                    trial = known or run_trial(model, toolbox, card, lesson, condition)
                    if known is None:
                        written.write(json.dumps(asdict(trial), ensure_ascii=False) + "\n")
                        written.flush()
                    yield trial


def _recorded(record: Path) -> list[Trial]:
    if not record.exists():
        return []
    lines = record.read_text(encoding="utf-8").splitlines()
    return [Trial(**json.loads(line)) for line in lines]


def run_trial(
    model: Model, toolbox: Toolbox, card: Card, lesson: Lesson, condition: str = "seeing"
) -> Trial:
    """Ask one question about one card and mark what comes of it."""
    eyes = model if condition == "seeing" else BlindModel(model, condition, card.seed)
    assistant = Assistant(eyes, toolbox, dialect(model.family.dialect), SETTINGS, Policy())
    question = lesson.asks[card.seed % len(lesson.asks)]
    came = assistant.ask(card.picture, question)
    made = [called.call for called in came.calls]
    marks = grade(lesson, made, came.text)
    return Trial(
        kind=card.kind,
        layout=card.layout,
        seed=card.seed,
        topic=lesson.topic,
        condition=condition,
        question=question,
        wanted=[_written(call.name, call.arguments) for call in lesson.calls],
        made=[_written(call.name, call.arguments) for call in made],
        answer=came.text,
        ended=came.ended.value,
        calls_right=marks.calls,
        answer_right=marks.answer,
    )


def _written(name: str, arguments: Any) -> str:
    return f"{name} {json.dumps(dict(arguments), ensure_ascii=False)}"


def summary(found: Sequence[Trial]) -> list[dict[str, Any]]:
    """The marks by kind and topic, after two rows for all: questions that need a call, and those
    that the card itself answers. A row: name, count, calls and answers as `[right, low, high]`
    shares with their 95 % intervals, and `blind`, the answers right without the picture."""
    groups: dict[str, list[Trial]] = {"all with calls": [], "all without calls": []}
    for trial in found:
        needs = "all with calls" if trial.wanted else "all without calls"
        groups[needs].append(trial)
        groups.setdefault(f"{trial.kind}: {trial.topic}", []).append(trial)
    return [_row(name, group) for name, group in groups.items() if group]


def _row(name: str, group: Sequence[Trial]) -> dict[str, Any]:
    seen = [trial for trial in group if trial.condition == "seeing"]
    black = [trial for trial in group if trial.condition == "black"]
    return {
        "name": name,
        "n": len(seen),
        "calls": _share(sum(trial.calls_right for trial in seen), len(seen)),
        "answers": _share(sum(trial.answer_right for trial in seen), len(seen)),
        "blind": round(sum(t.answer_right for t in black) / len(black), 3) if black else None,
        "blind_calls": round(sum(t.calls_right for t in black) / len(black), 3) if black else None,
    }


def _share(hits: int, count: int) -> list[float]:
    low, high = wilson(hits, count)
    return [round(hits / count, 3) if count else 0.0, round(low, 3), round(high, 3)]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The summary as a Markdown table."""
    lines = ["| question | n | right calls | right answers | blind |", "|---|---|---|---|---|"]
    for row in rows:
        calls, answers = (
            f"{share:.0%} ({low:.0%} to {high:.0%})"
            for share, low, high in (row["calls"], row["answers"])
        )
        blind = "not run" if row["blind"] is None else f"{row['blind']:.0%}"
        lines.append(f"| {row['name']} | {row['n']} | {calls} | {answers} | {blind} |")
    return "\n".join(lines)
