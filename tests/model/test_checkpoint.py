"""Half a checkpoint is told from a whole one, and the file at fault is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from tapwright.errors import BrokenCheckpoint
from tapwright.model.checkpoint import inspect

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"


def _shard(folder: Path) -> list[Path]:
    """Split the folder's weights into two files with an index."""
    tensors = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    names = sorted(tensors)
    weight_map = {}
    files = []
    for n, part in enumerate((names[::2], names[1::2]), start=1):
        file = folder / f"model-0000{n}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, file, metadata={"format": "pt"})
        weight_map.update(dict.fromkeys(part, file.name))
        files.append(file)
    (folder / INDEX).write_text(json.dumps({"weight_map": weight_map}), encoding="utf-8")
    return files


def _refused(folder: Path) -> str:
    with pytest.raises(BrokenCheckpoint) as caught:
        inspect(folder)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_whole_checkpoint_is_measured(checkpoint: Path) -> None:
    found = inspect(checkpoint)
    assert found.config["model_type"] == "qwen2_vl"
    stored = sum(tensor.stored_bytes for tensor in found.tensors.values())
    assert 0 < (checkpoint / WEIGHTS).stat().st_size - stored < 20_000
    norm = next(t for name, t in found.tensors.items() if name.endswith("model.norm.weight"))
    assert (norm.dtype, norm.shape, norm.numbers) == ("BF16", (64,), 64)


def test_a_sharded_checkpoint_holds_the_same_tensors(checkpoint: Path, copied: Path) -> None:
    _shard(copied)
    assert inspect(copied).tensors == inspect(checkpoint).tensors


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "preprocessor_config.json", WEIGHTS]
)
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert name in _refused(copied)


def test_a_missing_shard_is_named(copied: Path) -> None:
    gone = _shard(copied)[1]
    gone.unlink()
    assert gone.name in _refused(copied) and "missing" in _refused(copied)


@pytest.mark.parametrize("keep", [0, 5, 100, 5000, -1])
def test_a_file_cut_short_is_named(copied: Path, keep: int) -> None:
    file = copied / WEIGHTS
    file.write_bytes(file.read_bytes()[:keep])
    assert WEIGHTS in _refused(copied)


def test_a_file_that_grew_is_named(copied: Path) -> None:
    with (copied / WEIGHTS).open("ab") as stream:
        stream.write(b"x")
    assert "bytes where its header announces" in _refused(copied)


@pytest.mark.parametrize(
    "header",
    [b"no json!", b"[]", b'{"w": 3}', b'{"w": {"dtype": "F32", "shape": 2, "data_offsets": [0]}}'],
)
def test_a_header_of_another_kind_is_named(copied: Path, header: bytes) -> None:
    (copied / WEIGHTS).write_bytes(len(header).to_bytes(8, "little") + header)
    assert WEIGHTS in _refused(copied)


def test_a_shard_without_its_tensor_is_named(copied: Path) -> None:
    first, _ = _shard(copied)
    index = json.loads((copied / INDEX).read_text(encoding="utf-8"))
    index["weight_map"]["model.extra.weight"] = first.name
    (copied / INDEX).write_text(json.dumps(index), encoding="utf-8")
    assert "lacks the tensor 'model.extra.weight'" in _refused(copied)


@pytest.mark.parametrize("content", ["{}", '{"weight_map": []}', "{", "[1]"])
def test_an_index_that_says_nothing_is_named(copied: Path, content: str) -> None:
    (copied / INDEX).write_text(content, encoding="utf-8")
    assert INDEX in _refused(copied)


@pytest.mark.parametrize("content", ["", "{", "[]", "\udcff"])
def test_a_config_that_is_no_object_is_named(copied: Path, content: str) -> None:
    (copied / "config.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert "config.json" in _refused(copied)
