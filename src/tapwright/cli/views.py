"""What a person or a program sees of a run: each step as it ends, and how the run ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import click

from tapwright.cli.spinner import Spinner
from tapwright.types import ImagePart, TextPart, VideoPart

if TYPE_CHECKING:
    from tapwright.types import Outcome, Part, Step, ToolCall, ToolResult

LONGEST = 200  # characters of one line of the live view
ANSWER_LINES = 6  # of what a tool answered; the journal has all


class View(Protocol):
    """Shows a run."""

    def began(self, facts: dict[str, Any]) -> None:
        """A run has begun; `facts` are task, device, simulated, model and run (its folder)."""

    def text(self, piece: str) -> None:
        """A piece of what the model is writing."""

    def stepped(self, step: Step) -> None:
        """A step is complete."""

    def ended(self, outcome: Outcome, said: str, facts: dict[str, Any]) -> None:
        """The run has ended; `said` is who said what about it."""

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to someone else for a while."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class JsonView:
    """One JSON object per line on stdout: `start`, `step` for each step, `end`."""

    def began(self, facts: dict[str, Any]) -> None:
        """Print the `start` object."""
        _print({"event": "start", **facts})

    def text(self, piece: str) -> None:
        """Nothing: a step carries the whole text."""

    def stepped(self, step: Step) -> None:
        """Print a `step` object."""
        _print({"event": "step", **step_facts(step)})

    def ended(self, outcome: Outcome, said: str, facts: dict[str, Any]) -> None:
        """Print the `end` object."""
        _print({"event": "end", "outcome": outcome.value, "said": said, **facts})

    def paused(self) -> AbstractContextManager[None]:
        """Nothing to stop."""
        return nullcontext()

    def close(self) -> None:
        """Nothing was taken."""


class LiveView:
    """Four lines for each step on stdout; on a terminal, what the model is writing meanwhile."""

    def __init__(self) -> None:
        self._spinner = Spinner("looking")
        self._written = ""

    def began(self, facts: dict[str, Any]) -> None:
        """Print what is about to be done."""
        click.echo(f"task    {facts['task']}")
        kind = f"{facts.get('kind', 'phone'):<7}"
        click.echo(f"{kind} {facts['device']}{', simulated' if facts.get('simulated') else ''}")
        click.echo(f"model   {facts['model']}")
        click.echo(f"run     {facts['run']}")
        self._spinner.start()

    def text(self, piece: str) -> None:
        """Show the end of what was written so far, on a terminal."""
        self._written = (self._written + piece)[-LONGEST:]
        self._spinner.say(f"thinking: {one_line(self._written)[-60:]}")

    def stepped(self, step: Step) -> None:
        """Print what was seen, thought and done, and how long it took."""
        self._written = ""
        self._spinner.say("looking")
        click.echo("\n" + "\n".join(step_lines(step)))

    def ended(self, outcome: Outcome, said: str, facts: dict[str, Any]) -> None:
        """Print the last line: the outcome and who says so."""
        self.close()
        click.echo("\n" + click.style(outcome.value, bold=True) + f": {one_line(said, 1000)}")

    def paused(self) -> AbstractContextManager[None]:
        """Take the spinner away and bring it back."""
        return self._spinner.paused()

    def close(self) -> None:
        """Take the spinner away."""
        self._spinner.stop()


def step_lines(step: Step) -> list[str]:
    """A step in a few lines: saw, thought, did, took."""
    size = step.observation.size
    saw = f"{step.observation.foreground or 'the screen'}, {size.width}x{size.height}"
    if step.observation.state.value != "lit":
        saw += f", {step.observation.state.value}"
    lines = [f"{step.number:<3} saw      {saw}"]
    if step.thought:
        lines.append(f"    thought  {one_line(step.thought)}")
    results = [*step.results, *[None] * len(step.calls)]
    for call, result in zip(step.calls, results, strict=False):
        lines.append(f"    did      {call_words(call)}{_result_words(result)}")
        lines += _answer_lines(result)
    if step.screen_changed is not None:
        lines.append(f"    screen   {'changed' if step.screen_changed else 'did not change'}")
    if step.error:
        lines.append(f"    error    {one_line(step.error)}")
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in step.seconds.items())
    lines.append(
        f"    took     {sum(step.seconds.values()):.1f} s" + (f" ({parts})" if parts else "")
    )
    return lines


def step_facts(step: Step) -> dict[str, Any]:
    """A step as JSON can hold it; pictures stay in the run folder."""
    size = step.observation.size
    return {
        "number": step.number,
        "saw": {
            "foreground": step.observation.foreground,
            "size": [size.width, size.height],
            "state": step.observation.state.value,
        },
        "reply": step.reply.text if step.reply else None,
        "thought": step.thought,
        "calls": [{"name": c.name, "arguments": dict(c.arguments)} for c in step.calls],
        "decisions": [
            {"verdict": d.verdict.value, "rule": d.rule, "reason": d.reason} for d in step.decisions
        ],
        "results": [
            {
                "delivery": r.effect.delivery.value,
                "said": r.effect.said,
                "point": r.point,
                "text": parts_text(r.parts),
            }
            for r in step.results
        ],
        "screen_changed": step.screen_changed,
        "error": step.error,
        "seconds": {name: round(seconds, 3) for name, seconds in step.seconds.items()},
    }


def parts_text(parts: Sequence[Part]) -> str:
    """The words of what a tool answered; a picture is named as one."""
    said = []
    for part in parts:
        if isinstance(part, TextPart):
            said.append(part.text)
        elif isinstance(part, ImagePart):
            said.append(f"(a picture, {part.image.width}x{part.image.height})")
        elif isinstance(part, VideoPart):
            said.append(f"(a film of {len(part.frames)} frames)")
    return "\n".join(said)


def call_words(call: ToolCall) -> str:
    """A call for a person: `click(point=[540, 300])`."""
    arguments = ", ".join(
        f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.arguments.items()
    )
    return one_line(f"{call.name}({arguments})")


def _result_words(result: ToolResult | None) -> str:
    if result is None:
        return " (not done)"
    if result.finish is not None:
        return ""
    at = f" at {result.point[0]}, {result.point[1]}" if result.point else ""
    why = f": {one_line(result.effect.said)}" if result.effect.said else ""
    return f"{at}, {result.effect.delivery.value}{why}"


def _answer_lines(result: ToolResult | None) -> list[str]:
    """The beginning of what a tool answered."""
    lines = [] if result is None else parts_text(result.parts).splitlines()
    shown = [one_line(line) for line in lines[:ANSWER_LINES]]
    if len(lines) > ANSWER_LINES:
        shown[-1] = f"… ({len(lines)} lines in all)"
    heads = ["    result   ", *[" " * 13] * len(shown)]
    return [head + line for head, line in zip(heads, shown, strict=False)]


def one_line(text: str, longest: int = LONGEST) -> str:
    """`text` on one line; control characters of a foreign text must not reach a terminal."""
    line = " ".join(text.split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _print(facts: dict[str, Any]) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False))
