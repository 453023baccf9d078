"""Settings, quick settings and the lock screen: what a touch writes, and what a write shows."""

from __future__ import annotations

import pytest

TOGGLES = (
    (("Settings", "Wi-Fi"), "Use Wi-Fi", "global", "wifi_on"),
    (("Settings", "Bluetooth"), "Use Bluetooth", "global", "bluetooth_on"),
    (("Settings",), "Airplane mode", "global", "airplane_mode_on"),
    (("Settings", "Display"), "Dark theme", "secure", "ui_night_mode"),
    (("Settings", "Display"), "Adaptive brightness", "system", "screen_brightness_mode"),
    (("Settings", "Display"), "Night Light", "secure", "night_display_activated"),
    (("Settings", "Display"), "Auto-rotate screen", "system", "accelerometer_rotation"),
    (("Settings", "Sound"), "Vibrate", "system", "vibrate_when_ringing"),
    (("Settings", "Sound"), "Touch feedback", "system", "haptic_feedback_enabled"),
    (("Settings", "Sound"), "Touch sounds", "system", "sound_effects_enabled"),
    (("Settings", "Battery"), "Battery saver", "global", "low_power"),
    (("Settings", "Notifications"), "Do Not Disturb", "global", "zen_mode"),
    (("Settings", "Location"), "Use location", "secure", "location_mode"),
)
TILES = (
    ("Wi-Fi", "global", "wifi_on"),
    ("Bluetooth", "global", "bluetooth_on"),
    ("Dark theme", "secure", "ui_night_mode"),
    ("Airplane mode", "global", "airplane_mode_on"),
    ("Do Not Disturb", "global", "zen_mode"),
    ("Battery saver", "global", "low_power"),
    ("Auto-rotate", "system", "accelerometer_rotation"),
    ("Night Light", "secure", "night_display_activated"),
)


def switch(here, label):
    return next(each for each in here.phone.elements() if each.label == label and each.clickable)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("path", "label", "table", "key"), TOGGLES, ids=lambda value: str(value))
def test_a_switch_writes_its_key_and_shows_it(hands, seed, path, label, table, key):
    here = hands(seed).press(*path)
    before, picture, was = here.state.get(table, key), here.phone.draw(), here.find(label).checked
    picture = here.phone.draw()
    here.press(label)
    after = here.state.get(table, key)
    assert {before, after} in ({"0", "1"}, {"1", "2"}, {"0", "3"})
    assert switch(here, label).checked is not was
    assert here.phone.draw().tobytes() != picture.tobytes()
    here.press(label)
    assert here.state.get(table, key) == before
    assert here.phone.draw().tobytes() == picture.tobytes()


@pytest.mark.parametrize(("label", "table", "key"), TILES)
def test_a_quick_settings_tile_writes_its_key_and_shows_it(hands, label, table, key):
    here = hands(4)
    here.phone.swipe(540, 20, 540, 1000, 300)
    assert here.phone.page == "quick_settings"
    before, tile = here.state.get(table, key), switch(here, label)
    here.touch(tile)
    assert here.state.get(table, key) != before
    assert switch(here, label).checked is not tile.checked
    here.phone.swipe(540, 1800, 540, 600, 300)
    assert here.phone.page == "launcher"


def test_a_setting_written_beside_the_screen_shows_on_it(hands):
    here = hands(2).press("Settings", "Wi-Fi")
    here.state.put("global", "wifi_on", 0)
    off = here.phone.draw().tobytes()
    assert here.find("Use Wi-Fi").checked is False
    here.state.put("global", "wifi_on", 1)
    assert here.find("Use Wi-Fi").checked is True
    assert here.state.wifi_networks[0].name in here.texts()
    assert here.phone.draw().tobytes() != off
    here.state.settings["global"]["wifi_on"] = "what?"  # anything can be put there
    assert here.find("Use Wi-Fi").checked is False


