"""What each visual token of a card tells of: the fact whose letters stand in it.

Questions point at a few facts of a card; a throwaway head that names the fact under every token
teaches where all of them stand at once, as `network.CellHead` does on screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tapwright.training.cards import words
from tapwright.training.shape import CELL

FACTS = (
    "number",
    "carrier",
    "sender",
    "receiver",
    "origin",
    "destination",
    "departs",
    "boards",
    "gate",
    "seat",
    "city",
    "temperature",
    "sky",
)
ROLES = 1 + 2 * len(FACTS)  # nothing, then the first cell and the later cells of each fact
# What a card calls these facts where it names them; cities of senders and receivers stand a few
# lines below.
_LABELS = {
    "number": words.FLIGHT + words.TRACKING,
    "carrier": words.CARRIER,
    "sender": words.SENDER,
    "receiver": words.RECEIVER,
    "origin": words.FROM,
    "destination": words.TO,
    "departs": words.DEPARTS,
    "boards": words.BOARDS,
    "gate": words.GATE,
    "seat": words.SEAT,
    "city": words.CITY,
    "temperature": words.TEMPERATURE,
    "sky": words.SKY,
}
_LABEL_OF = {name: frozenset(map(str.casefold, known)) for name, known in _LABELS.items()}
_FAR = 3  # so many lines before a value its label may stand
_OFTEN = 0.1  # the weight of "nothing", which most cells hold


def roles_of(fields: Iterable[Any], shape: Sequence[int]) -> Tensor:
    """The role of each cell (cells,) of a picture (H, W, ...): 0 for nothing, 1 + 2 * i where
    the fact i of `FACTS` begins, 2 + 2 * i where it goes on."""
    found = torch.zeros((shape[0] // CELL) * (shape[1] // CELL), dtype=torch.long)
    for name, _, boxes in fields:
        if name not in FACTS:
            continue
        fresh = [cell for cell in cells_of(boxes, shape) if not found[cell]]
        for at, cell in enumerate(fresh):
            found[cell] = 1 + 2 * FACTS.index(name) + (at > 0)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What whole cards tell: the role of each cell (B, cells), and of each cell of a value that
    has a label, its row in the batch, its cell, and the cell where the label begins (N, 3)."""

    roles: Tensor
    labels: Tensor


def labels_of(fields: Sequence[Any], shape: Sequence[int]) -> list[tuple[int, int]]:
    """(cell of a value, first cell of its label) of a picture (H, W, ...); labels that come behind
    their value, in the order in which a picture is read, are left out. What makes a destination
    without a label one is the origin before it, which then stands for the label."""
    found = []
    for at, (name, _, boxes) in enumerate(fields):
        known = _LABEL_OF.get(name, frozenset())
        before = [f for f in fields[max(0, at - _FAR) : at] if f[1].casefold() in known]
        if name == "destination" and not before:
            before = [f for f in fields[:at] if f[0] == "origin" and f[2]]
        label = cells_of(before[-1][2], shape) if before else []
        if label:
            found += [(cell, label[0]) for cell in cells_of(boxes, shape) if cell > label[0]]
    return found


def cells_of(boxes: Iterable[Any], shape: Sequence[int]) -> list[int]:
    """The cells in which characters' middles lie, each once, in order."""
    rows, columns = shape[0] // CELL, shape[1] // CELL
    found: dict[int, None] = {}
    for left, top, right, bottom in boxes:
        row, column = int((top + bottom) / 2 // CELL), int((left + right) / 2 // CELL)
        if 0 <= row < rows and 0 <= column < columns:
            found[row * columns + column] = None
    return list(found)


def role_head(hidden: int) -> nn.Linear:
    """The throwaway head: one visual token to its role."""
    return nn.Linear(hidden, ROLES)


def role_loss(head: nn.Linear, tokens: Tensor, roles: Tensor) -> tuple[Tensor, float]:
    """Cross entropy over visual tokens (N, hidden) and the share of right ones among those that
    tell of a fact."""
    logits = head(tokens).float()
    weights = torch.ones(ROLES)
    weights[0] = _OFTEN
    told = roles > 0
    right = (logits.argmax(-1) == roles)[told].float().mean().item()
    return nn.functional.cross_entropy(logits, roles, weight=weights), right
