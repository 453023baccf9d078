"""The stretches of training, in order, each a mix of what its steps are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tapwright.training.sources import Source


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training: `minutes` of wall time, how often each source is drawn from, and
    the learning rate at its beginning and its end."""

    name: str
    minutes: float
    mix: Mapping[Source, float]
    rate: float
    last_rate: float


STAGES = (
    # Small pieces first: the match between a word and a place forms on them within minutes.
    Stage(
        "strips",
        30,
        {"letters": 0.42, "card strips": 0.38, "phone strips": 0.2},
        1e-3,
        6e-4,
    ),
    Stage(
        "whole",
        75,
        {
            "tall cards": 0.26,
            "wide cards": 0.2,
            "card strips": 0.14,
            "screens": 0.22,
            "decisions": 0.1,
            "letters": 0.08,
        },
        6e-4,
        3e-5,
    ),
)


def stages_for(minutes: float) -> tuple[Stage, ...]:
    """The stages, stretched or pressed so that they take `minutes` together."""
    scale = minutes / sum(stage.minutes for stage in STAGES)
    return tuple(replace(stage, minutes=stage.minutes * scale) for stage in STAGES)
