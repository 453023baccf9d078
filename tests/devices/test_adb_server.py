"""Our own adb server: beside the user's, and gone when we are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tapwright.devices.adb_server import AdbServer, find_adb
from tapwright.errors import DeviceError, NoDevice, ServerDown, SetupError

pytestmark = pytest.mark.phone


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def soon(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)  # nobody tells when a process that is not our child ends
    return condition()


def test_it_runs_on_a_port_and_in_a_home_of_its_own_and_leaves_nothing():
    with AdbServer() as server:
        environment = server.environment
        assert server.port != 5037
        assert server.request("host:version") == "0029"
        assert environment["ANDROID_ADB_SERVER_PORT"] == str(server.port)
        home = Path(environment["HOME"])
        assert (home / ".android" / "adbkey").exists()
        listed = subprocess.run(
            [server.program, "devices"], env=environment, capture_output=True, check=True
        )
        assert listed.stdout.split(b"\n")[0] == b"List of devices attached"
        pid = server.pid
        assert alive(pid)
    assert not alive(pid)
    assert not home.exists()
    with pytest.raises(ServerDown):
        server.request("host:version")
    server.close()


def test_two_servers_live_side_by_side():
    with AdbServer() as one, AdbServer() as two:
        assert one.port != two.port
        assert one.request("host:version") == two.request("host:version")
        one.close()
        assert two.devices() == {}


def test_what_is_not_there_cannot_be_connected_and_what_adb_refuses_is_an_error():
    with AdbServer() as server:
        with pytest.raises(NoDevice, match=r"no device at '127\.0\.0\.1:1'"):
            server.connect("127.0.0.1:1")
        with pytest.raises(DeviceError, match="adb refused 'host:nonsense'"):
            server.request("host:nonsense")
        server.disconnect("127.0.0.1:1")


def test_a_server_that_was_killed_comes_back_empty_on_its_port():
    with AdbServer() as server:
        port, pid = server.port, server.pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ServerDown):
            for _ in range(1000):  # it takes the system a moment
                server.devices()
        server.restart()
        assert (server.port, server.devices()) == (port, {})
        server.kill()
        with pytest.raises(ServerDown):
            server.devices()


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "sys.exit(3)", "1 / 0", "os._exit(0)"])
def test_however_the_program_ends_the_server_ends_with_it(end):
    program = (
        "import os, sys\n"
        "from tapwright.devices.adb_server import AdbServer\n"
        "server = AdbServer()\n"
        "print(server.pid, server.environment['HOME'], flush=True)\n"
        f"{end}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    pid, home = done.stdout.decode().split()
    assert soon(lambda: not alive(int(pid)))
    assert soon(lambda: not Path(home).exists())


def test_a_program_that_is_no_adb_is_named(tmp_path):
    broken = tmp_path / "adb"
    broken.write_text("this is no program", encoding="utf-8")
    broken.chmod(0o755)
    for candidate in (broken, tmp_path / "missing", "/bin/false"):
        with pytest.raises(SetupError, match="no adb program that runs"):
            find_adb(candidate)
