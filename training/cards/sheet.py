"""What layouts draw on: text whose characters are remembered, bands, rules and codes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from tapwright.devices.simphone.canvas import CAP_HEIGHT, Canvas, Colour, font
from tapwright.devices.simphone.theme import tone
from tapwright.training.cards.card import Box, Field
from tapwright.types import Size

LEAST = 60  # pixels; smaller type cannot be read at the embedded model's size
MARGIN = 44


@dataclass(frozen=True, slots=True)
class Look:
    """The colours and type of one card; `narrow` squeezes all letters (1: as they are)."""

    paper: Colour
    ink: Colour
    faint: Colour
    band: Colour
    on_band: Colour
    ground: Colour
    weight: str
    label_weight: str
    capitals: bool
    narrow: float
    corner: int


def random_look(rng: random.Random) -> Look:
    """Light or dark, calm or coloured, always with enough contrast to be read."""
    hue, dark = rng.random(), rng.random() < 0.3
    rich = rng.uniform(0.3, 0.8)
    if dark:
        shade = rng.uniform(0.05, 0.2)
        paper, ink = tone(hue, shade, rng.uniform(0, 0.4)), tone(hue, 0.96, 0.3)
        faint, ground = tone(hue, 0.7, 0.15), tone(hue, max(0.02, shade - 0.05), 0.2)
    else:
        paper = rng.choice(((255, 255, 255), tone(hue, rng.uniform(0.9, 0.98), 0.4)))
        ink = rng.choice(((16, 16, 20), tone(hue, 0.16, 0.5), tone(hue, 0.26, 0.7)))
        faint, ground = tone(hue, 0.42, 0.14), tone(hue, rng.uniform(0.5, 0.88), 0.3)
    other = hue + rng.choice((0, 0, 0.08, 0.5))
    if rng.random() < 0.7:
        band, on_band = tone(other, rng.uniform(0.16, 0.36), rich), (255, 255, 255)
    else:
        band, on_band = tone(other, rng.uniform(0.68, 0.82), rich), (18, 18, 22)
    return Look(
        paper,
        ink,
        faint,
        band,
        on_band,
        ground,
        weight=rng.choice(("Regular", "Medium", "Medium", "Bold", "Bold", "Black")),
        label_weight=rng.choice(("Light", "Regular", "Regular", "Medium")),
        capitals=rng.random() < 0.5,
        narrow=rng.choice((1, 1, 1, 0.94, 0.88)),
        corner=rng.choice((0, 24, 48)),
    )


@lru_cache(maxsize=8192)
def _advance(character: str, size: int, weight: str) -> float:
    return font(size, weight).getlength(character)


class Sheet:
    """A picture in the making; y is the middle of the capitals, sizes are in pixels."""

    def __init__(self, size: tuple[int, int], look: Look, rng: random.Random) -> None:
        self.width, self.height = size
        self.look = look
        self.rng = rng
        self.canvas = Canvas(Size(*size), look.paper)
        self.fields: list[Field] = []

    @property
    def wide(self) -> bool:
        """Whether it lies on its side."""
        return self.width > self.height

    def label(self, words: tuple[str, ...]) -> str:
        """One of the ways to name a field, in this card's case."""
        word = self.rng.choice(words)
        return word.upper() if self.look.capitals else word

    def room_for(self, text: str, size: int, weight: str) -> float:
        """How wide the text is, in pixels."""
        return sum(_advance(c, size, weight) for c in text) * self.look.narrow

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        name: str = "",
        colour: Colour | None = None,
        weight: str = "",
        align: str = "left",
        room: float = 0,
    ) -> float:
        """Draw a line and remember its characters; `room` shrinks it to that width.

        What has a name is asked about, and is never made too small to be read. Returns the width.
        """
        weight = weight or (self.look.weight if name else self.look.label_weight)
        size -= size % 4  # few sizes, so that fonts are kept
        least = LEAST if name else 20
        wide = self.room_for(text, size, weight)
        while room and wide > room and size - 4 >= least:
            size -= 4
            wide = self.room_for(text, size, weight)
        x = at[0] - {"left": 0, "middle": wide / 2, "right": wide}[align]
        x = max(4, min(x, self.width - wide - 4))
        self._draw(x, at[1], text, font(size, weight), colour or self.look.ink)
        boxes: list[Box] = []
        top, bottom = at[1] - size * CAP_HEIGHT / 2, at[1] + size * CAP_HEIGHT / 2
        left = x
        for character in text:
            right = left + _advance(character, size, weight) * self.look.narrow
            boxes.append((round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)))
            left = right
        self.fields.append(Field(name, text, tuple(boxes)))
        return wide

    def _draw(
        self, x: float, y: float, text: str, face: ImageFont.FreeTypeFont, colour: Colour
    ) -> None:
        baseline = round(y + face.size * CAP_HEIGHT / 2)
        if self.look.narrow == 1:
            draw = ImageDraw.Draw(self.canvas.image)
            draw.text((round(x), baseline), text, fill=colour, font=face, anchor="ls")
            return
        ascent, descent = face.getmetrics()
        length = round(face.getlength(text)) + 4
        mask = Image.new("L", (length, ascent + descent), 0)
        ImageDraw.Draw(mask).text((0, ascent), text, fill=255, font=face, anchor="ls")
        narrow = mask.resize((max(1, round(length * self.look.narrow)), mask.height))
        self.canvas.image.paste(colour, (round(x), baseline - ascent), narrow)

    def pair(
        self,
        at: tuple[float, float],
        label: str,
        value: str,
        size: int,
        *,
        name: str = "",
        align: str = "left",
        room: float = 0,
        band: bool = False,
    ) -> None:
        """A small label above its value; `at` is where the label stands. With `band`, both are
        in the colour that stands out from the band."""
        small = max(30, min(44, size // 2))
        look = self.look
        self.text(at, label, small, colour=look.on_band if band else look.faint, align=align)
        below = (at[0], at[1] + small * 0.5 + size * 0.62)
        ink = look.on_band if band else look.ink
        self.text(below, value, size, name=name, colour=ink, align=align, room=room)

    def rule(
        self, y: float, left: float = MARGIN, right: float = 0, *, dashed: bool = False
    ) -> None:
        """A horizontal line, from `left` to `right` (0: as far from the other edge)."""
        right = right or self.width - left
        y = round(y)
        if not dashed:
            self.canvas.rect((round(left), y, round(right), y + 3), self.look.faint)
            return
        for x in range(round(left), round(right) - 20, 44):
            self.canvas.rect((x, y, x + 24, y + 4), self.look.faint)

    def upright(self, x: float, top: float, bottom: float, *, dashed: bool = False) -> None:
        """A vertical line."""
        step, long = (44, 24) if dashed else (round(bottom - top), round(bottom - top))
        for y in range(round(top), round(bottom), max(1, step)):
            self.canvas.rect((round(x), y, round(x) + 4, y + long), self.look.faint)

    def band(self, left: float, top: float, right: float, bottom: float) -> None:
        """A stripe of the card's own colour."""
        box = (round(left), round(top), round(right), round(bottom))
        self.canvas.rect(box, self.look.band)

    def panel(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A rectangle with this card's corners."""
        box = (round(left), round(top), round(right), round(bottom))
        self.canvas.round(box, self.look.corner, colour)

    def bars(self, left: float, top: float, right: float, bottom: float) -> None:
        """A barcode; on dark paper it stands on a white ground, as scanners want it."""
        a, b, c, d = round(left), round(top), round(right), round(bottom)
        ink = self._code_ground(a, b, c, d)
        x = a
        while x < c - 16:
            wide = self.rng.choice((4, 4, 8, 12))
            self.canvas.rect((x, b, x + wide, d), ink)
            x += wide + self.rng.choice((4, 4, 8, 12))

    def square_code(self, left: float, top: float, side: float) -> None:
        """A block code with its three corner marks."""
        a, b, s = round(left), round(top), round(side)
        ink = self._code_ground(a, b, a + s, b + s)
        cells = self.rng.choice((21, 25, 29))
        bits = Image.frombytes("L", (cells, cells), self.rng.randbytes(cells * cells))
        mask = bits.point(lambda value: 255 * (value > 127))
        for x, y in ((0, 0), (cells - 7, 0), (0, cells - 7)):
            mask.paste(0, (x, y, x + 8, y + 8))
            mask.paste(255, (x, y, x + 7, y + 7))
            mask.paste(0, (x + 1, y + 1, x + 6, y + 6))
            mask.paste(255, (x + 2, y + 2, x + 5, y + 5))
        self.canvas.image.paste(ink, (a, b), mask.resize((s, s), Image.Resampling.NEAREST))

    def _code_ground(self, left: int, top: int, right: int, bottom: int) -> Colour:
        self.canvas.rect((left - 20, top - 20, right + 20, bottom + 20), (255, 255, 255))
        return (10, 10, 12)

    def icon(self, at: tuple[float, float], size: int, name: str, colour: Colour) -> None:
        """A pictogram, centred."""
        self.canvas.icon(round(at[0]), round(at[1]), size, name, colour)
