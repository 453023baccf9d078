"""A model that says what it was told to say: for tests, demonstrations and replays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from tapwright.errors import ModelError
from tapwright.model.families import family_named
from tapwright.types import Family, ImagePart, Reply, Request, Size, still_parts

_CHARACTERS_PER_TOKEN = 4  # about what a byte-level vocabulary needs for English


class ScriptedModel:
    """Gives its replies in order and keeps every request in `requests`.

    A reply is text, a whole `Reply`, or a `ModelError` to raise. It honours stop words and
    streams word by word, as a real model does. Pictures are "shown" at their own size.
    """

    name = "scripted"

    def __init__(
        self,
        replies: Iterable[str | Reply | ModelError],
        family: Family | str = "qwen2-vl",
    ) -> None:
        self.family = family_named(family) if isinstance(family, str) else family
        self.requests: list[Request] = []
        self._replies = tuple(replies)

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Give the next reply; raise `ModelError` when none is left."""
        given = len(self.requests)
        self.requests.append(request)
        if given >= len(self._replies):
            raise ModelError(
                f"the scripted model has no reply left after {len(self._replies)}; give it more"
            )
        reply = self._replies[given]
        if isinstance(reply, ModelError):
            raise reply
        if isinstance(reply, str):
            reply = Reply(reply, new_tokens=max(1, len(reply) // _CHARACTERS_PER_TOKEN))
        reply = _cut(replace(reply, prompt_tokens=self.count_tokens(request)), request.stop)
        if on_text is not None:
            for piece in _words(reply.text):
                on_text(piece)
        return reply

    def count_tokens(self, request: Request) -> int:
        """About as many tokens as a real model would need."""
        total = 0
        for message in request.messages:
            for part in still_parts(message.parts):
                if isinstance(part, ImagePart):
                    width, height = part.image.size
                    shown = min(width * height, self.family.max_pixels)
                    total += max(1, shown // self.family.patch_factor**2)
                else:
                    total += max(1, len(part.text) // _CHARACTERS_PER_TOKEN)
        return total

    def shown_size(self, size: Size) -> Size:
        """The picture's own size."""
        return size


def _cut(reply: Reply, stop: Iterable[str]) -> Reply:
    """`reply` up to the first stop word in it."""
    found = [reply.text.index(word) for word in stop if word in reply.text]
    if not found:
        return reply
    return replace(reply, text=reply.text[: min(found)], finish="stop_word")


def _words(text: str) -> list[str]:
    """`text` in pieces that each end with a space or a line break."""
    pieces, start = [], 0
    for at, character in enumerate(text, start=1):
        if character.isspace():
            pieces.append(text[start:at])
            start = at
    if start < len(text):
        pieces.append(text[start:])
    return pieces
