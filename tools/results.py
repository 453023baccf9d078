"""What a plugin returns, made into a result for the model: untrusted, without secrets, and never
without end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeGuard

from tapwright.errors import ToolError
from tapwright.tools.pictures import upright
from tapwright.tools.redaction import Redactor
from tapwright.tools.rendering import as_json
from tapwright.types import (
    Delivery,
    Effect,
    ImagePart,
    Part,
    TextPart,
    ToolResult,
    still_parts,
)

if TYPE_CHECKING:
    from PIL import Image

MAX_RESULT = 20_000  # characters of one result that a model is shown
MAX_SAID = 300
MAX_ITEMS = 10_000  # taken from what comes bit by bit
MAX_PARTS = 64
MAX_PICTURES = 8
MAX_PIXELS = 4_000_000  # of one picture that a model is shown; larger ones are shrunk
MAX_DECODED = 40_000_000  # pixels of a picture that is looked at at all

# What Pillow raises for a picture that is not whole; its bombs were caught by their size before.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError)

NOTHING_SECRET = Redactor({})


def as_result(value: object, redactor: Redactor = NOTHING_SECRET) -> ToolResult:
    """Make a plugin's value a `ToolResult`: text, parts, pictures, or what JSON can hold.

    How a run ends and where on the screen something was done are not a plugin's to say.
    """
    if isinstance(value, ToolResult):
        delivery, said = Delivery(value.effect.delivery), one_line(value.effect.said, redactor)
        return ToolResult(Effect(delivery, said), _shown(value.parts, redactor))
    return ToolResult(Effect(Delivery.DELIVERED), _shown(_as_parts(value, redactor), redactor))


def crash_result(
    name: str, error: BaseException, redactor: Redactor = NOTHING_SECRET
) -> ToolResult:
    """Say that a plugin failed; what it did before that is unknown."""
    said = f"{type(error).__name__}: {error}"
    return ToolResult(Effect(Delivery.UNKNOWN, f"{name} failed: {one_line(said, redactor)}"))


def one_line(said: object, redactor: Redactor, limit: int = MAX_SAID) -> str:
    """At most `limit` characters of what was said, on one line and without secrets."""
    text = str(said)
    whole = redactor.text(text, 4 * limit)
    line = " ".join(whole.split())
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    return f"{line[:limit]}… ({len(text)} characters in all)"


def _as_parts(value: object, redactor: Redactor) -> Sequence[Part]:
    if value is None:
        return (TextPart("done"),)
    if isinstance(value, str):
        return (TextPart(value),)
    if isinstance(value, Part):
        return (value,)
    if _is_picture(value):
        return (ImagePart(value),)
    if isinstance(value, list | tuple) and value and all(map(_is_part, value)):
        return [item if isinstance(item, Part) else ImagePart(item) for item in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return (TextPart(_decoded(bytes(value[: 8 * MAX_RESULT]), len(value))),)
    return (TextPart(as_json(value, MAX_RESULT + redactor.margin)),)


def _decoded(data: bytes, size: int) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if size == len(data) or error.start < len(data) - 4:
            return f"({size} bytes that are not text)"
        text = data[: error.start].decode("utf-8")
    return text if size == len(data) else f"{text}… ({size} bytes in all)"


def _shown(parts: Iterable[Part], redactor: Redactor) -> tuple[Part, ...]:
    """The parts with all that is foreign in them bounded, marked and cleaned."""
    shown: list[Part] = []
    letters, pictures, left_out = MAX_RESULT, 0, 0
    whole = tuple(parts)
    left_out += max(0, len(whole) - MAX_PARTS)
    for part in still_parts(whole[:MAX_PARTS]):
        if isinstance(part, ImagePart):
            pictures += 1
            if pictures > MAX_PICTURES:
                left_out += 1
            else:
                shown.append(ImagePart(_plain(part.image)))
        elif isinstance(part, TextPart) and letters > 0:
            text = _cut(str(part.text), letters, redactor)
            letters -= len(text)
            shown.append(TextPart(text, trusted=False))
        else:
            left_out += 1
    if left_out:
        shown.append(TextPart(f"… ({left_out} parts more are left out)", trusted=False))
    return tuple(shown)


def _cut(text: str, limit: int, redactor: Redactor) -> str:
    shown = redactor.text(text, limit)
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters in all)"


def _is_part(value: object) -> bool:
    return isinstance(value, Part) or _is_picture(value)


def _is_picture(value: object) -> TypeGuard[Image.Image]:
    from PIL import Image

    return isinstance(value, Image.Image)


def _plain(image: object) -> Image.Image:
    """A picture as RGB pixels and nothing else, small enough for a model.

    What a file carries beside its pixels would reach the journal. Raise `ToolError` where it is
    no picture or one too large to be looked at.
    """
    from PIL import Image

    if not isinstance(image, Image.Image):
        raise ToolError(f"it returned a picture that is none ({type(image).__name__})")
    width, height = image.size
    if width * height > MAX_DECODED or not width or not height:
        raise ToolError(f"it returned a picture of {width}x{height} pixels; too large to be shown")
    try:
        if type(image) is Image.Image and image.mode == "RGB" and not image.info:
            image.load()
        else:
            seen = upright(image)
            bare = Image.new("RGB", seen.size)  # copies of a picture keep what its file carried
            bare.paste(seen)
            image = bare
    except _BROKEN as error:
        raise ToolError(f"it returned a picture that cannot be read: {error}") from error
    width, height = image.size
    if width * height <= MAX_PIXELS:
        return image
    share = (MAX_PIXELS / (width * height)) ** 0.5
    return image.resize((max(1, int(width * share)), max(1, int(height * share))))
