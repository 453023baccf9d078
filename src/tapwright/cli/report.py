"""`tapwright report`: a run as one HTML file that opens anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from tapwright.errors import JournalError


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE",
    help="Where the report goes; report.html in the run's folder by default.",
)  # fmt: skip
def report(run: Path, out: Path | None) -> None:
    """Make one HTML file of the run in the folder RUN.

    It holds every step with its picture, the tap drawn on it, prompt, reply and timings, and
    needs no network.
    """
    target = out or run / "report.html"
    write(run, target)
    click.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


def write(run: Path, target: Path) -> None:
    """Write the report of `run` to `target`; raise `JournalError` where that cannot be done."""
    from tapwright.agent.report import render
    from tapwright.agent.runs import read_run

    page = render(read_run(run))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise JournalError(f"cannot write the report '{target}': {error}") from error
