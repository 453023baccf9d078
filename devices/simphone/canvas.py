"""Drawing for the simulated phone: text, icons and rounded shapes whose masks are kept.

Masks are what costs time, so each distinct text, icon and corner is rendered once and pasted
with a colour afterwards. The basic text layout is used on purpose: it gives the same pixels
whether or not the machine has the complex-script library.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import font_roboto
import fonticon_mdi7
from fonticon_mdi7 import MDI7
from PIL import Image, ImageDraw, ImageFont

from tapwright.types import Size

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

CAP_HEIGHT = 0.711  # of the type size, for Roboto: what the eye centres on
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_ROBOTO = Path(font_roboto.__file__).parent / "files"
_ICONS = Path(fonticon_mdi7.__file__).parent / "fonts" / "materialdesignicons-webfont.ttf"


@lru_cache(maxsize=128)
def font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """Roboto at `size` pixels; `weight` is Light, Regular, Medium or Bold."""
    return ImageFont.truetype(
        str(_ROBOTO / f"Roboto-{weight}.ttf"), size, layout_engine=ImageFont.Layout.BASIC
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: int, weight: str = "Regular") -> int:
    """How many pixels wide a line of text is."""
    return round(font(size, weight).getlength(text))


@lru_cache(maxsize=1024)
def _text_mask(text: str, size: int, weight: str) -> Image.Image:
    face = font(size, weight)
    ascent, descent = face.getmetrics()
    mask = Image.new("L", (text_width(text, size, weight) + 8, ascent + descent), 0)
    ImageDraw.Draw(mask).text((2, ascent), text, fill=255, font=face, anchor="ls")
    return mask


@lru_cache(maxsize=512)
def _icon_mask(name: str, size: int) -> Image.Image:
    face = ImageFont.truetype(str(_ICONS), size, layout_engine=ImageFont.Layout.BASIC)
    glyph = str(getattr(MDI7, name)).split(".", 1)[1]
    mask = Image.new("L", (size, size), 0)
    left, top, right, bottom = face.getbbox(glyph, anchor="ls")
    advance = face.getlength(glyph)
    # The glyphs sit in a square em; the em's middle, not the ink's, is the icon's middle.
    ascent, descent = face.getmetrics()
    baseline = (size + ascent - descent) / 2
    del left, top, right, bottom
    ImageDraw.Draw(mask).text(
        ((size - advance) / 2, baseline), glyph, fill=255, font=face, anchor="ls"
    )
    return mask


@lru_cache(maxsize=128)
def _disc_mask(diameter: int) -> Image.Image:
    scale = 4
    big = Image.new("L", (diameter * scale, diameter * scale), 0)
    ImageDraw.Draw(big).ellipse((0, 0, diameter * scale - 1, diameter * scale - 1), fill=255)
    return big.resize((diameter, diameter), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def _veil_mask(width: int, height: int, radius: int, alpha: int) -> Image.Image:
    shape = Canvas(Size(width, height), BLACK)
    shape.round((0, 0, width, height), radius, (alpha, alpha, alpha))
    return shape.image.getchannel(0)


@lru_cache(maxsize=512)
def fit(text: str, size: int, weight: str, width: int) -> str:
    """The text itself, or as much of it as fits in `width` pixels and an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + "…", size, weight) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: int, weight: str, width: int) -> list[str]:
    """Break text into lines at most `width` pixels wide, at spaces where there are any."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if text_width(candidate, size, weight) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            while text_width(word, size, weight) > width and len(word) > 1:
                cut = len(word) - 1
                while cut > 1 and text_width(word[:cut], size, weight) > width:
                    cut -= 1
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        lines.append(line)
    return lines


class Canvas:
    """An RGB picture being drawn; coordinates are pixels, boxes are (left, top, right, bottom)
    with the right and bottom edge outside."""

    def __init__(self, size: Size, background: Colour | Image.Image) -> None:
        if isinstance(background, Image.Image):
            self.image = background.copy()
        else:
            self.image = Image.new("RGB", (size.width, size.height), background)
        self._draw = ImageDraw.Draw(self.image)

    def rect(self, box: Box, colour: Colour) -> None:
        """Fill a rectangle; an empty one draws nothing."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def round(self, box: Box, radius: int, colour: Colour) -> None:
        """Fill a rectangle with round, smooth corners."""
        left, top, right, bottom = box
        radius = min(radius, (right - left) // 2, (bottom - top) // 2)
        if radius < 1:
            self.rect(box, colour)
            return
        self.rect((left + radius, top, right - radius, bottom), colour)
        self.rect((left, top + radius, left + radius, bottom - radius), colour)
        self.rect((right - radius, top + radius, right, bottom - radius), colour)
        disc = _disc_mask(2 * radius)
        for x, u in ((left, 0), (right - radius, radius)):
            for y, v in ((top, 0), (bottom - radius, radius)):
                self.image.paste(colour, (x, y), disc.crop((u, v, u + radius, v + radius)))

    def ring(self, box: Box, radius: int, colour: Colour, inside: Colour, width: int) -> None:
        """A rounded rectangle with a border `width` pixels thick."""
        self.round(box, radius, colour)
        left, top, right, bottom = box
        inner = (left + width, top + width, right - width, bottom - width)
        self.round(inner, radius - width, inside)

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        """A filled circle around (x, y)."""
        self.image.paste(colour, (x - radius, y - radius), _disc_mask(2 * radius))

    def veil(self, box: Box, radius: int, colour: Colour, alpha: int) -> None:
        """A see-through rounded rectangle; `alpha` 0..255."""
        left, top, right, bottom = box
        mask = _veil_mask(right - left, bottom - top, radius, alpha)
        self.image.paste(colour, (left, top), mask)

    def text(
        self,
        at: tuple[int, int],
        text: str,
        size: int,
        colour: Colour,
        weight: str = "Regular",
        align: str = "left",
    ) -> None:
        """One line of text whose capitals are centred on `at`'s y; `align` says what of the line
        lies on `at`'s x: left, middle or right."""
        if not text:
            return
        mask = _text_mask(text, size, weight)
        x = at[0] - 2
        if align != "left":
            width = text_width(text, size, weight)
            x -= width // 2 if align == "middle" else width
        ascent = font(size, weight).getmetrics()[0]
        self.image.paste(colour, (x, at[1] + round(size * CAP_HEIGHT / 2) - ascent), mask)

    def icon(self, x: int, y: int, size: int, name: str, colour: Colour) -> None:
        """A Material icon, centred on (x, y)."""
        self.image.paste(colour, (x - size // 2, y - size // 2), _icon_mask(name, size))
