"""One request to the practice services: read, answered or spoilt on command."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from tapwright.serving.practice_answers import Asked, Told
from tapwright.serving.practice_trouble import Trouble

if TYPE_CHECKING:
    from tapwright.serving.practice import _Server

RETRY_AFTER = 30  # seconds, which is more than a tool waits
_LONGEST_WAIT = 60.0  # seconds that a request is kept without an answer
_MOST_BODY = 1_000_000  # bytes of a request
_HUGE = 50  # pieces of one megabyte
_PAGE = b"<!doctype html><title>Welcome</title><p>Sign in to use this network.</p>"


class PracticeHandler(BaseHTTPRequestHandler):
    """Answers GET and POST; it writes no log."""

    server_version = "practice"
    sys_version = ""
    timeout = 30.0  # seconds for one request to come in

    def do_GET(self) -> None:
        """Answer a question."""
        self._answer(None)

    def do_POST(self) -> None:
        """Answer a question that comes with JSON."""
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _MOST_BODY:
            self._send(Told({"message": "the request is too large"}, 413))
            return
        try:
            body = json.loads(self.rfile.read(int(length)).decode("utf-8"))
        except (ValueError, RecursionError):
            self._send(Told({"message": "the request is no JSON"}, 400))
            return
        self._answer(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a request line may hold a key."""

    def _answer(self, body: Any) -> None:
        here = cast("_Server", self.server)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        trouble = here.practice.trouble_of(parts.path)
        unknown = trouble is Trouble.UNKNOWN
        told = here.practice.answer(Asked(self.command, parts.path, query, headers, body, unknown))
        # Whoever asked may have gone away, which is no fault of ours.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if trouble is None or unknown:
                self._send(told)
            else:
                self._spoil(trouble, told, here)

    def _spoil(self, trouble: Trouble, told: Told, here: _Server) -> None:
        if trouble is Trouble.TIMEOUT:
            here.stopping.wait(_LONGEST_WAIT)
            self.close_connection = True
        elif trouble is Trouble.BUSY:
            busy = Told({"message": "too many requests"}, 429)
            self._send(busy, {"Retry-After": str(RETRY_AFTER)})
        elif trouble is Trouble.BROKEN:
            self._send(Told({"message": "something went wrong"}, 500))
        elif trouble is Trouble.REFUSED:
            sent = parse_qs(urlsplit(self.path).query).get("access_key")
            key = sent[0] if sent else self.headers.get("17token", "none")
            self._send(Told({"error": {"message": f"the key {key} is not valid"}}, 401))
        elif trouble is Trouble.HTML:
            self._write(_PAGE, "text/html; charset=utf-8")
        elif trouble is Trouble.HUGE:
            self._head(200, "application/json", _HUGE * 1_000_000)
            for _ in range(_HUGE):
                self.wfile.write(b" " * 1_000_000)
        else:
            data = json.dumps(told.body).encode("utf-8")
            half = data[: len(data) // 2]
            if trouble is Trouble.CUT:
                self._head(200, "application/json", len(data))
                self.wfile.write(half)
                self.close_connection = True
            else:
                self._write(half, "application/json")

    def _send(self, told: Told, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(told.body, ensure_ascii=False).encode("utf-8")
        self._write(data, "application/json", told.status, headers)

    def _write(
        self, data: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self._head(status, kind, len(data), headers)
        self.wfile.write(data)

    def _head(
        self, status: int, kind: str, length: int, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
