"""What targets are called: in what is learned, in messages, and when a model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.values import Box

LABELS = 8  # that a message tells of a screen
LABEL = 40  # characters; what is longer is prose, and cut it might give a part of a secret away
_ORDINALS = {1: "first", 2: "second", 3: "third"}


def label_of(target: Target) -> Target:
    """The label by which a field is found; a target that has words of its own is its own."""
    label = target.right_of or target.below
    return Target(label, near=target.near, nth=target.nth) if label else target


def described(target: Target) -> str:
    """A target in words that a model understands and that name it among others."""
    words = target.words or (f"picture {target.picture}" if target.picture else "a place")
    words = _beside(target, "{}") or words
    if target.near:
        words += f" near {target.near}"
    if target.nth is not None:
        words += f" (the {_ORDINALS.get(target.nth, f'{target.nth}th')} of them)"
    if target.at is not None:
        words += f" at {target.at[0]:g}, {target.at[1]:g}"
    return words


def spoken(target: Target) -> str:
    """A target in a message: `'Save' near 'Invoice 7'`."""
    words = f"'{target.words or target.picture}'" if target.words or target.picture else "the place"
    words = _beside(target, "'{}'") or words
    if target.near:
        words += f" near '{target.near}'"
    if target.nth is not None:
        words += f" number {target.nth}"
    return words


def _beside(target: Target, form: str) -> str:
    """A field by its label, the label in a form of writing; empty for what is no such field."""
    if target.right_of:
        return f"the field right of {form.format(target.right_of)}"
    return f"the field below {form.format(target.below)}" if target.below else ""


def places(boxes: Sequence[Box], most: int = 6) -> str:
    """The middles of boxes, for a message; the first few of many."""
    middles = [f"({box.middle.x}, {box.middle.y})" for box in boxes[:most]]
    return " and ".join(middles) + (" and more" if len(boxes) > most else "")


def read_there(texts: Sequence[str], most: int = LABELS) -> str:
    """What was read on a screen, for a message: its first labels, none of them twice."""
    labels = [text for text in dict.fromkeys(texts) if text.strip() and len(text) <= LABEL]
    if not labels:
        return "no label was read there"
    named = ", ".join(f"'{label}'" for label in labels[:most])
    return f"read there: {named}{' and more' if len(labels) > most else ''}"
