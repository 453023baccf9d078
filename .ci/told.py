"""Runs a command that is silent for minutes, such as pip, and says every few seconds what it does.

    python .ci/told.py --every 5 python -m pip install torch

What the command says last on its standard output is told, with the seconds; its errors go through
as they are, and its exit code is ours.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable

LONGEST = 72  # characters of what it said last
_ALL = "Installing collected packages: "  # pip then names every one, and says nothing for long
# An old package that makes room is soon said, and stands there while the others are installed.
_ASIDE = ("Attempting uninstall", "Found existing", "Uninstalling", "Successfully uninstalled")
_INTERRUPTED = 130


class Last:
    """What was said last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.said = ""
        self._lines = lines

    def follow(self) -> None:
        """Read to the end; what is blank says nothing."""
        for line in self._lines:
            said = line.strip()
            self.said = self.said if said.startswith(_ASIDE) else said or self.said


def in_short(line: str) -> str:
    """A line of pip's, short enough for a terminal."""
    if line.startswith(_ALL):
        return f"installing {line.count(',') + 1} packages"
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def run(command: list[str], every: float) -> int:
    """The command's exit code, when it has ended; `every` is in seconds."""
    begun = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as started:  # fmt: skip
        last = Last(started.stdout or ())
        reader = threading.Thread(target=last.follow, daemon=True)
        reader.start()
        try:
            while True:
                reader.join(every)
                if not reader.is_alive():
                    return started.wait()
                seconds = time.monotonic() - begun
                sys.stdout.write(f"{seconds:5.0f} s  {in_short(last.said) or 'beginning'}\n")
                sys.stdout.flush()
        except KeyboardInterrupt:  # the command has got it too
            started.wait()
            return _INTERRUPTED


def main() -> int:
    """Read the command line, and do it."""
    parser = argparse.ArgumentParser(description="Says what a silent command does.")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two lines")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    if not chosen.command:
        parser.error("no command was given")
    return run(chosen.command, chosen.every)


if __name__ == "__main__":
    sys.exit(main())
