"""Wrong pictures, phone states and refusals in words, as the real adb programs see them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tapwright.devices.simphone.faults import Fault

pytestmark = pytest.mark.phone


def screen(attached):
    return attached.adb("exec-out", "screencap -p").stdout


def test_pictures_that_are_none(attached):
    whole = screen(attached)
    spoiled = {}
    for fault in (
        Fault.EMPTY_PNG, Fault.TRUNCATED_PNG, Fault.CRLF_PNG, Fault.WARNING_PNG, Fault.BOMB_PNG,
    ):  # fmt: skip
        attached.sim.faults.inject(fault, times=1)
        spoiled[fault] = screen(attached)
    assert spoiled[Fault.EMPTY_PNG] == b""
    assert spoiled[Fault.TRUNCATED_PNG] == whole[: len(whole) // 2]
    assert spoiled[Fault.CRLF_PNG] == whole.replace(b"\n", b"\r\n")
    assert spoiled[Fault.WARNING_PNG].startswith(b"[Warning] Multiple displays were found")
    assert spoiled[Fault.WARNING_PNG].endswith(whole)
    assert spoiled[Fault.BOMB_PNG][16:24] == bytes.fromhex("0000ea60 0000ea60")
    assert len(spoiled[Fault.BOMB_PNG]) < 1000
    assert screen(attached) == whole


def test_pictures_of_something_else(attached):
    attached.sim.faults.inject(Fault.BLACK_PNG, times=1)
    assert Image.open(io.BytesIO(screen(attached))).getextrema() == ((0, 0),) * 3
    attached.sim.faults.inject(Fault.WRONG_SIZE_PNG, times=1)
    assert Image.open(io.BytesIO(screen(attached))).size == (540, 1200)
    attached.sim.faults.inject(Fault.ROTATE_MID_STEP, times=1)
    assert Image.open(io.BytesIO(screen(attached))).size == (1080, 2400)
    assert Image.open(io.BytesIO(screen(attached))).size == (2400, 1080)
    assert "orientation=1" in attached.shell("dumpsys display")


def test_a_foldable_shows_its_lit_display_on_request_only(attached):
    attached.sim.faults.inject(Fault.SECOND_DISPLAY)
    done = attached.adb("shell", "screencap -p")
    assert done.stderr.startswith(b"[Warning] Multiple displays were found")
    assert Image.open(io.BytesIO(done.stdout)).getextrema() == ((0, 0),) * 3
    names = attached.shell("dumpsys SurfaceFlinger --display-id").splitlines()
    ids = [line.split()[1] for line in names]
    assert len(ids) == 2
    lit = [line for line in attached.shell("cmd display get-displays").splitlines()
           if line.startswith("Display id ") and ", state ON," in line]  # fmt: skip
    assert len(lit) == 1 and f'uniqueId "local:{ids[1]}"' in lit[0]
    picture = attached.adb("exec-out", f"screencap -p -d {ids[1]}").stdout
    assert Image.open(io.BytesIO(picture)).tobytes() == attached.sim.phone.draw().tobytes()
    assert attached.adb("shell", "screencap -p -d 77").returncode == 1


# --- states -------------------------------------------------------------------------------------


def test_a_secure_window_is_black_and_says_so(attached):
    attached.sim.faults.inject(Fault.SECURE_WINDOW)
    assert Image.open(io.BytesIO(screen(attached))).getextrema() == ((0, 0),) * 3
    flags = [
        line for line in attached.shell("dumpsys window windows").splitlines() if "fl=" in line
    ]
    assert "SECURE" in flags[0].split()
    attached.sim.faults.clear()
    assert "SECURE" not in attached.shell("dumpsys window windows").split()


def test_a_phone_asleep_is_woken_by_a_key(attached):
    attached.sim.faults.inject(Fault.ASLEEP)
    assert "mWakefulness=Asleep" in attached.shell("dumpsys power")
    assert "screenState=SCREEN_STATE_OFF" in attached.shell("dumpsys window")
    attached.shell("input keyevent 224")
    assert "mWakefulness=Awake" in attached.shell("dumpsys power")


def test_a_locked_phone_is_unlocked_by_wm(attached):
    attached.sim.faults.inject(Fault.LOCKED)
    told = attached.shell("dumpsys window")
    assert "mShowingLockscreen=true" in told and "mInputRestricted=true" in told
    attached.shell("wm dismiss-keyguard")
    assert "mShowingLockscreen=false" in attached.shell("dumpsys window")


# --- refusals -----------------------------------------------------------------------------------


def test_refusals_in_words(attached):
    faults = attached.sim.faults
    faults.inject(Fault.INPUT_DENIED)
    denied = attached.adb("shell", "input tap 1 2")
    assert b"SecurityException" in denied.stderr and b"INJECT_EVENTS" in denied.stderr
    assert denied.returncode == 255
    faults.clear()
    faults.inject(Fault.INPUT_IGNORED)
    assert attached.shell("input tap 1 2") == ""
    faults.clear()
    assert attached.sim.phone.ledger == []
    faults.inject(Fault.MONKEY_NO_ACTIVITY)
    monkey = attached.adb("shell", "monkey -p com.android.settings 1")
    assert b"No activities found to run" in monkey.stdout and monkey.returncode == 252
    faults.inject(Fault.AM_ERROR)
    assert attached.shell("am start -n com.android.settings/.Settings").startswith("Error")
    assert attached.sim.phone.foreground.startswith("com.android.launcher3/")
    faults.inject(Fault.UI_NOT_IDLE)
    assert attached.shell("uiautomator dump") == "ERROR: could not get idle state."
    faults.inject(Fault.IME_REFUSED)
    refused = attached.adb("shell", "ime enable com.android.adbkeyboard/.AdbIME")
    assert b"SecurityException" in refused.stderr and refused.returncode == 255
    faults.inject(Fault.IME_MISSING)
    assert attached.shell("ime list -a -s") == "com.android.inputmethod.latin/.LatinIME"
    assert "adbkeyboard" not in attached.shell("pm list packages")
