"""From the work folder to a checkpoint folder in the Hugging Face format, ready to ship."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch

from tapwright.errors import UsageError
from tapwright.model.bars import no_bars
from tapwright.model.tiny import write_settings
from tapwright.training.train import new_model

LARGEST_SHARD = "12MB"  # files that are comfortable in a repository
MOST_BYTES = 25_000_000


def export(work: Path, target: Path) -> int:
    """Write the model of `work` to `target` in bfloat16; return its size in bytes.

    Raise `UsageError` where nothing was trained yet or the result is larger than may ship.
    """
    progress = work / "train.pt"
    if not progress.exists():
        raise UsageError(f"nothing was trained in '{work}' yet; run: tapwright train")
    _, model = new_model(work)
    state = torch.load(progress, weights_only=True, map_location="cpu")
    model.load_state_dict(state["model"])
    model = model.to(torch.bfloat16)
    end, pad = model.config.text_config.eos_token_id, model.config.text_config.pad_token_id
    model.generation_config.eos_token_id = [end, pad]
    model.generation_config.pad_token_id = pad
    model.generation_config.bos_token_id = None
    with tempfile.TemporaryDirectory() as made:
        fresh = Path(made)
        with no_bars():
            model.save_pretrained(fresh, max_shard_size=LARGEST_SHARD)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(work / "tokenizer" / name, fresh / name)
        write_settings(fresh)
        size = sum(file.stat().st_size for file in fresh.glob("*.safetensors"))
        if size > MOST_BYTES:
            raise UsageError(f"the weights take {size} bytes; no more than {MOST_BYTES} may ship")
        target.mkdir(parents=True, exist_ok=True)
        # A card of other weights must not stand beside these.
        for old in (*target.glob("*.safetensors*"), *target.glob("scorecard.json")):
            old.unlink()
        for file in fresh.iterdir():
            shutil.copyfile(file, target / file.name)  # the modes of a new file
    return size
