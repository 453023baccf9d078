"""What reached the phone: every tap, swipe, key and text, in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One input event that reached the phone.

    `kind` is tap, long_press, swipe, key or text; `page` and `target` are where it arrived
    (`target` is an element's id, or empty); `at` is in seconds of the phone's clock.
    """

    kind: str
    x: int = 0
    y: int = 0
    x2: int = 0
    y2: int = 0
    milliseconds: int = 0
    key: str = ""
    text: str = ""
    at: float = 0.0
    page: str = ""
    target: str = ""
