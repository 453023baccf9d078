"""How many tokens a request takes, estimated: the vocabulary is the server's, not ours.

The rule, the same on every machine: a digit is one token, as in all families here; three and a
half other ASCII characters are one; any other character is one, which is a little too many for
Chinese. A picture takes what its size says, and each message five more for its frame.
"""

from __future__ import annotations

import json
import math

from tapwright.model.sizes import shown_by
from tapwright.types import Family, ImagePart, Request, Size, still_parts

_ASCII_PER_TOKEN = 3.5
_FRAME = 5  # `<|im_start|>`, the role, two line breaks, `<|im_end|>`
_PICTURE_FRAME = 2  # where the picture starts and ends


def text_tokens(text: str) -> int:
    """About how many tokens `text` takes."""
    ascii_others = sum(letter.isascii() and not letter.isdigit() for letter in text)
    return len(text) - ascii_others + math.ceil(ascii_others / _ASCII_PER_TOKEN)


def picture_tokens(family: Family, size: Size) -> int:
    """How many tokens a picture of `size` takes once it was resized by the family's rule."""
    shown = shown_by(family, size)
    return shown.width * shown.height // family.patch_factor**2


def request_tokens(request: Request, family: Family, *, with_tools: bool) -> int:
    """About how many tokens the prompt takes; tools count where the server writes them down."""
    total = _FRAME
    for message in request.messages:
        total += _FRAME
        for part in still_parts(message.parts):
            if isinstance(part, ImagePart):
                total += picture_tokens(family, Size(*part.image.size)) + _PICTURE_FRAME
            else:
                total += text_tokens(part.text)
        for call in message.calls:
            total += _FRAME + text_tokens(call.name + json.dumps(dict(call.arguments)))
    if with_tools:
        for tool in request.tools:
            written = json.dumps(dict(tool.parameters), ensure_ascii=False)
            total += 2 * _FRAME + text_tokens(tool.name + tool.description + written)
    return total
