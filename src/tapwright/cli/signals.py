"""Ctrl-C and its relatives: SIGTERM, a closed terminal, a reader that goes away."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether somebody asked to stop; calling it tells.

    The interrupt that follows may come out of a library as an error of another kind, or not at
    all: what is being imported turns it into an `ImportError`.
    """

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        """Whether somebody did."""
        return self._asked

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Take a signal: remember it, and raise `KeyboardInterrupt`."""
        self._asked = True
        raise KeyboardInterrupt


@contextmanager
def terminate_as_interrupt() -> Iterator[Stop]:
    """Treat SIGTERM and a closed terminal like Ctrl-C, so that devices are left clean."""
    stop = Stop()
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored, say
        names.append("SIGINT")
    before = {name: signal.signal(getattr(signal, name), stop.interrupt) for name in names}
    try:
        yield stop
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
