"""Asking a server again after a setback, within a budget of tries and time.

The waits double and are the same on every run; a server that says how long to wait is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tapwright.errors import ServerError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds.

    seconds: over all tries together, pauses included. tries: how often it is asked at most.
    first_pause: before the second try; each later pause is twice as long. connect: until a
    connection stands. silence: the longest time in which nothing comes.
    """

    seconds: float = 180.0
    tries: int = 4
    first_pause: float = 0.5
    connect: float = 5.0
    silence: float = 120.0


class Setback(Exception):
    """A try that failed and may be repeated; `persist` raises its `error` when it may not.

    `pause` is how many seconds the server asks to wait.
    """

    def __init__(self, error: ServerError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


def persist(
    attempt: Callable[[], Result], patience: Patience, may_repeat: Callable[[], bool]
) -> Result:
    """The result of `attempt`, repeated after each `Setback` while the budget lasts.

    Raise the last setback's error when it is spent, or when `may_repeat` says no: words that a
    person has read already must not be said twice.
    """
    start = time.monotonic()
    tries = 0
    while True:
        try:
            return attempt()
        except Setback as setback:
            tries += 1
            pause = setback.pause
            if pause is None:
                pause = patience.first_pause * 2 ** (tries - 1)
            left = patience.seconds - (time.monotonic() - start)
            if tries >= patience.tries or pause >= left or not may_repeat():
                raise _last_word(setback, tries) from setback.__cause__
            time.sleep(pause)  # the server's own wish, or its time to recover; no event tells it


def _last_word(setback: Setback, tries: int) -> ServerError:
    error = setback.error
    return type(error)(f"{error} (asked {tries} times)") if tries > 1 else error
