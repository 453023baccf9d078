"""Asking a web service: bounded in time and size, and every failure said in words.

A request has one deadline that holds from the connection to the last byte, retries and waits
included; an answer is read up to `MAX_BODY` bytes, unpacked ones included. What goes wrong is a
`ServiceError`, a `ToolError` that names the service, what happened and what to do. No address
with its query stands in a text, since a key may be in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from tapwright.tools.wire import Answer, Deadline, Outgoing, ServiceError, exchange

__all__ = ["Http", "ServiceError"]

MAX_BODY = 2_000_000  # bytes of one answer
MAX_WAIT = 5.0  # seconds that a service may ask to wait before the next try
MAX_REDIRECTS = 3
MAX_SAID = 160  # characters of a service's own words
WAITS = (0.3, 1.0)  # seconds before the second and third try, where the service names none

# What may pass by itself. A request that may have changed something is repeated only where it
# was turned away at the door.
_PASSING = frozenset({429, 500, 502, 503})
_TURNED_AWAY = frozenset({429, 503})
_MOVED = frozenset({301, 302, 303, 307, 308})


class Http:
    """A service that answers in JSON.

    `service` is what errors call it ("the weather service"), `base` its URL without a slash at
    the end, `timeout` in seconds what one `json` may take, retries included.
    """

    def __init__(self, service: str, base: str, timeout: float = 10.0) -> None:
        self.service = service
        self.base = base.rstrip("/")
        self.timeout = timeout

    def json(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: object = None,
    ) -> Any:
        """Ask `path` (it begins with a slash) and return the JSON of the answer.

        `params` become the query; one that is None is left out. `body` is sent as JSON. Raise
        `ServiceError` for anything but an answer of the kind 2xx that holds JSON; its `status`
        is the answer's, or None where none came, and `said` the service's own words.
        """
        fields = {key: str(value) for key, value in (params or {}).items() if value is not None}
        data = None if body is None else json.dumps(body).encode("utf-8")
        given = {"accept": "application/json", **(headers or {})}
        if data is not None:
            given["content-type"] = "application/json"
        outgoing = Outgoing(method, f"{self.base}{path}", fields, given, data)
        deadline = Deadline(self.timeout)
        for wait in (*WAITS, None):
            answer = self._ask(outgoing, deadline)
            if 200 <= answer.status < 300:
                return self._read(answer)
            passing = _PASSING if method == "GET" else _TURNED_AWAY
            asked = _retry_after(answer)
            if wait is None or answer.status not in passing:
                break
            wait = wait if asked is None else asked
            if wait > min(MAX_WAIT, deadline.left()):
                break
            time.sleep(wait)  # the service asked for this long, and nothing else will tell
        raise self._refusal(answer)

    def _ask(self, outgoing: Outgoing, deadline: Deadline) -> Answer:
        """The answer, redirects within the same host followed."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = exchange(self.service, outgoing, deadline, MAX_BODY)
            place = answer.headers.get("location", "")
            if answer.status not in _MOVED or not place:
                return answer
            try:
                target = urljoin(outgoing.url, place)
                stays = _same_host(outgoing.url, target)
            except ValueError:
                raise ServiceError(
                    f"{self.service} sends its callers to an address that is none; "
                    "check its address",
                    status=answer.status,
                ) from None
            if not stays:
                raise ServiceError(
                    f"{self.service} sends its callers to another host, "
                    f"{_host(target)!r}; it is not followed there; check its address",
                    status=answer.status,
                )
            if outgoing.method != "GET" and answer.status not in (307, 308):
                return answer
            # What a redirect means to keep of the query it says itself.
            outgoing = Outgoing(outgoing.method, target, {}, outgoing.headers, outgoing.body)
        raise ServiceError(f"{self.service} goes in circles; check its address")

    def _read(self, answer: Answer) -> Any:
        try:
            return json.loads(answer.body.decode("utf-8-sig"), parse_constant=_no_number)
        except (ValueError, RecursionError):
            kind = "a web page" if _looks_html(answer) else "something"
            raise ServiceError(
                f"{self.service} sent {kind} that is not JSON; its answer cannot be read, "
                "try again later",
                status=answer.status,
            ) from None

    def _refusal(self, answer: Answer) -> ServiceError:
        status, said = answer.status, _said(answer)
        words = f": {said}" if said else ""
        if status in (401, 403):
            text = f"{self.service} refuses the request ({status}){words}; check its key"
        elif status == 404:
            text = f"{self.service} does not know what was asked for (404){words}"
        elif status == 429:
            seconds = _retry_after(answer)
            when = "later" if seconds is None else f"in {round(seconds)} s"
            text = f"{self.service} is asked too often (429){words}; try again {when}"
        elif status >= 500:
            name = _status_name(status)
            text = f"{self.service} failed ({status}{name}){words}; try again later"
        else:
            text = f"{self.service} turned the request down ({status}){words}"
        return ServiceError(text, status=status, said=said)


def _same_host(here: str, there: str) -> bool:
    """Whether a redirect stays: the same host and port, or the same host made secure."""
    a, b = urlsplit(here), urlsplit(there)
    if a.hostname != b.hostname or b.scheme not in ("http", "https"):
        return False
    return (a.scheme, a.port) == (b.scheme, b.port) or (a.scheme, b.scheme) == ("http", "https")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "")[:100]


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _looks_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "") or answer.body.lstrip()[:1] == b"<"


def _status_name(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase.lower()}"
    except ValueError:
        return ""


def _retry_after(answer: Answer) -> float | None:
    """The seconds that `Retry-After` asks for, given as seconds or as a date; None without."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _said(answer: Answer) -> str:
    """The service's own words for its refusal, from the fields where services put them."""
    try:
        value = json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    for _ in range(3):
        if not isinstance(value, dict):
            break
        keys = ("reason", "message", "error", "detail", "info", "title")
        value = next((value[key] for key in keys if isinstance(value.get(key), (str, dict))), "")
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return words if len(words) <= MAX_SAID else words[: MAX_SAID - 1] + "…"
