"""The last rung: where a model points, and what has to be read there before it is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.learned import Learned, Memory
from tapwright.agent.script.looking import in_row, near_labels, still_looks
from tapwright.agent.script.looks import View, around, find_same
from tapwright.agent.script.naming import described, places, spoken
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.values import Box, Found, Line, Rung
from tapwright.errors import NotFound

Read = Callable[[], Sequence[Line]]  # the labels on the picture, read when they are asked for


def pointed(
    view: View, target: Target, eyes: Eyes, read: Read, memory: Memory | None, reasons: str
) -> Found:
    """Where the model points for `target`; raise `NotFound` where that must not be believed.

    A row that the script states has to be read there. A label that was known by its words and
    now reads otherwise may be renamed or another thing: only a person can tell.
    """
    found = eyes.find(view.image, described(target))
    if found is None:
        raise NotFound(f"cannot find {spoken(target)}: {reasons}; the model sees none either")
    point = found.point
    pixel = Box(point.x, point.y, point.x + 1, point.y + 1)
    if not view.holds(pixel):
        raise NotFound(f"the model points outside the screen for {spoken(target)}")
    where = f"the model points at {places([pixel])} for {spoken(target)}"
    if target.near and not any(
        in_row(pixel, _high(label)) for label in near_labels(pixel, target.near, read())
    ):
        raise NotFound(f"{where}, but '{target.near}' does not stand in that row")
    if memory is not None and any(look.rung is Rung.TEXT for look in memory.looks):
        label = next((line.text for line in read() if line.box.overlaps(_high(pixel))), "")
        if label and label.casefold() != target.words.casefold():
            raise NotFound(
                f"{where}, but it reads '{label}' there; where it was renamed, say so in the script"
            )
    return found


def known_as(view: View, found: Found, learned: Learned, own: str, alias: str) -> str:
    """The name under which the place that was found was learned, if not as `own`; else empty."""
    for name in learned.names():
        memory = learned.recall(name)
        if name == own or memory is None or not name.startswith(f"{alias}/"):
            continue
        for look in memory.looks:
            part = around(found.box, look.target, view.size)
            for box in find_same(view, look.target, within=part):
                if box.overlaps(found.box) and still_looks(view, look, box):
                    return name.removeprefix(f"{alias}/")
    return ""


def _high(box: Box) -> Box:
    """A box a little higher and lower: a point may lie at the upper edge of its label."""
    return Box(box.left, box.top - 4, box.right, box.bottom + 4)
