"""Ctrl-C and its relatives: SIGTERM, a closed terminal, a reader that goes away."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM and a closed terminal like Ctrl-C, so that devices are left clean."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), _interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


@contextmanager
def lost_reader_as_interrupt() -> Iterator[None]:
    """Treat a reader of our output that went away (`| head`) like Ctrl-C."""
    try:
        yield
    except BrokenPipeError:
        drop_stdout()
        raise KeyboardInterrupt from None


def drop_stdout() -> None:
    """Send what is still to be printed nowhere, for nobody reads it any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
