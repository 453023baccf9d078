"""A whole `tapwright run` on the simulated phone, its model behind a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.agent.runs import read_run
from tapwright.serving.conformance import ConformanceServer, Fault, Said
from tapwright.types import ToolCall

from .parts import CHECK, SEED, TASK

pytestmark = pytest.mark.phone
Cli = Callable[..., Result]
SIM = ("--device", "sim", "--seed", SEED)


@pytest.mark.parametrize("kind", ["vllm", "openai"], ids=["open turns", "qwen-agent's way"])
def test_a_run_with_a_served_model_is_verified(
    cli: Cli, solving: tuple[str, ...], tmp_path: Path, kind: str
) -> None:
    # A bad moment in the middle must not end it.
    with ConformanceServer(kind, solving, Fault.FAILS) as server:
        name = f"{kind}:{server.model}@{server.url}"
        told = cli("run", TASK, *SIM, "--model", name, "--verify", CHECK, "--out", "r")
        asked = server.requests
        shown = [len(heard.pictures) for heard in server.heard]
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1].startswith("verified: ")
    assert len(asked) == len(solving) + 1
    assert shown[0] == 1
    assert shown[1] == 2
    (step, *_) = read_run(tmp_path / "r").steps()
    assert step.reply is not None
    assert step.reply.prompt_tokens > 1000  # as the server counted them


def test_native_calls_drive_the_phone(cli: Cli) -> None:
    done = Said(calls=(ToolCall("mobile_use", {"action": "terminate", "status": "failure"}),))
    home = Said("Home.", (ToolCall("mobile_use", {"action": "system_button", "button": "Home"}),))
    model = "qwen3-vl-8b-instruct"
    with ConformanceServer("sglang", [home, done], family="qwen3-vl", model=model) as server:
        name = f"sglang:{model}@{server.url}"
        told = cli("run", TASK, *SIM, "--model", name, "--dialect", "native")
        assert all(heard.tools for heard in server.heard)
    assert told.exit_code == 3, told.output
    assert told.stdout.splitlines()[-1].startswith("gave_up: ")


def test_a_server_that_breaks_off_ends_the_run_as_what_it_is(cli: Cli) -> None:
    with ConformanceServer("vllm", ["x"] * 9, Fault.CUT_STREAM, times=99) as server:
        name = f"vllm:{server.model}@{server.url}"
        told = cli("run", TASK, *SIM, "--model", name)
    assert told.exit_code == 6
    assert "model_failed: " in told.stdout
    assert "stops before its end" in told.stdout
