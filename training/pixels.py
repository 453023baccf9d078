"""Pictures into patches in bulk: what the Qwen2-VL processor does, without its cost for each."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from tapwright.training.shape import MERGE, PATCH

MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


def patchify(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Turn uint8 pictures (B, H, W, 3) into patches (B * h * w, 588) and grids (B, 3).

    A still picture fills both time slots of a Qwen2-VL patch with the same pixels, so only one
    is kept here (3 * 14 * 14 values in the order channel, row, column); `StillPatchEmbed` adds
    the two halves of the kernel instead. Patches of one 2x2 cell stand next to each other.
    """
    batch, height, width, _ = pictures.shape
    rows, columns = height // PATCH, width // PATCH
    mean = torch.tensor(MEAN) * 255
    std = torch.tensor(STD) * 255
    values = ((pictures.float() - mean) / std).to(torch.bfloat16)
    values = values.view(
        batch, rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH, 3
    ).permute(0, 1, 4, 2, 5, 7, 3, 6)
    grids = torch.tensor([[1, rows, columns]]).expand(batch, 3)
    return values.reshape(batch * rows * columns, 3 * PATCH * PATCH), grids


class StillPatchEmbed(nn.Module):
    """The patch embedding of Qwen2-VL for still pictures, as one matrix product.

    It shares the `Conv3d` weight of the module it stands in for (so checkpoints do not notice);
    the convolution's backward pass took a quarter of every training step on a CPU.
    """

    def __init__(self, original: Any) -> None:
        super().__init__()
        self.proj: nn.Conv3d = original.proj

    def forward(self, patches: Tensor) -> Tensor:
        """Patches (N, 588) to embeddings (N, embed_dim)."""
        # Both time slots of a still picture hold the same pixels.
        weight = self.proj.weight.sum(dim=2).flatten(1)
        return functional.linear(patches.to(weight.dtype), weight)
