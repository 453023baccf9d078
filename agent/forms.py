"""What a person says to an assistant, in all the forms that are in use, made into parts.

Messages are accepted as `qwen-vl-utils` reads them:

    [{"role": "user", "content": [
        {"type": "image", "image": "boarding-pass.png", "max_pixels": 602112},
        {"type": "text", "text": "When does it land?"}]}]

A key that is not understood is refused by its name, never dropped: whoever wrote it would believe
that it had an effect.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tapwright.agent.film import read_film
from tapwright.agent.media import FILMS, MOST_PIXELS, read_picture
from tapwright.errors import MediaError, UsageError
from tapwright.types import (
    ImagePart,
    ModelTurn,
    ParsedReply,
    Part,
    TextPart,
    Turn,
    UserTurn,
    VideoPart,
)

if TYPE_CHECKING:
    from PIL import Image

    Said: TypeAlias = (
        str | Path | bytes | Image.Image | Part | Mapping[str, Any] | Sequence[Mapping[str, Any]]
    )

MOST_RATIO = 200  # of a picture's sides; beyond it the family's processors refuse
_KINDS = ("text", "image", "image_url", "video", "video_url")
_PIXEL_KEYS = frozenset({"min_pixels", "max_pixels", "resized_height", "resized_width"})
_FILM_KEYS = frozenset(
    {"fps", "nframes", "min_frames", "max_frames", "video_start", "video_end", "total_pixels"}
)
_LIST_KEYS = frozenset({"sample_fps", "raw_fps", "fps"})  # of a film given as frames


@dataclass(slots=True)
class Heard:
    """What was said: `parts` of the question, what stands before it, and notes for the person."""

    parts: list[Part] = field(default_factory=list)
    earlier: list[Turn] = field(default_factory=list)
    system: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The question's own words."""
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))


def hear(said: Iterable[Said], *, image_first: bool = True) -> Heard:
    """Make parts of what was said, in its order.

    One text and pictures beside it are put as the model's family wants them (`image_first`);
    with several texts their places mean something and stay. Raise `UsageError` where nothing was
    said or a form is not understood, `MediaError` for a picture that cannot be shown.
    """
    heard, interleaved = Heard(), False
    for each in said:
        if _is_messages(each):
            _hear_messages(each, heard)
            interleaved = True
        elif isinstance(each, Mapping) and "role" in each:
            _hear_messages([each], heard)
            interleaved = True
        else:
            _hear_item(each, heard)
    heard.parts = [part for part in heard.parts if not isinstance(part, TextPart) or part.text]
    if not heard.words.strip() and all(isinstance(part, TextPart) for part in heard.parts):
        raise UsageError("nothing was asked; give a question, a picture, or both")
    texts = [part for part in heard.parts if isinstance(part, TextPart)]
    if len(texts) == 1 and not interleaved:
        seen: list[Part] = [part for part in heard.parts if not isinstance(part, TextPart)]
        heard.parts = [*seen, *texts] if image_first else [*texts, *seen]
    return heard


def _is_messages(said: object) -> bool:
    return isinstance(said, Sequence) and not isinstance(said, str | bytes)


def _hear_messages(messages: Any, heard: Heard) -> None:
    """Take messages: the last is the question, those before it are how it came to it."""
    for number, message in enumerate(messages):
        if not isinstance(message, Mapping) or "content" not in message:
            raise UsageError(f"message {number + 1} is no mapping with 'role' and 'content'")
        _must_know(message, {"role", "content", "name"}, f"message {number + 1}")
        role, inner = message.get("role", "user"), Heard()
        content = message["content"]
        items = [content] if isinstance(content, str | Mapping) else content
        if not isinstance(items, Sequence):
            raise UsageError(f"the content of message {number + 1} is neither text nor a list")
        for item in items:
            _hear_item(item, inner)
        heard.notes += inner.notes
        seen = any(not isinstance(part, TextPart) for part in inner.parts)
        if seen and role != "user":
            raise UsageError(f"message {number + 1} shows a picture as {role!r}; only a user can")
        if role == "system":
            heard.system = inner.words
        elif role == "assistant":
            heard.earlier.append(ModelTurn(ParsedReply(inner.words, ())))
        elif role != "user":
            raise UsageError(f"role {role!r} is not understood; use system, user or assistant")
        elif number < len(messages) - 1:
            heard.earlier.append(UserTurn(tuple(inner.parts)))
        else:
            heard.parts += inner.parts
    if not heard.parts:
        raise UsageError("the last message is not a user's; end with the question")


def _hear_item(item: Any, heard: Heard) -> None:
    if isinstance(item, TextPart | ImagePart | VideoPart):
        heard.parts.append(item)
    elif isinstance(item, str):
        heard.parts.append(TextPart(item))
    elif isinstance(item, Mapping):
        _hear_mapping(item, heard)
    elif isinstance(item, Path) and item.suffix.lower() in FILMS:
        _film(item, {}, heard)
    elif isinstance(item, Path | bytes) or hasattr(item, "convert"):
        _see(item, {}, heard)
    else:
        raise UsageError(
            f"a {type(item).__name__} cannot be said to a model; give text, a Path, a PIL picture "
            "or a message"
        )


