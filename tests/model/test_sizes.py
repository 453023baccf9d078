"""The size of a picture: equal to the installed processor's own rule."""

from __future__ import annotations

import random

import pytest
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import smart_resize

from tapwright.errors import ModelError
from tapwright.model.sizes import resized
from tapwright.types import Size


def test_sizes_equal_the_processors_own() -> None:
    draw = random.Random(0)
    for _ in range(20_000):
        factor = draw.choice([28, 32])
        size = Size(draw.randint(1, 6000), draw.randint(1, 6000))
        if max(size.width, size.height) > 200 * min(size.width, size.height):
            continue
        low = draw.choice([4, 256]) * factor**2
        high = draw.choice([256, 512, 1280, 16384]) * factor**2
        height, width = smart_resize(size.height, size.width, factor, low, high)
        assert resized(size, factor, low, high) == Size(width, height), size


@pytest.mark.parametrize("size", [Size(0, 5), Size(5, 0), Size(4, 1000)])
def test_shapes_that_no_processor_takes_are_refused(size: Size) -> None:
    with pytest.raises(ModelError, match=f"{size.width}x{size.height}"):
        resized(size, 28, 3136, 1003520)
