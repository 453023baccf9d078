"""Runs that are cut off: by the phone, by Ctrl-C, and how they are gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from tapwright import connect
from tapwright.actions import OpenApp, Point, Tap, TypeText
from tapwright.agent.runs import read_run
from tapwright.cli.phones import open_phone
from tapwright.devices.simphone.faults import Fault, Injection
from tapwright.devices.simphone.system import LATIN_IME
from tapwright.types import Delivery

from .parts import CHECK, TASK, Bench, call, mobile_use

pytestmark = pytest.mark.phone
Cli = Callable[..., Result]
Script = Callable[..., str]


def test_a_phone_that_vanishes_mid_step_loses_nothing_and_the_run_goes_on(
    cli: Cli, script: Script, bench: Bench, solving: tuple[str, ...], tmp_path: Path
) -> None:
    server = bench.attach(Injection(Fault.DROP, only="input tap", stage="during"))
    server.faults.inject(Fault.OFFLINE)
    ask = ("--device", server.address, "--verify", CHECK, "--out", "r")
    cut = cli("run", TASK, *ask, "--model", script(*solving))
    assert cut.exit_code == 6, cut.output
    assert cut.stdout.splitlines()[-1].startswith("device_lost: ")
    assert len(taps(server.system.phone.ledger)) <= 1, "an unknown act was repeated"

    run = read_run(tmp_path / "r")
    (intent,) = run.intents()
    assert intent.call.name == "Click"
    records = (tmp_path / "r/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    effects = [record for record in map(json.loads, records) if record["kind"] == "effect"]
    assert [e["result"]["delivery"] for e in effects] in ([], ["unknown"])

    server.faults.clear()
    # As a person does with a phone that adb calls offline.
    bench.adb.disconnect(server.address)
    bench.adb.connect(server.address)
    # The first tap did arrive, so the script goes on with the second one.
    script(*solving[1:])
    told = cli("resume", "r")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1] == "verified: 'settings get global wifi_on' says '1'"
    again = list(read_run(tmp_path / "r").steps())
    words = "".join(
        getattr(part, "text", "")
        for message in again[len(again) - len(solving) + 1].request.messages
        for part in message.parts
    )
    assert "not known whether" in words, words
    assert len(taps(server.system.phone.ledger)) == len(solving) - 1


def taps(ledger: Sequence[object]) -> list[object]:
    return [event for event in ledger if getattr(event, "kind", "") == "tap"]


def test_a_run_that_is_over_is_not_gone_on_with(cli: Cli, script: Script, bench: Bench) -> None:
    server = bench.attach()
    ask = ("--device", server.address, "--out", "r", "--model", script(call("Done")))
    assert cli("run", TASK, *ask).exit_code == 0
    told = cli("resume", "r")
    assert told.exit_code == 2
    assert told.stderr.startswith("error: the run in 'r' is over (claimed)")


def test_a_run_out_of_steps_goes_on_with_more_of_them(cli: Cli, script: Script) -> None:
    ask = ("--device", "sim", "--out", "r", "--max-steps", 1)
    cut = cli("run", TASK, *ask, "--model", script(call("Home")))
    assert cut.exit_code == 4
    script(call("Done"))
    told = cli("resume", "r", "--max-steps", 3, "--json")
    assert told.exit_code == 0, told.output
    assert told.stderr.startswith("note: the simulated phone of that run is gone")
    last = json.loads(told.stdout.splitlines()[-1])
    assert (last["outcome"], last["steps"]) == ("claimed", 2)


def test_a_folder_that_is_no_run_cannot_be_resumed_or_reported(cli: Cli) -> None:
    for command in ("resume", "report"):
        told = cli(command, "nowhere")
        assert told.exit_code == 2
        assert told.stderr.startswith("error: 'nowhere' is not a run folder")
        assert told.stderr.count("\n") == 1


def facts(address: str) -> list[str]:
    """What a run could leave behind on a phone: another keyboard, files."""
    with connect(address) as phone:
        asked = ("settings get secure default_input_method", "ime list -s", "ls /data/local/tmp")
        return [phone.query(words.split()).stdout for words in asked]


def start(*arguments: str) -> subprocess.Popen[str]:
    """A real `tapwright` in a process group of its own, as a shell would start it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip


