"""Telling a person that something is going on, on stderr, so that stdout stays for results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def working(text: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show `text` while the block runs; the block may replace it by calling what it is given.

    A terminal gets one line with a spinner and the seconds, which is gone afterwards. A pipe or
    a file gets one line for each text.
    """
    if quiet:
        yield _say_nothing
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(text, err=True)
        yield lambda words: click.echo(words, err=True)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(text, total=None)
        yield lambda words: progress.update(task, description=words)


def seconds_since(start: float) -> str:
    """How long ago `start` of `time.monotonic` was, for a person: "3.4 s"."""
    return f"{time.monotonic() - start:.1f} s"


def _say_nothing(text: str) -> None:
    """Progress that nobody wants to see."""
