"""Looks at a simulated phone in trouble: a whole picture, or a typed error inside the deadline."""

import itertools
import socket
import time

import pytest

from tapwright.actions import Point, Tap
from tapwright.devices.simphone.faults import Fault
from tapwright.errors import CorruptFrame, DeviceError, StreamCut
from tapwright.types import Delivery, Observation

pytestmark = pytest.mark.phone

LIMIT = 40.0  # seconds for a whole look, which may take several commands of 2.5 s
CUTS = (Fault.DROP, Fault.RESET, Fault.HALF_CLOSE, Fault.NO_EXIT_PACKET, Fault.HANG)
STAGES = ("before", "during", "after")
PICTURES = (
    Fault.EMPTY_PNG,
    Fault.TRUNCATED_PNG,
    Fault.CRLF_PNG,
    Fault.BOMB_PNG,
)


@pytest.mark.parametrize("fault", PICTURES, ids=lambda fault: fault.value)
def test_a_bad_picture_is_taken_again_once_and_then_an_error(sim, ready, recovers, fault):
    sim.faults.inject(fault, times=1)
    recovers(sim, ready)
    sim.faults.inject(fault)
    with pytest.raises(CorruptFrame):
        ready.observe()
    sim.faults.clear()
    recovers(sim, ready)


def test_a_picture_with_a_warning_before_it_is_read(sim, ready):
    sim.faults.inject(Fault.WARNING_PNG)
    assert ready.observe().image.tobytes() == sim.phone.draw().convert("RGB").tobytes()


def test_a_picture_of_another_size_is_its_own_frame(sim, ready):
    sim.faults.inject(Fault.WRONG_SIZE_PNG)
    assert ready.observe().image.size == (540, 1200)
    assert ready.perform(Tap(Point(800, 100))).delivery is Delivery.REFUSED


@pytest.mark.parametrize(
    ("fault", "stage", "words"),
    [
        pytest.param(*case, marks=() if case[:2] == (Fault.DROP, "during") else pytest.mark.slow)
        for case in itertools.product(CUTS, STAGES, ("screencap", "dumpsys"))
    ],
)
def test_a_look_that_is_cut_off_is_repeated_or_an_error(sim, ready, recovers, fault, stage, words):
    sim.faults.inject(fault, only=words, times=1, stage=stage)
    started = time.monotonic()
    try:
        seen = ready.observe()
    except DeviceError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(seen, Observation)
        assert seen.image.tobytes() == sim.phone.draw().convert("RGB").tobytes()
    assert time.monotonic() - started < LIMIT
    sim.faults.clear()
    recovers(sim, ready)
    assert list(sim.phone.ledger) == []


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HUGE_OUTPUT, Fault.NO_EXIT_PACKET])
def test_a_fault_that_stays_is_an_error_at_every_look_and_question(sim, ready, recovers, fault):
    sim.faults.inject(fault)
    for ask in (ready.observe, ready.apps, ready.wake):
        started = time.monotonic()
        with pytest.raises(DeviceError):
            ask()
        assert time.monotonic() - started < LIMIT
    with pytest.raises(DeviceError):
        ready.query(["getprop"])
    sim.faults.clear()
    recovers(sim, ready)


def test_the_adb_server_may_die_and_the_driver_says_so(sim, ready, recovers):
    sim.adb.kill()
    # The driver would start a server of its own; here the port is taken and says nothing.
    with socket.create_server(("127.0.0.1", sim.adb_port)), pytest.raises(DeviceError):
        ready.observe()
    sim.adb.restart()
    recovers(sim, ready)
    assert list(sim.phone.ledger) == []


def test_a_phone_that_left_the_network_comes_back(sim, ready, recovers):
    sim.server.drop_connections()
    recovers(sim, ready)
    assert ready.perform(Tap(Point(9, 9))).delivery is Delivery.DELIVERED
    assert [(event.x, event.y) for event in sim.phone.ledger] == [(9, 9)]


def test_a_cut_is_told_by_its_type(sim, ready):
    sim.faults.inject(Fault.NO_EXIT_PACKET)
    with pytest.raises(StreamCut):
        ready.query(["getprop"])
