"""A simulated phone, attached to an adb server of its own: three lines to a phone that works.

with SimulatedPhone(seed=7) as sim:
    print(sim.serial, sim.adb_port)      # what any adb client needs
    print(sim.phone.ledger)              # what really reached the screen
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.faults import Faults
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer


class SimulatedPhone:
    """Phone, phone server and adb server, wired; a context manager, attached by construction.

    `adb` is an adb server to share with other phones, which its owner closes; None starts one.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        animate: bool = True,
        clock: Callable[[], float] = time.monotonic,
        faults: Faults | None = None,
        adb: AdbServer | None = None,
        program: str | os.PathLike[str] | None = None,
    ) -> None:
        self.phone = Phone(seed, animate=animate, clock=clock)
        self._own_adb = adb is None
        self.adb = AdbServer(program) if adb is None else adb
        try:
            self.server = PhoneServer(self.phone, faults=faults)
        except BaseException:
            self._close_adb()
            raise
        try:
            self.serial = self.adb.connect(self.server.address)
        except BaseException:
            self.close()
            raise

    @property
    def adb_port(self) -> int:
        """The port of the adb server on loopback."""
        return self.adb.port

    @property
    def faults(self) -> Faults:
        """The phone's misbehaviours, to switch while it runs."""
        return self.server.faults

    def __enter__(self) -> SimulatedPhone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Detach and end everything; closing twice is harmless."""
        if not self._own_adb:
            self.adb.disconnect(self.server.address)
        self.server.close()
        self._close_adb()

    def _close_adb(self) -> None:
        if self._own_adb:
            self.adb.close()
