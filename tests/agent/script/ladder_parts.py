"""A small drawn program and a stage for it, for the tests of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drift_world import DrawnReader, NoTime
from PIL import Image

from tapwright.actions import Box
from tapwright.agent.script.acting import Stage, StageSettings
from tapwright.agent.script.learned import Learned
from tapwright.agent.seeing.values import Found, Line, Rung
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.devices.drawn_scene import Part, Scene, Theme, Window
from tapwright.types import Size

DARK = Theme("#20252b", "#2b2f36", "#3a404a", "#eceff4", "#434a56", "#6b7280", "#7b828e", "#1f2329")


def button(text: str, left: int, top: int, name: str = "", *, enabled: bool = True) -> Part:
    """A button; it is called as it reads unless `name` says otherwise."""
    return Part(text, Box(left, top, left + 90, top + 26), name or text, "button", enabled)


def row(number: int, text: str, top: int) -> list[Part]:
    """A row of a list: its text and a button that deletes it."""
    return [
        Part(text, Box(12, top, 150, top + 26)),
        button("Delete", 300, top, f"delete {number}"),
    ]


def window(*parts: Part, left: int = 40, top: int = 40, title: str = "Notes") -> Window:
    """A window with these parts."""
    return Window(title, left, top, Size(440, 260), parts)


class Program:
    """A drawn desktop whose clicks change its status line, and the parts of a stage on it."""

    def __init__(self, *windows: Window, theme: Theme | None = None) -> None:
        scene = Scene(list(windows), theme or Theme(), Size(560, 360))
        self.desktop = DrawnDesktop(scene, on_hit=self._hit)
        self.reader = CountingReader(self.desktop)
        self.eyes = Pointing()
        self.learned = Learned()

    def _hit(self, name: str) -> None:
        if name not in ("nothing", "blocked"):
            status = Part(f"{name} was clicked", Box(12, 200, 300, 226))
            self.change(lambda each: replace(each, parts=(*each.parts, status)))

    def stage(self, *, only_learned: bool = False, model: bool = False) -> Stage:
        """A new stage, as another run of the script has it."""
        return Stage(
            self.desktop,
            learned=self.learned,
            reader=self.reader,
            eyes=self.eyes if model else None,
            settings=StageSettings(alias="pc", only_learned=only_learned),
            clock=NoTime(),
        )

    def show(self, *windows: Window, theme: Theme | None = None) -> None:
        """Show something else, and forget what was clicked."""
        self.desktop.scene = Scene(list(windows), theme or Theme(), Size(560, 360))
        self.desktop.ledger.clear()

    def change(self, how: object) -> None:
        """Change the first window with a function."""
        assert callable(how)
        scene = self.desktop.scene
        scene.windows = [how(scene.windows[0]), *scene.windows[1:]]


class CountingReader:
    """Reads what was drawn, and counts how often it is asked."""

    name = "counting"

    def __init__(self, desktop: DrawnDesktop) -> None:
        self._reader = DrawnReader(desktop)
        self.reads = 0

    def read(self, image: Image.Image) -> Sequence[Line]:
        self.reads += 1
        return self._reader.read(image)


class Pointing:
    """A model that points at `at`, answers with `says`, and believes `true`."""

    def __init__(self) -> None:
        self.calls = 0
        self.at: Box | None = None
        self.says: object = ""
        self.true = False

    def find(self, image: Image.Image, words: str) -> Found | None:
        self.calls += 1
        if self.at is None:
            return None
        point = self.at.middle
        return Found(point, Box(point.x, point.y, point.x + 1, point.y + 1), 0.5, Rung.MODEL, words)

    def ask(self, image: Image.Image, question: str, kind: str) -> object:
        self.calls += 1
        return self.says

    def judge(self, image: Image.Image, statement: str) -> bool:
        self.calls += 1
        return self.true
