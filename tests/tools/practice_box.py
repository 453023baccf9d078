"""The built-in tools at the practice services, and a server of canned answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tapwright.serving.practice import PracticeServices
from tapwright.tools import Context, Toolbox
from tapwright.tools.builtin import builtin_tools
from tapwright.tools.secrets import Secrets
from tapwright.tools.services import FlightSource, Services
from tapwright.types import Delivery, TextPart, ToolCall

PATIENT = 6.0  # seconds that a tool waits for an answer that is to come
SHORT = 1.0  # and for one that never comes


class Box:
    """Calls built-in tools by name; a call gives its text, or fails as a test."""

    def __init__(self, services: Services, environment: Mapping[str, str]) -> None:
        self._box = Toolbox(builtin_tools(services), Secrets(environment))

    def ask(self, name: str, **arguments: object) -> tuple[bool, str]:
        """Whether it went well, and what the model is told."""
        result = self._box.run(self._box.check(ToolCall(name, arguments)), Context())
        if result.effect.delivery is not Delivery.DELIVERED:
            return False, result.effect.said
        (part,) = result.parts
        assert isinstance(part, TextPart)
        return True, part.text

    def told(self, name: str, **arguments: object) -> str:
        """What a call that goes well tells."""
        went_well, text = self.ask(name, **arguments)
        assert went_well, text
        return text

    def refused(self, name: str, **arguments: object) -> str:
        """What a call that is refused says."""
        went_well, text = self.ask(name, **arguments)
        assert not went_well, text
        assert text and "\n" not in text, text
        return text


def box_at(
    practice: PracticeServices,
    source: FlightSource = "aviationstack",
    environment: Mapping[str, str] | None = None,
    timeout: float = PATIENT,
) -> Box:
    """The tools at the practice services."""
    services = replace(practice.services, timeout=timeout, flight_source=source)
    return Box(services, practice.environment if environment is None else environment)


@contextmanager
def canned(
    answers: Mapping[str, Any], status: int = 200, today: date | None = None
) -> Iterator[Box]:
    """The tools at a server that gives one JSON answer for each beginning of a path.

    `today` is the day that it is for the tools; None: this machine's.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = next((a for path, a in answers.items() if self.path.startswith(path)), None)
            data = json.dumps(found).encode("utf-8")
            self.send_response(404 if found is None else status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        services = Services().all_at(f"http://127.0.0.1:{server.server_address[1]}")
        keys = {"AVIATIONSTACK_API_KEY": "a-key-of-mine", "TRACK17_API_KEY": "another-key-of-mine"}
        yield Box(replace(services, timeout=PATIENT, pinned_day=today), keys)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
