"""Moves on the simulated phone's screens, and how the oracle finds what it touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tapwright.actions import Action, Direction, Point, PressKey, Swipe, Tap
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.ui import Element

LEAST_SHOWN = 90  # a row with fewer pixels in sight is scrolled to first
LIP = 2290  # below this y the gesture bar may lie over a row


@dataclass(frozen=True, slots=True)
class Move:
    """What to think and do: a point to touch, a direction to swipe, a key, or that it is done."""

    thought: str
    kind: Literal["click", "swipe", "back", "home", "done"]
    point: Point | None = None
    direction: Direction = "up"

    def action(self) -> Action | None:
        """The device action; None when done."""
        if self.point is not None:
            return Tap(self.point)
        if self.kind == "swipe":
            return _SWIPES[self.direction]
        return PressKey(self.kind.upper()) if self.kind in ("back", "home") else None


_SWIPES: dict[Direction, Action] = {
    "up": Swipe(Point(540, 1680), Point(540, 720), 0.3),
    "down": Swipe(Point(540, 720), Point(540, 1680), 0.3),
    "left": Swipe(Point(756, 1200), Point(324, 1200), 0.3),
    "right": Swipe(Point(324, 1200), Point(756, 1200), 0.3),
}


class Screen:
    """What is in sight, by kind and label."""

    def __init__(self, phone: Phone) -> None:
        self.page = phone.page
        self.package = phone.foreground.split("/")[0]
        self.elements = phone.elements()

    def find(self, label: str, *kinds: str) -> Element | None:
        """The element with `label`, of one of `kinds` where any are given, if in good sight."""
        for element in self.elements:
            if element.label == label and (not kinds or element.kind in kinds):
                left, top, right, bottom = element.bounds
                tall = bottom - top
                scrolled = top < LIP and (tall >= LEAST_SHOWN or element.kind not in ("row",))
                if right > left and scrolled:
                    return element
        return None


def middle(element: Element) -> Point:
    """The centre of what can be seen of an element, above the gesture bar."""
    left, top, right, bottom = element.bounds
    return Point((left + right) // 2, (top + min(bottom, LIP + 50)) // 2)


def tap(element: Element, thought: str = "") -> Move:
    """A touch in the middle of an element."""
    return Move(thought or f"Tap {element.label}.", "click", middle(element))


def towards(app: str, pages: str, screen: Screen) -> Move:
    """Back to the first page of an app, or to the launcher and into it."""
    if screen.page.startswith(f"{pages}."):
        return Move("Wrong page. Go back.", "back")
    icon = screen.find(app, "app") if screen.page == "launcher" else None
    return tap(icon) if icon else Move("Wrong app. Go home.", "home")


def scroll(label: str, long: bool, screen: Screen) -> Move:
    """Look further down; from the end of a long list, back up."""
    last = max((e.bounds[3] for e in screen.elements if e.kind in ("row", "switch")), default=0)
    at_end = long and last <= 2340
    return Move(f"{label} is not here. Scroll.", "swipe", direction="down" if at_end else "up")
