"""`tapwright train`: the embedded checkpoint from nothing, in one command that can be cut off."""

from __future__ import annotations

from pathlib import Path

import click

FIRST_SEED = 20_000
PER_CHUNK = 40  # episodes in one file of frames
FIRST_CARD = 0
CARDS_PER_CHUNK = 200


@click.command()
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=Path("training/work"),
    show_default=True,
    help="Progress, frames and curves; start again to go on.",
)
@click.option("--episodes", type=click.IntRange(1), default=1600, show_default=True)
@click.option("--cards", type=click.IntRange(20), default=6000, show_default=True)
@click.option("--eye-minutes", type=click.FloatRange(0), default=20.0, show_default=True)
@click.option(
    "--hours",
    type=click.FloatRange(0, min_open=True),
    default=2.25,
    show_default=True,
    help="Wall time of the stages after the eye.",
)
@click.option(
    "--from",
    "checkpoint",
    metavar="embedded|FOLDER",
    help="Go on from this checkpoint, not from nothing; without an eye stage and the small pieces.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the checkpoint here.")
def command(
    work: Path,
    episodes: int,
    cards: int,
    eye_minutes: float,
    hours: float,
    checkpoint: str | None,
    out: Path | None,
) -> None:
    """Train the embedded checkpoint: eye, frames, pieces of screens and cards, whole ones.

    Everything is kept in the work folder; the same command goes on where it was cut off.
    """
    from tapwright.training.cards.chunks import write_chunk as write_cards
    from tapwright.training.episodes import write_chunk
    from tapwright.training.export import export
    from tapwright.training.eye import train_eye
    from tapwright.training.reading import Cards
    from tapwright.training.samples import Frames
    from tapwright.training.stages import FROM_CHECKPOINT, STAGES, stages_for
    from tapwright.training.start import checkpoint_folder
    from tapwright.training.train import Trainer, new_model

    def say(text: str) -> None:
        click.echo(text, err=True)

    start = None if checkpoint is None else checkpoint_folder(checkpoint)
    work.mkdir(parents=True, exist_ok=True)
    if start is None and not (work / "train.pt").exists():
        _, model = new_model(work)
        train_eye(model.model.visual, work, minutes=eye_minutes, say=say)
    frames = work / "frames"
    for seed in range(FIRST_SEED, FIRST_SEED + episodes, PER_CHUNK):
        chunk = write_chunk(frames, seed, min(PER_CHUNK, FIRST_SEED + episodes - seed))
        say(f"frames: {chunk.name}")
    folder = work / "cards"
    for seed in range(FIRST_CARD, FIRST_CARD + cards, CARDS_PER_CHUNK):
        for chunk in write_cards(folder, seed, min(CARDS_PER_CHUNK, FIRST_CARD + cards - seed)):
            say(f"cards: {chunk.name}")
    stages = stages_for(hours * 60, STAGES if start is None else FROM_CHECKPOINT)
    Trainer(work, Frames([frames]), Cards(folder), say, start).run(stages)
    if out is not None:
        say(f"{export(work, out):,} bytes of weights in {out}")
