"""A checkpoint folder, looked at before anything heavy is loaded: is it whole, how large is it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from tapwright.errors import BrokenCheckpoint

_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_LENGTH_BYTES = 8  # a safetensors file begins with the length of its JSON header
_LARGEST_HEADER = 100_000_000
_AGAIN = "download or copy the checkpoint again"


@dataclass(frozen=True, slots=True)
class Tensor:
    """One stored tensor: safetensors' name of its type, its shape, its bytes on disk."""

    dtype: str
    shape: tuple[int, ...]
    stored_bytes: int

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder that holds a whole checkpoint, its config.json and what its shards store."""

    folder: Path
    config: Mapping[str, Any]
    tensors: Mapping[str, Tensor]


def read_config(folder: Path) -> dict[str, Any]:
    """The folder's config.json; raise `BrokenCheckpoint` where there is none that can be read."""
    file = folder / "config.json"
    if not file.is_file():
        raise BrokenCheckpoint(f"'{folder}' has no config.json: it is not a checkpoint folder")
    return _read_json(file)


def announced_bytes(folder: Path) -> int:
    """The weights' size by the index, before any of them is fetched; 0 where nothing tells."""
    index = folder / _INDEX
    if not index.is_file():
        return 0
    metadata = _read_json(index).get("metadata")
    size = metadata.get("total_size") if isinstance(metadata, dict) else None
    return int(size) if isinstance(size, int | float) else 0


def inspect(folder: Path) -> Checkpoint:
    """Look at every file that loading needs; raise `BrokenCheckpoint` naming the one that fails."""
    config = read_config(folder)
    if not (folder / "tokenizer.json").is_file() and not (
        (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file()
    ):
        raise BrokenCheckpoint(f"'{folder}' has no tokenizer.json; {_AGAIN}")
    if not any(
        (folder / f"{kind}_config.json").is_file() for kind in ("preprocessor", "processor")
    ):
        raise BrokenCheckpoint(f"'{folder}' has no preprocessor_config.json; {_AGAIN}")
    tensors: dict[str, Tensor] = {}
    for shard, names in _shards(folder).items():
        stored = _read_header(folder / shard)
        for name in names:
            if name not in stored:
                raise BrokenCheckpoint(f"'{folder / shard}' lacks the tensor '{name}'; {_AGAIN}")
        tensors.update(stored)
    return Checkpoint(folder, config, tensors)


def _shards(folder: Path) -> dict[str, list[str]]:
    """Every weight file with the tensors it must hold (none named: whatever it holds)."""
    index = folder / _INDEX
    if index.is_file():
        weight_map = _read_json(index).get("weight_map")
        if not isinstance(weight_map, dict) or not weight_map:
            raise BrokenCheckpoint(f"'{index}' names no weight files; {_AGAIN}")
        shards: dict[str, list[str]] = {}
        for tensor, file in weight_map.items():
            shards.setdefault(str(file), []).append(tensor)
        return shards
    if not (folder / _SINGLE).is_file():
        raise BrokenCheckpoint(
            f"'{folder}' has no weights: neither {_SINGLE} nor {_INDEX}; {_AGAIN}"
        )
    return {_SINGLE: []}


def _read_header(file: Path) -> dict[str, Tensor]:
    """What a safetensors file says it holds, checked against its true length."""
    if not file.is_file():
        raise BrokenCheckpoint(f"the weight file '{file}' is missing; {_AGAIN}")
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
        if size < _LENGTH_BYTES or not 0 < length <= min(size - _LENGTH_BYTES, _LARGEST_HEADER):
            raise BrokenCheckpoint(f"'{file}' is not a whole safetensors file; {_AGAIN}")
        header = stream.read(length)
    try:
        entries = {name: e for name, e in json.loads(header).items() if name != "__metadata__"}
        tensors = {
            name: Tensor(
                str(entry["dtype"]),
                tuple(int(side) for side in entry["shape"]),
                int(entry["data_offsets"][1]) - int(entry["data_offsets"][0]),
            )
            for name, entry in entries.items()
        }
        end = max((int(entry["data_offsets"][1]) for entry in entries.values()), default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BrokenCheckpoint(f"the header of '{file}' cannot be read; {_AGAIN}") from error
    whole = _LENGTH_BYTES + length + end
    if size != whole:
        raise BrokenCheckpoint(
            f"'{file}' has {size:,} bytes where its header announces {whole:,}; {_AGAIN}"
        )
    return tensors


def _read_json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise BrokenCheckpoint(f"'{file}' cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise BrokenCheckpoint(f"'{file}' does not hold a JSON object; {_AGAIN}")
    return value
