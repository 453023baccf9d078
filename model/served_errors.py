"""What the SDK raises becomes one of our errors: who is at fault, and what to do next.

No text here ever holds a key: what a server echoes is searched for it first.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import openai

from tapwright.errors import ServerBroken, ServerError, ServerRefused, ServerUnreachable
from tapwright.model.served_kinds import Address
from tapwright.model.served_retry import Setback

_AGAIN = (408, 409, 429)  # and all from 500 on
_MOST_SHOWN = 300
_MOST_MODELS = 10
# The codes and types by which servers name a prompt that is too long.
_TOO_LONG = ("context_length_exceeded", "exceed_context_size_error", "string_above_max_length")


class Translator:
    """Turns what goes wrong with one server into our errors.

    `key` is never shown; `models` fetches the names that the server knows.
    """

    def __init__(self, address: Address, key: str | None, models: Callable[[], list[str]]) -> None:
        self._address = address
        self._key = key
        self._models = models

    def setback(self, error: openai.OpenAIError | ValueError, sent: str = "") -> Exception:
        """The `Setback` or `ServerError` to raise for `error`; `sent` tells of the request."""
        where = self._address.url
        if isinstance(error, openai.APITimeoutError):
            return Setback(ServerUnreachable(f"{where} does not answer in time; {self._cure()}"))
        if isinstance(error, openai.APIConnectionError):
            cause = self.clean(str(error.__cause__ or error))
            return Setback(
                ServerUnreachable(f"{where} cannot be reached ({cause}); {self._cure()}")
            )
        if isinstance(error, openai.APIStatusError):
            return self._status(error, sent)
        if isinstance(error, openai.APIError):  # an error in the middle of a stream
            said = self.clean(_said(error.body) or error.message)
            return Setback(ServerBroken(f"{where} broke its reply off: {said}"))
        return ServerBroken(f"{where} sent what is not JSON: {self.clean(str(error))}")

    def not_json(self, content_type: str, text: str) -> ServerError:
        """For an answer of another type than was asked for, such as a gateway's HTML page."""
        begins = self.clean(" ".join(text.split())[:60])
        shown = f" ('{begins}')" if begins else ""
        return ServerBroken(
            f"{self._address.url} answers with '{content_type or 'no type'}' instead of JSON"
            f"{shown}; is this the address of its API, with its path?"
        )

    def clean(self, text: str) -> str:
        """`text` on one line, short, and without the key."""
        if self._key:
            text = text.replace(self._key, "***")
        return " ".join(text.split())[:_MOST_SHOWN].rstrip(".")

    def _cure(self) -> str:
        start = self._address.kind.start.replace("{model}", self._address.model)
        return start if self._address.url == self._address.kind.url else f"check it, or {start}"

    def _status(self, error: openai.APIStatusError, sent: str) -> Exception:
        where, code = self._address.url, error.status_code
        said = self.clean(_said(error.body) or error.response.reason_phrase or "no reason")
        if code in (401, 403):
            return ServerRefused(
                f"{where} refuses the key ({code}: {said}); "
                f"put a valid one into the environment variable {self._address.kind.key}"
            )
        if code == 404:
            return ServerRefused(
                f"{where} has no '{self._address.model}' (404: {said}); {self._known()}"
            )
        if code == 429:
            return Setback(
                ServerRefused(f"{where} has no room for more requests now (429: {said})"),
                _pause(error.response.headers),
            )
        if code in _AGAIN or code >= 500:
            cls = ServerUnreachable if code == 408 else ServerBroken
            return Setback(
                cls(f"{where} fails with {code}: {said}"), _pause(error.response.headers)
            )
        advice = ""
        if code == 413 or error.code in _TOO_LONG or error.type in _TOO_LONG:
            advice = "; the prompt is too long for it: show fewer pictures or a smaller --pixels"
        sent = f" (sent: {sent})" if sent else ""
        return ServerRefused(f"{where} refuses the request ({code}: {said}){sent}{advice}")

    def _known(self) -> str:
        names = self._models()
        if not names:
            return "check the model's name and the path of the address"
        more = f" and {len(names) - _MOST_MODELS} more" if len(names) > _MOST_MODELS else ""
        return f"it serves: {', '.join(names[:_MOST_MODELS])}{more}"


def _said(body: object) -> str:
    """What a server says in an error's body, whose shape differs from server to server."""
    if isinstance(body, Mapping):
        for key in ("message", "error", "detail"):
            value = body.get(key)
            if isinstance(value, str):
                return value
            if isinstance(value, Mapping):
                return _said(value)
        return json.dumps(dict(body), ensure_ascii=False, default=str)
    return body if isinstance(body, str) and "<" not in body[:20] else ""


def _pause(headers: Mapping[str, Any]) -> float | None:
    """How long the server asks to wait, in seconds; None where it does not say."""
    value = str(headers.get("retry-after", "")).strip()
    if value.replace(".", "", 1).isdecimal():
        return float(value)
    if not value:
        return None
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
