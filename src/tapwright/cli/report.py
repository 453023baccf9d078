"""`tapwright report`: a run as one HTML file that opens anywhere."""

from __future__ import annotations

from pathlib import Path

import click


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
    from tapwright.agent.report import write_report

    written = write_report(run, out or run / "report.html")
    click.echo(f"{written}: {written.stat().st_size / 1e6:.1f} MB")
