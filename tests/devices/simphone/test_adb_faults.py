"""Each misbehaviour of the phone, as the real adb programs and a raw client see it."""

from __future__ import annotations

import subprocess
import time

import pytest

from tapwright.devices.simphone.faults import Fault, Faults, Injection, parse_fault
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.errors import DeviceError, Offline, Unauthorized, UsageError

pytestmark = pytest.mark.phone


def old(attached):
    """Whether the adb program is Debian's, which takes a cut answer for a whole one."""
    return "android-sdk" in attached.sim.adb.program


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
    assert time.monotonic() - start < 60


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
