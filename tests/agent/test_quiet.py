"""When a screen is called quiet, with a clock that only moves when it is asked to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

from tapwright.agent.quiet import Patience, QuietScreen, RealClock, Settled, screen_changed
from tapwright.types import Observation, ScreenState

from .drawn_device import DrawnDevice

SIZE = (270, 600)
LOOK = 0.03  # seconds that one look takes


class FakeClock:
    """Time that passes by waiting and by looking."""

    def __init__(self) -> None:
        self.time = 100.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


class Film(DrawnDevice):
    """Shows `draw(seconds since the start)` as its screen."""

    def __init__(self, clock: FakeClock, draw: Callable[[float], Image.Image]) -> None:
        super().__init__()
        self.draw = draw
        self.clock = clock
        self.looked_at: list[float] = []
        self.state_at: Callable[[float], ScreenState] = lambda seconds: ScreenState.LIT

    def observe(self) -> Observation:
        at = self.clock.time - 100.0
        self.looked_at.append(at)
        self.clock.time += LOOK
        return Observation(self.draw(at), state=self.state_at(at))


def page(shade: int = 255, **boxes: tuple[int, int, int, int]) -> Image.Image:
    """A page of one shade with black boxes on it."""
    image = Image.new("RGB", SIZE, (shade, shade, shade))
    draw = ImageDraw.Draw(image)
    for box in boxes.values():
        draw.rectangle(box, fill="black")
    return image


def settle(
    draw: Callable[[float], Image.Image], before: Image.Image | None = None
) -> tuple[Settled, Film]:
    clock = FakeClock()
    film = Film(clock, draw)
    settled = QuietScreen(film, Patience(), clock).wait(Observation(before) if before else None)
    return settled, film


def test_a_still_screen_is_quiet_after_two_looks() -> None:
    settled, film = settle(lambda at: page())
    assert len(film.looked_at) == 2
    assert film.looked_at[0] == 0.0  # no sleep before the first look
    assert settled.moving is None
    assert settled.seconds == pytest.approx(0.13)
    assert settled.look == pytest.approx(LOOK)


def test_an_animation_is_waited_for_until_it_ends() -> None:
    settled, _ = settle(lambda at: page(int(250 * min(at, 0.8))), before=page())
    assert settled.observation.image.getpixel((0, 100)) == (200, 200, 200)
    assert 0.8 <= settled.seconds <= 1.1
    assert settled.moving is None


def test_looks_keep_their_distance_however_long_they_take() -> None:
    _, film = settle(lambda at: page(int(100 * at)), before=page())
    gaps = [round(after - before, 6) for before, after in pairwise(film.looked_at)]
    assert set(gaps) == {0.1}


def test_an_act_without_effect_is_noticed_after_the_grace() -> None:
    settled, _ = settle(lambda at: page(), before=page())
    assert 0.5 <= settled.seconds < 0.7


def test_a_screen_that_answers_late_is_still_seen_to_change() -> None:
    settled, _ = settle(lambda at: page(255 if at < 0.35 else 0), before=page())
    assert settled.observation.image.getpixel((0, 100)) == (0, 0, 0)


def test_a_screen_that_answers_at_once_costs_no_grace() -> None:
    settled, _ = settle(lambda at: page(0), before=page())
    assert settled.seconds < 0.2


def test_a_stopwatch_does_not_hold_the_run_up_to_the_cap() -> None:
    settled, _ = settle(lambda at: page(watch=(100, 200, 100 + int(at * 100) % 40, 220)))
    assert settled.moving is not None
    assert 1.0 <= settled.seconds < 1.5


def test_a_video_is_left_at_the_cap() -> None:
    settled, _ = settle(lambda at: page(int(at * 1000) % 256))
    assert settled.moving is not None
    assert 3.0 <= settled.seconds < 3.2


def test_the_status_bar_is_nobodys_business() -> None:
    settled, _ = settle(lambda at: page(clock=(10, 2, 10 + int(at * 1000) % 200, 14)))
    assert (settled.moving, round(settled.seconds, 2)) == (None, 0.13)


def test_a_blank_screen_is_waited_for_because_apps_begin_with_one() -> None:
    clock = FakeClock()
    film = Film(clock, lambda at: page(0) if at < 0.6 else page(255, row=(10, 100, 50, 120)))
    film.state_at = lambda at: ScreenState.BLANK if at < 0.6 else ScreenState.LIT
    settled = QuietScreen(film, Patience(), clock).wait()
    assert settled.observation.state is ScreenState.LIT


def test_a_screen_that_stays_blank_is_reported_as_blank_at_the_cap() -> None:
    clock = FakeClock()
    film = Film(clock, lambda at: page(0))
    film.state_at = lambda at: ScreenState.BLANK
    settled = QuietScreen(film, Patience(), clock).wait()
    assert settled.observation.state is ScreenState.BLANK
    assert settled.seconds >= 3.0


@pytest.mark.parametrize(
    "box",
    [(100, 300, 112, 308), (130, 590, 140, 599), (0, 30, 16, 40), (100, 300, 103, 309)],
    ids=["a dot", "bottom edge", "under the status bar", "a letter"],
)
def test_a_small_difference_is_a_change(box: tuple[int, int, int, int]) -> None:
    assert screen_changed(page(), page(box=box))


def test_equal_pictures_and_other_status_bars_are_no_change() -> None:
    assert not screen_changed(page(), page())
    assert not screen_changed(page(), page(clock=(0, 0, 270, 15)))
    assert not screen_changed(page(100), page(105))  # noise of a lossy capture


def test_another_size_is_a_change() -> None:
    assert screen_changed(page(), page().rotate(90, expand=True))


def test_what_moves_by_itself_is_no_change_of_the_screen() -> None:
    running, _ = settle(lambda at: page(watch=(100, 200, 100 + int(at * 100) % 40, 220)))
    later, _ = settle(lambda at: page(watch=(100, 200, 100 + int(at * 100 + 7) % 40, 220)))
    assert not later.changed_since(running)


def test_a_change_beside_what_moves_is_a_change() -> None:
    def draw(at: float, **more: tuple[int, int, int, int]) -> Image.Image:
        return page(watch=(100, 200, 100 + int(at * 100) % 40, 220), **more)

    running, _ = settle(draw)
    pressed, _ = settle(lambda at: draw(at, button=(100, 400, 140, 430)))
    assert pressed.changed_since(running)


def test_beginning_to_move_is_a_change() -> None:
    still, _ = settle(lambda at: page())
    running, _ = settle(lambda at: page(watch=(100, 200, 100 + int(at * 100) % 40, 220)))
    assert running.changed_since(still)
    assert still.changed_since(running)


def test_turning_the_screen_while_something_moves_is_a_change() -> None:
    def turned(at: float) -> Image.Image:
        return page(watch=(100, 200, 100 + int(at * 100) % 40, 220)).rotate(90, expand=True)

    running, _ = settle(lambda at: page(watch=(100, 200, 100 + int(at * 100) % 40, 220)))
    after, _ = settle(turned)
    assert after.changed_since(running)


def test_a_cancelled_run_does_not_wait() -> None:
    cancelled = threading.Event()
    cancelled.set()
    clock = RealClock(cancelled)
    began = time.monotonic()
    clock.wait(30.0)
    assert time.monotonic() - began < 25
    assert clock.now() >= began
