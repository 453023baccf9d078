"""A server on loopback that speaks OpenAI's API and behaves like a kind of server, badly on demand.

    with ConformanceServer("vllm", ["hello"], Fault.CUT_STREAM) as server:
        model = load_model(f"vllm:Qwen/Qwen2-VL-7B-Instruct@{server.url}")

It is for tests of clients, ours and others': `requests` keeps what came, `heard` what reached
the model.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from tapwright.errors import UsageError
from tapwright.model.families import family_named
from tapwright.serving.conformance_faults import PASSING, Fault, pictures_seen
from tapwright.serving.conformance_kinds import (
    MANNERS,
    error_body,
    goes_on,
    refusal,
    schema_held,
    too_long,
    tools_seen,
)
from tapwright.serving.conformance_wire import Answer, Heard, Said

__all__ = ["ConformanceServer", "Fault", "Heard", "Said"]

Replies: TypeAlias = Sequence[str | Said] | Callable[[Heard], str | Said | None]
_PAGE = b"<!doctype html><html><title>502 Bad Gateway</title></html>"
_SLOW_SECONDS = 30.0
_RETRY_AFTER = 1  # seconds; the header knows whole ones only


class ConformanceServer:
    """A server of one `kind` that serves one model; use it in a `with` block.

    replies: what the model says, in order, or a function of what it hears. fault: what goes
    wrong; one that passes (429, 500, a cut answer) hits the first answer, `times` sets how many.
    family: what the model truly is. key: the one that is asked for.
    """

    def __init__(
        self,
        kind: str,
        replies: Replies = (),
        fault: Fault | None = None,
        *,
        times: int = 1,
        family: str = "qwen2-vl",
        model: str = "Qwen/Qwen2-VL-7B-Instruct",
        key: str | None = None,
    ) -> None:
        if kind not in MANNERS:
            raise UsageError(f"no kind of server '{kind}'; use one of: {', '.join(MANNERS)}")
        self.kind = kind
        self.model = model
        self.family = family_named(family).name
        self.requests: list[dict[str, Any]] = []
        self.heard: list[Heard] = []
        self._fault = fault
        self._times = times
        self._key = key
        self._replies = replies if callable(replies) else _in_order(replies)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it answers, without the API's path."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> ConformanceServer:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, handler: _Handler, body: dict[str, Any]) -> None:
        """Answer one request for a completion."""
        fault = self._due(body)
        if self._key and handler.headers.get("Authorization") != f"Bearer {self._key}":
            given = handler.headers.get("Authorization", "").removeprefix("Bearer ")
            text = f"Incorrect API key provided: {given}."  # as the real ones do
            handler.say(401, error_body(self.kind, text, 401, "invalid_api_key"))
            return
        if fault is Fault.SLOW:
            self._closing.wait(_SLOW_SECONDS)
        if fault is not None and self._spoiled(handler, fault):
            return
        if body.get("model") != self.model:
            text = MANNERS[self.kind].missing.format(model=body.get("model"))
            handler.say(404, error_body(self.kind, text, 404, "model_not_found"))
            return
        refused = too_long(self.kind) if fault is Fault.TOO_LONG else refusal(self.kind, body)
        if refused is not None:
            handler.say(*refused)
            return
        try:
            heard = self._hear(body, fault)
        except ValueError as error:
            handler.say(400, error_body(self.kind, f"invalid image: {error}", 400))
            return
        with self._lock:
            self.heard.append(heard)
            said = self._replies(heard)
        if said is None:
            handler.say(500, error_body(self.kind, "the script has no reply left", 500))
            return
        said = Said(said) if isinstance(said, str) else said
        answer = Answer(self.kind, said, body, fault, self._count(heard)).cut()
        if body.get("stream"):
            handler.stream(answer.events(), split=fault is Fault.SPLIT)
        else:
            whole = answer.whole()
            kind = "text/plain" if fault is Fault.WRONG_TYPE else "application/json"
            cut = len(whole) // 2 if fault is Fault.CUT_STREAM else len(whole)
            handler.send(200, kind, whole[:cut], length=len(whole))

    def _due(self, body: dict[str, Any]) -> Fault | None:
        """The fault that hits this request."""
        with self._lock:
            self.requests.append(body)
            if self._fault in PASSING and len(self.requests) > self._times:
                return None
            return self._fault

    def _spoiled(self, handler: _Handler, fault: Fault) -> bool:
        """Whether the fault took the answer's place."""
        if fault is Fault.HTML:
            handler.send(200, "text/html", _PAGE)
        elif fault is Fault.BUSY:
            body = error_body(self.kind, "Rate limit reached", 429, "rate_limit_exceeded")
            handler.say(429, body, {"Retry-After": str(_RETRY_AFTER)})
        elif fault is Fault.FAILS:
            handler.say(500, error_body(self.kind, "Internal Server Error", 500))
        elif fault is Fault.DROPS:
            handler.close_connection = True
        else:
            return False
        return True

    def _hear(self, body: dict[str, Any], fault: Fault | None) -> Heard:
        return Heard(
            body,
            tuple(pictures_seen(body, self.family, fault)),
            _last_words(body),
            tools_seen(self.kind, self.family, body),
            goes_on(self.kind, body),
            schema_held(self.kind, body),
        )

    def _count(self, heard: Heard) -> int:
        factor = family_named(self.family).patch_factor
        pictures = sum(each.width * each.height // factor**2 + 2 for each in heard.pictures)
        words = "".join(_texts(message) for message in heard.body.get("messages", ()))
        return pictures + len(words) // 4 + 5


class _Handler(BaseHTTPRequestHandler):
    """One connection; `server_behind` is the conformance server that answers."""

    server_behind: ConformanceServer

    def do_GET(self) -> None:
        """List the one model that is served."""
        if self.path.endswith("/models"):
            model = {"id": self.server_behind.model, "object": "model"}
            self.say(200, {"object": "list", "data": [model]})
        else:
            self.say(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        """Answer a request for a completion."""
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.endswith("/v1/chat/completions"):
            self.say(404, {"detail": "Not Found"})
            return
        self.server_behind.answer(self, json.loads(sent))

    def say(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Send a JSON document."""
        self.send(status, "application/json", json.dumps(body).encode(), headers)

    def send(
        self,
        status: int,
        kind: str,
        body: bytes,
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """Send a document; with a `length` beyond its own it is cut off."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self, events: Sequence[bytes], *, split: bool) -> None:
        """Send events; `split` sends every byte by itself."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for event in events:
                for at in range(0, len(event), 1 if split else len(event)):
                    self.wfile.write(event[at : at + 1] if split else event)
        except (BrokenPipeError, ConnectionResetError):
            return  # the client has read enough

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the tests speak."""


def _handler(server: ConformanceServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"server_behind": server})


def _in_order(replies: Sequence[str | Said]) -> Callable[[Heard], str | Said | None]:
    left = iter(replies)
    return lambda heard: next(left, None)


def _last_words(body: dict[str, Any]) -> str:
    messages = body.get("messages") or [{}]
    return _texts(messages[-1])


def _texts(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())
