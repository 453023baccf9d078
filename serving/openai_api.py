"""A model behind an OpenAI-compatible API: `/v1/models` and `/v1/chat/completions`.

Tools are written into the prompt in the dialect of the model's family, and its replies are read
back into calls. Pictures come as data URIs; nothing is fetched and no file is read.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tapwright.errors import ModelError
from tapwright.prompts import dialect, system_prompt
from tapwright.protocols import Dialect, Model
from tapwright.serving.listening import LOOPBACK
from tapwright.serving.openai_errors import ApiError, bad, failed
from tapwright.serving.openai_replies import HeldBack, Told, Writer, read_reply
from tapwright.serving.openai_requests import ChatRequest, read_request
from tapwright.serving.openai_stream import EventStream, Tell, watch
from tapwright.serving.openai_turns import GoneError, Turns
from tapwright.types import Reply, Request

MOST_REPLY = 4096  # tokens, where a request names no limit
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How a model is served.

    name: what clients call the model; the model's own name where it is empty.
    key: what clients must send as their API key; empty for none.
    host: where it listens; on loopback, other names for it are refused (a web page that
    pretends to be local would use one).
    most_waiting: requests that wait for their turn; more are answered with 429.
    most_bytes: of one request's body, pictures included.
    """

    name: str = ""
    key: str = ""
    host: str = "127.0.0.1"
    most_waiting: int = 8
    most_bytes: int = 32_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """A chat request on its way: what was asked, and what the model is given for it."""

    asked: ChatRequest
    request: Request
    opened: bool
    gone: threading.Event

    @property
    def calls(self) -> bool:
        """Whether the reply may hold calls."""
        return bool(self.asked.conversation.tools)


