"""An office program, drawn, and what can happen to it between two runs of a script."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

from tapwright.actions import Box
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.values import Found, Line, Rung, Word
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.devices.drawn_scene import Part, Scene, Theme, Window
from tapwright.types import Size

CUSTOMERS = (
    "Olsen", "Meier", "Novak", "Rossi", "Dubois", "Garcia", "Larsen", "Kowalski", "Fischer",
    "Moreau", "Silva", "Andersson",
)  # fmt: skip
THEMES = (
    Theme(),
    Theme("#20252b", "#2b2f36", "#3a404a", "#eceff4", "#434a56", "#6b7280", "#7b828e", "#1f2329"),
    Theme("#7aa37a", "#ffffff", "#e8f0e8", "#203020", "#dfeadf", "#88a088", "#b0b8b0", "#fcfffc"),
    Theme("#000000", "#101010", "#303030", "#ffff66", "#202020", "#ffff66", "#77772f", "#000000"),
)
ROW, FIRST_ROW = 34, 58
SIZE = Size(560, 330)


@dataclass(frozen=True)
class Row:
    """A row of the list; `customer` is who it is about."""

    number: int
    customer: str
    amount: str


@dataclass
class World:
    """The program's state and how it is shown; `scene` draws it."""

    rows: list[Row]
    theme: Theme
    left: int = 90
    top: int = 70
    scrolled: int = 0
    disabled: set[str] = field(default_factory=set)
    more: list[Part] = field(default_factory=list)  # further parts of the window
    over: list[Window] = field(default_factory=list)  # windows in front of it
    status: str = "Ready"
    hidden: set[str] = field(default_factory=set)  # controls that are not there any more
    twin: Row | None = None  # a row that says of itself what another one does
    swapped: tuple[str, str] = ("", "")  # two buttons that have changed places
    swapped_signs: bool = False
    sliding: int = 0  # looks for which the window goes on moving

    def scene(self) -> Scene:
        """What is on the screen."""
        return Scene([self.window(), *self.over], self.theme)

    def window(self) -> Window:
        """The program's window."""
        parts = [
            self._button(name, 12 + 84 * at, 8) for at, name in enumerate(("new", "save", "print"))
        ]
        signs = [("#c03030", "settings"), ("#3060c0", "help")]
        if self.swapped_signs:
            signs.reverse()
        for left, (colour, name) in zip((470, 506), signs, strict=True):
            parts.append(Part(colour, Box(left, 8, left + 24, 32), name, "swatch"))
        parts.append(Part(self.status, Box(290, 8, 440, 34)))
        for at, row in enumerate(self.rows):
            top = FIRST_ROW + ROW * at
            parts += [
                Part(f"Invoice {row.number}", Box(12, top, 110, top + 26)),
                Part(row.customer, Box(130, top, 260, top + 26)),
                Part(row.amount, Box(270, top, 350, top + 26)),
                self._button(f"pay:{row.customer}", 370, top, row is self.twin),
                self._button(f"delete:{row.customer}", 456, top, row is self.twin),
            ]
        shown = tuple(self._placed(part, parts) for part in parts if part.name not in self.hidden)
        return Window(
            "Invoices", self.left, self.top, SIZE, (*shown, *self.more),
            scrolled=self.scrolled, fixed=46,
        )  # fmt: skip

    def _placed(self, part: Part, parts: Sequence[Part]) -> Part:
        """A part where it stands: one of two that were swapped has the other's place."""
        if part.name not in self.swapped or not part.name:
            return part
        other = self.swapped[1 - self.swapped.index(part.name)]
        return replace(part, box=next(each.box for each in parts if each.name == other))

    def _button(self, name: str, left: int, top: int, twin: bool = False) -> Part:
        text = name.partition(":")[0].capitalize()
        box = Box(left, top, left + 76, top + 26)
        called = f"twin {name}" if twin else name
        return Part(text, box, called, "button", name not in self.disabled)


@dataclass(frozen=True)
class Step:
    """A step of the script: its target, and what it is to hit."""

    target: Target
    hits: str


def new_world(rng: random.Random) -> World:
    """A program as the script was written for it."""
    customers = rng.sample(CUSTOMERS, 7)
    numbers = rng.sample(range(1, 60), 7)
    rows = [
        Row(number, customer, f"{rng.randint(10, 900)}.{rng.randint(0, 99):02}")
        for number, customer in zip(sorted(numbers), customers, strict=True)
    ]
    theme = replace(rng.choice(THEMES[:3]), writing=rng.choice((14, 15)))
    return World(rows, theme, rng.randint(20, 150), rng.randint(20, 130))


def steps_of(world: World, rng: random.Random) -> list[Step]:
    """The script: what it taps, in words."""
    one, other = rng.sample(world.rows[1:6], 2)
    return [
        Step(Target("Save"), "save"),
        Step(Target("Print"), "print"),
        Step(Target("Delete", near=one.customer), f"delete:{one.customer}"),
        Step(Target("Pay", near=f"Invoice {other.number}"), f"pay:{other.customer}"),
        Step(Target("the red sign"), "settings"),
    ]


class ModelThatKnows:
    """Points at the control that is meant, where it can be seen; honest where it cannot."""

    def __init__(self, desktop: DrawnDesktop, meant: Callable[[], str]) -> None:
        self.calls = 0
        self._desktop = desktop
        self._meant = meant

    def find(self, image: Image.Image, words: str) -> Found | None:
        """Where the control is."""
        self.calls += 1
        scene = self._desktop.scene
        for window in scene.windows:
            for drawn in scene.placed(window):
                point = drawn.box.middle
                if drawn.part.name == self._meant() == scene.hit(point):
                    pixel = Box(point.x, point.y, point.x + 1, point.y + 1)
                    return Found(point, pixel, 0.5, Rung.MODEL, words)
        return None

    def ask(self, image: Image.Image, question: str, kind: str) -> str:
        """Knows nothing."""
        return ""

    def judge(self, image: Image.Image, statement: str) -> bool:
        """Believes nothing."""
        return False


class DrawnReader:
    """Reads a drawn desktop without mistakes, and only what can be seen whole."""

    name = "drawn"

    def __init__(self, desktop: DrawnDesktop) -> None:
        self._desktop = desktop

    def read(self, image: Image.Image) -> Sequence[Line]:
        """The texts of the desktop as it stands."""
        lines = [
            Line(text, box, 1.0, (Word(text, box),)) for text, box in self._desktop.scene.readable()
        ]
        return sorted(lines, key=lambda line: (line.box.top, line.box.left))


class NoTime:
    """A clock that goes on only when it is waited for."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Seconds since the beginning."""
        return self._now

    def wait(self, seconds: float) -> None:
        """Let so many seconds be over; a look takes a little, too."""
        self._now += max(seconds, 0.001)
