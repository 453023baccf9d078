"""Where training goes on from a checkpoint: its weights and its tokenizer.

A checkpoint has none of what training keeps beside it: the optimizer's state, and the throwaway
heads. Fresh heads send the weights noise until they have learned what they read off, so that they
are taught alone first (`stages.FROM_CHECKPOINT`).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from torch import Tensor

from tapwright.errors import UsageError
from tapwright.model import embedded

TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def checkpoint_folder(name: str) -> Path:
    """The folder of `embedded`, or of a checkpoint of its family elsewhere.

    Raise `UsageError` for anything else: training knows that one shape only.
    """
    folder = embedded.folder() if name == "embedded" else Path(name)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        family = config.get("tapwright_family")
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(
            f"'{name}' is no checkpoint that training can go on from: {error}"
        ) from None
    if family != "tapwright-embedded":
        raise UsageError(
            f"'{name}' is of the family {family!r}; training goes on from 'embedded', or from what "
            "`tapwright train --out FOLDER` wrote"
        )
    return folder


def lay_out_tokenizer(checkpoint: Path, work: Path) -> None:
    """Give a work folder the checkpoint's tokenizer, unless it has one."""
    target = work / "tokenizer"
    if not target.exists():
        target.mkdir(parents=True)
        for name in TOKENIZER:
            shutil.copyfile(checkpoint / name, target / name)


def weights_of(checkpoint: Path) -> dict[str, Tensor]:
    """The checkpoint's weights in float32, by the names that training has for them."""
    from transformers import Qwen2VLForConditionalGeneration

    from tapwright.model.bars import no_bars, no_remarks

    with no_bars(), no_remarks():
        model = Qwen2VLForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32)
    weights: dict[str, Tensor] = model.state_dict()
    return weights
