"""A shop on this machine alone, which keeps what is ordered on its page."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Shop:
    """Where it is, and what was ordered: each order the values of every name."""

    url: str
    orders: list[dict[str, list[str]]] = field(default_factory=list)


@contextmanager
def open_shop(page: Path) -> Iterator[Shop]:
    """Show `page` on a free port, and thank for every form that comes in."""
    orders: list[dict[str, list[str]]] = []

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(page.read_bytes())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
            orders.append(urllib.parse.parse_qs(body))
            self._answer(b"<!doctype html><title>Done</title><h1>Thank you</h1>")

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _answer(self, page: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Shop(f"http://127.0.0.1:{server.server_address[1]}/", orders)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
