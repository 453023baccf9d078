"""What a person or a program sees of a conversation: calls and results as they come, answers."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import click

from tapwright.agent.chat_values import Answer, Called, Calling, Ended, Event, Exchange, LeftOut
from tapwright.cli.views import call_words, parts_text
from tapwright.types import Delivery, Verdict

if TYPE_CHECKING:
    from rich.live import Live

PATIENCE = 2.0  # seconds without a sign before a person is told that it goes on
LINES_SHOWN = 12  # of one result
LINE_SHOWN = 400  # characters of one of them
TAIL = 8  # lines of what the model is writing, on a terminal
# Where a call begins in what a model writes; a person sees it as a call, not as markers.
_MARKER = re.compile(r"[✿]|\*FUNCTION|<tool_call|<think>|```json|^\s*\{")


class ChatView(Protocol):
    """Shows a conversation."""

    def began(self, facts: dict[str, Any]) -> None:
        """It has begun; `facts` are model, tools, practice, device and out."""

    def noted(self, text: str) -> None:
        """Something that the person should know."""

    def text(self, piece: str) -> None:
        """A piece of what the model is writing, calls included."""

    def event(self, event: Event) -> None:
        """Something happened while a question is answered."""

    def thinking(self) -> AbstractContextManager[None]:
        """A question is being answered while the block runs."""

    def answered(self, answer: Answer) -> None:
        """A question is over."""

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to someone else for a while."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class JsonChatView:
    """One JSON object per line on stdout: `start`, then `call`, `result`, `unread`, `left_out`,
    `note` and, for each question, `answer`."""

    def began(self, facts: dict[str, Any]) -> None:
        """Print the `start` object."""
        _print("start", **facts)

    def noted(self, text: str) -> None:
        """Print a `note` object."""
        _print("note", text=text)

    def text(self, piece: str) -> None:
        """Nothing: the answer carries the whole text."""

    def event(self, event: Event) -> None:
        """Print what happened."""
        if isinstance(event, Calling):
            decision = event.decision
            _print(
                "call", name=event.call.name, arguments=dict(event.call.arguments),
                verdict=decision.verdict.value, rule=decision.rule, reason=decision.reason,
            )  # fmt: skip
        elif isinstance(event, Called):
            effect = event.result.effect
            _print(
                "result", name=event.call.name, delivery=effect.delivery.value, said=effect.said,
                text=parts_text(event.result.parts),
            )  # fmt: skip
        elif isinstance(event, LeftOut):
            _print(
                "left_out", pictures=event.pictures, exchanges=event.exchanges,
                rounds=event.rounds, shortened=event.shortened,
            )  # fmt: skip
        elif isinstance(event, Exchange):
            if event.error and not event.called:
                _print("unread", text=event.reply.text if event.reply else "", told=event.error)
        else:
            self.noted(event.text)

    def thinking(self) -> AbstractContextManager[None]:
        """Nothing to show."""
        return nullcontext()

    def answered(self, answer: Answer) -> None:
        """Print the `answer` object."""
        _print(
            "answer", text=answer.text, ended=answer.ended.value, said=answer.said,
            exit_code=answer.ended.exit_code, rounds=answer.rounds, calls=len(answer.calls),
            tokens=answer.tokens, seconds=round(answer.seconds, 3),
        )  # fmt: skip

    def paused(self) -> AbstractContextManager[None]:
        """Nothing to stop."""
        return nullcontext()

    def close(self) -> None:
        """Nothing was taken."""


class LiveChatView:
    """Lines on stdout; on a terminal also the words as the model writes them."""

    def __init__(self) -> None:
        self._written = ""
        self._live: Live | None = None
        self._timer: threading.Timer | None = None

    def began(self, facts: dict[str, Any]) -> None:
        """Print with what the conversation is held."""
        click.echo(f"model   {facts['model']}")
        click.echo(f"tools   {', '.join(facts['tools']) or 'none'}")
        if facts["practice"]:
            click.echo("note    practice services: what the tools answer is invented")
        if facts["out"]:
            click.echo(f"out     {facts['out']}")

    def noted(self, text: str) -> None:
        """Print a note."""
        click.echo(f"note    {clean(text)}")

    def text(self, piece: str) -> None:
        """Show the words so far, on a terminal."""
        self._written += piece
        if self._live is not None:
            self._live.update(self._shown(), refresh=False)

    def event(self, event: Event) -> None:
        """Print calls and results, and what a person should know."""
        if isinstance(event, Calling):
            allowed = event.decision.verdict is Verdict.ALLOW
            click.echo(f"call    {call_words(event.call)}{'' if allowed else ' (denied)'}")
        elif isinstance(event, Called):
            click.echo("\n".join(result_lines(event)))
        elif isinstance(event, LeftOut):
            click.echo(f"note    {left_out_words(event)}")
        elif isinstance(event, Exchange):
            self._written = ""
            if event.error and not event.called:
                click.echo(f"unread  {clean(' '.join(event.error.split()))}")
        else:
            self.noted(event.text)

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """Show what the model writes; into a pipe, say on stderr where it takes long."""
        self._written = ""
        self._begin()
        try:
            yield
        finally:
            self.close()

    def answered(self, answer: Answer) -> None:
        """Print the answer, or how the question ended without one."""
        self.close()
        if answer.text:
            click.echo(f"\n{clean(answer.text)}\n")
        if answer.ended is not Ended.ANSWERED:
            ended = click.style(answer.ended.value, bold=True)
            click.echo(f"{ended}: {clean(' '.join(answer.said.split()))}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the moving lines away and bring them back."""
        self.close()
        try:
            yield
        finally:
            self._begin()

    def close(self) -> None:
        """Take the moving lines away."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        from rich.console import Console
        from rich.live import Live

        console = Console()
        if console.is_terminal:
            self._live = Live(self._shown(), console=console, transient=True, refresh_per_second=8)
            self._live.start()
            return
        self._timer = threading.Timer(PATIENCE, click.echo, ["thinking"], {"err": True})
        self._timer.daemon = True
        self._timer.start()

    def _shown(self) -> Any:
        from rich.console import Group
        from rich.spinner import Spinner
        from rich.text import Text

        lines = clean(_MARKER.split(self._written, maxsplit=1)[0].lstrip(": \n")).splitlines()
        return Group(Text("\n".join(lines[-TAIL:])), Spinner("dots", text="thinking"))


def result_lines(called: Called) -> list[str]:
    """What a call gave, in lines for a person."""
    effect = called.result.effect
    if effect.delivery is not Delivery.DELIVERED:
        return [f"result  {effect.delivery.value}: {clean(' '.join(effect.said.split()))}"]
    first, *rest = clean(parts_text(called.result.parts)).splitlines() or ["done"]
    if len(rest) >= LINES_SHOWN:
        rest = [*rest[: LINES_SHOWN - 2], f"… ({len(rest) + 1} lines in all)"]
    return [f"result  {_short(first)}", *(f"        {_short(line)}" for line in rest)]


def _short(line: str) -> str:
    return line if len(line) <= LINE_SHOWN else f"{line[:LINE_SHOWN]}… ({len(line)} characters)"


def left_out_words(left: LeftOut) -> str:
    """What no longer fits, for a person."""
    kinds = {
        "pictures": left.pictures,
        "questions with their answers": left.exchanges,
        "earlier calls": left.rounds,
        "long results, shortened": left.shortened,
    }
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    return f"the model's context is full; left out, oldest first: {told}"


def clean(text: str) -> str:
    """`text` without what could command a terminal; all writing stays, marks of direction too."""
    return "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs") else "?"
        for letter in text
    )


def _print(event: str, **facts: Any) -> None:
    click.echo(json.dumps({"event": event, **facts}, ensure_ascii=False, default=str))
