"""The phone or desktop that a command was asked for."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tapwright.actions import OpenApp
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.protocols import Device

SIMULATED = "sim"
VIRTUAL = "xvfb"


def open_first(device: Device, command: str) -> OpenApp:
    """Open the program that `--open` names, with its arguments, before anything is looked at.

    Raise `UsageError` where it cannot be read or opened.
    """
    from tapwright.types import Delivery

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"cannot read --open '{command}': {error}") from error
    if not words:
        raise UsageError("--open names no program")
    action = OpenApp(words[0], tuple(words[1:]))
    effect = device.perform(action)
    if effect.delivery is not Delivery.DELIVERED:
        raise UsageError(f"cannot open '{command}': {effect.said}")
    return action


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
