"""Model coordinates become device pixels: the right ones, on the screen, or an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from tapwright.actions import Point
from tapwright.errors import ToolError
from tapwright.tools.context import Context, frame_size
from tapwright.types import Frame, Size

MakeContext = Callable[..., Context]


@dataclass
class Picture:
    """As much of a picture as a context looks at; real ones of 7680 pixels cost 170 MB."""

    size: tuple[int, int]


def context_of(frame: Frame, screen: Size, shown: Size) -> Context:
    from tapwright.types import Observation

    picture: Any = Picture((screen.width, screen.height))
    nobody: Any = None
    return Context(nobody, Observation(picture), frame, shown)


side = st.integers(320, 7680)
sizes = st.builds(Size, side, side)
frames = st.sampled_from(Frame)


@pytest.mark.parametrize(
    ("frame", "given_", "pixel"),
    [
        (Frame.NORM_1000, (20, 465), (21, 1116)),
        (Frame.NORM_1000, (0, 0), (0, 0)),
        (Frame.NORM_1000, (1000, 1000), (1079, 2399)),
        (Frame.NORM_1000, (500, 500), (540, 1200)),
        (Frame.NORM_999, (999, 999), (1079, 2399)),
        (Frame.NORM_999, (500, 500), (540, 1201)),
        (Frame.RESIZED_PX, (336, 742), (540, 1200)),
        (Frame.RESIZED_PX, (672, 1484), (1079, 2399)),
        (Frame.SCREEN_PX, (1079, 2399), (1079, 2399)),
        (Frame.SCREEN_PX, (1080, 2400), (1079, 2399)),
        (Frame.NORM_1000, (999.9, 0.5), (1079, 1)),
    ],
)
def test_a_point_falls_into_its_pixel(
    context_in: MakeContext, frame: Frame, given_: tuple[float, float], pixel: tuple[int, int]
) -> None:
    assert context_in(frame).point(*given_) == Point(*pixel)


@pytest.mark.parametrize(
    ("frame", "far"),
    [
        (Frame.NORM_1000, (1000, 1000)),
        (Frame.NORM_999, (999, 999)),
        (Frame.RESIZED_PX, (672, 1484)),
        (Frame.SCREEN_PX, (1080, 2400)),
    ],
)
def test_what_is_off_the_picture_is_quoted_with_the_range(
    context_in: MakeContext, frame: Frame, far: tuple[int, int]
) -> None:
    x, y = far
    context = context_in(frame)
    for wrong in ((x + 1, 0), (0, y + 1), (-1, 0), (0, -0.001)):
        with pytest.raises(ToolError) as caught:
            context.point(*wrong)
        said = str(caught.value)
        assert f"({wrong[0]!r}, {wrong[1]!r})" in said
        assert f"x goes from 0 to {x}, y from 0 to {y}" in said


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), -float("inf"), True, "3", None, [1], 10**400]
)
def test_what_is_no_coordinate_is_refused(context: Context, wrong: Any) -> None:
    with pytest.raises(ToolError, match="is not on the picture"):
        context.point(wrong, 5)
    with pytest.raises(ToolError, match="is not on the picture"):
        context.point(5, wrong)


@settings(max_examples=1_000, deadline=None)
@given(sizes, sizes, frames, st.data())
def test_every_point_in_range_is_on_the_screen(
    screen: Size, shown: Size, frame: Frame, data: st.DataObject
) -> None:
    limit = frame_size(frame, screen, shown)
    x = data.draw(st.integers(0, limit.width) | st.floats(0, limit.width))
    y = data.draw(st.integers(0, limit.height) | st.floats(0, limit.height))
    point = context_of(frame, screen, shown).point(x, y)
    assert 0 <= point.x < screen.width
    assert 0 <= point.y < screen.height


@settings(max_examples=2_000, deadline=None)
@given(sizes, sizes, frames, st.data())
@example(Size(1000, 1000), Size(320, 320), Frame.NORM_1000, None)
def test_a_pixel_comes_back_within_half_a_unit(
    screen: Size, shown: Size, frame: Frame, data: st.DataObject | None
) -> None:
    context, limit = context_of(frame, screen, shown), frame_size(frame, screen, shown)
    if data is None:
        pixels = [Point(n, n) for n in range(screen.width)]
    else:
        x = data.draw(st.integers(0, screen.width - 1))
        pixels = [Point(x, data.draw(st.integers(0, screen.height - 1)))]
    for pixel in pixels:
        back = context.point(*context.model_point(pixel))
        for before, after, pixels_there, units in (
            (pixel.x, back.x, screen.width, limit.width),
            (pixel.y, back.y, screen.height, limit.height),
        ):
            half_unit = Fraction(pixels_there, 2 * units)
            if half_unit <= Fraction(1, 2):
                assert after == before  # the frame is at least as fine as the screen
            else:
                assert abs(after - before) <= half_unit + Fraction(1, 2)


@settings(max_examples=1_000, deadline=None)
@given(sizes, sizes, frames, st.data())
def test_the_pixel_holds_what_the_model_meant(
    screen: Size, shown: Size, frame: Frame, data: st.DataObject
) -> None:
    limit = frame_size(frame, screen, shown)
    x = data.draw(st.integers(0, limit.width))
    pixel = context_of(frame, screen, shown).point(x, 0).x
    meant = Fraction(x * screen.width, limit.width)
    assert pixel <= meant <= pixel + 1
