"""A client that we did not write, the MCP SDK's, drives the simulated phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mcp import Client

from tapwright.actions import OpenApp, Tap
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.android import connect
from tapwright.devices.simphone.oracle import next_move
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer
from tapwright.devices.simphone.tasks import Goal

from .mcp_parts import PROTOCOLS, drive, picture, said

pytestmark = pytest.mark.phone

SEED = 7  # its Wi-Fi is off
WIFI = Goal("switch", "settings.wifi", "Wi-Fi", "Use Wi-Fi", True)


@dataclass
class Bench:
    """A phone on an adb server that commands started here use."""

    phone: Phone
    server: PhoneServer
    adb: AdbServer

    def asks(self, *argv: str) -> str:
        """What the phone itself answers to a command, through adb."""
        with connect(self.server.address, port=self.adb.port) as phone:
            return phone.query(argv).stdout.strip()

    def opens(self, name: str) -> None:
        """An app comes to the front without the client."""
        with connect(self.server.address, port=self.adb.port) as phone:
            phone.perform(OpenApp(name))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    phone = Phone(SEED, animate=False)
    with AdbServer() as adb, PhoneServer(phone) as server:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb.port))
        adb.request(f"host:connect:{server.address}")
        yield Bench(phone, server, adb)


def way_to_wifi() -> list[tuple[int, int]]:
    """The taps that turn on Wi-Fi on the phone of `SEED`."""
    phone, points = Phone(SEED, animate=False), []
    while isinstance(action := next_move(WIFI, phone).action(), Tap):
        points.append((action.point.x, action.point.y))
        phone.tap(action.point.x, action.point.y)
        assert len(points) < 10
    return points


@pytest.mark.parametrize("mode", PROTOCOLS)
def test_the_client_turns_on_wifi_and_the_phone_agrees(
    bench: Bench, tmp_path: Path, mode: str
) -> None:
    async def steps(client: Client) -> None:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names[:4] == ["screenshot", "list_apps", "tap", "long_press"]
        seen = await client.call_tool("screenshot", {})
        assert picture(seen).size == (1080, 2400)
        for x, y in way_to_wifi():
            seen = await client.call_tool("tap", {"x": x, "y": y})
            assert not seen.is_error and "The screen changed" in said(seen)
            assert picture(seen).size == (1080, 2400)

    assert bench.asks("settings", "get", "global", "wifi_on") == "0"
    drive(steps, "--device", bench.server.address, "--out", tmp_path / "run", mode=mode)
    assert bench.asks("settings", "get", "global", "wifi_on") == "1"
    lines = (tmp_path / "run/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds == ["intent", "effect", "step"] * len(way_to_wifi()) + ["end"]
    assert json.loads(lines[-1])["message"] == "the client went away"


def test_what_cannot_or_may_not_be_done_comes_back_as_an_error_and_nothing_is_done(
    bench: Bench, tmp_path: Path
) -> None:
    async def steps(client: Client) -> None:
        for name, arguments, why in (
            ("tap", {"x": 5, "y": 5}, "call screenshot first"),
            ("screenshot", {}, ""),
            ("tap", {"x": 1081, "y": 5}, "is not on the picture"),
            ("tap", {"x": -1, "y": 5}, "is not on the picture"),
            ("tap", {"x": "left", "y": 5}, "should be of type number"),
            ("tap", {"x": 5}, "needs 'y'"),
            ("swipe", {"x": 5, "y": 5, "to_x": 5, "to_y": 9, "seconds": 99}, "cannot take 99"),
            ("press_key", {"key": "; reboot"}, "no key"),
            ("open_app", {"name": "Nonesuch"}, "Nonesuch"),
            ("type_text", {"text": "please pay 100 euro"}, "argument.pay: not confirmed"),
            ("fly", {}, "no tool 'fly'"),
        ):
            result = await client.call_tool(name, arguments)
            assert result.is_error == bool(why), said(result)
            assert why in said(result)

    drive(steps, "--device", bench.server.address, "--out", tmp_path / "run")
    assert list(bench.phone.ledger) == []


def test_an_act_on_a_screen_that_was_left_meanwhile_is_refused_and_the_new_one_shown(
    bench: Bench, tmp_path: Path
) -> None:
    async def steps(client: Client) -> None:
        await client.call_tool("screenshot", {})
        bench.opens("Settings")
        stale = await client.call_tool("tap", {"x": 540, "y": 1200})
        assert stale.is_error and "'com.android.settings' is in front" in said(stale)
        assert picture(stale).size == (1080, 2400)
        assert not (await client.call_tool("press_key", {"key": "HOME"})).is_error

    drive(steps, "--device", bench.server.address, "--out", tmp_path / "run")


def test_a_simulated_phone_of_its_own_is_started_and_its_acts_can_be_allowed(
    tmp_path: Path,
) -> None:
    async def steps(client: Client) -> None:
        apps = said(await client.call_tool("list_apps", {}))
        assert "Settings (com.android.settings)" in apps
        await client.call_tool("screenshot", {})
        opened = await client.call_tool("open_app", {"name": "Settings"})
        assert "'com.android.settings' in front" in said(opened)
        slept = await client.call_tool("wait", {"seconds": 0.1})
        assert not slept.is_error and "did not change" in said(slept)

    out = tmp_path / "run"
    drive(steps, "--device", "sim", "--seed", 3, "--confirm", "always", "--out", out)
