"""Where the picture's pixels lie under the mouse, over layouts of real desks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tapwright.actions import Box, Point
from tapwright.devices.desktop_layout import Layout, Monitor, one, part, whole
from tapwright.errors import ActionRefused, NoDevice, ScreenUnavailable
from tapwright.types import Size

# (left, top, width, height) in mouse units, and the scale that the system reports.
# Windows: physical pixels of the virtual screen, whatever the scale.
WINDOWS = {
    "laptop alone": [(0, 0, 1920, 1080, 1.25)],
    "surface": [(0, 0, 2736, 1824, 2.0)],
    "small 4K": [(0, 0, 3840, 2160, 3.0)],
    "laptop right of a monitor": [(0, 0, 1920, 1080, 1.5), (-2560, -360, 2560, 1440, 1.0)],
    "upright monitor at the left": [(0, 0, 2560, 1440, 1.0), (-1080, -240, 1080, 1920, 1.25)],
    "three, one above": [
        (0, 0, 3840, 2160, 1.5),
        (-1920, 540, 1920, 1080, 1.0),
        (960, -1200, 1920, 1200, 1.25),
    ],
    "only corners touch": [(0, 0, 1366, 768, 1.0), (1366, 768, 1920, 1080, 2.0)],
}
# macOS: points; a monitor has `scale` pixels to a point.
MACOS = {
    "macbook air": [(0, 0, 1440, 900, 2.0)],
    "mac mini, plain monitor": [(0, 0, 1920, 1080, 1.0)],
    "macbook under a studio display": [(0, 0, 1512, 982, 2.0), (-524, -1440, 2560, 1440, 2.0)],
    "macbook beside a plain monitor": [(0, 0, 1728, 1117, 2.0), (-1920, 37, 1920, 1080, 1.0)],
    "three of different kinds": [
        (0, 0, 2560, 1440, 2.0),
        (2560, 360, 1920, 1080, 1.0),
        (-1024, 300, 1024, 1366, 2.0),
    ],
    "upright at the left, above zero": [(0, 0, 1792, 1120, 2.0), (-1200, -800, 1200, 1920, 1.0)],
}
# Nothing here has units of its own at such scales; the arithmetic has to hold all the same.
ODD = {
    f"scale {scale}": [(0, 0, 1280, 720, scale), (-1024, -77, 1024, 768, 1.0)]
    for scale in (1.25, 1.5, 1.75, 2.25, 3.0)
}


def _windows(left: int, top: int, width: int, height: int, scale: float) -> Monitor:
    return Monitor(Box(left, top, left + width, top + height), Size(width, height))


def _points(left: int, top: int, width: int, height: int, scale: float) -> Monitor:
    pixels = Size(round(width * scale), round(height * scale))
    return Monitor(Box(left, top, left + width, top + height), pixels)


DESKS = {
    **{f"windows: {name}": [_windows(*row) for row in desk] for name, desk in WINDOWS.items()},
    **{f"macos: {name}": [_points(*row) for row in desk] for name, desk in MACOS.items()},
    **{f"odd: {name}": [_points(*row) for row in desk] for name, desk in ODD.items()},
}
desks = st.sampled_from(sorted(DESKS)).map(DESKS.__getitem__)
fractions = st.floats(0, 1, exclude_max=True)


@st.composite
def places(draw: st.DrawFn) -> tuple[list[Monitor], Monitor, int, int]:
    """A desk, one of its monitors, and a mouse unit on it."""
    desk = draw(desks)
    monitor = draw(st.sampled_from(desk))
    x = draw(st.integers(monitor.units.left, monitor.units.right - 1))
    y = draw(st.integers(monitor.units.top, monitor.units.bottom - 1))
    return desk, monitor, x, y


@given(places())
def test_every_unit_of_every_monitor_can_be_reached_by_a_pixel(
    place: tuple[list[Monitor], Monitor, int, int],
) -> None:
    desk, _, x, y = place
    layout = whole(desk)
    pixel = layout.pixel(x, y)
    assert pixel is not None
    assert layout.mouse(pixel) == (x, y)


@given(desks, fractions, fractions)
def test_a_pixel_is_clicked_within_half_a_unit_of_its_middle_on_its_own_monitor(
    desk: list[Monitor], across: float, down: float
) -> None:
    layout = whole(desk)
    for monitor, patch in zip(desk, layout.patches, strict=True):
        x = patch.picture.left + int(across * patch.picture.width)
        y = patch.picture.top + int(down * patch.picture.height)
        at = layout.mouse(Point(x, y))
        assert monitor.units.has(*at)
        scale = monitor.scale
        # The middle of the unit that is clicked, in the monitor's own pixels.
        clicked_x = (at[0] + 0.5 - monitor.units.left) * scale + patch.picture.left
        clicked_y = (at[1] + 0.5 - monitor.units.top) * scale + patch.picture.top
        assert abs(clicked_x - (x + 0.5)) <= scale / 2 + 1e-6
        assert abs(clicked_y - (y + 0.5)) <= scale / 2 + 1e-6


@given(places())
def test_on_windows_a_pixel_is_a_unit_whatever_the_scale(
    place: tuple[list[Monitor], Monitor, int, int],
) -> None:
    desk, _, x, y = place
    if any(monitor.scale != 1 for monitor in desk):
        desk = [Monitor(m.units, Size(m.units.width, m.units.height)) for m in desk]
    left = min(monitor.units.left for monitor in desk)
    top = min(monitor.units.top for monitor in desk)
    assert whole(desk).mouse(Point(x - left, y - top)) == (x, y)


@settings(max_examples=60)
@given(desks)
def test_no_monitor_covers_another_in_the_picture(desk: list[Monitor]) -> None:
    layout = whole(desk)
    pictures = [patch.picture for patch in layout.patches]
    for number, picture in enumerate(pictures):
        assert picture.left >= 0 and picture.top >= 0
        assert picture.right <= layout.size.width and picture.bottom <= layout.size.height
        assert not any(picture.overlaps(other) for other in pictures[number + 1 :])


@given(desks, fractions, fractions)
def test_a_point_is_on_a_monitor_or_refused_as_between_them(
    desk: list[Monitor], across: float, down: float
) -> None:
    layout = whole(desk)
    point = Point(int(across * layout.size.width), int(down * layout.size.height))
    on = [monitor for monitor, patch in zip(desk, layout.patches, strict=True)
          if patch.picture.has(point.x, point.y)]  # fmt: skip
    if on:
        assert on[0].units.has(*layout.mouse(point))
    else:
        with pytest.raises(ActionRefused, match="between the monitors"):
            layout.mouse(point)


@given(desks, st.integers(-9000, 9000), st.integers(-9000, 9000))
def test_a_point_outside_the_picture_is_refused_and_never_clamped(
    desk: list[Monitor], x: int, y: int
) -> None:
    layout = whole(desk)
    if layout.frame.has(x, y):
        x, y = x - layout.size.width, y + layout.size.height
    with pytest.raises(ActionRefused, match="outside"):
        layout.mouse(Point(x, y))


@given(places(), st.integers(1, 1200), st.integers(1, 900), fractions, fractions)
def test_a_windows_picture_clicks_where_the_whole_picture_does(
    place: tuple[list[Monitor], Monitor, int, int],
    width: int,
    height: int,
    across: float,
    down: float,
) -> None:
    desk, _, x, y = place
    layout = whole(desk)
    window = Box(x, y, x + width, y + height)
    seen, around = part(layout, window), layout.box(window)
    assert around is not None
    assert seen.size == Size(around.width, around.height)
    point = Point(int(across * seen.size.width), int(down * seen.size.height))
    assert _at(seen, point) == _at(layout, Point(point.x + around.left, point.y + around.top))


def _at(layout: Layout, point: Point) -> tuple[int, int] | None:
    try:
        return layout.mouse(point)
    except ActionRefused:
        return None


def test_a_window_half_off_the_screen_shows_the_half_that_is_there() -> None:
    layout = whole([Monitor(Box(0, 0, 1000, 800), Size(1000, 800))])
    seen = part(layout, Box(-100, 700, 300, 900))
    assert seen.size == Size(300, 100)
    assert seen.mouse(Point(0, 0)) == (0, 700)


def test_a_window_outside_every_monitor_cannot_be_looked_at() -> None:
    layout = whole([Monitor(Box(0, 0, 1000, 800), Size(1000, 800))])
    with pytest.raises(ScreenUnavailable, match="outside every monitor"):
        part(layout, Box(2000, 0, 2400, 300))


def test_one_monitor_is_counted_from_one_and_another_number_refused() -> None:
    desk = DESKS["windows: laptop right of a monitor"]
    assert one(desk, 2).mouse(Point(0, 0)) == (-2560, -360)
    for number in (0, 3, -1):
        with pytest.raises(NoDevice, match="has 2"):
            one(desk, number)


def test_a_desktop_whose_monitors_are_all_off_says_so() -> None:
    with pytest.raises(ScreenUnavailable, match="no monitor"):
        whole([])


def test_a_mixed_macos_desk_keeps_every_pixel_of_every_monitor() -> None:
    layout = whole(DESKS["macos: macbook beside a plain monitor"])
    assert [(patch.picture.width, patch.picture.height) for patch in layout.patches] == [
        (3456, 2234),
        (1920, 1080),
    ]
    # The plain monitor's points are twice as far from each other as the laptop's pixels.
    assert layout.patches[0].picture.left == 3840
