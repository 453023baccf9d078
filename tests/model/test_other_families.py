"""Qwen2.5-VL and Qwen3-VL run through the same door, with their own networks and factors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from transformers import (
    AutoTokenizer,
    PreTrainedModel,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)

from tapwright.model.load import load_model
from tapwright.types import ImagePart, Message, Request, Size, TextPart

TEXT: dict[str, Any] = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 128,
    "max_position_embeddings": 32_768,
    "initializer_range": 0.3,
    "tie_word_embeddings": True,
}


def _qwen2_5(vocabulary: int, ids: dict[str, int]) -> PreTrainedModel:
    text = TEXT | {"vocab_size": vocabulary, "rope_theta": 1e6}
    text["rope_scaling"] = {"type": "mrope", "mrope_section": [2, 3, 3]}
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "num_heads": 2,
        "intermediate_size": 64,
        "out_hidden_size": 64,
        "fullatt_block_indexes": [1],
    }
    config = Qwen2_5_VLConfig(text_config=text, vision_config=vision, **ids)
    return Qwen2_5_VLForConditionalGeneration(config)


def _qwen3(vocabulary: int, ids: dict[str, int]) -> PreTrainedModel:
    text = TEXT | {"vocab_size": vocabulary, "head_dim": 16}
    text["rope_scaling"] = {
        "rope_type": "default",
        "rope_theta": 5e6,
        "mrope_section": [2, 3, 3],
        "mrope_interleaved": True,
    }
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "num_heads": 2,
        "intermediate_size": 64,
        "out_hidden_size": 64,
        "patch_size": 16,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0, 1],
    }
    config = Qwen3VLConfig(text_config=text, vision_config=vision, **ids)
    return Qwen3VLForConditionalGeneration(config)


def _checkpoint(
    base: Path, folder: Path, build: Callable[[int, dict[str, int]], PreTrainedModel], patch: int
) -> Path:
    """A checkpoint of another family around the tiny tokenizer."""
    shutil.copytree(base, folder)
    for name in ("config.json", "model.safetensors", "generation_config.json"):
        (folder / name).unlink()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = {
        "image_token_id": tokenizer.convert_tokens_to_ids("<|image_pad|>"),
        "video_token_id": tokenizer.convert_tokens_to_ids("<|video_pad|>"),
        "vision_start_token_id": tokenizer.convert_tokens_to_ids("<|vision_start|>"),
        "vision_end_token_id": tokenizer.convert_tokens_to_ids("<|vision_end|>"),
        "tie_word_embeddings": True,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        build(len(tokenizer), ids).save_pretrained(folder)
    settings = folder / "preprocessor_config.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(content | {"patch_size": patch}), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("build", "patch", "family", "shown"),
    [
        (_qwen2_5, 14, "qwen2.5-vl", Size(672, 1484)),
        (_qwen3, 16, "qwen3-vl", Size(768, 1696)),
    ],
)
def test_later_families_load_and_answer(
    checkpoint: Path,
    tmp_path: Path,
    screen: Image.Image,
    build: Callable[[int, dict[str, int]], PreTrainedModel],
    patch: int,
    family: str,
    shown: Size,
) -> None:
    folder = _checkpoint(checkpoint, tmp_path / family, build, patch)
    model = load_model(str(folder), device="cpu", dtype="float32")
    assert model.family.name == family
    assert model.shown_size(Size(1080, 2400)) == shown

    def ask(picture: Image.Image) -> Request:
        parts = (ImagePart(picture), TextPart("Look <|image_pad|> closely."))
        return Request((Message("user", parts),), max_new_tokens=6)

    reply = model.generate(ask(screen))
    assert reply.prompt_tokens == model.count_tokens(ask(screen))
    assert reply.new_tokens >= 1
    assert model.generate(ask(screen)).text == reply.text
