"""The second look's part of the picture, and the way back from it: held for any sizes."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from tapwright.actions import Point
from tapwright.agent.seeing.zoom import zoomed
from tapwright.model.families import FAMILIES
from tapwright.model.sizes import shown_by
from tapwright.types import Size

FAMILY = FAMILIES["qwen2-vl"]
sizes = st.builds(Size, st.integers(60, 4000), st.integers(60, 4000))
shares = st.floats(0, 1, exclude_max=True)


@settings(max_examples=200, deadline=None)
@given(sizes, shares, shares, st.sampled_from(["qwen2-vl", "qwen2.5-vl", "qwen3-vl"]))
def test_the_part_lies_in_the_picture_and_every_pixel_of_it_is_mapped_back(
    size: Size, across: float, down: float, name: str
) -> None:
    family = FAMILIES[name]
    point = Point(int(across * size.width), int(down * size.height))
    zoom = zoomed(point, size, shown_by(family, size), family)
    if zoom is None:
        return
    part, seen = zoom.part, zoom.size
    assert 0 <= part.left < part.right <= size.width
    assert 0 <= part.top < part.bottom <= size.height
    assert part.left <= point.x < part.right
    assert part.top <= point.y < part.bottom
    assert seen.width * seen.height <= family.max_pixels
    assert seen.width % family.patch_factor == seen.height % family.patch_factor == 0
    assert shown_by(family, seen) == seen or seen.width * seen.height < family.min_pixels
    corners = (Point(0, 0), Point(seen.width - 1, seen.height - 1))
    assert zoom.back(corners[0]) == Point(part.left, part.top)
    assert zoom.back(corners[1]) == Point(part.right - 1, part.bottom - 1)
    for x, y in ((0.2, 0.7), (0.5, 0.5), (across, down)):
        there = Point(int(x * seen.width), int(y * seen.height))
        back = zoom.back(there)
        assert abs((back.x + 0.5 - part.left) / part.width - (there.x + 0.5) / seen.width) <= (
            0.51 / part.width
        )
        assert part.top <= back.y < part.bottom


@settings(max_examples=100, deadline=None)
@given(sizes, shares, shares)
def test_a_second_look_sees_more_than_the_first(size: Size, across: float, down: float) -> None:
    shown = shown_by(FAMILY, size)
    point = Point(int(across * size.width), int(down * size.height))
    zoom = zoomed(point, size, shown, FAMILY)
    if zoom is not None:
        assert zoom.size.width / zoom.part.width > 1.05 * min(1.0, shown.width / size.width)


def test_a_large_desktop_is_seen_larger_than_life_and_a_small_picture_as_it_is() -> None:
    size = Size(3840, 2160)
    zoom = zoomed(Point(3839, 0), size, shown_by(FAMILY, size), FAMILY)
    assert zoom is not None
    assert zoom.part.right == 3840
    assert zoom.part.top == 0
    assert zoom.size.width >= 1.5 * zoom.part.width
    small = Size(200, 150)
    assert zoomed(Point(100, 75), small, shown_by(FAMILY, small), FAMILY) is None


def test_a_model_that_knows_one_size_is_never_shown_a_part() -> None:
    family, size = FAMILIES["tapwright-embedded"], Size(1080, 2400)
    assert zoomed(Point(5, 5), size, Size(252, 560), family) is None
