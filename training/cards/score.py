"""`python -m tapwright.training.cards.score`: right calls and answers on cards never trained on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool, Toolbox
from tapwright.training.cards.trials import CONDITIONS, FIRST_SEED, summary, table, trials
from tapwright.training.cards.world import CardWorld, world_for
from tapwright.training.evaluate import fingerprint
from tapwright.types import ToolCall


def world_tools(world: CardWorld) -> list[Tool]:
    """The embedded model's tools, answered by a world without a server between."""

    @tool
    def flight(number: str, date: str = "") -> str:
        """Tell the status of a flight."""
        return world(ToolCall("flight", {"number": number, "date": date}))

    @tool
    def weather(city: str, days: int = 1) -> str:
        """Tell the weather in a city."""
        return world(ToolCall("weather", {"city": city, "days": days}))

    @tool
    def parcel(number: str, carrier: str = "") -> str:
        """Tell where a parcel is."""
        return world(ToolCall("parcel", {"number": number, "carrier": carrier}))

    return [flight, weather, parcel]


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
    toolbox = Toolbox(world_tools(world_for(FIRST_SEED, unseen=True)))
    found = []
    for trial in trials(model, toolbox, count, record, CONDITIONS if blind else CONDITIONS[:1]):
        found.append(trial)
        marks = f"calls {'right' if trial.calls_right else 'wrong'}"
        marks += f", answer {'right' if trial.answer_right else 'wrong'}"
        click.echo(f"{trial.kind} {trial.seed} {trial.topic} {trial.condition}: {marks}", err=True)
    rows = summary(found)
    if out is not None:
        card = {"model": name, "weights": weights, "first_seed": FIRST_SEED, "cards": rows}
        out.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    click.echo(table(rows))


if __name__ == "__main__":
    command()
