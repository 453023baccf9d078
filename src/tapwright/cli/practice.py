"""`tapwright practice`: the services behind the built-in tools, invented, on this machine."""

from __future__ import annotations

import json

import click

from tapwright.cli.options import json_option
from tapwright.cli.signals import terminate_as_interrupt


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8787, show_default=True,
    help="Where they listen, on this machine only; 0 takes any free port.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True,
    help="Which world: flights, weather and parcels vary with it.",
)  # fmt: skip
@json_option
def practice(port: int, seed: int, as_json: bool) -> None:
    """Start practice services for the tools, until Ctrl-C.

    They answer like the weather, place, currency, flight and parcel services that the built-in
    tools ask, from an invented world: nothing that they tell is true. With --json, one object:
    url and environment.
    """
    from tapwright.serving.practice import PracticeServices

    try:
        with terminate_as_interrupt(), PracticeServices(seed, port=port) as services:
            environment = dict(services.environment)
            if as_json:
                click.echo(json.dumps({"url": services.url, "environment": environment}))
            else:
                click.echo(f"practice {services.url}")
                for name, value in environment.items():
                    click.echo(f"  export {name}={value}")
                click.echo(f"  tapwright tools call weather city=Oslo --services {services.url}")
            services.serve_until_interrupted()
    except KeyboardInterrupt:
        click.echo("practice services stopped", err=True)
