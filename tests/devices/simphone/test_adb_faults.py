"""Each misbehaviour of the phone, as the real adb programs and a raw client see it."""

from __future__ import annotations

import io
import subprocess
import time

import pytest
from PIL import Image

from tapwright.devices.simphone.faults import Fault, Faults, Injection, parse_fault
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.errors import DeviceError, Offline, Unauthorized, UsageError

pytestmark = pytest.mark.phone


def old(attached):
    """Whether the adb program is Debian's, which takes a cut answer for a whole one."""
    return "android-sdk" in attached.sim.adb.program


def screen(attached):
    return attached.adb("exec-out", "screencap -p").stdout


def state(attached):
    return attached.sim.adb.devices().get(attached.sim.serial)


def reconnected(attached):
    """A phone whose connection faults take effect, by a new connection."""
    attached.sim.adb.disconnect(attached.sim.serial)
    attached.sim.adb.connect(attached.sim.serial)


# --- the handshake ------------------------------------------------------------------------------


def test_a_phone_that_refuses_every_key_is_unauthorized_until_it_is_accepted(attached):
    attached.sim.faults.inject(Fault.UNAUTHORIZED)
    with pytest.raises(Unauthorized):
        reconnected(attached)
    assert state(attached) == "unauthorized"
    assert attached.adb("shell", "echo hi").returncode == 1
    attached.sim.faults.clear()
    reconnected(attached)
    assert attached.shell("echo hi") == "hi"


def test_a_key_that_is_accepted_late_ends_in_a_device(attached):
    attached.sim.faults.inject(Fault.KEY_ACCEPTED_LATE, times=1)
    reconnected(attached)
    assert state(attached) == "device"


def test_a_phone_without_features_merges_outputs_and_loses_exit_codes(attached):
    attached.sim.faults.inject(Fault.LEGACY)
    reconnected(attached)
    assert attached.adb("features").stdout.strip() == b""
    done = attached.adb("shell", "echo out; echo err >&2; exit 5")
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [b"out", b"err"], b"")


@pytest.mark.slow
def test_a_phone_that_never_says_hello_is_offline(attached):
    attached.sim.adb.disconnect(attached.sim.serial)
    attached.sim.faults.inject(Fault.OFFLINE)
    with pytest.raises(DeviceError):
        attached.sim.adb.connect(attached.sim.serial)
    assert state(attached) in ("offline", None)


# --- cuts ---------------------------------------------------------------------------------------


def test_an_answer_without_its_exit_packet(attached):
    attached.sim.faults.inject(Fault.NO_EXIT_PACKET)
    done = attached.adb("shell", "echo 0123456789")
    assert (done.stdout, done.returncode) == (b"01234", 0 if old(attached) else 255)
    assert state(attached) == "device"


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.RESET])
def test_a_connection_that_breaks_in_the_middle(attached, fault):
    attached.sim.faults.inject(fault, times=1)
    done = attached.adb("shell", "echo 0123456789; input tap 5 6")
    assert done.stdout == b"01234"
    assert len(attached.sim.phone.ledger) == 1  # it was done, and nobody was told
    attached.sim.adb.connect(attached.sim.serial)
    assert attached.shell("echo back") == "back"


@pytest.mark.parametrize(("stage", "taps"), [("before", 0), ("during", 1), ("after", 1)])
def test_the_stage_says_whether_the_act_was_done(attached, stage, taps):
    attached.sim.faults.inject(Fault.NO_EXIT_PACKET, only="input tap", stage=stage)
    done = attached.adb("shell", "input tap 5 6; echo 0123456789")
    assert done.stdout == {"before": b"", "during": b"01234", "after": b"0123456789\n"}[stage]
    assert len(attached.sim.phone.ledger) == taps
    assert attached.shell("echo another command is well") == "another command is well"


@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.NEVER_CLOSE, Fault.HALF_CLOSE, Fault.BAD_MAGIC]
)
def test_an_answer_that_never_ends(attached, fault):
    attached.sim.faults.inject(fault, times=1)
    try:
        done = attached.adb("shell", "echo 0123456789", timeout=1)
    except subprocess.TimeoutExpired:
        return
    # A half-closed connection the server gives up, and so ends its client in an error or cut.
    assert fault is Fault.HALF_CLOSE and done.stdout == b"01234"


def test_a_refused_stream_is_an_error_and_the_next_is_well(attached):
    attached.sim.faults.inject(Fault.OPEN_REFUSED, times=1)
    assert attached.adb("shell", "echo hi").stderr.rstrip().endswith(b"error: closed")
    assert attached.shell("echo hi") == "hi"


