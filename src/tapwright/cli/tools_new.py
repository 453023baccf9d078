"""`tapwright tools new`: a plugin package to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder to write; tapwright-NAME by default. It must be empty or not there.",
)  # fmt: skip
def new(name: str, out: Path | None) -> None:
    """Write a plugin package with a tool called NAME, and a test that passes."""
    from tapwright.tools.scaffold import write_plugin

    folder = out if out is not None else Path(f"tapwright-{name.replace('_', '-')}")
    for file in write_plugin(name, folder):
        click.echo(file)
    click.echo(f"\nnext: pip install -e {folder} && tapwright tools")
