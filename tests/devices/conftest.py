"""A simulated phone behind a real adb server, and the driver on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tapwright.actions import OpenApp, Point, Tap
from tapwright.devices.android import AndroidDevice, connect
from tapwright.devices.simphone.faults import Fault, Faults
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.errors import DeviceError
from tapwright.types import Delivery, ScreenState

TIMEOUT = 2.5  # seconds for each command of a driver in trouble


@pytest.fixture
def sim() -> Iterator[SimulatedPhone]:
    """A phone that is well, on an adb server of its own."""
    with SimulatedPhone(seed=3, animate=False) as session:
        yield session


@pytest.fixture
def device(sim: SimulatedPhone) -> Iterator[AndroidDevice]:
    """The driver on that phone."""
    with connect(sim.serial, port=sim.adb_port) as phone:
        yield phone


@pytest.fixture
def ready(sim: SimulatedPhone) -> Iterator[AndroidDevice]:
    """A driver with a short deadline, a text field in focus and an empty ledger."""
    yield from on_notes(sim)


def on_notes(sim: SimulatedPhone) -> Iterator[AndroidDevice]:
    """The same for any phone."""
    with connect(sim.serial, port=sim.adb_port) as patient:
        patient.perform(OpenApp("Notes"))
        patient.perform(Tap(Point(500, 600)))
        size = patient.observe().size
    sim.phone.ledger.clear()
    with connect(sim.serial, port=sim.adb_port, timeout=TIMEOUT) as device:
        assert device.perform(Tap(Point(size.width, 0))).delivery is Delivery.REFUSED
        yield device


@pytest.fixture
def recovers() -> Callable[[SimulatedPhone, AndroidDevice], None]:
    """Checks that a driver finds its phone again, without help, when a fault is over."""
    return find_again


def find_again(sim: SimulatedPhone, device: AndroidDevice) -> None:
    """When the fault is over, the driver finds the phone again without help."""
    deadline = time.monotonic() + 30
    while True:
        try:
            seen = device.observe()
        except DeviceError:
            assert time.monotonic() < deadline
            continue
        assert seen.state is ScreenState.LIT
        assert seen.image.tobytes() == sim.phone.draw().convert("RGB").tobytes()
        return


@pytest.fixture
def legacy() -> Iterator[tuple[SimulatedPhone, AndroidDevice]]:
    """A phone that announces no features, and its driver."""
    with SimulatedPhone(seed=3, animate=False, faults=Faults(Fault.LEGACY)) as sim:
        for device in on_notes(sim):
            yield sim, device
