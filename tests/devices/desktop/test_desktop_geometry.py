"""A thousand points of two monitors: seen where they are, and clicked where they were seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tapwright.actions import Box, Click, Point
from tapwright.devices.desktop import open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import NoDevice
from tapwright.types import Delivery, Size

pytestmark = pytest.mark.desktop

SIZE = Size(1600, 900)
# Of different heights, one lower than the other: two corners of the desktop are on no monitor.
MONITORS = (Box(0, 0, 900, 700), Box(900, 150, 1600, 900))


@pytest.fixture(scope="module")
def desk(needs: Callable[..., None]) -> Iterator[VirtualDisplay]:
    needs("Xvfb")
    with VirtualDisplay(SIZE, manager=False, monitors=MONITORS) as display:
        yield display


@pytest.fixture(scope="module")
def desk_pad(desk: VirtualDisplay, pad_on: Callable[..., Any]) -> Iterator[Any]:
    pad = pad_on(desk.display, SIZE.width, SIZE.height)
    yield pad
    pad.close()


@pytest.mark.parametrize("monitor", [None, 1, 2])
def test_of_a_thousand_random_points_each_is_hit_where_the_picture_shows_it(
    desk: VirtualDisplay, desk_pad: Any, monitor: int | None
) -> None:
    count = 1000 if monitor is None else 100
    picks = random.Random(monitor or 0)
    with open_desktop(display=desk.display, monitor=monitor, stop=False) as desktop:
        picture = desktop.observe().image
        asked, refused, shown = [], 0, []
        while len(asked) < count:
            point = Point(picks.randrange(picture.width), picks.randrange(picture.height))
            effect = desktop.perform(Click(point))
            if effect.delivery is Delivery.REFUSED:
                refused += 1
                assert "between the monitors" in effect.said
                continue
            asked.append(point)
            shown.append(picture.getpixel((point.x, point.y)))
    hit = [(x, y) for button, x, y in desk_pad.clicks() if button == 1]
    # The pad's pixels name their places: what the picture showed is what was hit.
    assert [_named(pixel) for pixel in shown] == hit
    assert len(hit) == count
    box = MONITORS[monitor - 1] if monitor else Box(0, 0, SIZE.width, SIZE.height)
    assert hit == [(point.x + box.left, point.y + box.top) for point in asked]
    assert (refused > 0) == (monitor is None)


def _named(pixel: Any) -> tuple[int, int]:
    red, green, blue = pixel
    return (blue >> 4) << 8 | red, (blue & 15) << 8 | green


def test_each_monitor_is_pictured_alone_and_a_third_is_not_made_up(desk: VirtualDisplay) -> None:
    for number, box in enumerate(MONITORS, start=1):
        with open_desktop(display=desk.display, monitor=number, stop=False) as desktop:
            assert desktop.observe().size == Size(box.width, box.height)
            assert desktop.name == f"desktop:{number}"
    with (
        open_desktop(display=desk.display, monitor=3, stop=False) as desktop,
        pytest.raises(NoDevice, match="no monitor 3"),
    ):
        desktop.observe()


def test_a_point_between_the_monitors_is_refused_and_nothing_is_clicked(
    desk: VirtualDisplay, desk_pad: Any
) -> None:
    with open_desktop(display=desk.display, stop=False) as desktop:
        effect = desktop.perform(Click(Point(1200, 50)))
    assert effect.delivery is Delivery.REFUSED
    assert desk_pad.clicks() == []
