"""The forward pass that training uses: the real Qwen2-VL modules, called on packed sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from tapwright.training.pack import IGNORED
from tapwright.training.pixels import StillPatchEmbed, patchify
from tapwright.training.shape import CELL

MOST_ROWS = 20  # cells along the longer side of the largest picture
PLACE_WEIGHT = 0.5
MIDDLE = 2  # language layers below the place head


@dataclass(frozen=True, slots=True)
class Losses:
    """One batch: the loss to descend, and what a person wants to see of it."""

    total: Tensor
    language: float
    cells: float
    places: float
    tokens_right: float  # share of reply tokens that greedy reading would get right
    replies_right: float  # share of replies whose every token is right


class CellHead(nn.Module):
    """A throwaway head: what stands under each visual token, and whether it is switched on."""

    def __init__(self, hidden: int, labels: int) -> None:
        super().__init__()
        self.label = nn.Linear(hidden, labels)
        self.state = nn.Linear(hidden, 3)

    def forward(self, tokens: Tensor, labels: Tensor, states: Tensor) -> Tensor:
        """Mean cross entropy over visual tokens (N, hidden); label 0 is plain background."""
        weight = torch.ones(self.label.out_features)
        weight[0] = 0.3
        named = functional.cross_entropy(self.label(tokens).float(), labels, weight=weight)
        mild = torch.tensor([0.1, 1.0, 1.0])
        return named + 0.5 * functional.cross_entropy(
            self.state(tokens).float(), states, weight=mild
        )


class PlaceHead(nn.Module):
    """A throwaway head in the middle of the language half: where am I, and where is what is meant.

    Rotary positions tell tokens only how far apart they are. This head asks every visual token
    for its own row and column, and the token before a point's digits for the cell that is meant;
    without it the circuit from a word to a place takes many times as long to form.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.row = nn.Linear(hidden, MOST_ROWS)
        self.column = nn.Linear(hidden, MOST_ROWS)
        self.asks = nn.Linear(hidden, hidden)
        self.answers = nn.Linear(hidden, hidden)
        self.read_row = nn.Linear(hidden, MOST_ROWS)
        self.read_column = nn.Linear(hidden, MOST_ROWS)

    def forward(
        self, middle: Tensor, late: Tensor, packed: dict[str, Tensor], columns: int
    ) -> Tensor:
        """The loss on hidden states (B, L, hidden) of a packed batch with pictures of one size.

        In the `middle` a token finds the cell that is meant; `late`, it has fetched its place.
        """
        batch, _, hidden = middle.shape
        cells = middle[packed["pictured"]].view(batch, -1, hidden)
        places = torch.arange(cells.shape[1]).expand(batch, -1).flatten()
        flat = cells.flatten(0, 1)
        row = functional.cross_entropy(self.row(flat).float(), places // columns)
        column = functional.cross_entropy(self.column(flat).float(), places % columns)
        rows, at, wanted = packed["aims"].unbind(1)
        asked = self.asks(middle[rows, at]).unsqueeze(1)
        scores = (asked * self.answers(cells)[rows]).sum(-1).float() / hidden**0.5
        found = functional.cross_entropy(scores, wanted)
        fetched = late[rows, at]
        read = functional.cross_entropy(self.read_row(fetched).float(), wanted // columns)
        read += functional.cross_entropy(self.read_column(fetched).float(), wanted % columns)
        return row + column + found + read


class Network:
    """A Qwen2-VL with its training-only heads and forward pass."""

    def __init__(self, model: Any, head: CellHead) -> None:
        self.model = model
        self.head = head
        self.places = PlaceHead(model.config.text_config.hidden_size)
        visual = model.model.visual
        if not isinstance(visual.patch_embed, StillPatchEmbed):
            visual.patch_embed = StillPatchEmbed(visual.patch_embed)

    def parameters(self) -> list[nn.Parameter]:
        """All that is trained, the heads included."""
        heads = (*self.head.parameters(), *self.places.parameters())
        return [*self.model.parameters(), *heads]

    def hidden(self, pictures: Tensor, packed: dict[str, Tensor]) -> tuple[Tensor, ...]:
        """Visual tokens (cells, hidden), then hidden states (B, L, hidden): middle, late, last."""
        inner = self.model.model
        values, grids = patchify(pictures)
        tokens = inner.visual(values, grid_thw=grids).pooler_output
        embeds = inner.language_model.embed_tokens(packed["ids"])
        embeds = embeds.masked_scatter(packed["pictured"].unsqueeze(-1), tokens.to(embeds.dtype))
        out = inner.language_model(
            inputs_embeds=embeds,
            attention_mask=packed["mask"],
            position_ids=packed["positions"],
            use_cache=False,
            output_hidden_states=True,
        )
        states = out.hidden_states
        return tokens, states[MIDDLE], states[MIDDLE + 1], out.last_hidden_state

    def losses(
        self,
        pictures: Tensor,
        packed: dict[str, Tensor],
        cells: tuple[Tensor, Tensor],
        cell_weight: float,
    ) -> Losses:
        """Language loss on the replies plus `cell_weight` times the loss on the cells."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tokens, middle, late, states = self.hidden(pictures, packed)
            wanted = packed["labels"]
            chosen = wanted != IGNORED
            logits = self.model.lm_head(states[chosen]).float()
            language = functional.cross_entropy(logits, wanted[chosen])
            beside = self.head(tokens, cells[0].flatten(), cells[1].flatten())
            places = self.places(middle, late, packed, pictures.shape[2] // CELL)
        right = logits.argmax(-1) == wanted[chosen]
        return Losses(
            total=language + cell_weight * beside + PLACE_WEIGHT * places,
            language=language.item(),
            cells=beside.item(),
            places=places.item(),
            tokens_right=right.float().mean().item(),
            replies_right=_whole_replies(right, chosen),
        )


def _whole_replies(right: Tensor, chosen: Tensor) -> float:
    """Share of unbroken runs of chosen tokens in which every token is right."""
    rows, columns = chosen.nonzero(as_tuple=True)
    new = torch.ones(len(rows), dtype=torch.bool)
    new[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1] + 1)
    run = new.cumsum(0) - 1
    wrong = torch.zeros(int(run[-1]) + 1).index_add_(0, run, (~right).float())
    return (wrong == 0).float().mean().item()
