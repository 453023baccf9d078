"""Keeping what a plugin prints off stdout, which belongs to the program: JSON lines, a protocol, a
person's answer. It goes to stderr, line by line and without secrets.

What a plugin writes below Python's own streams, such as a program that it starts, is not seen.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, TextIO, cast

from tapwright.tools.log_guard import guarded_by

LONGEST_LINE = 100_000  # characters that are waited for a line's end

# What the running call printed of a line whose end is still to come.
_begun: ContextVar[list[str] | None] = ContextVar("_begun", default=None)
_lock = threading.Lock()


def guard_prints() -> None:
    """See to it that what is printed within `guarded_by` is not on stdout, whatever it is now."""
    with _lock:
        if not isinstance(sys.stdout, _Stdout):
            sys.stdout = cast("TextIO", _Stdout(sys.stdout))


def begin_printing() -> None:
    """A call begins, in the context of this thread."""
    _begun.set([])


def end_printing() -> None:
    """A call is over: print what it left of a line."""
    begun = _begun.get()
    if begun:
        begun.append("\n")
        _print_lines(begun)


class _Stdout:
    """Stands before the real stdout and is like it for all who print while no plugin is theirs."""

    def __init__(self, real: TextIO) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def write(self, text: str) -> int:
        """Print, or tell what a plugin prints to stderr."""
        begun = _begun.get()
        if begun is None or guarded_by.get() is None:
            return self._real.write(text)
        begun.append(text)
        if "\n" in text or sum(map(len, begun)) > LONGEST_LINE:
            _print_lines(begun)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)


def _print_lines(begun: list[str]) -> None:
    """Print the whole lines of what was begun, and keep the rest."""
    text = "".join(begun)
    whole = len(text) if len(text) > LONGEST_LINE else text.rfind("\n") + 1
    begun[:] = [text[whole:]] if whole < len(text) else []
    redactor_of = guarded_by.get()
    with suppress(OSError, ValueError):  # a stderr that is closed must not cost the call's result
        sys.stderr.write(redactor_of().text(text[:whole]) if redactor_of else text[:whole])
