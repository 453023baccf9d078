from __future__ import annotations

from pathlib import Path

from .drawn_device import DrawnDevice
from .parts import DONE, make_agent, tap_row

from tapwright.agent.verify import parse_check
from tapwright.types import Outcome


def test_a_check_that_agrees_makes_a_run_verified(tmp_path: Path) -> None:
    device = DrawnDevice()
    agent = make_agent([tap_row(2), DONE], device, tmp_path)
    result = agent.run("Turn the third switch on", [parse_check("switch 2 == 1")])
    assert (result.outcome, result.steps) == (Outcome.VERIFIED, 2)
    assert "'switch 2' says '1'" in result.message
