"""`tapwright screenshot`: the screen as the agent would see it."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import click

from tapwright.cli.options import device_option, seed_option
from tapwright.cli.phones import open_first, open_phone
from tapwright.errors import UsageError


@click.command()
@device_option
@seed_option
@click.option("--open", "program", metavar="COMMAND", help="Open this app or program first.")
@click.option(
    "-o", "--out", default="screenshot.png", show_default=True, metavar="FILE",
    help="Where the PNG goes; '-' is stdout.",
)  # fmt: skip
def screenshot(device: str | None, seed: int, program: str | None, out: str) -> None:
    """Save a picture of the screen.

    A capture that fails is an error and leaves no file: a picture that is saved is whole.
    """
    with open_phone(device, seed) as phone:
        if program is not None:
            open_first(phone, program)
        seen = phone.observe()
    data = BytesIO()
    seen.image.save(data, format="PNG")
    if out == "-":
        sys.stdout.buffer.write(data.getvalue())
        return
    try:
        Path(out).write_bytes(data.getvalue())
    except OSError as error:
        raise UsageError(f"cannot write '{out}': {error.strerror}") from error
    front = f", '{seen.foreground}' in front" if seen.foreground else ""
    click.echo(f"{out}: {seen.size.width}x{seen.size.height}, {seen.state.value}{front}")
