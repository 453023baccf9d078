"""One generation at a time: a queue with a bound, and a worker that stops for who goes away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import anyio
import anyio.to_thread

from tapwright.errors import ModelError
from tapwright.protocols import Model
from tapwright.serving.openai_errors import ApiError
from tapwright.types import Reply, Request

RETRY_AFTER = 5  # seconds


class GoneError(Exception):
    """Nobody waits for the reply any more."""


class Turns:
    """One request at a time has the model, by `lock`; at most `most_waiting` wait for it."""

    def __init__(self, model: Model, most_waiting: int) -> None:
        self.model = model
        self.lock = anyio.Lock()
        self.ending = threading.Event()  # set when the server is to end
        self._most = most_waiting
        self._inside = 0

    def place(self) -> ExitStack:
        """A place in the queue, given back when it is closed.

        Raise `ApiError` (429) where too many wait already.
        """
        if self._inside > self._most:
            raise ApiError(
                429,
                f"{self._most} requests wait already; try again later",
                code="queue_full",
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        self._inside += 1
        place = ExitStack()
        place.callback(self._leave)
        return place

    def _leave(self) -> None:
        self._inside -= 1

    async def generate(
        self, request: Request, gone: threading.Event, on_text: Callable[[str], None]
    ) -> Reply:
        """Write a reply in a thread, until `gone` is set; then raise `GoneError`.

        It returns only when the thread has ended, so that the next one finds the model free.
        Raise `ModelError` where the model fails.
        """

        def told(text: str) -> None:
            if gone.is_set() or self.ending.is_set():
                raise GoneError
            on_text(text)

        def work() -> Reply:
            if gone.is_set() or self.ending.is_set():
                raise GoneError
            try:
                return self.model.generate(request, told)
            except (ModelError, GoneError):
                raise
            except Exception as error:  # a model is a plugin too; its fault must not look like ours
                raise ModelError(f"the model failed: {type(error).__name__}: {error}") from error

        return await anyio.to_thread.run_sync(work)
