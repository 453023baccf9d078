"""Does a checkpoint fit: asked before loading, because a system out of memory gives no answer."""

from __future__ import annotations

from pathlib import Path

import psutil

from tapwright.errors import OutOfMemory
from tapwright.model.checkpoint import Checkpoint, Tensor

_BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
_FLOATS = {"F64": 8, "F32": 4, "BF16": 2, "F16": 2}
# Bytes for each number of a quantised layer, scales and zero points included.
_QUANTIZED = {"bitsandbytes-8bit": 1.02, "torchao-int8": 1.02, "bitsandbytes-4bit": 0.57}
_WORKING_SHARE = 0.15  # cache, pictures and intermediate results, beside the weights
_CGROUP = Path("/sys/fs/cgroup")


def bytes_needed(checkpoint: Checkpoint, dtype: str, quantization: str | None = None) -> int:
    """About how much memory the loaded model takes, working space included.

    `dtype` is "auto" (as stored) or a torch name such as "bfloat16".
    """
    total = 0.0
    for name, tensor in checkpoint.tensors.items():
        total += _tensor_bytes(name, tensor, dtype, quantization)
    return int(total * (1 + _WORKING_SHARE))


def bytes_free(device: str) -> int:
    """Free memory for `device` ("cpu", "cuda", "cuda:1", "mps"), in bytes."""
    if device.startswith("cuda"):
        import torch

        if device == "cuda":  # may be spread over all of them
            return sum(torch.cuda.mem_get_info(n)[0] for n in range(torch.cuda.device_count()))
        return int(torch.cuda.mem_get_info(device)[0])
    return min(int(psutil.virtual_memory().available), _container_free())


def check_fits(name: str, needed: int, free: int, *, device: str, quantized: bool) -> None:
    """Raise `OutOfMemory`, with the figures and what to do, where `needed` exceeds `free`."""
    if needed <= free:
        return
    cure = "a smaller model" if quantized else "--quantization bitsandbytes-4bit or a smaller model"
    raise OutOfMemory(
        f"'{name}' needs about {gigabytes(needed)} of memory on {device} and "
        f"{gigabytes(free)} is free; close other programs, or use {cure}"
    )


def gigabytes(count: int) -> str:
    """`count` bytes for a person: "4.4 GB"; small counts in MB."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"


def _tensor_bytes(name: str, tensor: Tensor, dtype: str, quantization: str | None) -> float:
    if tensor.dtype not in _FLOATS:
        return tensor.stored_bytes  # packed integers stay as they are stored
    plain = tensor.numbers * _BYTES.get(dtype, _FLOATS[tensor.dtype])
    linear = len(tensor.shape) == 2 and "embed" not in name and "lm_head" not in name
    if quantization in _QUANTIZED and linear:
        return tensor.numbers * _QUANTIZED[quantization]
    return plain


def _container_free() -> int:
    """What a container's limit leaves; very much where there is no limit."""
    unlimited = 1 << 62
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return unlimited
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        fields = (_CGROUP / "memory.stat").read_text(encoding="ascii").split()
        stat = dict(zip(fields[::2], fields[1::2], strict=False))
        # The kernel gives file pages back when a program asks for memory.
        return max(0, int(limit) - used + int(stat.get("inactive_file", 0)))
    except (OSError, ValueError):
        return unlimited  # no such files: not Linux, or an older kind of container
