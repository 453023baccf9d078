"""What a device is asked to do for a script's act, on phone and desktop alike."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Literal

from tapwright.actions import (
    Action,
    Button,
    Click,
    Drag,
    Hotkey,
    LongPress,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
)
from tapwright.agent.script.keys import phone_key
from tapwright.errors import ActionRefused
from tapwright.protocols import Kind
from tapwright.types import Size

DRAG = 0.5  # seconds of the whole way
STEPS = 8  # points of a drag between its ends: programs want to see the pointer move

_DESKTOP_KEYS: Mapping[str, str] = {"return": "enter", "escape": "esc", "control": "ctrl"}


def tapping(kind: Kind, point: Point, button: Button, count: int, hold: float) -> list[Action]:
    """The actions that tap or click; raise `ActionRefused` for what the device cannot do."""
    if hold > 0:
        if button != "left" or count != 1:
            raise ActionRefused("a long press is one press of the left button")
        return [LongPress(point, hold)]
    if kind == "desktop" and (button != "left" or count != 1):
        return [Click(point, button, count)]
    if button != "left":
        raise ActionRefused(f"there is no {button} button on a {kind}; use hold for a long press")
    return [Tap(point)] * count


def pressing(kind: Kind, keys: Sequence[str]) -> Action:
    """The action that presses a key or several together."""
    if kind != "desktop":
        if len(keys) != 1:
            raise ActionRefused(f"a {kind} presses one key at a time, not '{'+'.join(keys)}'")
        return PressKey(phone_key(keys[0]))
    named = tuple(_DESKTOP_KEYS.get(key.casefold(), key.casefold()) for key in keys)
    return PressKey(named[0]) if len(named) == 1 else Hotkey(named)


def scrolling(
    kind: Kind,
    point: Point,
    size: Size,
    direction: Literal["up", "down", "left", "right"],
    notches: int,
) -> Action:
    """The action that shows what lies further in a direction; `notches` of a wheel."""
    forward = direction in ("down", "right")
    if kind == "desktop":
        turns = notches if forward else -notches
        if direction in ("up", "down"):
            return Scroll(point, down=turns)
        return Scroll(point, right=turns)
    # A finger goes the other way than what it shows, a tenth of the screen for each notch.
    far = min(0.1 * notches, 0.6)
    sign = -1 if forward else 1
    if direction in ("up", "down"):
        way = round(far * size.height / 2)
        start, end = point.y - sign * way, point.y + sign * way
        first, last = (
            Point(point.x, _kept(start, size.height)),
            Point(point.x, _kept(end, size.height)),
        )
    else:
        way = round(far * size.width / 2)
        start, end = point.x - sign * way, point.x + sign * way
        first, last = (
            Point(_kept(start, size.width), point.y),
            Point(_kept(end, size.width), point.y),
        )
    return Swipe(first, last, 0.4)


def dragging(kind: Kind, start: Point, end: Point) -> Action:
    """The action that drags from one point to another."""
    if kind != "desktop":
        return Swipe(start, end, 2 * DRAG)
    way = [
        Point(
            start.x + (end.x - start.x) * step // STEPS,
            start.y + (end.y - start.y) * step // STEPS,
        )
        for step in range(STEPS + 1)
    ]
    return Drag(tuple(way), seconds=DRAG)


def selecting_all() -> Action:
    """The action that marks all the text of a desktop's field."""
    return Hotkey(("command" if sys.platform == "darwin" else "ctrl", "a"))


def _kept(value: int, length: int) -> int:
    """A coordinate on the screen, away from the edges, which belong to the system's gestures."""
    return min(max(value, length // 20), length - 1 - length // 20)