def test_an_announced_length_beyond_the_limit_takes_the_phone_offline(attached):
    attached.sim.faults.inject(Fault.OVERSIZE, times=1)
    assert attached.adb("shell", "echo hi").stdout == b""
    attached.sim.adb.connect(attached.sim.serial)
    assert attached.shell("echo hi") == "hi"


def test_one_byte_at_a_time_arrives_whole(attached):
    attached.sim.faults.inject(Fault.SLICER)
    reconnected(attached)
    done = attached.adb("shell", "echo out; seq 500; exit 3")
    assert (done.stdout, done.returncode) == (
        b"out\n" + b"".join(b"%d\n" % n for n in range(1, 501)),
        3,
    )


@pytest.mark.parametrize(
    "injection",
    [Injection(Fault.LATENCY, amount=0.2), Injection(Fault.BANDWIDTH, amount=20_000)],
    ids=["latency", "bandwidth"],
)
def test_a_slow_line_is_slow_and_whole(attached, injection):
    attached.shell(f"echo {'x' * 9999} > /sdcard/x")
    attached.sim.faults.add(injection)
    start = time.monotonic()
    assert len(attached.adb("exec-out", "cat /sdcard/x").stdout) == 10_000
    assert time.monotonic() - start > 0.35


def test_wrong_ends_and_odd_bytes(attached):
    attached.sim.faults.inject(Fault.EXIT_NONZERO, amount=9, times=1)
    assert attached.adb("shell", "true").returncode == 9
    attached.sim.faults.inject(Fault.GARBAGE_UTF8, times=1)
    done = attached.adb("shell", "echo hi")
    assert done.stdout.endswith(b"\nhi\n") and b"\xff\xfe" in done.stdout
    attached.sim.faults.inject(Fault.HUGE_OUTPUT, amount=8 << 20, times=1)
    assert len(attached.adb("shell", "true").stdout) == 8 << 20


def test_a_client_that_leaves_ends_its_command(attached):
    with pytest.raises(subprocess.TimeoutExpired):
        attached.adb("shell", "while true; do sleep 0.01; done", timeout=0.5)
    with pytest.raises(subprocess.TimeoutExpired):
        attached.adb("shell", "sleep 1000", timeout=0.5)
    start = time.monotonic()
    attached.sim.close()
    assert time.monotonic() - start < 5


# --- pictures -----------------------------------------------------------------------------------


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


# --- the switchboard ----------------------------------------------------------------------------


def test_faults_are_read_from_a_command_line():
    assert parse_fault("reset") == Injection(Fault.RESET, amount=5)
    assert parse_fault("drop:only=input tap,times=2,stage=after,amount=3") == Injection(
        Fault.DROP, "input tap", 2, "after", 3
    )
    for text in ("nonsense", "drop:stage=never", "drop:times=x", "drop:colour=red", ""):
        with pytest.raises(UsageError):
            parse_fault(text)


def test_a_fault_with_a_number_of_times_happens_that_often_and_only_where_it_is_meant():
    faults = Faults(Fault.LOCKED)
    faults.inject(Fault.HANG, only="tap", times=2)
    assert faults.take(Fault.HANG, "input swipe") is None
    assert [faults.take(Fault.HANG, "input tap") is not None for _ in range(3)] == [
        True,
        True,
        False,
    ]
    assert [each.fault for each in faults.active()] == [Fault.LOCKED]
    faults.clear()
    assert faults.active() == ()


def test_two_phones_share_a_server_and_only_one_misbehaves(attached):
    faults = Faults(Injection(Fault.EXIT_NONZERO, amount=4))
    with SimulatedPhone(seed=4, faults=faults, adb=attached.sim.adb) as second:
        run = [attached.sim.adb.program, "-s", second.serial, "shell", "true"]
        assert subprocess.run(run, env=second.adb.environment).returncode == 4
        assert attached.adb("shell", "true").returncode == 0
        assert len(second.adb.devices()) == 2
    assert attached.sim.adb.devices() == {attached.sim.serial: "device"}


def test_a_broken_session_start_leaves_nothing(attached):
    with pytest.raises((Offline, Unauthorized)):
        SimulatedPhone(faults=Faults(Fault.UNAUTHORIZED), adb=attached.sim.adb)
    assert attached.sim.adb.devices() == {attached.sim.serial: "device"}
