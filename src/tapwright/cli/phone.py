"""`tapwright phone`: a simulated Android phone that any adb can connect to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tapwright.cli.signals import terminate_as_interrupt
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.devices.simphone.faults import Fault

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=5555, show_default=True,
    help="Where it listens; 0 takes any free port.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="The address it listens on.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True,
    help="Which phone: order, wallpaper, theme and state vary with it.",
)  # fmt: skip
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME",
    help="Misbehave: offline, unauthorized, locked, hang, ... May be given several times.",
)  # fmt: skip
def phone(port: int, host: str, seed: int, faults: tuple[str, ...]) -> None:
    """Start a simulated Android phone, until Ctrl-C.

    It speaks the device side of the adb protocol, so that `adb connect` and every program that
    uses adb see an ordinary phone. There is no authentication, and it can run nothing on this
    machine.
    """
    from tapwright.devices.simphone.faults import Faults
    from tapwright.devices.simphone.phone import Phone
    from tapwright.devices.simphone.server import PhoneServer

    chosen = Faults(*map(_fault, faults))
    with terminate_as_interrupt(), PhoneServer(Phone(seed), host, port, chosen) as server:
        click.echo(f"phone {server.address}")
        click.echo(f"  adb connect {server.address}")
        click.echo(f'  tapwright run "Turn on Wi-Fi" --device {server.address}')
        if host not in _LOOPBACK:
            click.echo(f"warning: whoever reaches '{host}' can use this phone", err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("phone switched off", err=True)


def _fault(name: str) -> Fault:
    """The fault called `name`; raise `UsageError`, naming the known ones, for any other."""
    from tapwright.devices.simphone.faults import Fault

    try:
        return Fault(name)
    except ValueError:
        known = ", ".join(fault.value for fault in Fault)
        raise UsageError(f"no fault '{name}'; use one of: {known}") from None