@pytest.mark.parametrize(
    ("path", "label", "key", "top"),
    [
        (("Settings", "Display"), "Brightness level", "screen_brightness", 255),
        (("Settings", "Sound"), "Media volume", "volume_music", 15),
        (("Settings", "Sound"), "Ring volume", "volume_ring", 7),
    ],
)
def test_a_slider_is_tapped_and_dragged(hands, path, label, key, top):
    here = hands(3).press(*path)
    left, up, right, down = here.find(label).bounds
    y = (up + down) // 2
    here.phone.tap(right - 10, y)
    assert here.state.get("system", key) == str(top)
    full = here.phone.draw().tobytes()
    here.phone.swipe(right - 90, y, (left + right) // 2, y + 12, 400)
    assert abs(int(here.state.get("system", key)) - top / 2) <= 1
    assert here.phone.draw().tobytes() != full
    here.phone.swipe((left + right) // 2, y, 60, y, 400)
    assert here.state.get("system", key) == "0"


def test_the_brightness_of_quick_settings_is_the_same_one(hands):
    here = hands(3)
    here.phone.swipe(540, 20, 540, 1000, 300)
    _, up, right, down = here.find("Brightness").bounds
    here.phone.tap(right - 10, (up + down) // 2)
    assert here.state.get("system", "screen_brightness") == "255"
    here.press("Settings")
    assert here.phone.page == "settings"


def test_airplane_mode_takes_the_radios_down_and_gives_them_back(hands):
    here = hands(5)
    here.state.put("global", "wifi_on", 1)
    here.state.put("global", "bluetooth_on", 0)
    here.press("Settings", "Airplane mode")
    radios = ("airplane_mode_on", "wifi_on", "bluetooth_on")
    assert [here.state.get("global", key) for key in radios] == ["1", "0", "0"]
    here.press("Airplane mode")
    assert [here.state.get("global", key) for key in radios] == ["0", "1", "0"]


def test_another_network_and_another_device_can_be_joined(hands):
    here = hands(1)
    here.state.put("global", "wifi_on", 1)
    here.state.put("global", "bluetooth_on", 1)
    other = here.state.wifi_networks[-1].name
    here.press("Settings", "Wi-Fi", other)
    assert here.state.wifi_network == other
    here.press(other)
    assert here.phone.page == "settings.network"
    here.press("Back", "Back", "Bluetooth", here.state.bluetooth_devices[0])
    assert here.state.bluetooth_device == here.state.bluetooth_devices[0]


def test_about_phone_tells_what_the_properties_say(hands):
    here = hands(12).press("Settings", "About phone")
    for key in (
        "ro.product.model",
        "ro.build.version.release",
        "ro.build.display.id",
        "ro.serialno",
    ):
        assert here.state.properties[key] in here.texts()
    assert here.state.properties["ro.serialno"] != hands(13).state.properties["ro.serialno"]


def test_a_locked_phone_opens_with_a_swipe_up_and_nothing_else(hands):
    here = hands(7).press("Settings")
    here.phone.key("POWER")
    assert (here.state.awake, here.state.locked) == (False, True)
    assert here.phone.draw().getextrema() == ((0, 0), (0, 0), (0, 0))
    assert here.phone.elements() == ()
    here.phone.swipe(540, 2000, 540, 600, 200)
    assert not here.state.awake
    here.phone.key("WAKEUP")
    assert here.phone.page == "lock"
    for key in ("HOME", "BACK", "APP_SWITCH"):
        assert here.phone.key(key)
    here.phone.tap(540, 1200)
    here.phone.swipe(5, 1200, 700, 1200, 200)
    assert here.phone.page == "lock"
    here.phone.swipe(540, 2000, 540, 600, 200)
    assert here.phone.page == "settings"


def test_the_apps_used_last_are_listed_and_opened_again(hands):
    here = hands(2).press("Settings")
    here.phone.key("HOME")
    here.press("Weather")
    here.phone.key("APP_SWITCH")
    assert here.phone.page == "recents"
    assert [each.label for each in here.phone.elements() if each.kind == "card"] == [
        "Weather",
        "Settings",
    ]
    here.press("Settings")
    assert here.phone.page == "settings"
    here.phone.force_stop("com.android.settings")
    assert here.phone.page == "launcher"
    here.phone.key("APP_SWITCH")
    here.press("Clear all")
    here.phone.key("APP_SWITCH")
    assert "No recent items" in here.texts()
