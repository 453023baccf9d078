"""What a model is shown of the past: pictures of recent steps, or one line for each step.

The wording of the summary is part of the embedded model's training: change it only together
with the weights.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from tapwright.types import TextPart, ToolCall

SUMMARY_LINES = 4  # steps that the summary keeps
LINE_CHARS = 80  # of a thought, and of what a device said


def first_line(text: str) -> str:
    """Return the first line of `text` that has words, at most 80 characters of it."""
    lines = text.strip().splitlines()
    return lines[0].strip()[:LINE_CHARS] if lines else ""


def brief_call(call: ToolCall) -> str:
    """Write a call in a few words: its name, then its argument values as JSON."""
    values = (json.dumps(value, ensure_ascii=False) for value in call.arguments.values())
    return " ".join((call.name, *values))


def summary_line(thought: str, calls: Sequence[ToolCall], told: str) -> str:
    """Write one step as one line: what was meant (or done, without words) and what came of it.

    `told` is one of `Changed.`, `No change.`, `Refused: {why}`, `Unknown: {why}`,
    `Unreadable: {why}`.
    """
    meant = first_line(thought) or first_line("; ".join(brief_call(call) for call in calls))
    return " ".join(word for word in ("-", meant, told) if word)


def summary_parts(task: str, lines: Sequence[str]) -> tuple[TextPart, ...]:
    """Return the text of a summary turn; the lines are untrusted, for devices speak in them."""
    past = "".join(f"{line}\n" for line in lines[-SUMMARY_LINES:])
    told = (TextPart(past, trusted=False),) if past else ()
    return (TextPart(f"Task: {task}\n"), *told, TextPart("Next?"))


def summary_text(task: str, lines: Sequence[str]) -> str:
    """Return the words of a summary turn as one string: what the embedded model is trained on."""
    return "".join(part.text for part in summary_parts(task, lines))
