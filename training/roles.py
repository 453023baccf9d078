"""What each visual token of a card tells of: the fact whose letters stand in it.

Questions point at a few facts of a card; a throwaway head that names the fact under every token
teaches where all of them stand at once, as `network.CellHead` does on screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

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
_OFTEN = 0.1  # the weight of "nothing", which most cells hold


def roles_of(fields: Iterable[Any], shape: Sequence[int]) -> Tensor:
    """The role of each cell (cells,) of a picture (H, W, ...): 0 for nothing, 1 + 2 * i where
    the fact i of `FACTS` begins, 2 + 2 * i where it goes on."""
    rows, columns = shape[0] // CELL, shape[1] // CELL
    found = torch.zeros(rows, columns, dtype=torch.long)
    for name, _, boxes in fields:
        if name not in FACTS:
            continue
        begun = False
        for left, top, right, bottom in boxes:
            row, column = int((top + bottom) / 2 // CELL), int((left + right) / 2 // CELL)
            if 0 <= row < rows and 0 <= column < columns and not found[row, column]:
                found[row, column] = 1 + 2 * FACTS.index(name) + begun
                begun = True
    return found.flatten()


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
