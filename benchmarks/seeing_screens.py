"""Desktop screens with known targets, drawn from a seed, in other places and themes as well."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import font_roboto
from PIL import Image, ImageDraw, ImageFont

from tapwright.actions import Box

NAMES = (
    "Ana Keller", "Ilse Olsen", "Bo Li", "Jürgen Weiß", "Chloé Petit", "Oona Illi", "Max Müller",
    "Invoice 7", "Invoice 17", "Invoice 1", "Report Q1", "Report Q2", "backup.tar.gz", "notes.txt",
)  # fmt: skip
MENUS = ("File", "Edit", "View", "Insert", "Format", "Tools", "Window", "Help")
FIELDS = ("First name", "Last name", "Street", "City", "Country", "IBAN", "E-mail", "Phone")
BUTTONS = ("Save", "Save as...", "Cancel", "Apply", "OK", "Close", "Print...", "Send", "Next >")
SENTENCES = (
    "Do you want to save the changes before you close it?",
    "All fields with a star have to be filled in.",
    "The last backup was made 3 days ago.",
)
THEMES = {
    "light": ((236, 236, 236), (252, 252, 252), (25, 25, 25), (160, 160, 160)),
    "dark": ((38, 40, 44), (52, 54, 60), (228, 228, 228), (96, 98, 104)),
    "faint": ((240, 240, 240), (250, 250, 250), (150, 150, 152), (215, 215, 215)),
}
"""Ground, surface, letters, rims."""


@dataclass(frozen=True, slots=True)
class Known:
    """A target: its words (empty for an icon), the row that tells it apart, what it covers."""

    words: str
    near: str
    box: Box
    kind: str


@dataclass(frozen=True, slots=True)
class Screen:
    """A drawn screen and all that can be looked for on it."""

    image: Image.Image
    targets: tuple[Known, ...]


def draw_screen(
    seed: int,
    theme: str = "light",
    *,
    size: tuple[int, int] = (1280, 800),
    letter: int = 13,
    move: tuple[int, int] = (0, 0),
) -> Screen:
    """One window of a form program; `letter` is the height of its writing in pixels.

    What is on it depends on `seed` alone, so that the rest can drift.
    """
    return _Window(random.Random(f"screen {seed}"), theme, size, letter, move).drawn()


@cache
def _font(height: int) -> ImageFont.FreeTypeFont:
    file = Path(font_roboto.__file__).parent / "files" / "Roboto-Regular.ttf"
    return ImageFont.truetype(file, height)


class _Window:
    def __init__(
        self,
        draw: random.Random,
        theme: str,
        size: tuple[int, int],
        letter: int,
        move: tuple[int, int],
    ) -> None:
        self.draw, self.letter = draw, letter
        self.ground, self.surface, self.ink, self.rim = THEMES[theme]
        self.image = Image.new("RGB", size, tuple(shade // 2 for shade in self.ground))
        self.pen = ImageDraw.Draw(self.image)
        self.left = draw.randrange(20, 200) + move[0]
        self.top = draw.randrange(20, 120) + move[1]
        self.unit = letter * 2
        self.targets: list[Known] = []

    def drawn(self) -> Screen:
        unit, draw = self.unit, self.draw
        right, bottom = self.left + unit * 30, self.top + unit * 22
        self.pen.rectangle((self.left, self.top, right, bottom), fill=self.ground, outline=self.rim)
        y = self.top + 4
        self._text(self.left + unit, y, draw.choice(("Customers", "Invoices", "Archive")))
        y += unit
        x = self.left + 10
        for word in draw.sample(MENUS, 5):
            self._label(word, "", x, y, "menu")
            x += self._width(word) + self.letter * 1.5
        y += round(unit * 1.2)
        for number in range(6):
            self._icon(self.left + 12 + number * round(unit * 1.3), y)
        y += round(unit * 1.6)
        for name in draw.sample(NAMES, 5):
            self._text(self.left + unit, y, name)
            self._text(self.left + unit * 9, y, f"{draw.randrange(1, 9999) / 100:,.2f}")
            for column, word in ((15, "Edit"), (19, "Delete")):
                self._button(word, name, self.left + unit * column, y - 5)
            y += round(unit * 1.5)
        for word in draw.sample(FIELDS, 3):
            self._label(f"{word}:", "", self.left + unit, y, "label")
            box = (self.left + unit * 7, y - 4, self.left + unit * 16, y + self.letter + 8)
            self.pen.rectangle(box, fill=self.surface, outline=self.rim)
            y += round(unit * 1.5)
        self._text(self.left + unit, y, draw.choice(SENTENCES))
        y += round(unit * 1.6)
        x = self.left + unit
        for word in draw.sample(BUTTONS, 4):
            self._button(word, "", x, y)
            x += self._width(word) + unit * 2
        return Screen(self.image, tuple(self.targets))

    def _width(self, text: str) -> int:
        return round(_font(self.letter).getlength(text))

    def _text(self, x: int, y: int, text: str) -> None:
        self.pen.text((x, y), text, fill=self.ink, font=_font(self.letter))

    def _label(self, words: str, near: str, x: float, y: int, kind: str) -> None:
        self._text(round(x), y, words)
        box = Box(round(x), y, round(x) + self._width(words), y + self.letter + 3)
        self.targets.append(Known(words, near, box, kind))

    def _button(self, words: str, near: str, x: int, y: int) -> None:
        right, bottom = x + self._width(words) + self.letter, y + self.letter + 11
        self.pen.rounded_rectangle((x, y, right, bottom), 4, self.surface, self.rim)
        self._text(x + self.letter // 2, y + 4, words)
        self.targets.append(
            Known(words, near, Box(x, y, right, bottom), "row" if near else "button")
        )

    def _icon(self, x: int, y: int) -> None:
        side = self.letter + 7
        random_bits = [[self.draw.random() < 0.5 for _ in range(3)] for _ in range(5)]
        cell = max(2, side // 6)
        for row, bits in enumerate(random_bits):
            for column, bit in enumerate([*bits, *bits[1::-1]]):
                if bit:
                    at = (x + column * cell, y + row * cell)
                    self.pen.rectangle((*at, at[0] + cell - 1, at[1] + cell - 1), fill=self.ink)
        self.targets.append(Known("", "", Box(x, y, x + 5 * cell, y + 5 * cell), "icon"))
