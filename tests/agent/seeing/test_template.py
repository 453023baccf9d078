"""Pictures found again: pixel for pixel, every one of them, and nothing that only resembles."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from tapwright.actions import Box
from tapwright.agent.seeing.template import find_template
from tapwright.errors import UsageError

GROUND = (240, 240, 240)


def screen(*places: tuple[int, int], colour: tuple[int, int, int] = (30, 90, 200)) -> Image.Image:
    image = Image.new("RGB", (400, 300), GROUND)
    for place in places:
        image.paste(button(colour), place)
    return image


def button(colour: tuple[int, int, int] = (30, 90, 200), sign: str = "+") -> Image.Image:
    image = Image.new("RGB", (40, 24), colour)
    ImageDraw.Draw(image).text((20, 12), sign, fill="white", anchor="mm", font_size=20)
    return image


def places(image: Image.Image, template: Image.Image, within: Box | None = None) -> list[Box]:
    return [found.box for found in find_template(image, template, within=within)]


def test_it_is_found_where_it_stands_even_at_the_edges() -> None:
    for x, y in ((0, 0), (360, 276), (123, 77)):
        (found,) = find_template(screen((x, y)), button())
        assert found.box == Box(x, y, x + 40, y + 24)
        assert found.point == found.box.middle
        assert found.score > 0.999


def test_every_copy_is_given_once() -> None:
    found = places(screen((10, 10), (52, 10), (200, 200)), button())
    assert sorted(box.left for box in found) == [10, 52, 200]


def test_another_colour_another_sign_and_another_light_are_not_it() -> None:
    assert places(screen((50, 50), colour=(200, 30, 30)), button()) == []
    other = screen()
    other.paste(button(sign="x"), (50, 50))
    assert places(other, button()) == []
    greyed = Image.blend(screen((50, 50)), Image.new("RGB", (400, 300), GROUND), 0.6)
    assert places(greyed, button()) == []


def test_only_the_part_is_searched_and_its_places_are_the_wholes() -> None:
    image = screen((10, 10), (300, 200))
    assert places(image, button(), Box(200, 100, 400, 300)) == [Box(300, 200, 340, 224)]
    assert places(image, button(), Box(0, 0, 30, 30)) == []


def test_a_picture_of_one_colour_is_refused() -> None:
    with pytest.raises(UsageError, match="only one colour"):
        find_template(screen((50, 50)), Image.new("RGB", (20, 20), "white"))


def test_a_flat_screen_has_nothing_on_it() -> None:
    assert places(Image.new("RGB", (200, 200), "white"), button()) == []
