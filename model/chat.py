"""Messages become the text of a prompt, through the checkpoint's own chat template.

Invariant: a control token in the rendered text was written by the template, never by a message.
Forged ones are broken up with a mark before the template runs, and the mark is taken out again
after the text has been split at the real ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2.exceptions import TemplateError

from tapwright.errors import BrokenCheckpoint
from tapwright.types import ImagePart, Message, Part, TextPart, VideoPart, still_parts

# Unicode noncharacters: no text for people holds them, and tokenizers never see them.
_BREAK = "\ufdd0"
_OPEN_END = "\ufdd1"
_NONCHARACTERS = re.compile(f"[{_BREAK}{_OPEN_END}]")

IMAGE_TOKEN = "<|image_pad|>"
VIDEO_TOKEN = "<|video_pad|>"
# What a model may write about places; in its own turns they are its own words.
_GROUNDING = re.compile(r"<\|(?:object_ref|box|quad)_(?:start|end)\|>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a rendered prompt: one control token, or plain text to be encoded as such."""

    text: str
    control: bool


class ChatTemplate:
    """A chat template with the control tokens of its tokenizer.

    With `films`, films keep their own place in the prompt; without, they are timed pictures.
    """

    def __init__(
        self, tokenizer: Any, template: str, control_tokens: Iterable[str], *, films: bool = False
    ) -> None:
        longest_first = sorted(control_tokens, key=len, reverse=True)
        self._control = re.compile("|".join(re.escape(token) for token in longest_first))
        self._tokenizer = tokenizer
        self._template = template
        self._films = films

    def shown(self, message: Message) -> Sequence[Part]:
        """The parts of `message` as the prompt has them."""
        return message.parts if self._films else still_parts(message.parts)

    def render(self, messages: Sequence[Message]) -> list[Piece]:
        """The prompt in pieces; one `IMAGE_TOKEN` piece stands for each picture, in order.

        One `VIDEO_TOKEN` piece stands for each film.
        An open last turn ends where its words end; otherwise the model's turn is opened.
        """
        opened = bool(messages) and messages[-1].open
        turns = [self._turn(message) for message in messages]
        if opened:
            turns[-1] = _with_end_mark(turns[-1])
        try:
            text: str = self._tokenizer.apply_chat_template(
                turns,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=not opened,
            )
        except TemplateError as error:
            raise BrokenCheckpoint(f"the chat template cannot be used: {error}") from error
        if opened:
            text = text[: text.rindex(_OPEN_END)]
        pieces = self._split(text)
        parts = [part for message in messages for part in self.shown(message)]
        for token, kind, called in (
            (IMAGE_TOKEN, ImagePart, "pictures"),
            (VIDEO_TOKEN, VideoPart, "films"),
        ):
            wanted = sum(isinstance(part, kind) for part in parts)
            places = sum(piece.control and piece.text == token for piece in pieces)
            if places != wanted:
                raise BrokenCheckpoint(
                    f"the chat template made {places} places for {wanted} {called}; "
                    "use the template that came with the vision model"
                )
        return pieces

    def _turn(self, message: Message) -> dict[str, Any]:
        """`message` as a template reads it: a string, or a list where there are pictures."""
        content: list[dict[str, str]] = []
        for part in self.shown(message):
            if not isinstance(part, TextPart):
                kind = "image" if isinstance(part, ImagePart) else "video"
                content.append({"type": kind})
                continue
            text = self._guard(
                _NONCHARACTERS.sub("", part.text),
                allow_grounding=message.role == "assistant" and part.trusted,
            )
            if content and content[-1]["type"] == "text":
                content[-1]["text"] += _BREAK + text  # two parts may forge a token together
            else:
                content.append({"type": "text", "text": text})
        if any(item["type"] != "text" for item in content):
            return {"role": message.role, "content": content}
        return {"role": message.role, "content": content[0]["text"] if content else ""}

    def _guard(self, text: str, *, allow_grounding: bool) -> str:
        """`text` with a mark inside whatever would become a control token."""

        def broken(match: re.Match[str]) -> str:
            token = match.group()
            if allow_grounding and _GROUNDING.fullmatch(token):
                return token
            return token[0] + _BREAK + token[1:]

        return self._control.sub(broken, text)

    def _split(self, text: str) -> list[Piece]:
        """`text` cut at its control tokens, marks removed from what lies between them."""
        pieces: list[Piece] = []
        start = 0
        for match in self._control.finditer(text):
            _append_plain(pieces, text[start : match.start()])
            pieces.append(Piece(match.group(), control=True))
            start = match.end()
        _append_plain(pieces, text[start:])
        return pieces


def _append_plain(pieces: list[Piece], text: str) -> None:
    plain = text.replace(_BREAK, "")
    if plain:
        pieces.append(Piece(plain, control=False))


def _with_end_mark(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn with a mark where its content ends, to cut the rendered text at."""
    content = turn["content"]
    if isinstance(content, str):
        return {**turn, "content": content + _OPEN_END}
    return {**turn, "content": [*content, {"type": "text", "text": _OPEN_END}]}
