"""Bad input gets one line, the exit code of the table, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.devices.simphone.faults import Fault

from .parts import TASK, Bench, call

Cli = Callable[..., Result]
Script = Callable[..., str]


def refused(told: Result, begin: str) -> None:
    """One line on stderr, exit code 2, nothing on stdout and no run begun."""
    assert told.exit_code == 2, told.output
    assert told.stdout == ""
    assert told.stderr.startswith(f"error: {begin}"), told.stderr
    assert told.stderr.count("\n") == 1, told.stderr
    assert not Path("runs").exists()


@pytest.mark.parametrize("task", ["", "  \n"])
def test_an_empty_task_is_an_error_of_usage(cli: Cli, task: str) -> None:
    refused(cli("run", task, "--device", "sim"), "the task is empty")


@pytest.mark.parametrize("check", ["wifi_on", "== 1", "settings get global wifi_on =="])
def test_a_check_that_cannot_be_read_is_refused_before_a_phone_is_touched(
    cli: Cli, check: str
) -> None:
    refused(cli("run", TASK, "--verify", check), "a check is COMMAND ")


def test_a_standing_yes_is_refused_for_a_phone_that_may_be_real(cli: Cli) -> None:
    told = cli("run", TASK, "--confirm", "always", "--device", "R58M123ABC")
    refused(told, "--confirm always is for simulated phones")


@pytest.mark.phone
def test_no_phone(cli: Cli, script: Script, bench: Bench) -> None:
    told = cli("run", TASK, "--model", script(call("Done")))
    refused(told, "no phone is attached: plug one in")
    refused(cli("screenshot"), "no phone is attached: plug one in")


@pytest.mark.phone
def test_two_phones(cli: Cli, script: Script, bench: Bench) -> None:
    first, second = bench.attach(), bench.attach()
    told = cli("run", TASK, "--model", script(call("Done")))
    refused(told, "2 phones are attached (")
    assert first.address in told.stderr
    assert second.address in told.stderr
    chosen = cli("run", TASK, "--model", script(call("Done")), "--device", second.address)
    assert chosen.exit_code == 0
    assert f"phone   {second.address}" in chosen.stdout


@pytest.mark.phone
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.UNAUTHORIZED, "has not accepted this computer: unlock it"),
        (Fault.OFFLINE, "is attached but does not answer"),
    ],
)
def test_a_phone_that_cannot_be_used(
    cli: Cli, script: Script, bench: Bench, fault: Fault, words: str
) -> None:
    server = bench.attach(fault)
    told = cli("run", TASK, "--model", script(call("Done")), "--device", server.address)
    refused(told, f'the phone "{server.address}" {words}')


@pytest.mark.phone
def test_devices_says_what_is_wrong_with_each(cli: Cli, bench: Bench) -> None:
    assert cli("devices").stdout.startswith("no phone is attached")
    well, ill = bench.attach(), bench.attach(Fault.UNAUTHORIZED)
    told = cli("devices", "--json")
    rows = {row["serial"]: row for row in map(json.loads, told.stdout.splitlines())}
    assert rows[well.address] == {"serial": well.address, "state": "device", "why": None}
    assert rows[ill.address]["state"] == "unauthorized"
    assert "Allow USB debugging" in rows[ill.address]["why"]
    assert "Allow USB debugging" in cli("devices").stdout


@pytest.mark.phone
def test_an_address_where_no_phone_is(cli: Cli, script: Script, bench: Bench) -> None:
    told = cli("run", TASK, "--model", script(call("Done")), "--device", "127.0.0.1:1")
    refused(told, 'no phone "127.0.0.1:1" is attached')


@pytest.mark.phone
@pytest.mark.parametrize(
    ("fault", "begin"),
    [
        (Fault.TRUNCATED_PNG, ""),
        (Fault.EMPTY_PNG, ""),
        (Fault.BOMB_PNG, ""),
    ],
)
def test_a_picture_that_is_not_whole_is_never_saved(
    cli: Cli, bench: Bench, fault: Fault, begin: str
) -> None:
    server = bench.attach(fault)
    refused(cli("screenshot", "--device", server.address, "-o", "s.png"), begin)
    assert not Path("s.png").exists()


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("nonsense", "no folder 'nonsense', and it is no Hub id; give 'embedded', a folder"),
        ("scripted:none.json", "cannot read the script 'none.json'"),
    ],
)
@pytest.mark.phone
def test_an_unknown_model(cli: Cli, name: str, begin: str) -> None:
    told = cli("run", TASK, "--device", "sim", "--model", name)
    assert told.exit_code == 2
    assert told.stderr.splitlines()[-1].startswith(f"error: {begin}"), told.stderr
    assert not Path("runs").exists()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder with all that a checkpoint has beside its weights."""
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    config = {"model_type": "qwen2_vl", "architectures": ["Qwen2VLForConditionalGeneration"]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    (folder / "preprocessor_config.json").write_text("{}", encoding="utf-8")
    return folder


def weights(folder: Path, numbers: int, *, missing: int = 0) -> None:
    """Weights of `numbers` 16-bit numbers as a hole in a file, with the last bytes cut off."""
    tensor = {"dtype": "BF16", "shape": [numbers], "data_offsets": [0, 2 * numbers]}
    header = json.dumps({"model.embed_tokens.weight": tensor}).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 2 * numbers - missing)


@pytest.mark.phone
def test_half_a_checkpoint(cli: Cli, checkpoint: Path) -> None:
    ask = ("run", TASK, "--device", "sim", "--model", checkpoint)
    told = cli(*ask)
    assert told.exit_code == 2
    assert f"'{checkpoint}' has no weights" in told.stderr
    weights(checkpoint, 1000, missing=7)
    told = cli(*ask)
    assert told.exit_code == 2
    assert "bytes where its header announces" in told.stderr


@pytest.mark.phone
def test_too_little_memory_is_said_with_figures_before_anything_is_loaded(
    cli: Cli, checkpoint: Path
) -> None:
    weights(checkpoint, 2_000_000_000_000)
    told = cli("run", TASK, "--device", "sim", "--model", checkpoint)
    assert told.exit_code == 2, told.output
    assert "needs about 4600.0 GB of memory on cpu and" in told.stderr
    assert "--quantization bitsandbytes-4bit or a smaller model" in told.stderr
