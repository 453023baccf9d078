"""Fields that are found by their rims beside a label, on small drawn forms."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tapwright.actions import Box, Point
from tapwright.agent.script.framed import (
    field_below,
    field_right_of,
    frame_around,
    is_blank,
    one_surface,
    own_part,
)
from tapwright.agent.script.looks import Pixels

NAME = Box(20, 38, 70, 58)  # as a reader gives it: with a margin around the letters
FIELD = Box(90, 34, 290, 62)
GREY, DARK = (240, 240, 240), (110, 110, 110)


class Form:
    """A label and what is drawn beside it."""

    def __init__(self, ground: tuple[int, int, int] = GREY) -> None:
        self.image = Image.new("RGB", (400, 200), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.letters(Box(NAME.left + 3, NAME.top + 4, NAME.right - 3, NAME.bottom - 4))

    def letters(self, box: Box) -> None:
        for left in range(box.left, box.right - 3, 9):
            self.draw.rectangle((left, box.top, left + 2, box.bottom - 1), (20, 20, 60))
            self.draw.line((left, box.top, left + 5, box.top), (20, 20, 60))

    def field(self, box: Box, rim: tuple[int, int, int] = DARK, radius: int = 0) -> None:
        corners = (box.left, box.top, box.right - 1, box.bottom - 1)
        self.draw.rounded_rectangle(corners, radius, (255, 255, 255), rim)

    @property
    def pixels(self) -> Pixels:
        return np.asarray(self.image)


@pytest.mark.parametrize("radius", [0, 2, 5])
@pytest.mark.parametrize("rim", [DARK, (205, 199, 194), (53, 132, 228)])
@pytest.mark.parametrize("ground", [GREY, (255, 255, 255), (246, 245, 244)])
def test_a_field_is_found_by_its_rims(
    ground: tuple[int, int, int], rim: tuple[int, int, int], radius: int
) -> None:
    form = Form(ground)
    form.field(FIELD, rim, radius)
    assert field_right_of(form.pixels, NAME) == FIELD
    for point in (Point(92, 48), Point(200, 36), Point(286, 48)):
        assert frame_around(form.pixels, point) == FIELD
    assert frame_around(form.pixels, NAME.middle) is None
    assert field_below(form.pixels, NAME) is None


def test_a_field_under_its_label_is_found_although_the_label_was_read_too_high() -> None:
    form = Form()
    under = Box(20, 56, 220, 84)  # its rim lies inside the box that was read
    form.field(under)
    assert field_below(form.pixels, NAME) == under
    assert field_right_of(form.pixels, NAME) is None


def test_a_colon_is_passed_over_and_another_label_is_not() -> None:
    colon, other = Form(), Form()
    colon.draw.rectangle((74, 44, 76, 52), (20, 20, 60))
    other.letters(Box(84, 42, 130, 54))
    for form in (colon, other):
        form.field(FIELD.moved(60, 0))
    assert field_right_of(colon.pixels, NAME) == FIELD.moved(60, 0)
    assert field_right_of(other.pixels, NAME) is None


def test_words_under_a_label_are_no_field_nor_is_the_field_under_them_its_own() -> None:
    form = Form()
    form.letters(Box(20, 66, 70, 78))
    form.field(Box(20, 90, 220, 118))
    assert field_below(form.pixels, NAME) is None


def test_a_frame_in_which_the_label_stands_is_none_beside_it() -> None:
    form = Form()
    form.draw.rectangle((10, 20, 380, 80), None, DARK)
    assert field_right_of(form.pixels, NAME) is None
    form.field(FIELD)
    assert field_right_of(form.pixels, NAME) == FIELD


def test_a_caret_leaves_a_field_blank_and_a_text_does_not() -> None:
    form = Form()
    form.field(FIELD)
    assert is_blank(form.pixels, FIELD)
    form.draw.line((120, 40, 120, 56), (0, 0, 0))
    assert is_blank(form.pixels, FIELD)
    assert field_right_of(form.pixels, NAME) == FIELD
    form.letters(Box(122, 42, 170, 54))
    assert not is_blank(form.pixels, FIELD)
    assert field_right_of(form.pixels, NAME) == FIELD


def test_a_rim_that_was_read_into_a_label_is_no_part_of_it() -> None:
    form = Form()
    form.field(Box(20, 55, 220, 84))
    assert own_part(form.pixels, NAME).bottom == 55
    assert one_surface(form.pixels, own_part(form.pixels, NAME), Point(80, 48))
    assert not one_surface(form.pixels, own_part(form.pixels, NAME), Point(40, 70))
