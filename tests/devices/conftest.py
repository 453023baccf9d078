"""A simulated phone behind a real adb server, and the driver on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tapwright.devices.android import AndroidDevice, connect
from tapwright.devices.simphone.session import SimulatedPhone


@pytest.fixture
def sim() -> Iterator[SimulatedPhone]:
    """A phone that is well, on an adb server of its own."""
    with SimulatedPhone(seed=3, animate=False) as session:
        yield session


@pytest.fixture
def device(sim: SimulatedPhone) -> Iterator[AndroidDevice]:
    """The driver on that phone, with a short deadline."""
    with connect(sim.serial, port=sim.adb_port, timeout=3) as phone:
        yield phone
