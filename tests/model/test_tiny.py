"""Random checkpoints, and the tokenizers they come with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from tapwright.errors import UsageError
from tapwright.model.checkpoint import inspect
from tapwright.model.qwen_tokenizer import SPECIAL_TOKENS, qwen2_tokenizer, save_tokenizer
from tapwright.model.tiny import make_checkpoint


def test_the_same_seed_makes_the_same_weights(tmp_path: Path) -> None:
    first, same, other = (
        (make_checkpoint(tmp_path / name, seed=seed) / "model.safetensors").read_bytes()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == same
    assert first != other


def test_a_tiny_checkpoint_is_whole_and_tiny(checkpoint: Path) -> None:
    assert inspect(checkpoint).config["vision_config"]["patch_size"] == 14
    assert sum(file.stat().st_size for file in checkpoint.iterdir()) < 1_000_000


def test_the_tiny_tokenizer_has_the_familys_habits(checkpoint: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    for text in ("点 ✿ 鑫🙂\n\n\tx", "12345", " a  b "):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert len(tokenizer("12345")["input_ids"]) == 5
    for token in SPECIAL_TOKENS:
        assert len(tokenizer(token)["input_ids"]) == 1
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("<|im_end|>", "<|endoftext|>")


def test_other_shapes_are_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no shapes 'huge'; use one of: tiny, 2b"):
        make_checkpoint(tmp_path, shapes="huge")  # type: ignore[arg-type]


def test_the_full_tokenizer_gives_the_published_ids(tmp_path: Path) -> None:
    save_tokenizer(qwen2_tokenizer(), tmp_path, max_length=32_768)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    published = {
        "What is this?": [3838, 374, 419, 30],
        "Describe this image.": [74785, 419, 2168, 13],
        "Hello": [9707],
        "你好": [108386],
        "打开微信并发送消息": [104089, 100197, 62926, 72017, 64205],
        "✿FUNCTION✿": [144575, 18149, 144575],
        "<tool_call>": [27, 14172, 13429, 29],
        "0123456789": list(range(15, 25)),
        "<|im_start|>assistant\n": [151644, 77091, 198],
        "<|image_pad|><|video_pad|>": [151655, 151656],
    }
    assert {text: tokenizer(text)["input_ids"] for text in published} == published


def test_importing_the_room_imports_nothing_heavy() -> None:
    code = (
        "import sys, tapwright.model.load, tapwright.model.scripted, tapwright.model.families, "
        "tapwright.model.tiny, tapwright.model.fetch\n"
        "print(*({'torch', 'transformers', 'PIL', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert done.stdout.strip() == ""
