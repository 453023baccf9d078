"""`load_model`: from a name to a model that answers, with every failure named before it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from tapwright.errors import BrokenCheckpoint, OutOfMemory, SetupError, UsageError
from tapwright.model import fetch, memory
from tapwright.model.bars import no_bars, no_remarks
from tapwright.model.checkpoint import Checkpoint, announced_bytes, inspect, read_config
from tapwright.model.families import family_of
from tapwright.model.packages import is_installed
from tapwright.model.quantize import check_packages, quantization_config
from tapwright.model.served_families import family_of_name
from tapwright.model.served_kinds import NATIVE, is_served, parse_address
from tapwright.protocols import Model
from tapwright.types import Family

Dtype = Literal["auto", "bfloat16", "float16", "float32"]
Attention = Literal["sdpa", "eager", "flash_attention_2"]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a checkpoint is loaded.

    family: name of a family, where the checkpoint's own config does not tell the right one.
    device: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", "mps".
    dtype: "auto" is the checkpoint's own, or float32 on a processor that lacks bfloat16.
    attention: None is Torch's own ("sdpa").
    pixels: the most pixels at which a picture is shown, instead of the family's budget.
    quantization: one of `quantize.QUANTIZATIONS`; a checkpoint that is quantised needs none.
    revision: branch, tag or commit on the Hub.
    dialect: how tools and calls are written, where the family's own way does not fit.
    """

    family: str | None = None
    device: str = "auto"
    dtype: Dtype = "auto"
    attention: Attention | None = None
    pixels: int | None = None
    quantization: str | None = None
    revision: str | None = None
    dialect: str | None = None


def load_model(
    name: str,
    *,
    family: str | None = None,
    device: str = "auto",
    dtype: Dtype = "auto",
    attention: Attention | None = None,
    pixels: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
    dialect: str | None = None,
    on_progress: fetch.Progress | None = None,
) -> Model:
    """Load a model by `name`: "embedded", a folder, a Hub id, or "modelscope:" and an id.

    "KIND:NAME" or "KIND:NAME@URL" is a model that a server runs, such as
    "vllm:Qwen/Qwen2-VL-7B-Instruct@http://localhost:8000" (kinds: openai, dashscope, vllm,
    sglang, llamacpp, ollama); keys come from the environment.

    The other arguments are those of `LoadOptions`; `on_progress` is told in a few words what is
    being done. Raise `UnknownModel`, `BrokenCheckpoint`, `OutOfMemory`, `SetupError` or
    `UsageError`, each with what to do next.
    """
    options = LoadOptions(family, device, dtype, attention, pixels, quantization, revision, dialect)
    return load(name, options, on_progress)


def load(
    name: str,
    options: LoadOptions,
    on_progress: fetch.Progress | None = None,
    bytes_free: Callable[[str], int] = memory.bytes_free,
) -> Model:
    """As `load_model`; `bytes_free` tells how much memory a device has left."""
    if is_served(name):
        return _served(name, options)
    if options.dialect == NATIVE:
        raise UsageError(
            f"dialect 'native' is a server's own tool calls, and '{name}' runs here; "
            "leave --dialect out"
        )
    check_choices(options)
    tell = on_progress if on_progress is not None else _tell_no_one
    folder = fetch.find(name, options.revision, on_progress)
    if name == fetch.EMBEDDED and not (folder / "config.json").is_file():
        raise BrokenCheckpoint(
            f"the embedded model's files are missing from '{folder}'; install tapwright again, "
            "or name another model"
        )
    config = read_config(folder)
    family = _chosen(family_of(config, options.family), options)
    check_packages(config, options.quantization)
    device = _device(options.device)
    quantized = options.quantization not in (None, "none") or "quantization_config" in config
    if not quantized:  # gigabytes that cannot be used need not be fetched
        announced = announced_bytes(folder)
        memory.check_fits(name, announced, bytes_free(device), device=device, quantized=False)
    checkpoint = inspect(fetch.with_weights(name, folder, options.revision, on_progress))
    dtype = _dtype(options, checkpoint, device)
    needed = memory.bytes_needed(checkpoint, dtype, options.quantization)
    memory.check_fits(name, needed, bytes_free(device), device=device, quantized=quantized)
    tell(f"loading '{name}' on {device} ({memory.gigabytes(needed)})")
    with no_remarks():
        from tapwright.model.processor import load_processor
        from tapwright.model.qwen2_vl import Qwen2VL

        processor = load_processor(
            checkpoint.folder, family.min_pixels, family.max_pixels, films=family.films
        )
        network = _network(checkpoint.folder, options, device, dtype)
    return Qwen2VL(name, family, network, processor)


