"""What the tests of served models share: a model at a server, and requests to ask it."""

from __future__ import annotations

from PIL import Image

from tapwright.model.load import load_model
from tapwright.model.server import ServedModel
from tapwright.serving.conformance import ConformanceServer
from tapwright.types import ImagePart, Message, Request, TextPart, ToolSpec

KINDS = ("openai", "dashscope", "vllm", "sglang", "llamacpp", "ollama")
WEATHER = ToolSpec(
    "weather",
    "Tell the weather.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


def model_at(server: ConformanceServer, **options: str) -> ServedModel:
    """The model that `server` serves, through the front door."""
    model = load_model(f"{server.kind}:{server.model}@{server.url}", **options)
    assert isinstance(model, ServedModel)
    return model


def ask(*parts: str | Image.Image, stop: tuple[str, ...] = (), **more: object) -> Request:
    """A request with one message of the user."""
    made = tuple(TextPart(p) if isinstance(p, str) else ImagePart(p) for p in parts)
    return Request((Message("user", made),), stop, **more)  # type: ignore[arg-type]
