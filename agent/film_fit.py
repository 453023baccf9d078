"""Films that were read already, made to fit the model that they are shown to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tapwright.agent.film_plan import WORDS, FilmBudget, Sampling, budget_for, plan_film
from tapwright.protocols import Model
from tapwright.types import Part, Size, VideoPart


def fit_films(parts: Sequence[Part], model: Model) -> tuple[Part, ...]:
    """`parts` with films that fit half of the model's context, which they share."""
    films = sum(isinstance(part, VideoPart) for part in parts)
    if not films:
        return tuple(parts)
    budget = budget_for(model)
    share = FilmBudget(
        budget.tokens // films, budget.factor, budget.paired, budget.least, budget.most
    )
    return tuple(fit_film(part, share) if isinstance(part, VideoPart) else part for part in parts)


def fit_film(film: VideoPart, budget: FilmBudget) -> VideoPart:
    """`film` inside `budget`: fewer of its frames, evenly spread, and smaller where need be.

    A film that fits is given back as it is. Raise `UsageError` where not one picture fits.
    """
    if not film.frames or _cost(film, budget) <= budget.tokens:
        return film
    count = len(film.frames)
    size = Size(*film.frames[0].size)
    looks = Sampling(fps=1000, min_frames=count, max_frames=count)
    plan = plan_film(film.times[-1] - film.times[0], size, budget, looks)
    kept = min(len(plan.times), count)
    at = [round(n * (count - 1) / (kept - 1)) for n in range(kept)] if kept > 1 else [count - 1]
    shown = (plan.size.width, plan.size.height)
    return VideoPart(
        tuple(film.frames[n].resize(shown) for n in at), tuple(film.times[n] for n in at)
    )


def _cost(film: VideoPart, budget: FilmBudget) -> int:
    """What the film costs as it is, in tokens."""
    width, height = film.frames[0].size
    area = budget.factor**2
    each = max(math.ceil(width * height / area), math.ceil(budget.least / area))
    pictures = math.ceil(len(film.frames) / 2) if budget.paired else len(film.frames)
    return pictures * (each + (0 if budget.paired else WORDS)) + (WORDS if budget.paired else 0)
