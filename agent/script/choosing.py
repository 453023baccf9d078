"""Which of several places is meant, and what is said where nothing tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tapwright.actions import Point
from tapwright.agent.script.learned import Look
from tapwright.agent.script.looking import on_picture
from tapwright.agent.script.looks import View, ink
from tapwright.agent.script.naming import places, spoken
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.text import reading_order
from tapwright.agent.seeing.values import Box, Found, Line, Rung
from tapwright.errors import Ambiguous, NotFound


def stated_place(view: View, at: tuple[float, float]) -> Found:
    """The place that a script states as shares of the width and height."""
    size = view.size
    x = min(int(at[0] * size.width), size.width - 1)
    y = min(int(at[1] * size.height), size.height - 1)
    return Found(Point(x, y), Box(x, y, x + 1, y + 1), 1.0, Rung.PLACE, "a place that was stated")


def is_among(box: Box, answers: Sequence[tuple[Look, Box]]) -> bool:
    """Whether a place is one of the answers."""
    return any(box.overlaps(other) for _, other in answers)


def chosen(view: View, target: Target, hits: Sequence[Found]) -> Found:
    """The one that is meant; raise `Ambiguous` where nothing says which, `NotFound` for none."""
    ordered = reading_order(hits)
    if target.nth is not None:
        if target.nth > len(ordered):
            raise NotFound(f"there are only {len(ordered)} of {spoken(target)}")
        return ordered[target.nth - 1]
    if len(ordered) == 1:
        return ordered[0]
    if target.at is not None:
        meant = stated_place(view, target.at).point
        inside = [hit for hit in ordered if hit.box.has(meant.x, meant.y)]
        if len(inside) == 1:
            return inside[0]
    raise ambiguous(target, [hit.box for hit in ordered], "answer to it")


def ambiguous(target: Target, boxes: Sequence[Box], what: str) -> Ambiguous:
    """The error for a target to which several places answer; `what` says how they do."""
    middles = tuple((box.middle.x, box.middle.y) for box in boxes)
    return Ambiguous(
        f"{spoken(target)} is ambiguous: {len(boxes)} places {what}, at {places(boxes)}; "
        "say which with 'near' or 'nth'",
        places=middles,
    )


def median_contrast(view: View, lines: Sequence[Line], box: Box) -> float | None:
    """The usual contrast of the other texts; None where there are too few to tell."""
    others = [on_picture(view, line.box) for line in lines if not line.box.overlaps(box)][:40]
    if len(others) < 4:
        return None
    return float(np.median([ink(view.crop(other)) for other in others]))
