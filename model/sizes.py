"""The size at which a family's processor shows a picture: its own rule, without its packages.

The rule is that of Transformers' `smart_resize`; a test compares the two. It stands here once
more because a served model needs neither Transformers nor Torch, which take seconds to import.
"""

from __future__ import annotations

import math

from tapwright.errors import ModelError
from tapwright.types import Family, Size

MOST_ASPECT = 200  # long side to short side


def resized(size: Size, factor: int, min_pixels: int, max_pixels: int) -> Size:
    """`size` with sides that are multiples of `factor` and an area between the bounds, in pixels.

    Raise `ModelError` for a picture without area or longer than 200 times its width.
    """
    long, short = max(size.width, size.height), min(size.width, size.height)
    if short < 1 or long / short > MOST_ASPECT:
        raise ModelError(
            f"a picture of {size.width}x{size.height} pixels cannot be shown: "
            f"its long side may be at most {MOST_ASPECT} times the short one"
        )
    width, height = (round(side / factor) * factor for side in (size.width, size.height))
    area = size.width * size.height
    if width * height > max_pixels:
        shrink = math.sqrt(area / max_pixels)
        width, height = (
            max(factor, math.floor(side / shrink / factor) * factor)
            for side in (size.width, size.height)
        )
    elif width * height < min_pixels:
        stretch = math.sqrt(min_pixels / area)
        width, height = (
            math.ceil(side * stretch / factor) * factor for side in (size.width, size.height)
        )
    return Size(width, height)


def shown_by(family: Family, size: Size) -> Size:
    """The size at which `family` is shown a picture of `size` within its budget."""
    return resized(size, family.patch_factor, family.min_pixels, family.max_pixels)
