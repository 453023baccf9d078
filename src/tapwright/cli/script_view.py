"""What a person or a program sees of a script: each step as it ends, and how the script ended."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import click

from tapwright.agent.script.events import Chosen, Event, ScriptBegan, StepBegan, StepEnded, Told
from tapwright.agent.script.results import Ended, ScriptResult, Status, StepResult
from tapwright.cli.script_columns import LEAST
from tapwright.cli.spinner import Spinner
from tapwright.cli.views import one_line

TITLE, STATUS, RUNG = 46, 9, 9  # columns of the live view behind the key's
_COLOUR = {
    Status.PASSED: None,
    Status.HEALED: "yellow",
    Status.UNVERIFIED: "yellow",
    Status.WARNED: "yellow",
    Status.SKIPPED: "bright_black",
    Status.FAILED: "red",
    Status.UNCERTAIN: "red",
}
_END_COLOUR = {Ended.PASSED: "green", Ended.HEALED: "yellow", Ended.UNVERIFIED: "yellow"}


class ScriptView(Protocol):
    """Shows the run of a script."""

    def event(self, event: Event) -> None:
        """Something happened."""

    def loading(self, what: str) -> None:
        """Something is loaded, which takes seconds."""

    def ended(self, result: ScriptResult, code: int) -> None:
        """The script has ended; `code` is the command's exit code."""

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to someone else for a while."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class JsonScriptView:
    """One JSON object per line on stdout: `start`, `step`, `chosen`, `log`, `end`."""

    def event(self, event: Event) -> None:
        """Print an object; the beginning of a step is none, its end is."""
        match event:
            case ScriptBegan(name, file, folder, before):
                _print("start", name=name, file=str(file), run=str(folder), done_before=before)
            case StepEnded(result):
                _print("step", **step_facts(result))
            case Chosen(key, place, title, way, why):
                _print("chosen", key=key, line=place.line, title=title, way=way, why=why)
            case Told(text):
                _print("log", text=text)
            case StepBegan():
                pass

    def loading(self, what: str) -> None:
        """Nothing is told of that."""

    def ended(self, result: ScriptResult, code: int) -> None:
        """Print the `end` object."""
        _print(
            "end",
            ended=result.ended.value,
            said=result.said,
            exit_code=code,
            steps=len(result.steps),
            model_calls=result.model_calls,
            variables={name: _plain(value) for name, value in result.variables.items()},
            run=str(result.folder),
        )

    def paused(self) -> AbstractContextManager[None]:
        """Nothing to stop."""
        return nullcontext()

    def close(self) -> None:
        """Nothing was taken."""


class LiveScriptView:
    """One line for each step on stdout; on a terminal, the step that is under way."""

    def __init__(self, width: int = LEAST, *, dry: bool = False) -> None:
        """`width` is the keys' column's; in a `dry` run no step has a status or takes time."""
        self._spinner = Spinner("starting")
        self._width = width
        self._dry = dry

    def event(self, event: Event) -> None:
        """Print a line, or tell what is under way."""
        match event:
            case ScriptBegan(name, file, folder, before):
                click.echo(f"script  {one_line(name)} ({file})")
                click.echo(f"run     {folder}")
                if before:
                    click.echo(f"        {before} steps were done before and are not repeated")
                self._spinner.start()
            case StepBegan(key, _, title, number):
                again = f", try {number}" if number > 1 else ""
                self._spinner.say(f"{key} {one_line(title, 60)}{again}")
            case StepEnded(result) if self._dry:
                click.echo(f"{self._key(result.key)}{one_line(result.title, 1000)}")
            case StepEnded(result):
                click.echo("\n".join(step_lines(result, len(self._key(result.key)))))
            case Chosen(key, _, title, way, why):
                reason = f": {one_line(why, 100)}" if why else ""
                longest = 1000 if self._dry else 60
                click.echo(f"{self._key(key)}{one_line(title, longest)} -> {way}{reason}")
            case Told(text):
                click.echo(f"{'':<{self._width}}{one_line(text, 1000)}")

    def _key(self, key: str) -> str:
        """The column of a key, which grows with what is longer than was known."""
        self._width = max(self._width, len(key) + 1)
        return f"{key:<{self._width}}"

    def loading(self, what: str) -> None:
        """Say so on the line of what is under way."""
        self._spinner.say(f"loading {what}")

    def ended(self, result: ScriptResult, code: int) -> None:
        """Print the last line: how it ended, and why."""
        self.close()
        word = click.style(result.ended.value, bold=True, fg=_END_COLOUR.get(result.ended, "red"))
        calls = result.model_calls
        asked = f" (model asked {calls} times)" if calls else ""
        click.echo(f"\n{word}: {one_line(result.said, 1000)}{asked}")

    def paused(self) -> AbstractContextManager[None]:
        """Take the spinner away and bring it back."""
        return self._spinner.paused()

    def close(self) -> None:
        """Take the spinner away."""
        self._spinner.stop()


def step_lines(result: StepResult, width: int = LEAST) -> list[str]:
    """A step in a line, what was said of it below where it did not simply pass.

    `width` is the column's of its key.
    """
    rung = result.rung.value if result.rung else ""
    status = click.style(f"{result.status.value:<{STATUS}}", fg=_COLOUR[result.status])
    asked = f"  model x{result.model_calls}" if result.model_calls else ""
    line = (
        f"{result.key:<{width}}{one_line(result.title, TITLE - 2):<{TITLE}}{status}{rung:<{RUNG}}"
        f"{result.seconds:6.1f} s{asked}"
    )
    if result.status is Status.PASSED:
        said = "" if result.said in result.title else one_line(result.said, 60)
        return [f"{line}  {said}".rstrip()]
    lines = [line]
    if result.said:
        lines.append(f"{'':<{width}}{one_line(result.said, 400)}")
    if result.status in (Status.FAILED, Status.UNCERTAIN):
        lines.append(f"{'':<{width}}at {result.place}")
        if result.picture:
            lines.append(f"{'':<{width}}picture {result.picture}")
    return lines


def step_facts(result: StepResult) -> dict[str, Any]:
    """A step as JSON can hold it."""
    return {
        "key": result.key,
        "file": str(result.place.file),
        "line": result.place.line,
        "title": result.title,
        "status": result.status.value,
        "rung": result.rung.value if result.rung else None,
        "said": result.said,
        "seconds": round(result.seconds, 3),
        "model_calls": result.model_calls,
        "picture": str(result.picture) if result.picture else None,
    }


def _plain(value: Any) -> Any:
    """A variable's value as JSON can hold it."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return str(value)
    return value


def _print(event: str, **facts: Any) -> None:
    click.echo(json.dumps({"event": event, **facts}, ensure_ascii=False))
