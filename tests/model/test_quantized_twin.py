"""A checkpoint in int8 answers like its twin in float32; wrong weights would be noticed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from tapwright.model import embedded
from tapwright.model.load import load_model
from tapwright.model.packages import is_installed
from tapwright.model.qwen2_vl import Qwen2VL
from tapwright.types import ImagePart, Message, Request, TextPart

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(not is_installed("torchao"), reason='pip install "tapwright[quantization]"'),
]
TOKENS = 48
# Rounding to 255 steps a row costs about 1 % of the logits' spread; bfloat16 costs as much.
MOST_OFF = 0.03  # mean distance of the logits, as a share of their standard deviation
LEAST_EQUAL = 0.9  # of the tokens that would be written next


def network(checkpoint: Path | str, quantization: str | None) -> Any:
    loaded = load_model(str(checkpoint), device="cpu", dtype="float32", quantization=quantization)
    assert isinstance(loaded, Qwen2VL)
    return loaded


def prompt(model: Qwen2VL, screen: Image.Image) -> dict[str, torch.Tensor]:
    words = Message("user", (ImagePart(screen), TextPart("Turn on Wi-Fi, then say so.")))
    encoded: dict[str, torch.Tensor] = model._processor.encode((words,)).tensors("cpu")
    return encoded


def written(model: Qwen2VL, screen: Image.Image) -> tuple[torch.Tensor, torch.Tensor]:
    """The tokens of a greedy reply, and the logits that each was chosen from."""
    given = prompt(model, screen)
    with torch.inference_mode():
        made = model._network.generate(
            **given, do_sample=False, max_new_tokens=TOKENS, min_new_tokens=TOKENS,
            output_logits=True, return_dict_in_generate=True,
        )  # fmt: skip
    return made.sequences[0, given["input_ids"].shape[1] :], torch.stack(made.logits)[:, 0].float()


def led(model: Qwen2VL, screen: Image.Image, tokens: torch.Tensor) -> torch.Tensor:
    """The logits along a reply that the other twin wrote, so that one slip changes one token."""
    given = prompt(model, screen)
    length = given["input_ids"].shape[1]
    given["input_ids"] = torch.cat([given["input_ids"], tokens[None]], dim=1)
    for name in ("attention_mask", "mm_token_type_ids"):
        if name in given:
            more = torch.full_like(tokens[None], int(name == "attention_mask"))
            given[name] = torch.cat([given[name], more.to(given[name].dtype)], dim=1)
    with torch.inference_mode():
        logits: torch.Tensor = model._network(**given).logits[0, length - 1 : -1]
    return logits.float()


def likeness(twin: torch.Tensor, plain: torch.Tensor) -> tuple[float, float]:
    """How far the logits are off, and the share of equal greedy tokens."""
    off = float((twin - plain).abs().mean() / plain.std())
    return off, float((twin.argmax(-1) == plain.argmax(-1)).float().mean())


@pytest.fixture(scope="module")
def twins() -> tuple[Qwen2VL, Qwen2VL]:
    return network("embedded", None), network("embedded", "torchao-int8")


def test_the_int8_twin_answers_like_the_float32_one(
    twins: tuple[Qwen2VL, Qwen2VL], screen: Image.Image
) -> None:
    plain, twin = twins
    layer = twin._network.model.language_model.layers[0].mlp.up_proj.weight
    assert type(layer).__module__.startswith("torchao"), "nothing was quantised"
    tokens, logits = written(plain, screen)
    assert len(tokens) == TOKENS
    off, equal = likeness(led(plain, screen, tokens), logits)
    assert off < 1e-3 and equal == 1.0, "the comparison itself is off"
    off, equal = likeness(led(twin, screen, tokens), logits)
    assert 0 < off < MOST_OFF, f"the logits are off by {off:.4f} of their spread"
    assert equal >= LEAST_EQUAL, f"{equal:.2f} of the tokens are equal"


def test_the_int8_twin_writes_through_the_same_door(
    twins: tuple[Qwen2VL, Qwen2VL], screen: Image.Image
) -> None:
    words = Message("user", (ImagePart(screen), TextPart("Turn on Wi-Fi.")))
    plain, twin = (model.generate(Request((words,), max_new_tokens=8)) for model in twins)
    assert twin.text[:4] == plain.text[:4] != ""
    assert twin.prompt_tokens == plain.prompt_tokens


@pytest.mark.parametrize("layer", ["mlp.up_proj", "self_attn.o_proj"])
def test_one_wrong_matrix_is_noticed(
    twins: tuple[Qwen2VL, Qwen2VL], tmp_path: Path, screen: Image.Image, layer: str
) -> None:
    copied = shutil.copytree(Path(embedded.__file__).parent, tmp_path / "copy")
    wanted = f"language_model.layers.0.{layer}.weight"
    spoiled = 0
    for file in copied.glob("*.safetensors"):
        weights = load_file(file)
        for name in [name for name in weights if name.endswith((wanted, wanted[15:]))]:
            if "visual" not in name:
                weights[name] = weights[name].flip(0).contiguous()
                spoiled += 1
        save_file(weights, file, metadata={"format": "pt"})
    assert spoiled == 1
    tokens, logits = written(twins[0], screen)
    off, _ = likeness(led(network(copied, "torchao-int8"), screen, tokens), logits)
    assert off > 2 * MOST_OFF
