"""Models that are served elsewhere, through the API that OpenAI made common.

Pictures are resized here by the family's own rule, so that the frame of coordinates is known;
whether a server keeps to it is what `tapwright doctor --grounding` finds out.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import openai

from tapwright.errors import SetupError
from tapwright.model.served_errors import Translator
from tapwright.model.served_kinds import NATIVE, Address, parse_address
from tapwright.model.served_messages import write_request
from tapwright.model.served_pictures import Pictures
from tapwright.model.served_reply import Gathering
from tapwright.model.served_retry import Patience, persist
from tapwright.model.served_tokens import request_tokens, text_tokens
from tapwright.model.sizes import shown_by
from tapwright.model.stop_text import StopText
from tapwright.types import Family, ImagePart, Reply, Request, Size

_NO_KEY = "none"  # servers that want no key ignore it, but the SDK insists on one
_SECONDS_FOR_NAMES = 5.0


class ServedModel:
    """A model behind a server's API; made by `load_model`.

    Tools are sent to the server only where the family's dialect is `native`: any other dialect
    has written them into the messages. Calls from several threads are independent.
    """

    def __init__(
        self,
        address: Address,
        family: Family,
        *,
        key: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.name = str(address)
        self.family = family
        self.address = address
        self.usage_estimated = False
        """Whether the last reply's token counts are estimates, for the server told none."""
        self._patience = patience or Patience()
        self._pictures = Pictures(family)
        self._client = _client(address, key, self._patience)
        self._translator = Translator(address, key, self.served_names)

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Write one reply; `on_text` is given the text in pieces as it appears.

        Setbacks are waited out and tried again, but never once `on_text` was given something.
        Raise `ServerUnreachable`, `ServerRefused`, `ServerBroken`, or `ModelError` for a picture
        that cannot be shown.
        """
        started = time.monotonic()
        body = write_request(request, self.address.model, self.address.kind, self._pictures)
        told = False

        def tell(piece: str) -> None:
            nonlocal told
            told = True
            if on_text is not None:
                on_text(piece)

        def attempt() -> Reply:
            text = StopText(request.stop, tell if on_text is not None else None)
            gathering = Gathering(self.address.url, text, request.max_new_tokens)
            try:
                if on_text is None:
                    self._ask(body, gathering)
                else:
                    self._stream(body, gathering)
            except (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError) as error:
                raise self._translator.setback(error, self._about(request)) from error
            finish, calls = gathering.finish()
            usage = gathering.usage
            self.usage_estimated = usage is None
            prompt, new = usage or (self.count_tokens(request), text_tokens(text.text))
            return Reply(text.text, finish, prompt, new, time.monotonic() - started, calls)

        return persist(attempt, self._patience, lambda: not told)

    def count_tokens(self, request: Request) -> int:
        """About how many tokens the request takes, by the rule of `served_tokens`."""
        return request_tokens(request, self.family, with_tools=self.family.dialect == NATIVE)

    def shown_size(self, size: Size) -> Size:
        """The size in which a picture of `size` is sent."""
        return shown_by(self.family, size)

    def served_names(self) -> list[str]:
        """The models that the server says it has; empty where it does not say."""
        try:
            client = self._client.with_options(timeout=_SECONDS_FOR_NAMES)
            return [str(model.id) for model in client.models.list().data]
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return []  # asked for the sake of an error message, which must not fail itself

    def _ask(self, body: dict[str, Any], gathering: Gathering) -> None:
        raw = self._client.chat.completions.with_raw_response.create(**body)
        kind = raw.headers.get("content-type", "")
        if "json" not in kind:
            raise self._translator.not_json(kind, raw.text)
        answer = json.loads(raw.text)
        if isinstance(answer, dict) and answer.get("error") and not answer.get("choices"):
            raise openai.APIError(
                str(answer["error"]), raw.http_response.request, body=answer["error"]
            )
        gathering.take(answer if isinstance(answer, dict) else {}, "message")

    def _stream(self, body: dict[str, Any], gathering: Gathering) -> None:
        raw = self._client.chat.completions.with_raw_response.create(
            **body, stream=True, stream_options={"include_usage": True}
        )
        kind = raw.headers.get("content-type", "")
        if "event-stream" not in kind:
            raw.http_response.close()
            raise self._translator.not_json(kind, "")
        with raw.parse() as stream:
            for chunk in stream:
                gathering.take(chunk.model_dump(warnings=False), "delta")
                if gathering.complete:
                    return  # a server that ignores stop words need not write on

    def _about(self, request: Request) -> str:
        pictures = sum(isinstance(p, ImagePart) for m in request.messages for p in m.parts)
        return f"about {self.count_tokens(request)} tokens with {pictures} pictures"


def open_served(
    name: str,
    family: Family,
    *,
    environment: Mapping[str, str] | None = None,
    patience: Patience | None = None,
) -> ServedModel:
    """The served model `name` (`KIND:NAME[@URL]`); nothing is asked of the server yet.

    Raise `UsageError` for a name that cannot be meant, `SetupError` where the server's key is
    not in the `environment`.
    """
    address = parse_address(name)
    kind = address.kind
    key = (os.environ if environment is None else environment).get(kind.key) or None
    if key is None and kind.needs_key and address.url == kind.url:
        raise SetupError(f"'{name}' needs a key; put it into the environment variable {kind.key}")
    return ServedModel(address, family, key=key, patience=patience)


def _client(address: Address, key: str | None, patience: Patience) -> openai.OpenAI:
    """The SDK's client; what it would retry by itself is our own business."""
    timeout = openai.Timeout(patience.silence, connect=patience.connect)
    local = urlsplit(address.url).hostname in ("localhost", "127.0.0.1", "::1")
    return openai.OpenAI(
        api_key=key or _NO_KEY,
        base_url=address.url,
        timeout=timeout,
        max_retries=0,
        # A proxy of the environment cannot reach a server on this machine.
        http_client=openai.DefaultHttpxClient(trust_env=False) if local else None,
    )
