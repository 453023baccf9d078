"""Two runs at once on one phone would act on each other's screens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.devices.android import connect
from tapwright.devices.simphone.session import SimulatedPhone

from .parts import call

pytestmark = pytest.mark.phone
Cli = Callable[..., Result]
Script = Callable[..., str]

DRIVER = """
import sys
from tapwright.devices.android import connect
with connect(sys.argv[1], port=int(sys.argv[2]), exclusive=True):
    print("driving", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedPhone]:
    with SimulatedPhone(seed=3) as session:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(session.adb_port))
        yield session


def test_a_phone_that_another_run_drives_is_refused_until_that_ends_or_is_killed(
    sim: SimulatedPhone, cli: Cli, script: Script
) -> None:
    command = ("run", "Look", "--device", sim.serial, "--model", script(call("Done", "Seen.")))
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, sim.serial, str(sim.adb_port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "driving\n"
        told = cli(*command)
        assert told.exit_code == 2
        assert f'the phone "{sim.serial}" is in use by process {other.pid}: wait' in told.stderr
        with connect(sim.serial, port=sim.adb_port) as phone:  # looking does no harm
            assert phone.observe().image.size
        other.kill()
        other.wait()
    for _ in range(2):  # the run itself lets go of the phone too
        told = cli(*command)
        assert told.exit_code == 0, told.output


def test_where_no_lock_can_be_written_the_cure_is_named(
    sim: SimulatedPhone, cli: Cli, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    told = cli("run", "Look", "--device", sim.serial, "--model", script(call("Done")))
    assert told.exit_code == 2
    assert "set XDG_STATE_HOME" in told.stderr
