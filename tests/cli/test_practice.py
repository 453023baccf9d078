"""`tapwright practice` as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import pytest
from click.testing import Result

from tapwright.serving.practice import PracticeServices


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(end: signal.Signals) -> None:
    command = [sys.executable, "-m", "tapwright.cli", "practice", "--port", "0", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as program:  # fmt: skip
        try:
            assert program.stdout is not None and program.stderr is not None
            told = json.loads(program.stdout.readline())
            assert set(told["environment"]) == {"AVIATIONSTACK_API_KEY", "TRACK17_API_KEY"}
            with urllib.request.urlopen(told["url"] + "/v1/currencies", timeout=10) as answer:
                assert json.loads(answer.read())["EUR"] == "Euro"
            program.send_signal(end)
            assert program.wait(10) == 0
            assert program.stderr.read() == "practice services stopped\n"
        finally:
            program.kill()


def test_a_port_that_is_taken_is_one_line(cli: Callable[..., Result]) -> None:
    with PracticeServices() as practice:
        port = practice.url.rpartition(":")[2]
        told = cli("practice", "--port", port)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"error: the practice services cannot listen on port {port}")
    assert told.stderr.count("\n") == 1
