"""Hands for the tests of the simulated phone's screens."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.calls import Streams
from tapwright.devices.simphone.commands import COMMANDS
from tapwright.devices.simphone.faults import Faults
from tapwright.devices.simphone.phone import Element, Phone
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.devices.simphone.shell import Shell
from tapwright.devices.simphone.system import AndroidSystem


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Hands:
    """A phone without animations whose time stands still, and fingers that find labels."""

    def __init__(self, seed: int, *, animate: bool = False) -> None:
        self.clock = HandClock()
        self.phone = Phone(seed, animate=animate, clock=self.clock)
        self.state = self.phone.state

    def find(self, label: str) -> Element:
        """The clickable element with a label, scrolled to where need be."""
        for direction in (-1, 1):
            for _ in range(6):
                for element in self.phone.elements():
                    if element.clickable and element.label == label:
                        return element
                self.phone.swipe(540, 1200, 540, 1200 + 700 * direction, 300)
        seen = [element.label for element in self.phone.elements()]
        raise AssertionError(f"no '{label}' on page '{self.phone.page}': {seen}")

    def press(self, *labels: str) -> Hands:
        """Tap the middle of one element after another."""
        for label in labels:
            self.touch(self.find(label))
        return self

    def touch(self, element: Element) -> None:
        """Tap the middle of an element."""
        left, top, right, bottom = element.bounds
        self.phone.tap((left + right) // 2, (top + bottom) // 2)

    def texts(self) -> list[str]:
        """What can be read on the screen."""
        return [word for each in self.phone.elements() for word in (each.label, each.text) if word]


@pytest.fixture
def hands() -> Callable[..., Hands]:
    """Make hands on a phone of a seed."""
    return Hands


def _programs() -> list[object]:
    """The adb programs to try: the one that adbutils brings, and Debian's old one."""
    debian = Path("/usr/lib/android-sdk/platform-tools/adb")
    missing = pytest.mark.skipif(not debian.exists(), reason="Debian's adb is not installed")
    return [pytest.param(None, id="adbutils"), pytest.param(debian, id="debian", marks=missing)]


class Attached:
    """A simulated phone behind one adb program, driven as a person's terminal would."""

    def __init__(self, sim: SimulatedPhone) -> None:
        self.sim = sim

    def adb(self, *words: str, timeout: float = 20, **options: Any) -> CompletedProcess[bytes]:
        """Run the adb program on the phone."""
        command = [self.sim.adb.program, "-s", self.sim.serial, *words]
        return subprocess.run(
            command, env=self.sim.adb.environment, capture_output=True, timeout=timeout, **options
        )

    def shell(self, line: str) -> str:
        """What a shell line prints on either output, as text; it must end well."""
        done = self.adb("shell", line)
        assert done.returncode == 0, (line, done)
        return (done.stdout + done.stderr).decode("utf-8").rstrip("\n")


@pytest.fixture(scope="module", params=_programs())
def adb_server(request: pytest.FixtureRequest) -> Iterator[AdbServer]:
    """A server of each adb program that this machine has, for all the phones of a module."""
    with AdbServer(request.param) as server:
        yield server


@pytest.fixture
def attached(adb_server: AdbServer) -> Iterator[Attached]:
    """A phone that is well, behind each adb program that this machine has."""
    with SimulatedPhone(seed=3, animate=False, adb=adb_server) as sim:
        yield Attached(sim)


@dataclass
class Console:
    """A phone and its shell, without any adb between."""

    system: AndroidSystem

    def run(self, line: str, stdin: bytes = b"") -> tuple[str, str, int]:
        """Standard output, standard error and exit code of a line."""
        out, err = io.BytesIO(), io.BytesIO()
        code = Shell(self.system, COMMANDS).run(
            line, Streams(io.BytesIO(stdin), out.write, err.write)
        )
        return out.getvalue().decode("utf-8"), err.getvalue().decode("utf-8"), code

    def out(self, line: str, stdin: bytes = b"") -> str:
        """Standard output of a line that ends well."""
        out, err, code = self.run(line, stdin)
        assert (err, code) == ("", 0), (line, out, err, code)
        return out

    @property
    def phone(self) -> Phone:
        """The phone itself."""
        phone = self.system.phone
        assert isinstance(phone, Phone)
        return phone

    def typed(self) -> str:
        """The text that reached the phone."""
        return "".join(event.text for event in self.phone.ledger if event.kind == "text")


@pytest.fixture
def console() -> Console:
    """The shell of a phone that is well."""
    return Console(AndroidSystem(Phone(3, animate=False), Faults()))
