"""The forward pass that training uses: the real Qwen2-VL modules, called on packed sequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_rotary_pos_emb

from tapwright.training.eye import PER_CELL, character_head, character_loss
from tapwright.training.pack import IGNORED
from tapwright.training.pixels import StillPatchEmbed, patchify
from tapwright.training.roles import Told, role_head, role_loss
from tapwright.training.shape import CELL

MOST_ROWS = 33  # cells along the longer side of the largest picture
PLACE_WEIGHT = 0.5
MIDDLE = 2  # the language layer that looks; those below prepare, those above write
BINDER = 1  # the one in which a value's cells look at its label
LOOKING_HEADS = (0, 2)  # one of each group of query heads
LOOK_WEIGHT = 1.0
AGAIN_WEIGHT = 0.5  # of the layer behind it, which looks once more: it knows the place already
ROLE_WEIGHT = 0.5
SLOT_WEIGHT = 0.5
FETCH_WEIGHT = 0.5
FIRST_WEIGHT = 3.0  # of the look at a value's first letter, beside 1 for each that follows
BIND_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Losses:
    """One batch: the loss to descend, and by name what a person wants to see of it.

    Of whole replies these are `language`, `cells`, `places`, `tokens_right` (the share of reply
    tokens that greedy reading would get right), `replies_right` (of replies all right) and
    `slots_right` (of letters whose part of the cell is known) and `fetched_right` (of letters that
    are known behind the looking layer); of whole cards also `roles_right`
    (of cells whose fact is known) and `bound` (the loss of looking from values at labels).
    """

    total: Tensor
    measures: Mapping[str, float]


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
    """Throwaway heads in the language half: where am I, where is what is meant, where was that.

    Rotary positions tell tokens only how far apart they are, and the circuit from a word to a
    place and on to its digits takes hours to form by itself on a whole screen. Three hints bring
    it about: every visual token names its own row and column; two attention heads of one layer
    look at the cell that is meant, and two of the next, which knows it by then; between them a
    digit's token names the cell's place.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.row = nn.Linear(hidden, MOST_ROWS)
        self.column = nn.Linear(hidden, MOST_ROWS)
        self.read_row = nn.Linear(hidden, MOST_ROWS)
        self.read_column = nn.Linear(hidden, MOST_ROWS)

    def forward(
        self, language: Any, states: tuple[Tensor, Tensor], packed: dict[str, Tensor], columns: int
    ) -> Tensor:
        """The loss on the hidden states (B, L, hidden) before and behind the looking layer of
        `language`, for a packed batch with pictures of one size."""
        middle, late = states
        batch, _, hidden = middle.shape
        cells = middle[packed["pictured"]].view(batch, -1, hidden)
        places = torch.arange(cells.shape[1]).expand(batch, -1).flatten()
        own = self._named(self.row, self.column, cells.flatten(0, 1), places, columns)
        if not len(packed["aims"]):
            return own
        rows, at, wanted, _ = packed["aims"].unbind(1)
        fetched = self._named(self.read_row, self.read_column, late[rows, at], wanted, columns)
        aims = packed["aims"][:, :3]
        weights = 1 + (FIRST_WEIGHT - 1) * begins(rows, at).float()
        looked = looking_loss(language, MIDDLE, middle, packed, aims, weights)
        again = looking_loss(language, MIDDLE + 1, late, packed, aims, weights)
        return own + fetched + LOOK_WEIGHT * looked + AGAIN_WEIGHT * again

    def _named(
        self, row: nn.Linear, column: nn.Linear, states: Tensor, places: Tensor, columns: int
    ) -> Tensor:
        down = functional.cross_entropy(row(states).float(), places // columns)
        across = functional.cross_entropy(column(states).float(), places % columns)
        return down + across


def begins(rows: Tensor, places: Tensor) -> Tensor:
    """Which of these tokens (N,), in order, begin an unbroken run: of looks, the one that finds the
    value; those behind it only go on from there."""
    new = torch.ones(len(rows), dtype=torch.bool)
    new[1:] = (rows[1:] != rows[:-1]) | (places[1:] != places[:-1] + 1)
    return new


def looking_loss(
    language: Any,
    at_layer: int,
    states: Tensor,
    packed: dict[str, Tensor],
    aims: Tensor,
    weights: Tensor | None = None,
) -> Tensor:
    """Cross entropy of the looking heads' attention in one layer against the cells that are meant:
    `aims` (N, 3) are row in the batch, place in the sequence, cell; `weights` (N,) says how much
    each counts."""
    layer = language.layers[at_layer]
    attention = layer.self_attn
    batch, length, _ = states.shape
    normed = layer.input_layernorm(states)
    shape = (batch, length, -1, attention.head_dim)
    asks = attention.q_proj(normed).view(shape).transpose(1, 2)
    answers = attention.k_proj(normed).view(shape).transpose(1, 2)
    cosine, sine = language.rotary_emb(states, packed["positions"])
    asks, answers = apply_rotary_pos_emb(asks, answers, cosine, sine)
    rows, at, wanted = aims.unbind(1)
    first = _first_cell(packed)
    hidden_from = ~packed["mask"][rows, 0, at]
    group = asks.shape[1] // answers.shape[1]
    weights = torch.ones(len(aims)) if weights is None else weights
    loss = states.new_zeros(())
    for head in LOOKING_HEADS:
        scores = torch.einsum("nd,nkd->nk", asks[rows, head, at], answers[rows, head // group])
        scores = (scores.float() * attention.scaling).masked_fill(hidden_from, -torch.inf)
        each = functional.cross_entropy(scores, wanted + first, reduction="none")
        loss = loss + (each * weights).sum() / weights.sum()
    return loss / len(LOOKING_HEADS)


def fetched_loss(
    head: nn.Linear, late: Tensor, aims: Tensor, cells: tuple[Tensor, Tensor] | Tensor
) -> tuple[Tensor, dict[str, float]]:
    """The loss of naming all letters of the cells that were looked at, `cells` (B, cells,
    PER_CELL), out of the states (B, L, hidden) behind the looking layer: what is lost on the way
    from the eye shows here before it shows in the words."""
    rows, at, wanted, _ = aims[aims[:, 3] >= 0].unbind(1)
    if not isinstance(cells, Tensor) or not (cells[rows, wanted] > 0).any():
        return late.new_zeros(()), {}
    loss, right = character_loss(head, late[rows, at], cells[rows, wanted])
    return loss, {"fetched_right": right}


def _first_cell(packed: dict[str, Tensor]) -> int:
    """Where in its sequence a picture begins; packed sequences all begin alike."""
    return int(packed["pictured"][0].nonzero()[0])


class Network:
    """A Qwen2-VL with its training-only heads and forward pass."""

    def __init__(self, model: Any, head: CellHead) -> None:
        self.model = model
        self.head = head
        self.places = PlaceHead(model.config.text_config.hidden_size)
        self.letters = character_head(model.config.vision_config.hidden_size)
        self.roles = role_head(model.config.text_config.hidden_size)
        self.slots = nn.Linear(model.config.text_config.hidden_size, PER_CELL)
        self.fetched = character_head(model.config.text_config.hidden_size)
        visual = model.model.visual
        if not isinstance(visual.patch_embed, StillPatchEmbed):
            visual.patch_embed = StillPatchEmbed(visual.patch_embed)

    def parameters(self) -> list[nn.Parameter]:
        """All that is trained, the heads included."""
        heads = (self.head, self.places, self.letters, self.roles, self.slots, self.fetched)
        return [*self.model.parameters(), *(p for head in heads for p in head.parameters())]

    def hidden(self, pictures: Tensor, packed: dict[str, Tensor]) -> tuple[Tensor, ...]:
        """Visual tokens (cells, hidden), then hidden states (B, L, hidden): those that the binding
        layer gets, middle, late, last."""
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
        return tokens, states[BINDER], states[MIDDLE], states[MIDDLE + 1], out.last_hidden_state

    def losses(
        self,
        pictures: Tensor,
        packed: dict[str, Tensor],
        cells: tuple[Tensor, Tensor] | Tensor,
        cell_weight: float,
        told: Told | None = None,
    ) -> Losses:
        """Language loss on the replies plus `cell_weight` times the loss on the cells.

        `cells` are what stands in each (labels and states, each (B, cells)), or the characters in
        each (B, cells, PER_CELL); `told` is what whole cards tell.
        """
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tokens, early, middle, late, states = self.hidden(pictures, packed)
            wanted = packed["labels"]
            chosen = wanted != IGNORED
            logits = self.model.lm_head(states[chosen]).float()
            language = functional.cross_entropy(logits, wanted[chosen])
            beside = self._beside(tokens, cells)
            inner = self.model.model.language_model
            places = self.places(inner, (middle, late), packed, pictures.shape[2] // CELL)
            facts, facts_right = self._facts((early, middle), packed, told)
            slots, slots_right = self._slots(late, packed["aims"])
            fetched, fetched_right = fetched_loss(self.fetched, late, packed["aims"], cells)
        right = logits.argmax(-1) == wanted[chosen]
        places = places + SLOT_WEIGHT * slots + FETCH_WEIGHT * fetched
        return Losses(
            language + cell_weight * beside + PLACE_WEIGHT * places + facts,
            {
                "language": language.item(),
                "cells": beside.item(),
                "places": places.item(),
                "tokens_right": right.float().mean().item(),
                "replies_right": _whole_replies(right, chosen),
                **({} if slots_right is None else {"slots_right": slots_right}),
                **fetched_right,
                **facts_right,
            },
        )

    def _facts(
        self, states: tuple[Tensor, Tensor], packed: dict[str, Tensor], told: Told | None
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss of naming the fact that each cell tells of and of looking from values at their
        labels, and what a person wants to see of it."""
        early, middle = states
        if told is None:
            return middle.new_zeros(()), {}
        cells = middle[packed["pictured"]]
        loss, right = role_loss(self.roles, cells, told.roles.flatten())
        measures = {"roles_right": right}
        loss = ROLE_WEIGHT * loss
        if len(told.labels):
            aims = told.labels + torch.tensor([0, _first_cell(packed), 0])
            bound = looking_loss(self.model.model.language_model, BINDER, early, packed, aims)
            measures["bound"] = bound.item()
            loss = loss + BIND_WEIGHT * bound
        return loss, measures

    def _slots(self, late: Tensor, aims: Tensor) -> tuple[Tensor, float | None]:
        """Which part of the cell the next letter stands in: the loss behind the looking layer,
        and the share that is right."""
        rows, at, _, slots = aims[aims[:, 3] >= 0].unbind(1)
        if not len(rows):
            return late.new_zeros(()), None
        logits = self.slots(late[rows, at]).float()
        right = (logits.argmax(-1) == slots).float().mean().item()
        return functional.cross_entropy(logits, slots), right

    def _beside(self, tokens: Tensor, cells: tuple[Tensor, Tensor] | Tensor) -> Tensor:
        if isinstance(cells, Tensor) and not (cells >= 0).any():
            return tokens.new_zeros(())  # nothing is known of any cell
        if isinstance(cells, Tensor):
            return character_loss(self.letters, tokens, cells.flatten(0, 1))[0]
        return self.head(tokens, cells[0].flatten(), cells[1].flatten())  # type: ignore[no-any-return]


def _whole_replies(right: Tensor, chosen: Tensor) -> float:
    """Share of unbroken runs of chosen tokens in which every token is right."""
    rows, columns = chosen.nonzero(as_tuple=True)
    run = begins(rows, columns).cumsum(0) - 1
    wrong = torch.zeros(int(run[-1]) + 1).index_add_(0, run, (~right).float())
    return (wrong == 0).float().mean().item()
