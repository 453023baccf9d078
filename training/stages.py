"""The stretches of training, in order, each a mix of what its steps are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tapwright.training.sources import Source


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training: `minutes` of wall time, how often each source is drawn from, the
    learning rate at its beginning and its end, and whether only the throwaway heads learn."""

    name: str
    minutes: float
    mix: Mapping[Source, float]
    rate: float
    last_rate: float
    heads_only: bool = False


STAGES = (
    # Small pieces first: the match between a word and a place forms on them within minutes.
    Stage(
        "pieces",
        45,
        {
            "card lines": 0.36,
            "letters": 0.28,
            "card strips": 0.12,
            "talks": 0.1,
            "phone strips": 0.14,
        },
        1e-3,
        8e-4,
    ),
    # At 1e-3 nothing more is learned of whole cards; from 6e-4 down the letters settle.
    Stage(
        "whole",
        90,
        {
            "tall cards": 0.25,
            "wide cards": 0.2,
            "card strips": 0.04,
            "card lines": 0.17,
            "letters": 0.12,
            "talks": 0.14,
            "screens": 0.03,
            "decisions": 0.02,
            "pages": 0.03,
        },
        6e-4,
        7e-5,
    ),
    # Whether a task is done already is forgotten soonest; looks are given the last word.
    Stage(
        "last",
        30,
        {
            "screens": 0.09,
            "decisions": 0.07,
            "pages": 0.15,
            "talks": 0.11,
            "tall cards": 0.19,
            "wide cards": 0.16,
            "card lines": 0.16,
            "letters": 0.07,
        },
        2e-4,
        8e-6,
    ),
)


# A checkpoint's heads are gone; what they teach is noise until they know what the model knows.
FROM_CHECKPOINT = (
    Stage(
        "heads",
        4,
        {
            "card lines": 0.2,
            "letters": 0.15,
            "tall cards": 0.15,
            "screens": 0.15,
            "wide cards": 0.1,
            "card strips": 0.1,
            "pages": 0.1,
            "decisions": 0.05,
        },
        2e-3,
        2e-4,
        heads_only=True,
    ),
    Stage(
        "more",
        90,
        {
            "tall cards": 0.22,
            "wide cards": 0.18,
            "card lines": 0.16,
            "talks": 0.14,
            "letters": 0.09,
            "pages": 0.09,
            "screens": 0.06,
            "decisions": 0.04,
            "card strips": 0.02,
        },
        3e-4,
        8e-6,
    ),
)


def stages_for(minutes: float, stages: tuple[Stage, ...] = STAGES) -> tuple[Stage, ...]:
    """The stages, stretched or pressed so that they take `minutes` together."""
    scale = minutes / sum(stage.minutes for stage in stages)
    return tuple(replace(stage, minutes=stage.minutes * scale) for stage in stages)
