"""Actions that need a decision of ours: how far a swipe goes, how long a wait may be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tapwright.actions import (
    Direction,
    Hotkey,
    LongPress,
    Point,
    PressKey,
    Swipe,
    TypeText,
    Wait,
)
from tapwright.errors import ToolError
from tapwright.types import Size

SWIPE_SHARE = 0.4  # of the screen's height or width, around its middle
MAX_WAIT = 30.0  # seconds; a model may not stop a run by waiting
MAX_PRESS = 10.0  # seconds
MAX_DURATION = 1e6  # seconds; beyond it a number was not meant as a time
MAX_TYPED = 2_000  # characters
NOTCH_PIXELS = 100  # that a notch of the wheel scrolls, roughly: programs differ
MAX_NOTCHES = 20  # of one scroll

_ENDS: dict[Direction, tuple[int, int]] = {
    "up": (0, -1),
    "down": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
}
DIRECTIONS = tuple(_ENDS)
_KEY = re.compile(r"[A-Z0-9_]{1,40}")
_PLUS = re.compile(r"\+(?=.)")  # between two keys; the last one may itself be "+"


def swipe(direction: Direction, screen: Size) -> Swipe:
    """A swipe of the finger through the middle of the screen, `SWIPE_SHARE` of its side long."""
    along_x, along_y = _ENDS[direction]
    half_x = along_x * screen.width * SWIPE_SHARE / 2
    half_y = along_y * screen.height * SWIPE_SHARE / 2
    middle_x, middle_y = screen.width / 2, screen.height / 2
    return Swipe(
        Point(int(middle_x - half_x), int(middle_y - half_y)),
        Point(int(middle_x + half_x), int(middle_y + half_y)),
    )


def typed(text: str) -> TypeText:
    """Typing `text`; raise `ToolError` where there is nothing to type, or too much."""
    if not text:
        raise ToolError('there is nothing to type; give the characters in "text"')
    if len(text) > MAX_TYPED:
        raise ToolError(f"{len(text)} characters are too many to type; at most {MAX_TYPED}")
    return TypeText(text)


def waited(seconds: float) -> Wait:
    """A wait of `seconds`, `MAX_WAIT` at most; raise `ToolError` where it is not a time."""
    return Wait(min(_duration(seconds), MAX_WAIT))


def pressed(point: Point, seconds: float | None) -> LongPress:
    """A long press of `seconds`, `MAX_PRESS` at most; None leaves it to the action."""
    if seconds is None or seconds == 0:
        return LongPress(point)
    return LongPress(point, min(_duration(seconds), MAX_PRESS))


def key(name: str) -> PressKey:
    """A key by its Android name in any case, with or without `KEYCODE_`."""
    known = name.strip().upper().replace(" ", "_").removeprefix("KEYCODE_")
    if _KEY.fullmatch(known) is None:
        raise ToolError(f'no key {name[:40]!r}; use a name such as "volume_up"')
    return PressKey(known)


def hotkey(keys: str | Sequence[str]) -> Hotkey:
    """Keys to be held together: a list of them, or one text such as "ctrl+s" ("+" is a key too).

    Raise `ToolError` where there is none; whether a keyboard has them is the device's to say.
    """
    listed = [keys] if isinstance(keys, str) else list(keys)
    names: list[str] = []
    for written in listed:
        text = written.strip().lower()
        together = ("+",) if text == "+" else tuple(_PLUS.split(text))
        names += [name.strip() for name in together]
    if not names or not all(names):
        raise ToolError(f'no keys {repr(keys)[:40]}; name them, such as "enter" or "ctrl+s"')
    return Hotkey(tuple(names))


def notches(pixels: float) -> int:
    """The wheel's notches for a way in pixels, of the same sign: one at least, `MAX_NOTCHES` at
    most; raise `ToolError` for no way at all."""
    if not 0 < abs(pixels) <= MAX_DURATION:  # NaN is not, either
        raise ToolError(f"{pixels!r} is not a way to scroll; give pixels, such as -300")
    count = min(max(1, round(abs(pixels) / NOTCH_PIXELS)), MAX_NOTCHES)
    return count if pixels > 0 else -count


def _duration(seconds: float) -> float:
    if not 0 <= seconds <= MAX_DURATION:  # NaN is not, either
        raise ToolError(f"{seconds!r} is not a time in seconds")
    return float(seconds)
