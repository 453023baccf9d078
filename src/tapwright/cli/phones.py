"""The phone or desktop that a command was asked for."""

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
    """Connect to the device that is meant and let go of it afterwards, whatever happens.

    `device` is as for `connect`; None for the one phone that is attached. A phone's keyboard that
    could not be given back is told on stderr. Raise `DeviceError` where the device cannot be
    used, or where it is to be `exclusive` and another run has it.
    """
    from tapwright.compose import connect

    phone = None
    try:
        with connect(device or "android", seed=seed, exclusive=exclusive) as phone:
            yield phone
    finally:
        if phone is not None and getattr(phone, "keyboard_kept", False):
            click.echo(
                f"warning: the keyboard of '{phone.name}' could not be given back; any tapwright "
                "command on that phone tries again, or choose it in the phone's settings",
                err=True,
            )