def _served(name: str, options: LoadOptions) -> Model:
    """The model that a server runs; what only suits a checkpoint here is refused by name."""
    given = {
        "--torch-device": options.device != "auto",
        "--dtype": options.dtype != "auto",
        "--attention": options.attention is not None,
        "--quantization": options.quantization is not None,
        "revision": options.revision is not None,
    }
    local = [option for option, chosen in given.items() if chosen]
    if local:
        raise UsageError(
            f"'{name}' runs on its server, which {', '.join(local)} cannot reach; leave it out"
        )
    address = parse_address(name)
    family = family_of_name(address.model, options.family)
    if family.name in address.kind.native:
        family = replace(family, dialect=NATIVE)
    from tapwright.model.server import open_served

    return open_served(name, _chosen(family, options))


def _network(folder: Path, options: LoadOptions, device: str, dtype: str) -> Any:
    """The network with all its weights, ready to generate."""
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForImageTextToText

    settings: dict[str, Any] = {
        "dtype": dtype,
        "attn_implementation": options.attention or "sdpa",
        # Over all GPUs where no single device was asked for.
        "device_map": "auto" if device == "cuda" else {"": device},
    }
    quantization = quantization_config(options.quantization)
    if quantization is not None:
        settings["quantization_config"] = quantization
    try:
        with no_bars():
            network, info = AutoModelForImageTextToText.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
                **settings,
            )
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(
            f"the memory of {device} ended while '{folder}' was loaded; "
            "use --quantization bitsandbytes-4bit or a smaller model"
        ) from error
    except ImportError as error:
        raise SetupError(f"'{folder}' needs more packages: {_one_line(error)}") from error
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BrokenCheckpoint(f"'{folder}' cannot be loaded: {_one_line(error)}") from error
    # Transformers fills what is missing with random numbers, and says so in a log only.
    if info["missing_keys"]:
        missing = sorted(info["missing_keys"])
        raise BrokenCheckpoint(
            f"'{folder}' lacks {len(missing)} of the model's tensors, such as '{missing[0]}'; "
            "download or copy the checkpoint again"
        )
    return network.eval()


def check_choices(options: LoadOptions, installed: Callable[[str], bool] = is_installed) -> None:
    """Raise `UsageError` for an option's value that cannot be meant.

    Raise `SetupError` for one that needs a package that is not `installed`.
    """
    if options.dtype not in get_args(Dtype):
        raise UsageError(f"no dtype '{options.dtype}'; use one of: {', '.join(get_args(Dtype))}")
    if options.attention is not None and options.attention not in get_args(Attention):
        raise UsageError(
            f"no attention '{options.attention}'; use one of: {', '.join(get_args(Attention))}"
        )
    # Without the package, Transformers would fetch foreign kernels instead of saying so.
    if options.attention == "flash_attention_2" and not installed("flash_attn"):
        raise SetupError(
            "attention 'flash_attention_2' needs the package 'flash-attn'; "
            "run: pip install flash-attn, or leave --attention out"
        )
    if options.pixels is not None and options.pixels < 1:
        raise UsageError(f"a picture cannot be shown with {options.pixels} pixels")


def _chosen(family: Family, options: LoadOptions) -> Family:
    """The family with the person's dialect and budget; a lower bound above it gives way."""
    if options.dialect is not None:
        family = replace(family, dialect=options.dialect)
    pixels = options.pixels
    if pixels is None:
        return family
    if pixels < family.patch_factor**2:
        raise UsageError(
            f"a picture cannot be shown with {pixels} pixels; "
            f"one token of '{family.name}' takes {family.patch_factor**2}"
        )
    least = min(family.min_pixels, pixels)
    return replace(family, max_pixels=pixels, min_pixels=least, reading_pixels=None)


def _device(wanted: str) -> str:
    """The device by its torch name; raise `SetupError` for one that this machine lacks."""
    import torch

    if wanted == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, number = wanted.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (number and not number.isdecimal()):
        raise UsageError(f"no device '{wanted}'; use one of: auto, cpu, cuda, cuda:N, mps")
    if kind == "cuda" and not int(number or 0) < torch.cuda.device_count():
        raise SetupError(
            f"device '{wanted}' is not here: torch sees {torch.cuda.device_count()} CUDA devices; "
            "use --torch-device cpu, or install a torch built for your GPU"
        )
    if kind == "mps" and not torch.backends.mps.is_available():
        raise SetupError("device 'mps' is not here; use --torch-device cpu")
    return wanted


def _dtype(options: LoadOptions, checkpoint: Checkpoint, device: str) -> str:
    """The type to compute in; "auto" is left to the checkpoint wherever the device can."""
    if options.dtype != "auto" or device != "cpu" or "quantization_config" in checkpoint.config:
        return options.dtype
    return "auto" if _cpu_multiplies_bfloat16() else "float32"


def _cpu_multiplies_bfloat16() -> bool:
    """Whether bfloat16 is fast here; elsewhere it is emulated, many times slower."""
    import torch

    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)  # not in every torch
    if probe is not None and probe():
        return True
    return torch.backends.cpu.get_cpu_capability().startswith("SVE")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _tell_no_one(text: str) -> None:
    """Progress that nobody asked for."""
