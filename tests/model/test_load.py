"""`load_model`: options that reach the network, and every refusal with its cure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from tapwright.errors import (
    BrokenCheckpoint,
    ModelError,
    OutOfMemory,
    SetupError,
    UnknownModel,
    UsageError,
)
from tapwright.model import embedded
from tapwright.model.load import LoadOptions, check_choices, load, load_model
from tapwright.model.packages import is_installed
from tapwright.model.quantize import check_packages
from tapwright.model.qwen2_vl import Qwen2VL
from tapwright.types import ImagePart, Message, Request, Size

CPU = LoadOptions(device="cpu")


def _nothing(package: str) -> bool:
    return False


def _everything(package: str) -> bool:
    return True


def _network(model: object) -> Any:
    assert isinstance(model, Qwen2VL)
    return model._network


def test_the_real_class_is_loaded_from_a_folder(checkpoint: Path) -> None:
    model = load_model(str(checkpoint), device="cpu")
    assert type(_network(model)).__name__ == "Qwen2VLForConditionalGeneration"
    assert model.name == str(checkpoint)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_dtype_reaches_the_network(checkpoint: Path, dtype: Any) -> None:
    network = _network(load_model(str(checkpoint), device="cpu", dtype=dtype))
    assert network.dtype == getattr(torch, dtype)


def test_the_automatic_dtype_is_one_the_processor_is_fast_at(checkpoint: Path) -> None:
    network = _network(load_model(str(checkpoint), device="cpu"))
    assert network.dtype in (torch.bfloat16, torch.float32)


@pytest.mark.parametrize(("asked", "used"), [(None, "sdpa"), ("eager", "eager")])
def test_the_attention_reaches_the_network(checkpoint: Path, asked: Any, used: str) -> None:
    network = _network(load_model(str(checkpoint), device="cpu", attention=asked))
    assert network.config._attn_implementation == used


def test_the_pixel_budget_reaches_the_picture(checkpoint: Path) -> None:
    model = load_model(str(checkpoint), device="cpu", pixels=512 * 784)
    assert model.shown_size(Size(1080, 2400)) == Size(420, 924)
    picture = Message("user", (ImagePart(Image.new("RGB", (1080, 2400))),))
    reply = model.generate(Request((picture,), max_new_tokens=1))
    assert 495 < reply.prompt_tokens < 550
    assert model.family.max_pixels == 512 * 784


def test_a_budget_below_the_familys_least_is_kept(checkpoint: Path) -> None:
    model = load_model(str(checkpoint), device="cpu", family="tapwright-embedded", pixels=100 * 784)
    shown = model.shown_size(Size(1080, 2400))
    assert shown.width * shown.height <= 100 * 784


def test_progress_is_told(checkpoint: Path) -> None:
    told: list[str] = []
    load_model(str(checkpoint), device="cpu", on_progress=told.append)
    (said,) = told
    assert "loading" in said and "cpu" in said and "MB" in said


def test_loading_draws_no_bars_of_its_own(
    checkpoint: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    load_model(str(checkpoint), device="cpu")
    assert "Loading weights" not in capfd.readouterr().err


def test_the_family_can_be_chosen(configure: Callable[..., Path]) -> None:
    folder = configure(tapwright_family="tapwright-embedded")
    assert load(str(folder), CPU).family.name == "tapwright-embedded"
    chosen = load(str(folder), LoadOptions(device="cpu", family="qwen2-vl"))
    assert chosen.family.name == "qwen2-vl"


def test_an_unknown_family_is_an_error_before_loading(configure: Callable[..., Path]) -> None:
    folder = configure(model_type="mystery")
    (folder / "model.safetensors").unlink()
    with pytest.raises(UnknownModel, match=r"'mystery'.*--family"):
        load(str(folder), CPU)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (LoadOptions(dtype="int3"), "no dtype 'int3'"),  # type: ignore[arg-type]
        (LoadOptions(attention="flex"), "no attention 'flex'"),  # type: ignore[arg-type]
        (LoadOptions(quantization="gguf"), "no quantization 'gguf'; use one of: none, bits"),
        (LoadOptions(device="tpu"), "no device 'tpu'"),
        (LoadOptions(device="cuda:x"), "no device 'cuda:x'"),
        (LoadOptions(pixels=0), "cannot be shown with 0 pixels"),
        (LoadOptions(pixels=100), "one token of 'qwen2-vl' takes 784"),
    ],
)
def test_options_that_cannot_be_meant_are_usage_errors(
    checkpoint: Path, options: LoadOptions, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        load(str(checkpoint), options)


def test_a_device_that_is_not_here_is_a_setup_error(checkpoint: Path) -> None:
    with pytest.raises(SetupError, match="device 'cuda:99' is not here"):
        load(str(checkpoint), LoadOptions(device="cuda:99"))


@pytest.mark.parametrize(
    ("quantization", "package"),
    [
        ("bitsandbytes-8bit", "bitsandbytes"),
        ("bitsandbytes-4bit", "bitsandbytes"),
        ("torchao-int8", "torchao"),
    ],
)
def test_quantization_reaches_the_layers_or_names_the_command(
    checkpoint: Path, quantization: str, package: str
) -> None:
    options = LoadOptions(device="cpu", quantization=quantization)
    if not is_installed(package):
        with pytest.raises(SetupError, match=r'pip install "tapwright\[quantization\]"'):
            load(str(checkpoint), options)
        return
    layer = _network(load(str(checkpoint), options)).model.language_model.layers[0]
    assert type(layer.mlp.up_proj.weight).__module__.startswith(package)


@pytest.mark.parametrize("quantization", ["bitsandbytes-8bit", "torchao-int8"])
def test_a_missing_quantizer_names_the_command(quantization: str) -> None:
    with pytest.raises(SetupError, match=r'pip install "tapwright\[quantization\]"'):
        check_packages({}, quantization, installed=_nothing)
    check_packages({}, quantization, installed=_everything)


@pytest.mark.parametrize(
    ("method", "command"),
    [
        ("gptq", 'pip install "optimum>=1.24" "gptqmodel>=1.4.3"'),
        ("awq", 'pip install "gptqmodel>=1.4.3"'),
        ("compressed-tensors", 'pip install "compressed-tensors"'),
    ],
)
def test_a_quantised_checkpoint_names_the_packages_it_needs(method: str, command: str) -> None:
    config = {"quantization_config": {"quant_method": method, "bits": 4}}
    with pytest.raises(SetupError) as caught:
        check_packages(config, None, installed=_nothing)
    assert str(caught.value).endswith(f"run: {command}")
    check_packages(config, "none", installed=_everything)


def test_packages_are_found_by_the_name_that_is_imported() -> None:
    assert is_installed("torch")
    assert not is_installed("no_such_package") and not is_installed("no_such.package")


def test_a_quantised_checkpoint_is_not_quantised_again(configure: Callable[..., Path]) -> None:
    folder = configure(quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(UsageError, match="already quantised"):
        load(str(folder), LoadOptions(device="cpu", quantization="torchao-int8"))


def test_a_missing_attention_package_names_the_command() -> None:
    options = LoadOptions(attention="flash_attention_2")
    with pytest.raises(SetupError, match="pip install flash-attn"):
        check_choices(options, installed=_nothing)
    check_choices(options, installed=_everything)


def test_too_little_memory_is_said_before_loading(checkpoint: Path) -> None:
    asked: list[str] = []

    def nearly_none(device: str) -> int:
        asked.append(device)
        return 1000

    told: list[str] = []
    with pytest.raises(OutOfMemory) as caught:
        load(str(checkpoint), CPU, told.append, bytes_free=nearly_none)
    assert set(asked) == {"cpu"} and told == []
    for word in ("MB", "is free", "--quantization", "smaller model"):
        assert word in str(caught.value)


def test_weights_too_large_by_their_index_are_not_even_fetched(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    index = {"metadata": {"total_size": 16_000_000_000}, "weight_map": {"a": "1.safetensors"}}
    file = copied / "model.safetensors.index.json"
    file.write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(OutOfMemory, match=r"16\.0 GB of memory on cpu and 8\.0 GB is free"):
        load(str(copied), CPU, bytes_free=lambda device: 8_000_000_000)
    with pytest.raises(BrokenCheckpoint, match=r"1\.safetensors' is missing"):
        load(str(copied), CPU, bytes_free=lambda device: 17_000_000_000)


def test_a_tensor_that_the_model_needs_and_the_file_lacks_is_an_error(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = copied / "model.safetensors"
    tensors = load_file(weights)
    gone = sorted(name for name in tensors if "norm" in name)[0]
    del tensors[gone]
    save_file(tensors, weights, metadata={"format": "pt"})
    with pytest.raises(BrokenCheckpoint, match="lacks 1 of the model's tensors"):
        load(str(copied), CPU)


def test_weights_of_other_shapes_are_an_error(configure: Callable[..., Path]) -> None:
    folder = configure()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["text_config"]["intermediate_size"] = 256
    with pytest.raises(BrokenCheckpoint, match="cannot be loaded"):
        load(str(configure(**config)), CPU)


def test_a_broken_tokenizer_is_named(copied: Path) -> None:
    (copied / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="tokenizer"):
        load(str(copied), CPU)


def test_the_embedded_model_says_when_its_weights_are_missing(checkpoint: Path) -> None:
    if (embedded.folder() / "config.json").is_file():
        assert load("embedded", CPU).family.name == "tapwright-embedded"
        return
    with pytest.raises(BrokenCheckpoint, match="embedded model's files are missing"):
        load_model("embedded")


def test_the_dialect_of_servers_is_refused_for_a_model_that_runs_here(checkpoint: Path) -> None:
    with pytest.raises(UsageError, match="dialect 'native' is a server's own tool calls"):
        load_model(str(checkpoint), device="cpu", dialect="native")


def test_loading_in_a_new_process_says_nothing(checkpoint: Path) -> None:
    code = "import sys; from tapwright import load_model; load_model(sys.argv[1], device='cpu')"
    told = subprocess.run(
        [sys.executable, "-c", code, str(checkpoint)],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert (told.stdout, told.stderr) == ("", "")
