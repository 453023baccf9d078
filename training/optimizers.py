"""One optimizer for all weights: Muon for the matrices inside, AdamW for the rest.

Muon (Jordan 2024, as torch has it) makes every direction of a hidden matrix move alike; the eye
learned letters from nothing faster with it. Embeddings, heads and vectors stay with AdamW.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

_INSIDE = ("blocks", "layers", "merger")
_DECAY = 0.03


class Optimizer:
    """Steps both optimizers at one rate."""

    def __init__(self, model: nn.Module, parameters: Iterable[nn.Parameter]) -> None:
        """Divide `parameters`, of which those of `model` may be hidden matrices."""
        inside = [
            weights
            for name, weights in model.named_parameters()
            if weights.ndim == 2 and any(word in name for word in _INSIDE)
        ]
        known = {id(weights) for weights in inside}
        rest = [weights for weights in parameters if id(weights) not in known]
        self._both: tuple[Any, ...] = (
            torch.optim.Muon(inside, lr=1e-3, weight_decay=_DECAY, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=1e-3, betas=(0.9, 0.98), weight_decay=_DECAY, fused=True),
        )

    def step(self, rate: float) -> None:
        """Take one step at learning rate `rate` and forget the gradients."""
        for optimizer in self._both:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict[str, Any]]:
        """All that a resumed run needs."""
        return [optimizer.state_dict() for optimizer in self._both]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Go on from what `state_dict` gave."""
        for optimizer, state in zip(self._both, states, strict=True):
            optimizer.load_state_dict(state)
