"""Asking the person, on a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tapwright.agent.policy import Always, NoOne
from tapwright.cli.confirm import confirmer
from tapwright.cli.views import JsonView
from tapwright.errors import UsageError

from .parts import TASK, call


@pytest.mark.phone
@pytest.mark.parametrize(
    ("typed", "outcome", "code"),
    [(b"y\n", "claimed: ", 0), (b"n\n", "denied: ", 5), (b"\n", "denied: ", 5)],
    ids=["yes", "no", "only enter"],
)
def test_a_costly_act_is_done_only_after_a_clear_yes(
    script: Callable[..., str], tmp_path: Path, typed: bytes, outcome: str, code: int
) -> None:
    keyboard, terminal = pty.openpty()
    costly = script(call("Click", "I pay now.", point=[500, 500]), call("Done"))
    with subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "run", TASK, "--device", "sim",
         "--model", costly, "--out", str(tmp_path / "r")],
        stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        os.close(terminal)
        os.write(keyboard, typed)
        out, err = process.communicate(timeout=60)
        os.close(keyboard)
    assert "the model wants to Click(point=[500, 500])" in err
    assert "this needs your yes: the thought says 'pay' (rule 'thought.pay')" in err
    assert out.splitlines()[-1].startswith(outcome), out
    assert process.returncode == code


def test_where_no_one_sits_no_one_is_asked() -> None:
    assert isinstance(confirmer("ask", JsonView(), simulated=False), NoOne)
    assert isinstance(confirmer("never", JsonView(), simulated=True), NoOne)


def test_a_standing_yes_is_for_simulated_phones() -> None:
    assert isinstance(confirmer("always", JsonView(), simulated=True), Always)
    with pytest.raises(UsageError, match="--confirm always is for simulated phones"):
        confirmer("always", JsonView(), simulated=False)
