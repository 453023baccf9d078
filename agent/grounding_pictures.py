"""Pictures with targets whose places are known: coloured, numbered shapes on a quiet ground."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwright.types import Size

if TYPE_CHECKING:
    from PIL import Image

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "red": (215, 25, 30),
    "green": (20, 150, 60),
    "blue": (25, 70, 215),
    "yellow": (250, 205, 20),
    "purple": (125, 40, 160),
    "orange": (245, 125, 10),
}
"""Colours that a person names without thinking, far from each other."""

SHAPES = ("circle", "square", "triangle", "diamond")
# A portrait phone, a landscape desktop, a square, a tall page: what a resize does shows in the
# differences between them.
SIZES = (Size(1080, 2400), Size(1920, 1080), Size(1280, 1280), Size(800, 2600))
_GROUND, _BAR = (242, 243, 245), (205, 210, 218)
_COLUMNS, _ROWS = 2, 3
_REACH = 0.09  # half a target's side, as a share of the picture's short side


@dataclass(frozen=True, slots=True)
class Target:
    """A shape whose middle is (x, y), in pixels of the picture; `reach` is half its side."""

    name: str
    x: float
    y: float
    reach: float


@dataclass(frozen=True, slots=True)
class TargetPicture:
    """A picture and all that is drawn on it."""

    image: Image.Image
    targets: tuple[Target, ...]

    @property
    def size(self) -> Size:
        """The picture's size in pixels."""
        return Size(*self.image.size)


def draw_pictures(sizes: Sequence[Size] = SIZES, seed: int = 0) -> list[TargetPicture]:
    """One picture of each size, the same ones for the same seed."""
    return [_draw(size, random.Random(f"{seed} {number}")) for number, size in enumerate(sizes)]


def _draw(size: Size, draw: random.Random) -> TargetPicture:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (size.width, size.height), _GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, size.width, size.height * 0.04), fill=_BAR)
    reach = round(_REACH * min(size.width, size.height))
    cells = [(column, row) for column in range(_COLUMNS) for row in range(_ROWS)]
    draw.shuffle(cells)
    targets = []
    for number, (colour, (column, row)) in enumerate(zip(COLOURS, cells, strict=True), start=1):
        # Anywhere in its cell: places on a grid would hide a wrong scale.
        x = _place(draw, column, _COLUMNS, size.width, reach)
        y = _place(draw, row, _ROWS, size.height, reach)
        shape = SHAPES[draw.randrange(len(SHAPES))]
        if shape == "circle":
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=COLOURS[colour])
        else:
            pen.polygon(_corners(shape, x, y, reach), fill=COLOURS[colour])
        pen.text((x, y), str(number), fill="white", anchor="mm", font_size=max(12, reach // 2))
        targets.append(Target(f"{colour} {shape} with the number {number}", x, y, reach))
    return TargetPicture(image, tuple(targets))


def _place(draw: random.Random, cell: int, cells: int, side: int, reach: int) -> int:
    start, width = side * cell / cells, side / cells
    return round(draw.uniform(start + 1.3 * reach, start + width - 1.3 * reach))


def _corners(shape: str, x: float, y: float, reach: float) -> list[tuple[float, float]]:
    """The corners of a shape whose box is centred on (x, y)."""
    if shape == "square":
        sides = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    elif shape == "triangle":
        sides = ((0, -1), (1, 1), (-1, 1), (0, -1))
    else:
        sides = ((0, -1), (1, 0), (0, 1), (-1, 0))
    return [(x + reach * right, y + reach * down) for right, down in sides]
