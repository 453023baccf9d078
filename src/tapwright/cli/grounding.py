"""`tapwright doctor --grounding`: does the model point where it is asked to, and if not, why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.load import ModelChoice, load_chosen
from tapwright.cli.working import working

if TYPE_CHECKING:
    from tapwright.agent.grounding_verdict import Grounding
    from tapwright.protocols import Model

RIGHT, WRONG = 0, 3
SMALL = (
    "this is the small model that ships, trained on phone screens only, which these pictures are "
    "not; nothing is wrong with this machine"
)


def check_grounding(choice: ModelChoice, *, as_json: bool) -> int:
    """Show the chosen model known targets, print the verdict and return the exit code.

    Raise `ModelError` where the model or its server fails.
    """
    from tapwright.agent.grounding import aims, count_picture
    from tapwright.agent.grounding_verdict import Verdict, judge
    from tapwright.model.families import FAMILIES
    from tapwright.prompts import dialect

    model = load_chosen(choice, quiet=as_json)
    spoken = dialect(model.family.dialect)
    with working(f"showing targets to '{model.name}'", quiet=as_json) as tell:
        found = list(aims(model, spoken, on_progress=tell))
        counted = count_picture(model)
    grounding = with_note(choice.name, judge(found, model.family, FAMILIES.values(), counted))
    if as_json:
        click.echo(json.dumps(_as_json(model, grounding)))
    else:
        _show(model, grounding)
    return RIGHT if grounding.verdict is Verdict.RIGHT else WRONG


def with_note(name: str, grounding: Grounding) -> Grounding:
    """The verdict on the model called `name`; of the one that ships, why it is no better."""
    from tapwright.agent.grounding_verdict import Verdict
    from tapwright.model.fetch import EMBEDDED

    if name != EMBEDDED or grounding.verdict is Verdict.RIGHT:
        return grounding
    return replace(grounding, notes=(*grounding.notes, SMALL))


def _show(model: Model, grounding: Grounding) -> None:
    """Print the verdict for a person: what was measured first, the verdict last."""
    family = model.family
    click.echo(f"model   {model.name}, family {family.name}, points in {family.frame.value}")
    click.echo(f"answers {grounding.answered} of {grounding.targets} name a place")
    error = "none" if grounding.error is None else f"{grounding.error:.1%} of the diagonal"
    click.echo(f"hits    {grounding.hits} of {grounding.targets}; median error {error}")
    for fit in grounding.fits:
        seen = f"x to {fit.range[0]:.0f}, y to {fit.range[1]:.0f}"
        click.echo(
            f"picture {fit.size.width}x{fit.size.height}, sent as "
            f"{fit.shown.width}x{fit.shown.height}: points as if {seen}"
        )
    for note in grounding.notes:
        click.echo(f"note    {note}")
    click.echo(grounding.words)
    if grounding.cure:
        click.echo(f"cure    {grounding.cure}")


def _as_json(model: Model, grounding: Grounding) -> dict[str, Any]:
    return {
        "model": model.name,
        "family": model.family.name,
        "frame": model.family.frame.value,
        "verdict": grounding.verdict.value,
        "words": grounding.words,
        "cure": grounding.cure,
        "targets": grounding.targets,
        "answered": grounding.answered,
        "hits": grounding.hits,
        "error": grounding.error,
        "pictures": [
            {
                "size": [fit.size.width, fit.size.height],
                "sent": [fit.shown.width, fit.shown.height],
                "range": [round(side, 1) for side in fit.range],
                "start": [round(side, 1) for side in fit.start],
                "residual": round(fit.residual, 4),
            }
            for fit in grounding.fits
        ],
        "notes": list(grounding.notes),
    }
