"""The estimate of what a checkpoint takes, and what is free."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.errors import OutOfMemory
from tapwright.model.checkpoint import Checkpoint, Tensor
from tapwright.model.memory import bytes_free, bytes_needed, check_fits, gigabytes

LAYER = Tensor("BF16", (1000, 1000), 2_000_000)
PACKED = Tensor("I32", (1000, 125), 500_000)
NORM = Tensor("F32", (1000,), 4000)


def _needed(tensors: dict[str, Tensor], dtype: str, quantization: str | None = None) -> int:
    return bytes_needed(Checkpoint(Path(), {}, tensors), dtype, quantization)


def test_the_dtype_decides_what_weights_take() -> None:
    stored = _needed({"layer.weight": LAYER}, "auto")
    assert 2_000_000 < stored < 2_600_000
    assert _needed({"layer.weight": LAYER}, "bfloat16") == stored
    assert _needed({"layer.weight": LAYER}, "float32") == 2 * stored


def test_packed_weights_stay_as_they_are_stored() -> None:
    assert _needed({"q": PACKED}, "float32") == _needed({"q": PACKED}, "auto")


@pytest.mark.parametrize(
    ("quantization", "least", "most"),
    [
        ("bitsandbytes-8bit", 0.5, 0.6),
        ("torchao-int8", 0.5, 0.6),
        ("bitsandbytes-4bit", 0.25, 0.35),
    ],
)
def test_quantization_shrinks_the_layers(quantization: str, least: float, most: float) -> None:
    share = _needed({"layer.weight": LAYER}, "auto", quantization) / _needed({"l": LAYER}, "auto")
    assert least < share < most


@pytest.mark.parametrize("name", ["model.embed_tokens.weight", "lm_head.weight"])
def test_quantization_leaves_the_vocabulary_alone(name: str) -> None:
    assert _needed({name: LAYER}, "auto", "bitsandbytes-4bit") == _needed({name: LAYER}, "auto")


def test_what_fits_is_let_through_to_the_last_byte() -> None:
    check_fits("m", 100, 100, device="cpu", quantized=False)
    with pytest.raises(OutOfMemory, match="'m' needs about"):
        check_fits("m", 101, 100, device="cpu", quantized=False)


def test_the_cure_fits_the_case() -> None:
    with pytest.raises(OutOfMemory, match=r"4\.4 GB of memory on cuda and 1\.0 GB.*--quantization"):
        check_fits("m", 4_400_000_000, 1_000_000_000, device="cuda", quantized=False)
    with pytest.raises(OutOfMemory, match="use a smaller model"):
        check_fits("m", 2, 1, device="cpu", quantized=True)


def test_this_machine_has_some_memory_free() -> None:
    assert 0 < bytes_free("cpu") < 1 << 60


def test_sizes_are_written_for_a_person() -> None:
    assert [gigabytes(n) for n in (1, 25_000_000, 4_420_000_000)] == ["1 MB", "25 MB", "4.4 GB"]