def _hear_mapping(item: Mapping[str, Any], heard: Heard) -> None:
    kind = item.get("type") or next((known for known in _KINDS if known in item), None)
    if kind not in _KINDS or kind not in item:
        raise UsageError(
            f"an item of type {kind!r} with {', '.join(map(repr, item)) or 'nothing'} is not "
            f"understood; use one of: {', '.join(_KINDS)}"
        )
    value = item[kind]
    if isinstance(value, Mapping) and kind.endswith("_url"):  # as OpenAI's servers want it
        # "auto" asks for nothing; any other detail is what max_pixels is for here.
        known = {"url", "detail"} if value.get("detail") == "auto" else {"url"}
        _must_know(value, known, f"the {kind}")
        value = value.get("url")
    if kind == "text":
        _must_know(item, {"type", "text"}, "a text")
        heard.parts.append(TextPart(str(value)))
    elif kind.startswith("image"):
        _must_know(item, {"type", kind} | _PIXEL_KEYS, "a picture")
        _see(value, item, heard)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        _must_know(item, {"type", kind} | _PIXEL_KEYS | _LIST_KEYS, "a film given as frames")
        heard.parts.append(_frames(value, item))
    else:
        _must_know(item, {"type", kind} | _PIXEL_KEYS | _FILM_KEYS, "a film")
        options = {key: item[key] for key in item if key not in ("type", kind)}
        _film(value, options, heard)


def _see(source: Any, keys: Mapping[str, Any], heard: Heard) -> None:
    if not isinstance(source, str | Path | bytes) and not hasattr(source, "convert"):
        raise UsageError(f"a {type(source).__name__} is no picture; give a path, an address or PIL")
    picture = read_picture(source)
    heard.parts.append(ImagePart(resized(picture.image, keys)))
    if picture.note:
        heard.notes.append(picture.note)


def resized(image: Image.Image, keys: Mapping[str, Any]) -> Image.Image:
    """`image` as `min_pixels`, `max_pixels`, `resized_height` and `resized_width` ask.

    The model's own budget of pixels still holds behind it. Raise `UsageError` for values that
    mean nothing, `MediaError` for a picture far longer than wide.
    """
    width, height = image.size
    if max(width, height) > MOST_RATIO * min(width, height):
        raise MediaError(f"a picture of {width}x{height} is too narrow to be seen; cut it")
    wanted = {name: _whole(name, keys[name]) for name in _PIXEL_KEYS if keys.get(name) is not None}
    tall, wide = wanted.get("resized_height"), wanted.get("resized_width")
    if (tall is None) != (wide is None):
        raise UsageError("resized_height and resized_width belong together; give both or none")
    if tall is not None and wide is not None:
        if tall * wide > MOST_PIXELS:
            raise UsageError(f"resized to {wide}x{tall} is more than {MOST_PIXELS} pixels")
        return image.resize((wide, tall))
    least, most = wanted.get("min_pixels", 1), wanted.get("max_pixels", MOST_PIXELS)
    if least > most:
        raise UsageError(f"min_pixels {least} is more than max_pixels {most}")
    area = width * height
    if least <= area <= most:
        return image
    scale = math.sqrt((most if area > most else least) / area)
    # Down for a cap and up for a floor, so that the bound itself is kept.
    fit = math.floor if area > most else math.ceil
    return image.resize((max(1, fit(width * scale)), max(1, fit(height * scale))))


def _frames(sources: Sequence[Any], keys: Mapping[str, Any]) -> VideoPart:
    """A film given as its frames; without a rate they are two in a second, as upstream has it."""
    if not sources:
        raise MediaError("the film has no frames")
    rates = (keys.get(name) for name in ("sample_fps", "fps", "raw_fps"))
    given = next((rate for rate in rates if rate is not None), 2.0)
    if not isinstance(given, int | float) or not 0 < given < 1000:
        raise UsageError(f"a rate of {given!r} frames in a second means nothing")
    pictures = [resized(read_picture(source).image, keys) for source in sources]
    first = pictures[0].size
    if any(picture.size != first for picture in pictures):
        raise MediaError("the film's frames are of different sizes; make them one size")
    return VideoPart(tuple(pictures), tuple(number / given for number in range(len(pictures))))


def _film(source: Any, options: Mapping[str, Any], heard: Heard) -> None:
    if not isinstance(source, str | Path):
        raise UsageError(f"a {type(source).__name__} is no film; give a path, an address or frames")
    film = read_film(source, **options)
    heard.parts.append(film.part)
    if film.note:
        heard.notes.append(film.note)


def _must_know(item: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    for key in item:
        if key not in known:
            raise UsageError(f"{what} has the key {key!r}, which is not understood; leave it out")


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 10**9:
        raise UsageError(f"{name} is {value!r}; it must be a whole number of 1 or more")
    return int(value)
