"""The Clock app: alarms, stopwatch and timer."""

from __future__ import annotations

import pytest

from tapwright.devices.simphone.state import Alarm


def times(here):
    return [(each.hour, each.minute, each.enabled) for each in here.state.alarms]


@pytest.mark.parametrize(
    ("keys", "hour", "minute"),
    [("0730", 7, 30), ("2359", 23, 59), ("0000", 0, 0), ("915", 9, 15), ("187", 18, 7)],
)
def test_an_alarm_is_set_with_the_keypad(hands, keys, hour, minute):
    here = hands(2)
    here.state.alarms.clear()
    here.press("Clock", "Alarm", "Add alarm", *keys, "OK")
    assert here.phone.page == "clock.alarm"
    assert times(here) == [(hour, minute, True)]
    assert f"Alarm {hour:02d}:{minute:02d}" in here.texts()


def test_the_keypad_takes_no_time_that_does_not_exist(hands):
    here = hands(2).press("Clock", "Alarm", "Add alarm", "2", "9")
    shown = {each.label: each.text for each in here.phone.elements() if each.kind == "field"}
    assert shown["Hour"] == "2_"
    here.press("Delete", "1", "2", "4", "5", "OK")
    assert (12, 45, True) in times(here)


def test_a_minute_can_be_changed_alone_and_cancel_changes_nothing(hands):
    here = hands(0)
    here.state.alarms[:] = [Alarm(6, 30, enabled=False)]
    here.press("Clock", "Alarm", "Alarm 06:30", "Minute", "4", "5", "Cancel")
    assert times(here) == [(6, 30, False)]
    here.press("Alarm 06:30", "Minute", "4", "5", "OK")
    assert times(here) == [(6, 45, True)]


def test_alarms_are_switched_deleted_and_kept_in_order(hands):
    here = hands(0)
    here.state.alarms[:] = [Alarm(8, 0), Alarm(9, 0, enabled=False), Alarm(9, 0)]
    here.press("Clock", "Alarm", "08:00")
    assert times(here) == [(8, 0, False), (9, 0, False), (9, 0, True)]
    here.press("Delete 09:00")
    assert times(here) == [(8, 0, False), (9, 0, True)]
    here.press("Add alarm", "0", "7", "0", "5", "OK")
    assert times(here) == [(7, 5, True), (8, 0, False), (9, 0, True)]


def test_a_long_list_of_alarms_scrolls(hands):
    here = hands(0)
    here.state.alarms[:] = [Alarm(hour, 0, enabled=False) for hour in range(12)]
    here.press("Clock", "Alarm")
    assert "Alarm 11:00" not in here.texts()
    here.press("11:00")
    assert here.state.alarms[11].enabled


def test_the_stopwatch_runs_on_the_phones_clock(hands):
    here = hands(1).press("Clock", "Stopwatch")
    assert here.phone.page == "clock.stopwatch"
    assert "00:00.00" in here.texts() and "Reset" not in here.texts()
    here.press("Start")
    assert here.state.stopwatch.running
    here.clock.seconds += 75.25
    assert "01:15.25" in here.texts()
    here.press("Lap")
    here.clock.seconds += 5
    here.press("Stop")
    here.clock.seconds += 100
    assert "01:20.25" in here.texts()
    assert here.state.stopwatch.laps == [75.25]
    here.press("Reset")
    assert here.state.stopwatch.seconds(here.clock()) == 0
    assert "00:00.00" in here.texts()


def test_the_timer_counts_down_pauses_and_ends(hands):
    here = hands(1).press("Clock", "Timer", "5 min")
    assert "05:00" in here.texts()
    here.press("Start")
    here.clock.seconds += 60
    assert "04:00" in here.texts()
    here.press("Pause")
    here.clock.seconds += 60
    assert "04:00" in here.texts()
    here.press("Start")
    here.clock.seconds += 500
    assert "00:00" in here.texts()
    assert not here.state.timer.running
    here.press("Reset")
    assert here.state.timer.total == 0


def test_the_tab_that_was_open_stays_open(hands):
    here = hands(1).press("Clock", "Timer")
    here.phone.key("HOME")
    here.press("Clock")
    assert here.phone.page == "clock.timer"
    chosen = [each.label for each in here.phone.elements() if each.kind == "tab" and each.checked]
    assert chosen == ["Timer"]


def test_the_phones_time_goes_on(hands):
    here = hands(1)
    first = here.phone.elements()[-2].text
    assert first == f"{here.state.now():%H:%M}"
    here.clock.seconds += 60
    assert here.phone.elements()[-2].text != first
