"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per line, and nothing else."
)
device_option = click.option(
    "--device",
    metavar="sim|SERIAL|HOST:PORT",
    help="The phone: 'sim' for a simulated one, a serial of `tapwright devices`, or an address. "
    "Without it, ANDROID_SERIAL or the one phone that is attached.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="For --device sim: which phone.",
)
