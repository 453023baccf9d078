"""The servers that Tapwright can ask: where each is found and what it can do, as data.

A model that is served elsewhere is named `KIND:NAME[@URL]`, such as
`vllm:Qwen/Qwen2-VL-7B-Instruct@http://gpu.lan:8000`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from tapwright.errors import UsageError

NATIVE = "native"  # the dialect in which a server writes tools and calls by itself
# How an assistant turn that was left open is gone on with.
Continuation = Literal["flags", "partial", "none"]
# How a reply is held to a JSON Schema.
Structure = Literal["response_format", "structured_outputs", "json_object"]
# Where the pixel budget is told, so that the server does not resize what was resized here.
Hints = Literal["processor", "part", "none"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of server.

    url: where it answers by default. key: the environment variable of its key. needs_key: it
    answers nobody without one (at its default address). native: families whose tool calls it
    hands over by itself, without flags at its start. parallel: it must be asked for several calls
    in one reply. rich_turns: assistant and tool messages may hold pictures. start: what a person
    does when nobody answers.
    """

    name: str
    url: str
    key: str
    start: str
    needs_key: bool = False
    native: tuple[str, ...] = ()
    parallel: bool = False
    continuation: Continuation = "none"
    structure: Structure = "response_format"
    hints: Hints = "none"
    rich_turns: bool = False
    words: str = ""


_KNOWN = (
    Kind(
        name="openai",
        url="https://api.openai.com/v1",
        key="OPENAI_API_KEY",
        start="check the address behind '@' and the network",
        needs_key=True,
        native=("qwen3-vl",),
        words="any server that speaks OpenAI's API",
    ),
    Kind(
        name="dashscope",
        url="https://dashscope.aliyuncs.com/compatible-mode/v1",
        key="DASHSCOPE_API_KEY",
        start="check the network, or name your region's address behind '@'",
        needs_key=True,
        native=("qwen3-vl",),
        continuation="partial",
        structure="json_object",
        hints="part",
        words="Alibaba's hosted Qwen-VL models",
    ),
    Kind(
        name="vllm",
        url="http://localhost:8000/v1",
        key="VLLM_API_KEY",
        start="start it with: vllm serve {model}",
        continuation="flags",
        structure="structured_outputs",
        hints="processor",
        rich_turns=True,
        words="a vLLM server",
    ),
    Kind(
        name="sglang",
        url="http://localhost:30000/v1",
        key="SGLANG_API_KEY",
        start="start it with: python -m sglang.launch_server --model-path {model}",
        continuation="flags",
        rich_turns=True,
        words="an SGLang server",
    ),
    Kind(
        name="llamacpp",
        url="http://localhost:8080/v1",
        key="LLAMA_API_KEY",
        start="start it with: llama-server -m MODEL.gguf --mmproj MMPROJ.gguf --jinja",
        parallel=True,
        words="llama.cpp's llama-server",
    ),
    Kind(
        name="ollama",
        url="http://localhost:11434/v1",
        key="OLLAMA_API_KEY",
        start="start it with: ollama serve",
        words="an Ollama server",
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KNOWN}
"""Every kind by its name."""


@dataclass(frozen=True, slots=True)
class Address:
    """A served model: which kind of server, the model's name there, and the base URL."""

    kind: Kind
    model: str
    url: str

    def __str__(self) -> str:
        return f"{self.kind.name}:{self.model}"


def is_served(name: str) -> bool:
    """Whether a model's name says that it is served elsewhere."""
    return name.partition(":")[0] in KINDS and ":" in name


def parse_address(name: str) -> Address:
    """Read `KIND:NAME[@URL]`; raise `UsageError` for what cannot be meant.

    A URL without a path is given the kind's own, `/v1` for most.
    """
    head, _, rest = name.partition(":")
    if head not in KINDS:
        raise UsageError(f"no kind of server '{head}'; use one of: {', '.join(KINDS)}")
    kind = KINDS[head]
    found = re.fullmatch(r"(?P<model>.*?)(?:@(?P<url>[a-z][a-z0-9+.-]*://.*))?", rest, re.DOTALL)
    model, url = (found["model"], found["url"]) if found else (rest, None)
    if not model or model != model.strip() or "@" in model:
        raise UsageError(
            f"'{name}' names no served model; write KIND:NAME or KIND:NAME@http://HOST:PORT"
        )
    return Address(kind, model, _base(kind, url) if url else kind.url)


def _base(kind: Kind, url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(f"'{url}' is no address of a server; write http://HOST:PORT")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(
            "the address of a server holds neither a key nor a query; "
            f"put the key into the environment variable {kind.key}"
        )
    path = parts.path.rstrip("/") or urlsplit(kind.url).path
    return f"{parts.scheme}://{parts.netloc}{path}"
