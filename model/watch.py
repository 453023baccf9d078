"""Follows a reply while it is generated: streams its text and stops it at a stop word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import torch
from transformers import StoppingCriteria

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
        self.text = ""
        self.new_tokens = 0
        self.stopped = False  # at a stop word
        self.ended = False  # the model wrote an end token
        self.in_callback = False  # an error that passes through is the callback's, not the model's
        self._tokenizer = tokenizer
        self._prompt_tokens = prompt_tokens
        self._stop = tuple(word for word in stop if word)
        self._end_tokens = frozenset(end_tokens)
        self._on_text = on_text
        self._undecoded: list[int] = []
        self._held = ""  # decoded, but possibly the start of a stop word

    def __call__(
        self, input_ids: torch.Tensor, scores: torch.Tensor | None = None, **kwargs: Any
    ) -> torch.Tensor:
        """Take note of the newest tokens of the one sequence, shape (1, length)."""
        for token in input_ids[0, self._prompt_tokens + self.new_tokens :].tolist():
            self._take(token)
        return torch.full((input_ids.shape[0],), self.stopped, device=input_ids.device)

    def close(self) -> None:
        """Give out what was held back; call once, when generation has ended."""
        if self.stopped:
            return
        self._held += self._decode(self._undecoded)
        self._undecoded = []
        self._release(final=True)

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
        self._held += piece
        self._release(final=False)

    def _release(self, *, final: bool) -> None:
        """Give out as much of the held text as cannot belong to a stop word."""
        found = [at for word in self._stop if (at := self._held.find(word)) >= 0]
        if found:
            self.stopped = True
            keep = min(found)
        elif final:
            keep = len(self._held)
        else:
            keep = len(self._held) - max(
                (_overlap(self._held, word) for word in self._stop), default=0
            )
        piece, self._held = self._held[:keep], self._held[keep:]
        if not piece:
            return
        self.text += piece
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


def _overlap(text: str, word: str) -> int:
    """The length of the longest end of `text` that begins `word`."""
    for length in range(min(len(text), len(word) - 1), 0, -1):
        if text.endswith(word[:length]):
            return length
    return 0
