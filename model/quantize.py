"""Quantised loading: which packages it needs, and the settings that reach Transformers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from tapwright.errors import SetupError, UsageError
from tapwright.model.packages import is_installed

QUANTIZATIONS = ("none", "bitsandbytes-8bit", "bitsandbytes-4bit", "torchao-int8")

# `quant_method` in a checkpoint's own config: importable packages and what pip calls them.
_METHOD_PACKAGES: Mapping[str, Mapping[str, str]] = {
    "gptq": {"optimum": "optimum>=1.24", "gptqmodel": "gptqmodel>=1.4.3"},
    "awq": {"gptqmodel": "gptqmodel>=1.4.3"},
    "bitsandbytes": {"bitsandbytes": "bitsandbytes"},
    "torchao": {"torchao": "torchao"},
    "compressed-tensors": {"compressed_tensors": "compressed-tensors"},
    "hqq": {"hqq": "hqq"},
    "quanto": {"optimum.quanto": "optimum-quanto"},
}


def check_packages(
    config: Mapping[str, Any],
    quantization: str | None,
    installed: Callable[[str], bool] = is_installed,
) -> None:
    """Raise `SetupError` with the pip command where quantised loading lacks a package.

    `config` is the checkpoint's own: GPTQ, AWQ and the like name their method there. Raise
    `UsageError` for an unknown `quantization`, or one asked for on top of the checkpoint's own.
    """
    if quantization not in (None, *QUANTIZATIONS):
        raise UsageError(
            f"no quantization '{quantization}'; use one of: {', '.join(QUANTIZATIONS)}"
        )
    own = config.get("quantization_config")
    method = own.get("quant_method") if isinstance(own, Mapping) else None
    if quantization not in (None, "none"):
        if method is not None:
            raise UsageError(
                f"the checkpoint is already quantised ('{method}'); leave --quantization out"
            )
        package = str(quantization).partition("-")[0]
        if not installed(package):
            raise SetupError(
                f"quantization '{quantization}' needs the package '{package}'; "
                'run: pip install "tapwright[quantization]"'
            )
    missing = [
        wanted
        for package, wanted in _METHOD_PACKAGES.get(str(method), {}).items()
        if not installed(package)
    ]
    if missing:
        quoted = " ".join(f'"{wanted}"' for wanted in missing)
        raise SetupError(
            f"a checkpoint quantised with '{method}' needs more packages; run: pip install {quoted}"
        )


def quantization_config(quantization: str | None) -> Any:
    """Transformers' settings object for one of `QUANTIZATIONS`; None for no quantisation."""
    if quantization in (None, "none"):
        return None
    import torch
    from transformers import BitsAndBytesConfig, TorchAoConfig

    if quantization == "bitsandbytes-8bit":
        # It would say at every layer of every token that it computes in float16.
        logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)
        return BitsAndBytesConfig(load_in_8bit=True)
    if quantization == "bitsandbytes-4bit":
        return BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    from torchao.quantization import Int8WeightOnlyConfig

    return TorchAoConfig(Int8WeightOnlyConfig())
