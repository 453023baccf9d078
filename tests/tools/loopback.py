"""A real HTTP server on loopback whose every answer a test states."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Said:
    """An answer; `announced` is a length that is not the body's, `drip` seconds between bytes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    drip: float | None = None
    reset: bool = False  # the connection is cut without a goodbye


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def as_json(value: object, status: int = 200, **headers: str) -> Said:
    """An answer in JSON."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return Said(text, status, {"content-type": "application/json", **headers})


def as_page(text: str, status: int = 200, **headers: str) -> Said:
    """An answer that is a web page."""
    kind = {"content-type": "text/html; charset=utf-8"}
    return Said(text.encode("utf-8"), status, {**kind, **headers})


class Loopback:
    """What is `asked` is answered by `answer`, which a test puts in place."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Said] = lambda asked: as_json({})
        self.ended = threading.Event()  # wakes what drips or hangs
        self.url = ""

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@contextmanager
def serving() -> Iterator[Loopback]:
    """A server that runs until the end of the block."""
    loopback = Loopback()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.command, parts.path, query, headers, body)
            loopback.asked.append(asked)
            try:
                self._send(loopback.answer(asked))
            except OSError:
                self.close_connection = True  # the client has seen enough

        do_POST = do_GET

        def _send(self, said: Said) -> None:
            self.close_connection = True
            if said.reset:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                return
            self.send_response(said.status)
            for key, value in said.headers.items():
                self.send_header(key, value)
            length = len(said.body) if said.announced is None else said.announced
            self.send_header("content-length", str(length))
            self.end_headers()
            if said.drip is None:
                self.wfile.write(said.body)
                return
            for number in range(len(said.body)):
                self.wfile.write(said.body[number : number + 1])
                self.wfile.flush()
                if loopback.ended.wait(said.drip):
                    return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    loopback.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
