"""The phone that a command was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwright.protocols import Device

SIMULATED = "sim"


@contextmanager
def open_phone(device: str | None, seed: int = 0, *, exclusive: bool = False) -> Iterator[Device]:
    """Connect to the phone that is meant and let go of it afterwards, whatever happens.

    `device` is "sim" for a simulated phone (which one: `seed`), a serial, an address, or None
    for the one that is attached. Raise `DeviceError` where it cannot be used, or where it is to
    be `exclusive` and another run has it.
    """
    from tapwright.compose import connect

    with connect(device or "android", seed=seed, exclusive=exclusive) as phone:
        yield phone
