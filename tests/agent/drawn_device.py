"""A small drawn device for loop tests: a page of switches that taps turn, and a home page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from tapwright.actions import Action, OpenApp, PressKey, Tap, TypeText
from tapwright.errors import ActionRefused
from tapwright.types import (
    AppInfo,
    Delivery,
    Effect,
    Observation,
    QueryResult,
    ScreenState,
)

WIDTH, HEIGHT = 240, 480
ROW = 80  # height of a row; row n begins at n * ROW


class DrawnDevice:
    """Six rows, each with a switch; a tap on a row turns it. It keeps every action it was given.

    `before` is called with each action first, so that a test can look around or break something.
    """

    name = "drawn"
    simulated = True

    def __init__(self, before: Callable[[Action], None] | None = None) -> None:
        self.switches = [False] * 6
        self.typed = ""
        self.state = ScreenState.LIT
        self.foreground = "com.example.switches"
        self.acts: list[Action] = []
        self.looks = 0
        self.before = before

    def observe(self) -> Observation:
        self.looks += 1
        image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        draw = ImageDraw.Draw(image)
        for row, on in enumerate(self.switches):
            draw.rectangle((10, row * ROW + 25, 90, row * ROW + 55), fill="gray")
            draw.rectangle((160, row * ROW + 20, 220, row * ROW + 60), fill="blue" if on else "red")
        draw.rectangle((100, 460, 100 + 10 * len(self.typed), 470), fill="black")
        return Observation(image, foreground=self.foreground, state=self.state)

    def perform(self, action: Action) -> Effect:
        self.acts.append(action)
        if self.before is not None:
            self.before(action)
        try:
            return self._carry_out(action)
        except ActionRefused as error:
            return Effect(Delivery.REFUSED, str(error))

    def _carry_out(self, action: Action) -> Effect:
        if isinstance(action, Tap):
            row = action.point.y // ROW
            self.switches[row] = not self.switches[row]
        elif isinstance(action, TypeText):
            if not action.text.isascii():
                raise ActionRefused(f"cannot type {action.text!r} on this device")
            self.typed += action.text
        elif isinstance(action, PressKey | OpenApp):
            pass
        return Effect(Delivery.DELIVERED)

    def apps(self) -> Sequence[AppInfo]:
        return (AppInfo("com.example.switches", "Switches"),)

    def query(self, argv: Sequence[str]) -> QueryResult:
        if len(argv) == 2 and argv[0] == "switch" and argv[1].isdigit():
            return QueryResult("1\n" if self.switches[int(argv[1])] else "0\n")
        return QueryResult("", f"{argv[0]}: not found", 127)

    def close(self) -> None:
        pass
