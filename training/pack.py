"""Many questions behind one picture: a packed sequence in which no question sees another.

A sequence is the prefix that every prompt shares (instructions, picture), then segments, each the
rest of a prompt and its reply. The mask and the positions make a segment exactly what it would be
alone, so one pass through the eye serves a dozen replies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tapwright.training.shape import CELL

IGNORED = -100
_POINT = re.compile(r"\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A stretch of a reply that is read off the picture, letter by letter.

    `start` is its place in the reply; `cells` has the visual token under each of its letters, or
    -1 for a letter that stands nowhere, and `slots` the upright part of that cell (see `eye`).
    """

    start: int
    cells: tuple[int, ...]
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The words behind the picture and the reply that is right.

    `before` is what the model's turn already holds: its earlier calls and their results. `read`
    are the stretches of the reply that are read off the picture, in order.
    """

    text: str
    reply: str
    before: str = ""
    read: tuple[Spelled, ...] = ()


class Packer:
    """Writes prompts as token ids for one tokenizer and one system text."""

    def __init__(self, tokenizer: Any, system: str) -> None:
        self._tokenizer = tokenizer
        token = tokenizer.convert_tokens_to_ids
        self._end, self._start = token("<|im_end|>"), token("<|im_start|>")
        self.pad: int = token("<|endoftext|>")
        self._picture: int = token("<|image_pad|>")
        self._open_reply = [self._end, *self._encode("\n"), self._start]
        self._open_reply += self._encode("assistant\n")
        self._before = [self._start, *self._encode(f"system\n{system}"), self._end]
        self._before += [*self._encode("\n"), self._start, *self._encode("user\n")]
        self._before.append(token("<|vision_start|>"))
        self._after: int = token("<|vision_end|>")
        self._bracket: int = self._encode(' {"point": (1,1)}')[-5]  # what stands before the digits
        self._known: dict[str, list[int]] = {}

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def _cached(self, text: str) -> list[int]:
        if text not in self._known:
            self._known[text] = self._encode(text)
        return self._known[text]

    def _reply(self, question: Question) -> tuple[list[int], list[tuple[int, int, int]]]:
        """The reply's token ids, its end included, and (token, cell, slot) for each letter read.

        What is read off the picture is one token a letter: which word pieces a number falls into
        can be known only when all of it has been read.
        """
        ids: list[int] = []
        letters: list[tuple[int, int, int]] = []
        at = 0
        for spelled in question.read:
            ids += self._encode(question.reply[at : spelled.start])
            at = spelled.start + len(spelled.cells)
            written = question.reply[spelled.start : at]
            for letter, cell, slot in zip(written, spelled.cells, spelled.slots, strict=True):
                if cell >= 0:
                    letters.append((len(ids), cell, slot))
                ids += self._cached(letter)
        return [*ids, *self._encode(question.reply[at:]), self._end], letters

    def prompt(self, question: Question, cells: int) -> list[int]:
        """The token ids of one whole prompt, up to where the reply begins."""
        return [
            *self._before,
            *[self._picture] * cells,
            self._after,
            *self._encode(question.text),
            *self._open_reply,
            *self._encode(question.before),
        ]

    def pack(
        self, questions: Sequence[Sequence[Question]], height: int, width: int, length: int
    ) -> dict[str, Tensor]:
        """Pack the questions of each picture of `height` x `width` pixels to `length` tokens.

        Returns `ids` (B, L), `labels` (B, L; the token that should follow), `positions`
        (3, B, L), `mask` (B, 1, L, L; True where a token may look), `pictured` (B, L), and
        `aims` (N, 4): for each token that a point's digits or a letter read off the picture
        follow, its row in the batch, its place, the cell that is meant, and the letter's slot in
        it (-1 for digits). Questions that no longer fit are left out.
        """
        rows, columns = height // CELL, width // CELL
        prefix = [*self._before, *[self._picture] * (rows * columns), self._after]
        before = len(self._before)
        batch = len(questions)
        ids = torch.full((batch, length), self.pad)
        labels = torch.full((batch, length), IGNORED)
        positions = torch.zeros((3, batch, length), dtype=torch.long)
        group = torch.full((batch, length), -1)
        ids[:, : len(prefix)] = torch.tensor(prefix)
        group[:, : len(prefix)] = 0
        positions[:, :, :before] = torch.arange(before)
        cells = torch.arange(rows * columns)
        grid = torch.stack([torch.zeros_like(cells), cells // columns, cells % columns])
        positions[:, :, before : len(prefix) - 1] = (grid + before).unsqueeze(1)
        follow = before + max(rows, columns, 1)  # text goes on behind the widest side
        positions[:, :, len(prefix) - 1] = follow
        aims: list[tuple[int, int, int, int]] = []
        for row, asked in enumerate(questions):
            at = len(prefix)
            for number, question in enumerate(asked, start=1):
                opening = [*self._cached(question.text), *self._open_reply]
                opening += self._encode(question.before)
                reply, letters = self._reply(question)
                segment = opening + reply
                if at + len(segment) > length:
                    break
                end = at + len(segment)
                ids[row, at:end] = torch.tensor(segment)
                labels[row, at + len(opening) - 1 : end - 1] = torch.tensor(reply)
                positions[:, row, at:end] = torch.arange(follow + 1, follow + 1 + len(segment))
                group[row, at:end] = number
                point = _POINT.search(question.reply)
                if point is not None:
                    x, y = (min(int(part) / 1000, 0.999) for part in point.groups())
                    cell = int(y * rows) * columns + int(x * columns)
                    first = at + len(opening) + reply.index(self._bracket)
                    digits = range(first, first + len(point.group()) - 2)  # one token each
                    aims += [(row, place, cell, -1) for place in digits]
                first = at + len(opening) - 1  # where the reply's first token is foretold
                aims += [(row, first + place, cell, slot) for place, cell, slot in letters]
                at = end
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        shared = (group == 0).unsqueeze(1)
        own = group.unsqueeze(2) == group.unsqueeze(1)
        mask = causal & (shared | own)
        mask |= torch.eye(length, dtype=torch.bool)  # padding looks at itself: no empty row
        return {
            "ids": ids,
            "labels": labels,
            "positions": positions,
            "mask": mask.unsqueeze(1),
            "pictured": ids == self._picture,
            "aims": torch.tensor(aims, dtype=torch.long).view(-1, 4),
        }
