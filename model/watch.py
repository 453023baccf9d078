"""Follows a reply while it is generated: streams its text and stops it at a stop word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import torch
from transformers import StoppingCriteria

from tapwright.model.stop_text import StopText

_HALF_CHARACTER = "\ufffd"  # what a decoder gives for bytes whose character is not complete


class ReplyWatcher(StoppingCriteria):  # type: ignore[misc]  # transformers has no types
    """Turns token ids into text as they come; one watcher serves one reply.

    `text` is what has been written, without a stop word; `on_text` was given exactly that text,
    in pieces. Nothing that may still turn into a stop word or half a character is given out.
    """

    def __init__(
        self,
        tokenizer: Any,
        prompt_tokens: int,
        stop: Collection[str] = (),
        end_tokens: Collection[int] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        self.new_tokens = 0
        self.ended = False  # the model wrote an end token
        self.in_callback = False  # an error that passes through is the callback's, not the model's
        self._tokenizer = tokenizer
        self._prompt_tokens = prompt_tokens
        self._written = StopText(stop, self._give)
        self._end_tokens = frozenset(end_tokens)
        self._on_text = on_text
        self._undecoded: list[int] = []

    @property
    def text(self) -> str:
        """What has been written, without a stop word."""
        return self._written.text

    @property
    def stopped(self) -> bool:
        """Whether a stop word was met."""
        return self._written.stopped

    def __call__(
        self, input_ids: torch.Tensor, scores: torch.Tensor | None = None, **kwargs: Any
    ) -> torch.Tensor:
        """Take note of the newest tokens of the one sequence, shape (1, length)."""
        for token in input_ids[0, self._prompt_tokens + self.new_tokens :].tolist():
            self._take(token)
        return torch.full((input_ids.shape[0],), self.stopped, device=input_ids.device)

    def close(self) -> None:
        """Give out what was held back; call once, when generation has ended."""
        self._written.take(self._decode(self._undecoded))
        self._undecoded = []
        self._written.close()

    def _take(self, token: int) -> None:
        self.new_tokens += 1
        if token in self._end_tokens:
            self.ended = True
            return
        self._undecoded.append(token)
        piece = self._decode(self._undecoded)
        if piece.endswith(_HALF_CHARACTER):
            return
        self._undecoded = []
        self._written.take(piece)

    def _give(self, piece: str) -> None:
        if self._on_text is not None:
            self.in_callback = True
            self._on_text(piece)
            self.in_callback = False

    def _decode(self, tokens: list[int]) -> str:
        # Special tokens stay: the box tokens are how some checkpoints write a point.
        text: str = self._tokenizer.decode(
            tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        return text
