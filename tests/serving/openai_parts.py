"""What the tests of the API share: OpenAI's client in front of a model that follows a script."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from openai import OpenAI
from PIL import Image

from tapwright.model.scripted import ScriptedModel
from tapwright.serving.openai_api import OpenAiApi
from tapwright.types import Request, TextPart

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
CALL = 'I look it up.\n✿FUNCTION✿: weather\n✿ARGS✿: {"city": "Oslo"}\n✿RESULT✿'
TWO = (
    '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>\n'
    '<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call>'
)
ASK = [{"role": "user", "content": "How is the weather in Oslo?"}]


def data_uri(size: tuple[int, int] = (56, 28), kind: str = "PNG") -> str:
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, format=kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(data.getvalue()).decode()}"


def shown(url: str) -> list[dict[str, Any]]:
    picture = {"type": "image_url", "image_url": {"url": url}}
    return [{"role": "user", "content": [picture, {"type": "text", "text": "What is it?"}]}]


class Served:
    """A model behind the API, and OpenAI's client in front of it."""

    def __init__(self, api: OpenAiApi, url: str, key: str) -> None:
        self.api = api
        self.url = url
        self.client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def ask(self, messages: Any = ASK, **more: Any) -> Any:
        return self.client.chat.completions.create(
            **{"model": self.api.name, "messages": messages, **more}
        )


Serve = Callable[..., Served]


def model_of(served: Served) -> ScriptedModel:
    model = served.api.turns.model
    assert isinstance(model, ScriptedModel)
    return model


def prompt(request: Request) -> str:
    return "\n".join(
        f"{message.role}: {part.text}"
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )


def streamed(served: Served, messages: Any = ASK, **more: Any) -> tuple[str, list[Any]]:
    """The streamed text, and the pieces."""
    pieces = list(served.ask(messages, stream=True, **more))
    text = "".join(p.choices[0].delta.content or "" for p in pieces if p.choices)
    return text, pieces
