"""The practice services: weather, places, money, flights and parcels on this machine alone.

    with PracticeServices(seed=0) as practice:
        box = Toolbox(builtin_tools(practice.services), Secrets(practice.environment))

One HTTP server answers in the documented forms of Open-Meteo, Frankfurter, AviationStack, OpenSky
and 17TRACK, from an invented world. It can misbehave on command: `practice.misbehave("weather",
"429")`. A service is called by its field in `Services`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.server import ThreadingHTTPServer

from tapwright.errors import SetupError, UsageError
from tapwright.serving.practice_answers import KEYS, Asked, Told
from tapwright.serving.practice_flights import left, of_aircraft, schedules, states
from tapwright.serving.practice_handler import PracticeHandler
from tapwright.serving.practice_money import currencies, rates
from tapwright.serving.practice_parcels import ParcelDesk
from tapwright.serving.practice_trouble import Trouble
from tapwright.serving.practice_weather import forecast, search
from tapwright.serving.practice_world import PracticeWorld
from tapwright.tools.services import Services

__all__ = ["PracticeServices", "PracticeWorld", "Trouble"]

_MOST_KEPT = 10_000  # requests

_Answer = Callable[[PracticeWorld, Asked], Told]


class PracticeServices:
    """All practice services behind one address on loopback, while the `with` block runs.

    `world` is the world that they tell of, one of `seed` where none is given; `port` 0 takes any
    free one. `requests` are those that came, in their order.
    """

    def __init__(self, seed: int = 0, world: PracticeWorld | None = None, port: int = 0) -> None:
        self.world = world or PracticeWorld(seed)
        self.requests: list[Asked] = []
        self._port = port
        self._lock = threading.Lock()
        self._troubles: dict[str, tuple[Trouble, int | None]] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        desk = ParcelDesk()
        # The service in `Services`, the method and the beginning of the path; the first one counts.
        self._routes: tuple[tuple[str, str, str, _Answer], ...] = (
            ("geocoding", "GET", "/v1/search", search),
            ("weather", "GET", "/v1/forecast", forecast),
            ("currencies", "GET", "/v1/latest", rates),
            ("currencies", "GET", "/v1/currencies", currencies),
            ("aviationstack", "GET", "/v1/flights", schedules),
            ("opensky", "GET", "/api/states/all", states),
            ("opensky", "GET", "/api/flights/aircraft", of_aircraft),
            ("opensky", "GET", "/api/flights/departure", left),
            ("parcels", "POST", "/track/v2.2/", desk.answer),
        )

    @property
    def url(self) -> str:
        """Where it answers; raise `UsageError` before it is started."""
        if self._server is None:
            raise UsageError("the practice services are not started; use them in a 'with' block")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def services(self) -> Services:
        """The services for `builtin_tools`, all of them here."""
        return replace(Services().all_at(self.url), pinned_day=self.world.pinned_day)

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables with the keys that are accepted here."""
        return dict(KEYS)

    def misbehave(self, service: str, trouble: str | Trouble, times: int | None = None) -> None:
        """From now on, answer requests to `service` with a trouble, or only the next `times`."""
        known = [trouble.value for trouble in Trouble]
        if str(getattr(trouble, "value", trouble)) not in known:
            raise UsageError(f"no trouble {trouble!r}; use one of: {', '.join(known)}")
        with self._lock:
            self._troubles[self._named(service)] = (Trouble(trouble), times)

    def behave(self, service: str | None = None) -> None:
        """Answer as well as it can again: one service, or all of them."""
        with self._lock:
            for name in [self._named(service)] if service else list(self._troubles):
                self._troubles.pop(name, None)

    def trouble_of(self, path: str) -> Trouble | None:
        """The trouble that the next answer on a path shall have; it counts as given."""
        service = next((row[0] for row in self._routes if path.startswith(row[2])), "")
        with self._lock:
            trouble, left_over = self._troubles.get(service, (None, None))
            if trouble is not None and left_over is not None:
                if left_over <= 1:
                    del self._troubles[service]
                else:
                    self._troubles[service] = (trouble, left_over - 1)
            return trouble

    def answer(self, asked: Asked) -> Told:
        """What the services say to a request."""
        with self._lock:
            if len(self.requests) < _MOST_KEPT:
                self.requests.append(asked)
        for _, method, path, answer in self._routes:
            if asked.path.startswith(path):
                if asked.method != method:
                    return Told({"message": f"use {method}"}, 405)
                return answer(self.world, asked)
        return Told({"message": f"nothing is at {asked.path[:80]!r}"}, 404)

    def serve_until_interrupted(self) -> None:
        """Wait while the services answer, until Ctrl-C."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> PracticeServices:
        try:
            self._server = _Server(self, self._port)
        except OSError as error:
            reason = error.strerror or "the port cannot be had"
            raise SetupError(
                f"the practice services cannot listen on port {self._port} ({reason}); "
                "name another one with --port"
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.daemon = True
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.stopping.set()  # whoever is kept waiting on purpose is let go
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    def _named(self, service: str) -> str:
        known = dict.fromkeys(row[0] for row in self._routes)
        if service not in known:
            raise UsageError(f"no practice service {service!r}; use one of: {', '.join(known)}")
        return service


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, practice: PracticeServices, port: int) -> None:
        self.practice = practice
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), PracticeHandler)
