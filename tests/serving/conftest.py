"""Models behind the API, on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tapwright.model.scripted import ScriptedModel
from tapwright.protocols import Model
from tapwright.serving.listening import serving
from tapwright.serving.openai_api import ApiSettings, OpenAiApi

from .openai_parts import Serve, Served


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves replies of a script, or a model."""
    running: list[AbstractContextManager[str]] = []

    def start(*replies: Any, family: str = "qwen2-vl", **settings: Any) -> Served:
        scripted = not (replies and isinstance(replies[0], Model))
        model = ScriptedModel(replies, family) if scripted else replies[0]
        api = OpenAiApi(model, ApiSettings(**settings))
        manager = serving(api.app, on_end=api.end)
        url = manager.__enter__()
        running.append(manager)
        return Served(api, url, settings.get("key", "any"))

    yield start
    for manager in running:
        manager.__exit__(None, None, None)
