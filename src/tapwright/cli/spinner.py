"""The line at the bottom of a terminal that says what is under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Spinner:
    """Says what is under way, with the seconds; silent where stdout is no terminal."""

    def __init__(self, words: str) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress: Progress | None = None
        console = Console()
        if console.is_terminal:
            text = TextColumn("{task.description}", markup=False)
            columns = (SpinnerColumn(), text, TimeElapsedColumn())
            self._progress = Progress(*columns, console=console, transient=True)
            self._task = self._progress.add_task(words, total=None)

    def start(self) -> None:
        """Show the line."""
        if self._progress:
            self._progress.start()

    def say(self, words: str) -> None:
        """Put other words on the line."""
        if self._progress:
            self._progress.update(self._task, description=words)

    def stop(self) -> None:
        """Take the line away."""
        if self._progress:
            self._progress.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the line away and bring it back."""
        self.stop()
        try:
            yield
        finally:
            self.start()
