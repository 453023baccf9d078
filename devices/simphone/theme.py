"""Colours in the manner of Material 3, all derived from one hue, and the wallpapers."""

from __future__ import annotations

import colorsys
import random
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from tapwright.devices.simphone.canvas import WHITE, Colour
from tapwright.types import Size


def tone(hue: float, lightness: float, saturation: float) -> Colour:
    """A colour from hue, lightness and saturation, each 0..1."""
    red, green, blue = colorsys.hls_to_rgb(hue % 1.0, lightness, saturation)
    return (round(red * 255), round(green * 255), round(blue * 255))


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, named by what they are for."""

    dark: bool
    background: Colour
    surface: Colour
    raised: Colour
    primary: Colour
    on_primary: Colour
    container: Colour
    on_container: Colour
    text: Colour
    faint: Colour
    outline: Colour
    danger: Colour


@lru_cache(maxsize=64)
def theme(hue: float, dark: bool) -> Theme:
    """The light or dark look of a hue (0..1)."""
    if dark:
        return Theme(
            dark=True,
            background=tone(hue, 0.07, 0.10),
            surface=tone(hue, 0.135, 0.10),
            raised=tone(hue, 0.20, 0.10),
            primary=tone(hue, 0.80, 0.62),
            on_primary=tone(hue, 0.18, 0.60),
            container=tone(hue, 0.30, 0.36),
            on_container=tone(hue, 0.92, 0.60),
            text=(233, 230, 234),
            faint=(180, 177, 184),
            outline=(140, 138, 146),
            danger=(242, 184, 181),
        )
    return Theme(
        dark=False,
        background=tone(hue, 0.975, 0.55),
        surface=tone(hue, 0.935, 0.38),
        raised=tone(hue, 0.89, 0.34),
        primary=tone(hue, 0.38, 0.52),
        on_primary=WHITE,
        container=tone(hue, 0.86, 0.62),
        on_container=tone(hue, 0.15, 0.50),
        text=(27, 27, 31),
        faint=(84, 84, 92),
        outline=(121, 119, 127),
        danger=(179, 38, 30),
    )


@lru_cache(maxsize=12)
def wallpaper(seed: int, dark: bool, size: Size) -> Image.Image:
    """A soft picture of gradients and shapes; the same for the same seed, pixel for pixel.

    Only copies of it may be drawn upon: it is kept and handed out again.
    """
    rng = random.Random(f"wallpaper {seed}")
    hue = rng.random()
    spread = rng.choice([0.06, 0.12, 0.2, 0.35, 0.5])
    small = (size.width // 4, size.height // 4)
    low, high = (0.10, 0.30) if dark else (0.26, 0.50)
    top = Image.new("RGB", small, tone(hue, rng.uniform(low, high), rng.uniform(0.25, 0.7)))
    bottom = Image.new(
        "RGB", small, tone(hue + spread, rng.uniform(low, high), rng.uniform(0.25, 0.7))
    )
    slope = Image.linear_gradient("L").rotate(rng.choice([0, 0, 180, 90])).resize(small)
    picture = Image.composite(bottom, top, slope)
    blur = rng.choice([0, 2, 18, 40])
    for _ in range(rng.randint(2, 7)):
        _shape(picture, rng, tone(hue + rng.uniform(-spread, spread), rng.uniform(low, high), 0.5))
    if blur:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    return picture.resize((size.width, size.height), Image.Resampling.BICUBIC)


def _shape(picture: Image.Image, rng: random.Random, colour: Colour) -> None:
    """Lay one half see-through disc, hill or band over the picture."""
    width, height = picture.size
    mask = Image.new("L", (width * 2, height * 2), 0)
    draw = ImageDraw.Draw(mask)
    alpha = rng.randint(60, 190)
    x, y = rng.randint(0, 2 * width), rng.randint(0, 2 * height)
    kind = rng.choice(["disc", "hill", "band"])
    if kind == "disc":
        radius = rng.randint(width // 3, width)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=alpha)
    elif kind == "hill":
        draw.ellipse((x - 2 * width, y, x + 2 * width, y + 2 * height), fill=alpha)
    else:
        rise = rng.randint(-height, height)
        thick = rng.randint(60, 260)
        draw.polygon(
            [(0, y), (2 * width, y + rise), (2 * width, y + rise + thick), (0, y + thick)],
            fill=alpha,
        )
    picture.paste(colour, (0, 0), mask.resize((width, height), Image.Resampling.BOX))
