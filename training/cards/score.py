"""`python -m tapwright.training.cards.score`: right calls and answers on cards never trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from tapwright.serving.practice import PracticeServices
from tapwright.tools.builtin import builtin_tools
from tapwright.tools.registry import Toolbox
from tapwright.tools.secrets import Secrets
from tapwright.training.cards.trials import CONDITIONS, FIRST_SEED, Trial, summary, table, trials
from tapwright.training.cards.world import world_for
from tapwright.training.evaluate import fingerprint


@contextmanager
def practice_toolbox(names: Sequence[str] = ()) -> Iterator[Toolbox]:
    """The real tools of these names (none: all) against services on loopback, which tell of the
    world that unseen cards are about."""
    world = world_for(FIRST_SEED, unseen=True).practice
    with PracticeServices(world=world) as practice:
        known = builtin_tools(practice.services)
        chosen = [tool for tool in known if not names or tool.spec.name in names]
        yield Toolbox(chosen, Secrets(practice.environment))


def _told(trial: Trial) -> str:
    calls = "right" if trial.calls_right else "wrong"
    answer = "right" if trial.answer_right else "wrong"
    at = f"{trial.kind} {trial.seed} {trial.topic} {trial.condition}"
    return f"{at}: calls {calls}, answer {answer}"


@click.command()
@click.option("--model", "name", default="embedded", show_default=True)
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help="Cards.")
@click.option("--blind/--no-blind", default=True, help="Also with a black picture.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the scorecard to this file.")
@click.option(
    "--runs",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("runs/cards"),
    show_default=True,
    help="Where every conversation is recorded; what stands there is not asked again.",
)
def command(name: str, count: int, blind: bool, out: Path | None, folder: Path) -> None:
    """Measure a model on boarding passes, parcel labels and weather cards in layouts, values and
    phrasings that training never saw."""
    from tapwright.model.load import load_model

    model = load_model(name)
    weights = fingerprint(name)
    record = folder / f"cards-{weights[:12] or 'unnamed'}.jsonl"
    conditions = CONDITIONS if blind else CONDITIONS[:1]
    found = []
    with practice_toolbox(model.family.chat_tools) as toolbox:
        for trial in trials(model, toolbox, count, record, conditions):
            found.append(trial)
            click.echo(_told(trial), err=True)
    rows = summary(found)
    if out is not None:
        card = {"model": name, "weights": weights, "first_seed": FIRST_SEED, "cards": rows}
        out.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    click.echo(table(rows))


if __name__ == "__main__":
    command()