def await_line(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"the process ended before it said {words!r}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_run_before_its_next_act_and_leaves_the_phone_clean(
    script: Script, bench: Bench, tmp_path: Path, number: signal.Signals
) -> None:
    server = bench.attach()
    before = facts(server.address)
    replies = [
        mobile_use(action="system_button", button="Home"),
        mobile_use(action="wait", time=50),
        mobile_use(action="click", coordinate=[500, 500]),
    ]
    with start(
        "run", TASK, "--device", server.address, "--family", "qwen2.5-vl",
        "--model", script(*replies), "--out", str(tmp_path / "r"),
    ) as process:  # fmt: skip
        await_line(process, "1   saw")
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=45)  # less than the wait
    assert process.returncode == 130, err
    assert out.splitlines()[-1].startswith("cancelled: ")
    assert err == ""
    assert taps(server.system.phone.ledger) == []
    assert facts(server.address) == before
    run = read_run(tmp_path / "r")
    assert run.outcome is not None
    assert run.outcome.value == "cancelled"


def test_a_reader_that_goes_away_ends_the_run_like_ctrl_c(
    script: Script, bench: Bench, tmp_path: Path
) -> None:
    server = bench.attach()
    before = facts(server.address)
    with start(
        "run", TASK, "--device", server.address, "--json",
        "--model", script(*[call("Home")] * 2, call("Click", point=[500, 500])),
        "--out", str(tmp_path / "r"),
    ) as process:  # fmt: skip
        await_line(process, '"start"')
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 130
    run = read_run(tmp_path / "r")
    assert run.outcome is not None
    assert (run.outcome.value, len(list(run.steps()))) == ("cancelled", 1)
    assert taps(server.system.phone.ledger) == []
    assert facts(server.address) == before


def test_ctrl_c_reaches_the_simulated_phone_too_and_nothing_is_left_running(
    script: Script, tmp_path: Path
) -> None:
    waiting = script(*[mobile_use(action="wait", time=50)] * 3)
    with start(
        "run", TASK, "--device", "sim", "--family", "qwen2.5-vl",
        "--model", waiting, "--out", str(tmp_path / "r"), "--json",
    ) as process:  # fmt: skip
        await_line(process, '"start"')
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=45)
    assert process.returncode == 130, err
    assert json.loads(out.splitlines()[-1])["outcome"] == "cancelled"
    assert err == ""
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_simulated_phone_is_there_until_ctrl_c(bench: Bench, cli: Cli) -> None:
    with start("phone", "--port", "0", "--seed", "3") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        assert process.stdout.readline().strip() == f"adb connect {address}"
        told = cli("screenshot", "--device", address, "-o", "s.png")
        assert told.exit_code == 0, told.output
        assert told.stdout == "s.png: 1080x2400, lit, 'com.android.launcher3' in front\n"
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "phone switched off\n")


@pytest.mark.parametrize("broken", [True, False])
def test_a_keyboard_that_could_not_be_given_back_is_told_at_the_end(
    bench: Bench, capsys: pytest.CaptureFixture[str], broken: bool
) -> None:
    server = bench.attach()
    if broken:
        server.faults.inject(Fault.OPEN_REFUSED, only=f"ime set {LATIN_IME}")
    with open_phone(server.address) as phone:
        for action in (OpenApp("Notes"), Tap(Point(500, 600)), TypeText("你好")):
            assert phone.perform(action).delivery is Delivery.DELIVERED
    told = capsys.readouterr().err
    assert told.startswith("warning: the keyboard of") is broken, told