class OpenAiApi:
    """The API of one model; `app` is the ASGI application."""

    def __init__(self, model: Model, settings: ApiSettings | None = None) -> None:
        self.settings = settings or ApiSettings()
        self.name = self.settings.name or model.name
        self.turns = Turns(model, self.settings.most_waiting)
        self._model = model
        self._dialect: Dialect = dialect(model.family.dialect)
        self._created = int(time.time())
        self.app = Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/models/{name:path}", self._one_model),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
            ],
            exception_handlers={
                ApiError: lambda request, error: error.response(),
                404: lambda request, error: ApiError(404, "no such address").response(),
                405: lambda request, error: ApiError(405, "no such method here").response(),
                500: lambda request, error: ApiError(500, "a fault in the server").response(),
            },
        )

    def end(self) -> None:
        """Stop writing, because the server is to end; may be called from any thread."""
        self.turns.ending.set()

    async def _models(self, http: HttpRequest) -> Response:
        self._admit(http)
        return JSONResponse({"object": "list", "data": [self._about()]})

    async def _one_model(self, http: HttpRequest) -> Response:
        self._admit(http)
        self._must_be_ours(http.path_params["name"])
        return JSONResponse(self._about())

    async def _chat(self, http: HttpRequest) -> Response:
        self._admit(http)
        asked = await anyio.to_thread.run_sync(read_request, await self._body(http))
        self._must_be_ours(asked.model)
        job = await anyio.to_thread.run_sync(self._prepare, asked)
        writer = Writer(f"chatcmpl-{secrets.token_hex(12)}", int(time.time()), self.name)
        place = self.turns.place()  # refused here, where there is still a status to say so with
        if asked.stream:
            return EventStream(lambda tell: self._stream(job, writer, tell), job.gone, place)
        with place:
            return await self._whole(http, job, writer)

    async def _whole(self, http: HttpRequest, job: Job, writer: Writer) -> Response:
        async with anyio.create_task_group() as group:
            group.start_soon(watch, http.receive, job.gone)
            try:
                reply, told = await self._generate(job, lambda text: None)
            except ApiError as error:
                answer: Response = error.response()
            else:
                answer = JSONResponse(writer.whole(told, reply))
            group.cancel_scope.cancel()
        return answer

    async def _stream(self, job: Job, writer: Writer, tell: Tell) -> None:
        """Tell the pieces of the answer; what goes wrong now is the last of them."""
        held = HeldBack(calls=job.calls, opened=job.opened)
        await tell(writer.piece({"role": "assistant", "content": ""}))

        async def piece(text: str) -> None:
            if new := held.add(text):
                await tell(writer.piece({"content": new}))

        try:
            # The model waits until a piece is sent: nothing piles up for a slow reader.
            reply, told = await self._generate(job, lambda text: anyio.from_thread.run(piece, text))
        except ApiError as error:
            await tell(error.body())
            return
        if rest := held.rest(told.content):
            await tell(writer.piece({"content": rest}))
        for last in writer.ending(told, reply, with_usage=job.asked.usage):
            await tell(last)

    async def _generate(self, job: Job, on_text: Callable[[str], None]) -> tuple[Reply, Told]:
        """Have a turn; raise `ApiError` where there is none or it gives nothing usable."""
        async with self.turns.lock:
            try:
                reply = await self.turns.generate(job.request, job.gone, on_text)
            except GoneError:
                raise ApiError(503, "nothing more is written", code="stopped") from None
            except ModelError as error:
                raise failed(str(error), "model_failed") from error
        told = read_reply(
            reply, self._dialect, calls=job.calls, opened=job.opened, parallel=job.asked.parallel
        )
        return reply, told

    def _prepare(self, asked: ChatRequest) -> Job:
        """The request for the model; raise `ApiError` where it does not fit into the context."""
        conversation = asked.conversation
        if not conversation.system and self._dialect.name == "compact":
            # The small model knows its tools only behind the text that it was trained with.
            conversation = replace(conversation, system=system_prompt("chat_compact"))
        messages = self._dialect.render(conversation)
        stop = (*self._dialect.stop, *asked.stop)
        request = Request(messages, stop, tools=conversation.tools)
        context = self._model.family.context_tokens
        needed = self._model.count_tokens(request)
        room = context - needed
        if room <= 0:
            raise bad(
                f"this model's maximum context length is {context} tokens, but the messages take "
                f"{needed}; send fewer or smaller pictures, or less text",
                "messages",
                "context_length_exceeded",
            )
        limit = min(room, asked.max_tokens or MOST_REPLY)
        request = replace(request, max_new_tokens=limit)
        return Job(asked, request, messages[-1].open, threading.Event())

    async def _body(self, http: HttpRequest) -> bytes:
        """The body, no longer than it may be."""
        kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":  # what a web page may send without being asked is refused
            raise ApiError(415, "the body must be of type application/json")
        announced = http.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.settings.most_bytes:
            raise self._too_large()
        body = bytearray()
        try:
            async for piece in http.stream():
                body += piece
                if len(body) > self.settings.most_bytes:
                    raise self._too_large()
        except ClientDisconnect:
            raise bad("the body ended early") from None
        return bytes(body)

    def _too_large(self) -> ApiError:
        return ApiError(413, f"the body is larger than {self.settings.most_bytes} bytes")

    def _admit(self, http: HttpRequest) -> None:
        """Refuse who has not the key, and pages that pretend to be this machine."""
        host = http.headers.get("host", "").rpartition(":")[0] or http.headers.get("host", "")
        if self.settings.host in LOOPBACK and host.lower() not in _LOCAL_NAMES:
            raise ApiError(403, f"'{host[:80]}' is not a name of this server")
        given = http.headers.get("authorization", "").removeprefix("Bearer ")
        if self.settings.key and not hmac.compare_digest(
            given.encode("utf-8"), self.settings.key.encode("utf-8")
        ):
            raise ApiError(401, "a wrong API key, or none", code="invalid_api_key")

    def _must_be_ours(self, name: str) -> None:
        if name != self.name:
            raise ApiError(
                404,
                f"the model '{name[:80]}' does not exist; this server has '{self.name}'",
                code="model_not_found",
                param="model",
            )

    def _about(self) -> dict[str, Any]:
        return {
            "id": self.name,
            "object": "model",
            "created": self._created,
            "owned_by": "tapwright",
            "context_length": self._model.family.context_tokens,
        }
