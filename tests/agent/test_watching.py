"""A screen that is watched: what vanished is still known, bounded, with a clean end."""

from __future__ import annotations

import threading
import time

import pytest

from tapwright.agent.film_plan import FilmBudget
from tapwright.agent.watching import Watched, WatchSettings
from tapwright.errors import Offline, UsageError
from tapwright.model.scripted import ScriptedModel
from tapwright.types import ImagePart, Observation, ScreenState, TextPart

from .chat_parts import talk
from .drawn_device import DrawnDevice
from .parts import pictures


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


def change(device: DrawnDevice, row: int = 0) -> None:
    device.switches[row] = not device.switches[row]


def watched(device: DrawnDevice, **set: float) -> tuple[Watched, HandClock]:
    clock = HandClock()
    return Watched(device, WatchSettings(**set), clock), clock  # type: ignore[arg-type]


def test_only_screens_that_changed_are_kept_with_their_times() -> None:
    device = DrawnDevice()
    watch, clock = watched(device)
    for second, changes in enumerate([False, False, True, False, True, False]):
        clock.seconds = float(second)
        if changes:
            change(device)
        watch.look()
    film = watch.film()
    assert film is not None
    assert film.times == (0.0, 2.0, 4.0)
    assert device.looks == 6


def test_what_is_older_than_the_seconds_kept_is_forgotten() -> None:
    device = DrawnDevice()
    watch, clock = watched(device, seconds=10)
    for second in range(40):
        clock.seconds = float(second)
        change(device)
        watch.look()
    film = watch.film()
    assert film is not None and len(film.frames) == 11
    clock.seconds = 1000.0
    still = watch.film()
    assert still is not None and len(still.frames) == 1  # what stands there has not changed


def test_the_number_of_pictures_is_bounded() -> None:
    device = DrawnDevice()
    watch, clock = watched(device, seconds=1000, most=5)
    for second in range(50):
        clock.seconds = float(second)
        change(device)
        watch.look()
    film = watch.film()
    assert film is not None and len(film.frames) == 5


def test_timed_pictures_fit_a_budget_newest_first() -> None:
    device = DrawnDevice()
    watch, clock = watched(device, seconds=1000)
    for second in range(20):
        clock.seconds = float(second)
        change(device)
        watch.look()
    parts = watch.parts(FilmBudget(tokens=1000))
    pictures = [part.image for part in parts if isinstance(part, ImagePart)]
    assert len(pictures) == 7
    assert sum(image.width * image.height // 784 + 12 for image in pictures) <= 1000
    assert parts[-2] == TextPart("<19.0 seconds>")
    watch.clear()
    assert sum(isinstance(part, ImagePart) for part in watch.parts()) == 1


def test_dark_screens_are_not_kept() -> None:
    device = DrawnDevice()
    device.state = ScreenState.LOCKED
    watch, _ = watched(device)
    watch.look()
    assert watch.film() is None and watch.parts() == []


def test_a_thread_sees_what_vanishes_between_two_questions() -> None:
    device = DrawnDevice()
    with Watched(device, WatchSettings(fps=30)) as watch:
        _wait_for_look(device)
        device.typed = "hello"
        _wait_for_look(device)
        device.typed = ""
        _wait_for_look(device)
        assistant = talk(["It said hello."])
        answer = assistant.ask(*watch.parts(), "What did the message say that just vanished?")
    assert answer.text == "It said hello."
    model = assistant.model
    assert isinstance(model, ScriptedModel)
    seen = pictures(model.requests[0])
    assert len(seen) == 3
    assert [image.getpixel((120, 465)) for image in seen] == [(255,) * 3, (0,) * 3, (255,) * 3]


def _wait_for_look(device: DrawnDevice) -> None:
    """Until two looks began: the second saw what was there when this was called."""
    wanted, limit = device.looks + 2, time.monotonic() + 10
    while device.looks < wanted:
        assert time.monotonic() < limit
        threading.Event().wait(0.005)


def test_the_end_is_clean_and_may_come_twice() -> None:
    device = DrawnDevice()
    watch = Watched(device, WatchSettings(fps=1))
    watch.start()
    watch.start()
    _wait_for_one(device)
    began = time.monotonic()
    watch.close()
    watch.close()
    assert time.monotonic() - began < 0.9  # it does not sit its wait out
    assert not [thread for thread in threading.enumerate() if thread.name == "watched"]
    looks = device.looks
    threading.Event().wait(0.05)
    assert device.looks == looks


def _wait_for_one(device: DrawnDevice) -> None:
    limit = time.monotonic() + 10
    while device.looks < 1:
        assert time.monotonic() < limit
        threading.Event().wait(0.005)


def test_a_device_that_is_lost_is_told_at_the_next_look() -> None:
    class Lost(DrawnDevice):
        def observe(self) -> Observation:
            self.looks += 1
            raise Offline("the phone is gone")

    device = Lost()
    with Watched(device, WatchSettings(fps=30)) as watch:
        _wait_for_one(device)
        with pytest.raises(Offline, match="gone"):
            watch.look()
        assert watch.film() is None


@pytest.mark.parametrize("wrong", [{"fps": 0}, {"fps": 99}, {"seconds": 0}, {"most": 0}])
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        WatchSettings(**wrong)  # type: ignore[arg-type]
