"""Which phone is meant, and what is said where it cannot be had."""

import socket
import time

import pytest

from tapwright.devices.adb_host import AdbHost
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.android import connect
from tapwright.devices.simphone.faults import Fault, Faults
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.errors import (
    NoDevice,
    Offline,
    ServerDown,
    SeveralDevices,
    Unauthorized,
    UsageError,
)
from tapwright.types import ScreenState

pytestmark = pytest.mark.phone


def test_the_one_phone_there_is_is_taken(sim):
    with connect(port=sim.adb_port) as phone:
        assert phone.name == sim.serial


def test_of_two_phones_one_must_be_chosen(sim, monkeypatch):
    with SimulatedPhone(seed=4, adb=sim.adb) as other:
        with pytest.raises(SeveralDevices, match="--device SERIAL") as caught:
            connect(port=sim.adb_port)
        assert sim.serial in str(caught.value)
        assert other.serial in str(caught.value)
        monkeypatch.setenv("ANDROID_SERIAL", other.serial)
        with connect(port=sim.adb_port) as phone:
            assert phone.name == other.serial
        with connect(sim.serial, port=sim.adb_port) as phone:
            assert phone.name == sim.serial


def test_with_no_phone_the_cure_is_named():
    with AdbServer() as adb, pytest.raises(NoDevice, match="USB debugging"):
        connect(port=adb.port)


def test_an_unknown_serial_names_those_there_are(sim):
    with pytest.raises(NoDevice, match=sim.serial):
        connect("R58M12ABCDE", port=sim.adb_port)


def test_an_address_is_connected_to():
    with (
        AdbServer() as adb,
        PhoneServer(Phone(5)) as server,
        connect(server.address, port=adb.port) as phone,
    ):
        assert phone.observe().state is ScreenState.LIT


def test_an_address_where_nothing_listens_is_no_device():
    with AdbServer() as adb, PhoneServer(Phone(5)) as server:
        address = server.address
        server.close()
        with pytest.raises(NoDevice, match="nothing answers there"):
            connect(address, port=adb.port)


def test_a_phone_that_refuses_the_key_is_unauthorized():
    faults = Faults(Fault.UNAUTHORIZED)
    with (
        AdbServer() as adb,
        PhoneServer(Phone(5), faults=faults) as server,
        pytest.raises(Unauthorized, match="Allow USB debugging"),
    ):
        connect(server.address, port=adb.port)


def test_a_key_that_is_accepted_late_is_accepted():
    faults = Faults(Fault.KEY_ACCEPTED_LATE)
    with (
        AdbServer() as adb,
        PhoneServer(Phone(5), faults=faults) as server,
        connect(server.address, port=adb.port) as phone,
    ):
        assert phone.observe().state is ScreenState.LIT


def test_an_address_that_went_offline_is_connected_to_anew():
    faults = Faults()
    faults.inject(Fault.OFFLINE, times=1)
    with AdbServer() as adb, PhoneServer(Phone(5), faults=faults) as server:
        request = f"host:connect:{server.address}".encode()
        with socket.create_connection(("127.0.0.1", adb.port)) as sock:
            sock.sendall(f"{len(request):04x}".encode() + request)
            deadline = time.monotonic() + 30
            while faults.active() or adb.devices().get(server.address) != "offline":
                assert time.monotonic() < deadline
        assert "already connected" in adb.request(f"host:connect:{server.address}")
        assert adb.devices() == {server.address: "offline"}
        with connect(server.address, port=adb.port) as phone:
            assert phone.observe().state is ScreenState.LIT


@pytest.mark.slow
def test_a_phone_that_never_answers_is_offline():
    faults = Faults(Fault.OFFLINE)
    with (
        AdbServer() as adb,
        PhoneServer(Phone(5), faults=faults) as server,
        pytest.raises((Offline, NoDevice)),
    ):
        connect(server.address, port=adb.port)


def test_a_server_elsewhere_is_not_started():
    with pytest.raises(ServerDown):
        AdbHost("127.0.0.2", 1, timeout=1).ensure_running()


def test_a_port_that_is_none_is_a_usage_error(monkeypatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "adb")
    with pytest.raises(UsageError, match="ANDROID_ADB_SERVER_PORT"):
        connect()


def test_the_servers_port_comes_from_the_environment(sim, monkeypatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(sim.adb_port))
    with connect() as phone:
        assert phone.name == sim.serial


def test_a_server_that_is_not_there_is_started_on_its_own_port(monkeypatch, tmp_path):
    with AdbServer() as adb, PhoneServer(Phone(5)) as server:
        for name, value in adb.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("HOME", "TMPDIR"):  # those of `adb` end with it
            monkeypatch.setenv(name, str(tmp_path))
        port = adb.port
        adb.kill()
        try:
            with connect(server.address, port=port) as phone:
                assert phone.observe().state is ScreenState.LIT
        finally:
            adb.request("host:kill")
