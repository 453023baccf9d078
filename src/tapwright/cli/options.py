"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per line on stdout, and nothing else."
)
device_option = click.option(
    "--device", metavar="sim|SERIAL|HOST:PORT|desktop|xvfb|...",
    help="A phone: 'sim' for a simulated one, a serial of `tapwright devices`, or an address; "
    "without it, ANDROID_SERIAL or the one phone that is attached. A desktop: 'desktop' for this "
    "one, 'desktop:2' for a monitor, 'window:TITLE', 'xvfb' or 'xvfb:1280x800' for a virtual one. "
    "Or 'gym:NAME', a Gymnasium environment ('gym:blackjack' and 'gym:gridworld' are ours).",
)  # fmt: skip
seed_option = click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True,
    help="For --device sim: which phone; for gym: which episode.",
)  # fmt: skip

_MODEL_OPTIONS = (
    click.option(
        "--model", "model_name", default="embedded", show_default=True,
        metavar="embedded|ID|FOLDER|KIND:NAME[@URL]|...",
        help="The one that ships, a Hub id such as Qwen/Qwen2-VL-7B-Instruct, a checkpoint "
        "folder, or a model that a server runs, such as "
        "vllm:Qwen/Qwen2-VL-7B-Instruct@http://localhost:8000 (see `tapwright models`).",
    ),
    click.option(
        "--family", "model_family", metavar="NAME",
        help="The model's family, where its config.json or, for a served one, its name does not "
        "tell (see `tapwright models`).",
    ),
    click.option(
        "--torch-device", "model_device", default="auto", show_default=True, metavar="NAME",
        help="auto, cpu, cuda, cuda:N or mps.",
    ),
    click.option(
        "--dtype", "model_dtype", default="auto", show_default=True,
        type=click.Choice(["auto", "bfloat16", "float16", "float32"]),
    ),
    click.option(
        "--attention", "model_attention",
        type=click.Choice(["sdpa", "eager", "flash_attention_2"]), help="Torch's own by default.",
    ),
    click.option(
        "--pixels", "model_pixels", type=click.IntRange(1), metavar="N",
        help="The most pixels at which the model is shown a picture; the family's by default.",
    ),
    click.option(
        "--quantization", "model_quantization", metavar="NAME",
        help="none, bitsandbytes-4bit, bitsandbytes-8bit or torchao-int8.",
    ),
    click.option(
        "--dialect", "model_dialect", metavar="NAME",
        help="How tools and calls are written: qwen, paper, hermes, compact, or native (the "
        "server's own tool calls); the family's by default.",
    ),
)  # fmt: skip


def model_options(function: Function) -> Function:
    """Add the options that choose a model; they arrive as `model_` and a `ModelChoice` field."""
    for option in reversed(_MODEL_OPTIONS):
        function = option(function)
    return function


def late_model_options(function: Function) -> Function:
    """As `model_options`, with no model unless one is named: it is loaded when it is needed."""
    for option in reversed(_MODEL_OPTIONS[1:]):
        function = option(function)
    return click.option(
        "--model", "model_name", metavar="embedded|ID|FOLDER|KIND:NAME[@URL]|...",
        help="The model to ask where neither what was learned nor text nor a picture answers, "
        "and for `ask`, `seen` and `run` steps; loaded only then. None by default.",
    )(function)  # fmt: skip
