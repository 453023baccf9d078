"""The screens of the simulated phone: how they look and how one moves between them."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from tapwright.devices.simphone.apps.catalogue import APPS, CLOCK, SETTINGS
from tapwright.devices.simphone.phone import Phone
from tapwright.types import Size


def snapshot(hands):
    """All that can be told from outside: where one is, what can be seen, what is remembered."""
    state = hands.state
    remembered = (
        {table: dict(values) for table, values in state.settings.items()},
        [(each.hour, each.minute, each.enabled) for each in state.alarms],
        (state.stopwatch.running, state.stopwatch.elapsed, len(state.stopwatch.laps)),
        (state.timer.running, state.timer.total),
        (state.wifi_network, state.bluetooth_device, state.notes, tuple(state.recent_apps)),
    )
    return hands.phone.page, hands.phone.elements(), remembered, hands.phone.draw().tobytes()


@pytest.mark.parametrize("seed", [0, 5, 77])
def test_the_same_seed_gives_the_same_pictures(hands, seed):
    for labels in ((), ("Settings",), ("Clock",), ("Settings", "About phone")):
        one = hands(seed).press(*labels).phone.draw()
        two = hands(seed).press(*labels).phone.draw()
        assert one.mode == "RGB" and one.size == (1080, 2400)
        assert one.tobytes() == two.tobytes(), labels


def test_other_seeds_give_other_phones(hands):
    phones = [hands(seed) for seed in range(40)]
    assert len({each.phone.draw().tobytes() for each in phones[:12]}) == 12
    for seen in (
        {each.state.dark for each in phones},
        {each.state.on("global", "wifi_on") for each in phones},
        {each.state.on("global", "bluetooth_on") for each in phones},
        {each.state.widget for each in phones},
        {each.state.clock_tab for each in phones},
        {len(each.state.alarms) for each in phones},
        {each.state.settings_order[0] for each in phones},
    ):
        assert len(seen) > 1, seen
    assert {len(each.state.alarms) for each in phones} == {0, 1, 2, 3, 4}
    assert {each.state.clock_tab for each in phones} == {"alarm", "clock", "timer", "stopwatch"}


def test_settings_and_clock_are_found_in_every_place_of_the_grid_about_as_often(hands):
    for package in (SETTINGS, CLOCK):
        places = Counter(hands(seed).state.launcher_order.index(package) for seed in range(1000))
        assert len(places) == len(APPS) == 20
        assert min(places.values()) > 20, places  # 50 on average
        assert max(places.values()) < 90, places


def test_the_launcher_shows_twenty_apps_with_their_labels_in_the_order_of_the_state(hands):
    here = hands(3)
    shown = [each for each in here.phone.elements() if each.kind == "app"]
    assert [f"app.{package}" for package in here.state.launcher_order] == [e.id for e in shown]
    assert {each.label for each in shown} == {app.label for app in here.phone.apps}
    boxes = {each.bounds for each in shown}
    assert len(boxes) == 20
    assert here.phone.foreground == "com.android.launcher3/.Launcher"


@pytest.mark.parametrize("app", [app.label for app in APPS])
def test_every_app_opens_from_the_launcher_and_home_comes_back(hands, app):
    here = hands(8)
    before = here.phone.draw().tobytes()
    here.press(app)
    package = next(each.package for each in here.phone.apps if each.label == app)
    assert here.phone.foreground.startswith(f"{package}/.")
    assert here.phone.draw().tobytes() != before
    assert app in here.texts() or app == "Clock"  # the clock's title is its tab's
    here.phone.swipe(540, 2390, 540, 1500, 200)
    assert here.phone.page == "launcher"


PATHS = (
    (),
    ("Settings",),
    ("Settings", "Search settings"),
    *(("Settings", row) for row in ("Wi-Fi", "Bluetooth", "Display", "Sound", "Battery", "Apps")),
    *(("Settings", row) for row in ("Notifications", "Storage", "Security", "Location")),
    ("Settings", "Display", "Screen timeout"),
    ("Settings", "Apps", "Calendar"),
    *(("Clock", tab) for tab in ("Alarm", "Clock", "Timer", "Stopwatch")),
    ("Clock", "Alarm", "Add alarm"),
    ("Clock", "Stopwatch", "Start"),
    ("Clock", "Timer", "5 min"),
    ("Notes",),
    ("Mail",),
    ("Files", "Downloads"),
)


@pytest.mark.parametrize("path", PATHS, ids=" > ".join)
def test_every_clickable_element_is_on_the_screen_and_does_something(hands, path):
    seed = 6
    first = hands(seed).press(*path)
    before = snapshot(first)
    clickable = [each for each in first.phone.elements() if each.clickable]
    assert clickable
    for element in clickable:
        left, top, right, bottom = element.bounds
        assert 0 <= left < right <= 1080 and 0 <= top < bottom <= 2400, element
        chosen = element.kind == "tab" and element.checked
        if chosen or element.focused or element.label == "Backspace":
            continue  # there is nothing to change, or nothing to take away
        here = hands(seed).press(*path)
        if element.kind == "slider":  # its middle may be where it stands
            here.phone.tap(left + 120, (top + bottom) // 2)
        else:
            here.touch(element)
        assert snapshot(here) != before, element


def test_all_rows_of_settings_can_be_reached_by_scrolling(hands):
    here = hands(4).press("Settings")
    seen = {each.label for each in here.phone.elements() if each.id.startswith("settings.")}
    assert len(seen) < 13  # the last ones are below the edge
    before = here.phone.draw().tobytes()
    here.phone.swipe(540, 2000, 540, 600, 300)
    assert here.phone.draw().tobytes() != before
    seen |= {each.label for each in here.phone.elements() if each.id.startswith("settings.")}
    assert len(seen) == 13 and "Search settings" in seen
    last = here.state.settings_order[-1]
    bounds = {each.id: each.bounds for each in here.phone.elements()}[f"settings.{last}"]
    assert bounds[3] - bounds[1] > 150  # the whole row, not a part of it
    here.phone.swipe(540, 600, 540, 2000, 300)
    assert here.phone.draw().tobytes() == before


@pytest.mark.parametrize(("start", "end"), [((5, 900), (500, 930)), ((1075, 900), (600, 880))])
def test_a_swipe_inward_from_either_edge_goes_back(hands, start, end):
    here = hands(1).press("Settings", "Display")
    here.phone.swipe(*start, *end, 200)
    assert here.phone.page == "settings"
    here.phone.swipe(*start, *end, 200)
    assert here.phone.page == "launcher"
    here.phone.swipe(*start, *end, 200)
    assert here.phone.page == "launcher"


def test_a_page_change_takes_its_time_on_the_screen_but_not_for_the_finger(hands):
    here = hands(2, animate=True)
    launcher = here.phone.draw().tobytes()
    here.press("Settings")
    still = hands(2).press("Settings")
    assert here.phone.page == "settings"
    assert here.phone.elements() == still.phone.elements()
    here.clock.seconds += 0.11
    halfway = here.phone.draw().tobytes()
    here.clock.seconds += 0.12
    assert len({launcher, halfway, here.phone.draw().tobytes()}) == 3
    assert here.phone.draw().tobytes() == still.phone.draw().tobytes()
    here.press("Display", "Dark theme")  # the second touch comes while the first page moves in
    assert here.phone.page == "settings.display"
    assert here.state.dark != still.state.dark


@pytest.mark.parametrize("rotation", [1, 3])
def test_a_phone_on_its_side_draws_a_wide_picture_and_takes_touches_there(hands, rotation):
    here = hands(9)
    here.state.rotation = rotation
    assert here.phone.size == Size(1080, 2400)
    for labels in ((), ("Settings",), ("Wi-Fi",), ("Use Wi-Fi",)):
        for label in labels:
            reach = [each for each in here.phone.elements() if each.label == label]
            while not reach:
                here.phone.swipe(1200, 900, 1200, 500, 300)
                reach = [each for each in here.phone.elements() if each.label == label]
            here.touch(reach[0])
        assert here.phone.draw().size == (2400, 1080)
        for element in here.phone.elements():
            assert element.bounds[2] <= 2400 and element.bounds[3] <= 1080, element
    other = hands(9)
    assert here.state.on("global", "wifi_on") != other.state.on("global", "wifi_on")


def test_a_frame_is_drawn_quickly(hands):
    here = hands(1)
    for labels in ((), ("Settings",), ("Display",)):
        here.press(*labels).phone.draw()
        spent = []
        for _ in range(8):
            started = time.thread_time()
            here.phone.draw()
            spent.append(time.thread_time() - started)
        assert min(spent) < 0.2, (labels, spent)


def test_several_threads_may_draw_and_touch_at_once():
    phone = Phone(3)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(15):
                phone.tap(540, (step * 331 + number * 97) % 2400)
                phone.draw()
                phone.swipe(540, 1800, 540, 900, 100)
                phone.elements()
                phone.key("BACK")
        except Exception as error:  # what a thread raises would be lost otherwise
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Counter(event.kind for event in phone.ledger) == {"tap": 60, "swipe": 60, "key": 60}
