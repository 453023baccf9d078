"""What is said to a model and what it answers, before and after a dialect has written it down.

`tapwright.types` gives these names too; import them from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text; `trusted` is False for what came from a screen or a tool, whose markers are made
    harmless before the model sees them."""

    text: str
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An RGB picture; a local model shows it with about `pixels` in all, without them within the
    bounds of its family."""

    image: Image.Image
    pixels: int | None = None


@dataclass(frozen=True, slots=True)
class VideoPart:
    """Frames of a film (RGB, one size, oldest first) with their times in seconds from its start.

    A model whose processor reads videos is given it as one; any other sees timed pictures.
    """

    frames: tuple[Image.Image, ...]
    times: tuple[float, ...]


Part: TypeAlias = TextPart | ImagePart | VideoPart
Role = Literal["system", "user", "assistant", "tool"]


def still_parts(parts: Iterable[Part]) -> list[TextPart | ImagePart]:
    """The parts with every film as timed pictures: `<2.5 seconds>`, then the frame."""
    still: list[TextPart | ImagePart] = []
    for part in parts:
        if isinstance(part, VideoPart):
            for frame, time in zip(part.frames, part.times, strict=True):
                still += [TextPart(f"<{time:.1f} seconds>"), ImagePart(frame)]
        else:
            still.append(part)
    return still


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; `open` leaves an assistant turn unfinished, for the model to go on.

    `calls` are native calls of an assistant message, for servers that have them; behind it stands
    one "tool" message for each of them, in their order.
    """

    role: Role
    parts: tuple[Part, ...]
    open: bool = False
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it; `parameters` is a JSON Schema of type object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the model wrote it: decoded JSON, not yet trusted."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """A reply that could be read: the words before its calls, and the calls in order.

    Dialects refuse a reply without a call (`NoCall`), so there is at least one.
    """

    thought: str
    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """All that a model needs for one reply."""

    messages: tuple[Message, ...]
    stop: tuple[str, ...] = ()
    max_new_tokens: int = 512
    tools: tuple[ToolSpec, ...] = ()  # for served models with native calls; local models ignore it
    schema: Mapping[str, Any] | None = None  # JSON Schema of the reply, where a server can hold it


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, without the stop word; `finish` says why it ended."""

    text: str
    finish: Literal["end", "stop_word", "length"] = "end"
    prompt_tokens: int = 0
    new_tokens: int = 0
    seconds: float = 0.0
    calls: tuple[ToolCall, ...] = ()  # native calls, where a server has them


# --- a conversation, as dialects render it --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserTurn:
    """What the person, or the loop for them, says."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ModelTurn:
    """One reply of the model and what its calls gave: text and pictures, in call order.

    With `results` empty and `reply.calls` present, nothing has answered yet.
    """

    reply: ParsedReply
    results: tuple[tuple[Part, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadTurn:
    """A reply that could not be read, kept as it was, and what the model is told about it."""

    text: str
    told: str


Turn: TypeAlias = UserTurn | ModelTurn | UnreadTurn
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a dialect renders: instructions, tools, then the turns in order."""

    system: str
    tools: tuple[ToolSpec, ...]
    turns: tuple[Turn, ...]
    language: Language = "en"
