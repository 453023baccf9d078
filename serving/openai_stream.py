"""An answer in server-sent events, and noticing that nobody reads it any more."""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Tell = Callable[[dict[str, Any]], Awaitable[None]]


class EventStream(Response):
    """Server-sent events, told by `write`; who goes away is noticed at once, not at the next
    event, and `gone` is set then. `place` is given back at the end, whatever happens."""

    media_type = "text/event-stream"

    def __init__(
        self, write: Callable[[Tell], Awaitable[None]], gone: threading.Event, place: ExitStack
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._write = write
        self._gone = gone
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""

        async def tell(piece: dict[str, Any]) -> None:
            await _send(send, f"data: {json.dumps(piece, ensure_ascii=False)}\n\n")

        with self._place:
            head = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **head})
            async with anyio.create_task_group() as group:
                group.start_soon(watch, receive, self._gone)
                await self._write(tell)
                await _send(send, "data: [DONE]\n\n", more=False)
                group.cancel_scope.cancel()


async def watch(receive: Receive, gone: threading.Event) -> None:
    """Set `gone` when the client goes away."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            gone.set()
            return


async def _send(send: Send, text: str, *, more: bool = True) -> None:
    body = text.encode("utf-8", "backslashreplace")
    await send({"type": "http.response.body", "body": body, "more_body": more})
