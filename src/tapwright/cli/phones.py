"""The phone that a command was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tapwright.protocols import Device

SIMULATED = "sim"


@contextmanager
def open_phone(device: str | None, seed: int = 0, *, exclusive: bool = False) -> Iterator[Device]:
    """Connect to the phone that is meant and let go of it afterwards, whatever happens.

    `device` is "sim" for a simulated phone (which one: `seed`), a serial, an address, or None
    for the one that is attached. A keyboard that could not be given back is told on stderr.
    Raise `DeviceError` where the phone cannot be used, or where it is to be `exclusive` and
    another run has it.
    """
    from tapwright.compose import connect

    phone = None
    try:
        with connect(device or "android", seed=seed, exclusive=exclusive) as phone:
            yield phone
    finally:
        if phone is not None and phone.keyboard_kept:
            click.echo(
                f"warning: the keyboard of '{phone.name}' could not be given back; any tapwright "
                "command on that phone tries again, or choose it in the phone's settings",
                err=True,
            )
