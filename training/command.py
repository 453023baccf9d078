"""`tapwright train`: the embedded checkpoint from nothing, in one command that can be cut off."""

from __future__ import annotations

from pathlib import Path

import click

FIRST_SEED = 20_000
PER_CHUNK = 40  # episodes in one file of frames


@click.command()
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=Path("training/work"),
    show_default=True,
    help="Progress, frames and curves; start again to go on.",
)
@click.option("--episodes", type=click.IntRange(1), default=1600, show_default=True)
@click.option("--eye-minutes", type=click.FloatRange(0), default=15.0, show_default=True)
@click.option(
    "--hours",
    type=click.FloatRange(0, min_open=True),
    default=1.4,
    show_default=True,
    help="Wall time of the stages after the eye.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the checkpoint here.")
def command(work: Path, episodes: int, eye_minutes: float, hours: float, out: Path | None) -> None:
    """Train the embedded checkpoint: eye, frames, strips of screens, whole screens.

    Everything is kept in the work folder; the same command goes on where it was cut off.
    """
    from tapwright.training.episodes import write_chunk
    from tapwright.training.export import export
    from tapwright.training.eye import train_eye
    from tapwright.training.train import Trainer, new_model, stages_for

    def say(text: str) -> None:
        click.echo(text, err=True)

    work.mkdir(parents=True, exist_ok=True)
    if not (work / "train.pt").exists():
        _, model = new_model(work)
        train_eye(model.model.visual, work, minutes=eye_minutes, say=say)
    frames = work / "frames"
    for seed in range(FIRST_SEED, FIRST_SEED + episodes, PER_CHUNK):
        chunk = write_chunk(frames, seed, min(PER_CHUNK, FIRST_SEED + episodes - seed))
        say(f"frames: {chunk.name}")
    Trainer(work, [frames], say).run(stages_for(hours * 60))
    if out is not None:
        say(f"{export(work, out):,} bytes of weights in {out}")
