"""A drawn desktop: windows of labels, buttons and fields on a picture, driven like a real one.

It keeps a ledger of what every click hit, so that a script's word can be held against it. It
needs no display, no program and no time, and the same clicks always give the same pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PIL import Image

from tapwright.actions import (
    Action,
    Box,
    Click,
    Drag,
    Hotkey,
    LongPress,
    MoveTo,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
    TypeText,
    Wait,
)
from tapwright.devices.drawn_scene import TITLE, Scene
from tapwright.errors import UsageError
from tapwright.protocols import Kind
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult

NOTCH = 30  # units that a notch of the wheel scrolls
MAX_WAIT = 60.0  # seconds, which take none
KEYS = frozenset({
    "enter", "esc", "tab", "space", "backspace", "delete", "up", "down", "left", "right", "home",
    "end", "pageup", "pagedown", *(f"f{number}" for number in range(1, 13)),
})  # fmt: skip


class DrawnDesktop:
    """The device. `scene` may be changed at any time; `ledger` has what was hit, in order.

    `on_hit` is called with the name of what was clicked; `on_look` before every picture.
    """

    name = "drawn"
    simulated = True
    kind: Kind = "desktop"

    def __init__(
        self,
        scene: Scene,
        on_hit: Callable[[str], None] | None = None,
        on_look: Callable[[], None] | None = None,
    ) -> None:
        self.scene = scene
        self.ledger: list[str] = []
        self.focused = ""
        self.on_hit = on_hit
        self.on_look = on_look
        self._drawn: tuple[object, Image.Image] | None = None  # the last picture, and of what

    def observe(self) -> Observation:
        """Draw the scene as it is now."""
        if self.on_look is not None:
            self.on_look()
        scene = self.scene
        shown = (tuple(scene.windows), scene.theme, scene.size, tuple(scene.typed.items()))
        if self._drawn is None or self._drawn[0] != shown:
            self._drawn = shown, scene.draw()
        image = self._drawn[1].copy()
        return Observation(image, foreground=self.glance()[0], taken_at=time.time())

    def glance(self) -> tuple[str | None, int | None]:
        """What is in front, without a picture."""
        return (self.scene.windows[-1].title if self.scene.windows else None), 0

    def perform(self, action: Action) -> Effect:
        """Carry out a click, typing, a key, a scroll or a drag; refuse anything else."""
        if not all(self.scene.holds(Box(at.x, at.y, at.x + 1, at.y + 1)) for at in _points(action)):
            return Effect(Delivery.REFUSED, f"{_points(action)} is not all on the screen")
        match action:
            case Tap(point) | Click(point) | LongPress(point):
                self._click(point)
            case TypeText(text) if text.isprintable():
                if self.focused:
                    typed = self.scene.typed
                    typed[self.focused] = typed.get(self.focused, "") + text
            case PressKey(key) if key in KEYS or len(key) == 1:
                self.ledger.append(f"key {key}")
                if self.focused and key in ("delete", "backspace"):
                    self.scene.typed[self.focused] = ""
            case Hotkey(keys):
                self.ledger.append("key " + "+".join(keys))
            case Scroll(point, down, _):
                self._scroll(point, down)
            case Drag(path):
                self.ledger.append(f"drag {self.scene.hit(path[0])} to {self.scene.hit(path[-1])}")
            case Swipe(start, end):
                self.ledger.append(f"drag {self.scene.hit(start)} to {self.scene.hit(end)}")
            case MoveTo():
                pass
            case Wait(seconds) if 0 <= seconds < MAX_WAIT:
                pass
            case _:
                return Effect(Delivery.REFUSED, f"a drawn desktop does not do {action!r}")
        return Effect(Delivery.DELIVERED)

    def apps(self) -> Sequence[AppInfo]:
        """No programs can be opened."""
        return ()

    def query(self, argv: Sequence[str]) -> QueryResult:
        """`ledger` gives what was hit, one a line; `field NAME` what was typed into one."""
        if not argv or any("\0" in word for word in argv):
            raise UsageError("a question is one word or more, without NUL")
        if list(argv) == ["ledger"]:
            return QueryResult("".join(f"{name}\n" for name in self.ledger))
        if len(argv) == 2 and argv[0] == "field":
            return QueryResult(self.scene.typed.get(argv[1], "") + "\n")
        return QueryResult("", f'no question "{argv[0] if argv else ""}"', 127)

    def close(self) -> None:
        """Nothing is held."""

    def _click(self, point: Point) -> None:
        name = self.scene.hit(point)
        self.ledger.append(name)
        fields = {
            part.name
            for window in self.scene.windows
            for part in window.parts
            if part.kind == "field"
        }
        self.focused = name if name in fields else ""
        if self.on_hit is not None:
            self.on_hit(name)

    def _scroll(self, point: Point, down: int) -> None:
        """Scroll the window under the pointer by 30 units for each notch."""
        for number in range(len(self.scene.windows) - 1, -1, -1):
            window, frame = self.scene.windows[number], self.scene.frame(self.scene.windows[number])
            if frame.has(point.x, point.y):
                lowest = max((part.box.bottom for part in window.parts), default=0)
                most = max(0, lowest - (window.size.height - TITLE))
                scrolled = min(max(0, window.scrolled + NOTCH * down), most)
                self.scene.windows[number] = replace(window, scrolled=scrolled)
                return


def _points(action: Action) -> tuple[Point, ...]:
    """The places that an action names."""
    match action:
        case Tap(point) | Click(point) | LongPress(point) | MoveTo(point) | Scroll(point):
            return (point,)
        case Swipe(start, end):
            return (start, end)
        case Drag(path):
            return path
    return ()
