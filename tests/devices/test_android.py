"""The Android driver on a simulated phone behind the real adb server."""

import shutil
import threading
import time

import pytest

from tapwright.actions import LongPress, OpenApp, Point, PressKey, Swipe, Tap, TypeText, Wait
from tapwright.devices.android import AndroidDevice, connect
from tapwright.devices.conformance import check_device
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.types import Delivery, ScreenState, Size

pytestmark = pytest.mark.phone

ADB_ON_PATH = shutil.which("adb")
FIELD = Point(500, 600)  # in the page of the notes app


def test_the_driver_keeps_the_protocol(device):
    assert check_device(device) == []


def test_a_look_gives_the_screen_as_the_phone_draws_it(sim, device):
    seen = device.observe()
    assert seen.size == Size(1080, 2400)
    assert seen.state is ScreenState.LIT
    assert seen.rotation == 0
    assert seen.foreground == "com.android.launcher3"
    assert seen.image.tobytes() == sim.phone.draw().convert("RGB").tobytes()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_rotation_is_read_and_the_picture_has_the_turned_size(sim, device, turns):
    sim.phone.state.rotation = turns
    seen = device.observe()
    assert seen.rotation == turns
    assert seen.size == (Size(2400, 1080) if turns % 2 else Size(1080, 2400))


def test_a_tap_reaches_the_phone_once_at_its_point(sim, device):
    assert device.perform(Tap(Point(11, 2399))).delivery is Delivery.DELIVERED
    assert [(e.kind, e.x, e.y) for e in sim.phone.ledger] == [("tap", 11, 2399)]


def test_a_long_press_holds_in_place(sim, device):
    assert device.perform(LongPress(Point(500, 900), 0.9)).delivery is Delivery.DELIVERED
    assert [(e.kind, e.x, e.y, e.milliseconds) for e in sim.phone.ledger] == [
        ("long_press", 500, 900, 900)
    ]


def test_a_swipe_keeps_its_ends_and_its_time(sim, device):
    action = Swipe(Point(500, 1800), Point(510, 400), 0.25)
    assert device.perform(action).delivery is Delivery.DELIVERED
    assert [(e.kind, e.x, e.y, e.x2, e.y2, e.milliseconds) for e in sim.phone.ledger] == [
        ("swipe", 500, 1800, 510, 400, 250)
    ]


def test_a_key_is_pressed_once(sim, device):
    assert device.perform(PressKey("HOME")).delivery is Delivery.DELIVERED
    assert [(e.kind, e.key) for e in sim.phone.ledger] == [("key", "HOME")]


@pytest.mark.parametrize(
    "action",
    [
        Tap(Point(1080, 0)),
        Tap(Point(0, 2400)),
        Tap(Point(-1, 5)),
        LongPress(Point(5000, 5)),
        Swipe(Point(5, 5), Point(5, 2400)),
        PressKey("REBOOT; rm"),
        OpenApp("no such app"),
        TypeText("a\0b"),
        Wait(-0.1),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_reaches_the_phone(sim, device, action):
    effect = device.perform(action)
    assert effect.delivery is Delivery.REFUSED
    assert effect.said
    assert list(sim.phone.ledger) == []


def test_points_are_checked_against_the_picture_as_it_is_turned(sim, device):
    sim.phone.state.rotation = 1
    device.observe()
    assert device.perform(Tap(Point(2000, 500))).delivery is Delivery.DELIVERED
    assert device.perform(Tap(Point(500, 2000))).delivery is Delivery.REFUSED


@pytest.mark.parametrize("name", ["Clock", "clock", "时钟", "com.android.deskclock", "Cloc"])
def test_an_app_is_opened_by_any_of_its_names(sim, device, name):
    effect = device.perform(OpenApp(name))
    assert effect.delivery is Delivery.DELIVERED, effect
    assert sim.phone.foreground.startswith("com.android.deskclock/")
    assert device.observe().foreground == "com.android.deskclock"


def test_every_app_of_the_launcher_is_listed_by_its_label(sim, device):
    listed = {app.package for app in device.apps()}
    assert {app.package for app in sim.phone.apps} <= listed
    for app in sim.phone.apps:
        assert device.perform(OpenApp(app.label)).delivery is Delivery.DELIVERED, app
        assert sim.phone.foreground.startswith(f"{app.package}/")


def test_a_wait_takes_its_time_and_ends_when_the_phone_is_let_go(device):
    started = time.monotonic()
    assert device.perform(Wait(0.2)).delivery is Delivery.DELIVERED
    assert time.monotonic() - started > 0.19
    threading.Timer(0.2, device.close).start()
    assert device.perform(Wait(30)).delivery is Delivery.UNKNOWN
    assert time.monotonic() - started < 25


def test_an_argument_of_a_question_arrives_as_it_is(device):
    for word in ("a b", "$HOME", "`id`", "$(id)", "'", '"', "a;b|c&d", "*", "你好", "", "\\", "~"):
        assert device.query(["echo", word]).stdout == f"{word}\n"


def test_a_question_has_its_exit_code_and_its_errors_apart(device):
    asked = device.query(["no-such-program"])
    assert asked.exit_code == 127
    assert asked.stdout == ""
    assert "not found" in asked.stderr


# --- states -------------------------------------------------------------------------------------


def test_a_sleeping_phone_is_seen_to_sleep_and_woken(sim, device):
    sim.phone.state.awake = False
    assert device.observe().state is ScreenState.ASLEEP
    device.wake()
    assert device.observe().state is ScreenState.LIT


def test_a_locked_phone_without_a_pin_is_opened(sim, device):
    sim.phone.state.locked = True
    assert device.observe().state is ScreenState.LOCKED
    device.wake()
    assert device.observe().state is ScreenState.LIT


def test_a_secure_window_is_told_from_a_blank_screen(sim, device):
    sim.faults.inject(Fault.BLACK_PNG, times=1)
    assert device.observe().state is ScreenState.BLANK
    sim.faults.inject(Fault.SECURE_WINDOW)
    assert device.observe().state is ScreenState.SECURE
    sim.faults.clear()
    assert device.observe().state is ScreenState.LIT


def test_the_lit_display_of_a_foldable_is_looked_at(sim, device):
    expected = device.observe().image.tobytes()
    sim.faults.inject(Fault.SECOND_DISPLAY)
    for _ in range(2):
        seen = device.observe()
        assert seen.state is ScreenState.LIT
        assert seen.image.tobytes() == expected
    sim.faults.clear()
    assert device.observe().image.tobytes() == expected


@pytest.mark.skipif(ADB_ON_PATH is None, reason="no other adb than the bundled one")
def test_the_adb_of_the_system_serves_as_well():
    with SimulatedPhone(seed=3, program=ADB_ON_PATH) as sim:
        with connect(sim.serial, port=sim.adb_port) as phone:
            assert check_device(phone) == []
            assert phone.perform(Tap(Point(5, 5))).delivery is Delivery.DELIVERED
        assert len(sim.phone.ledger) == 1


def test_closing_twice_is_harmless(device: AndroidDevice):
    device.close()
    device.close()
