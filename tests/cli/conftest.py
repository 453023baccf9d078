"""An adb server with phones on it, and scripts in place of a model that can see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tapwright.actions import Tap
from tapwright.cli import main
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.oracle import next_move
from tapwright.devices.simphone.phone import Phone

from .parts import SEED, WIFI, Bench, call


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `tapwright` with arguments, in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [str(word) for word in arguments])


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., str]:
    """Writes replies to a file and gives the `--model` that says them."""

    def write(*replies: str) -> str:
        file = tmp_path / "replies.json"
        file.write_text(json.dumps(replies), encoding="utf-8")
        return f"scripted:{file}"

    return write


@pytest.fixture(scope="session")
def solving() -> tuple[str, ...]:
    """The replies that turn on Wi-Fi on the phone of `SEED`: tap, tap, tap, done."""
    phone, replies = Phone(SEED, animate=False), []
    for _ in range(10):
        move = next_move(WIFI, phone)
        action = move.action()
        if not isinstance(action, Tap):
            break
        point = [action.point.x * 1000 / 1080, action.point.y * 1000 / 2400]
        replies.append(call("Click", move.thought, point=[round(value) for value in point]))
        phone.tap(action.point.x, action.point.y)
    return (*replies, call("Done", "Wi-Fi is on."))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench whose adb server is the one that every command here talks to."""
    with AdbServer() as adb:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb.port))
        made = Bench(adb)
        try:
            yield made
        finally:
            for server in made.servers:
                server.close()
