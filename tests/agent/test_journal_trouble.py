"""A journal that cannot be written in the middle of a run: an outcome, never "nothing started"."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.actions import Action
from tapwright.agent.verify import parse_check
from tapwright.types import CheckResult, Outcome

from .drawn_device import DrawnDevice
from .parts import DONE, make_agent, tap_row


def spoil(folder: Path) -> None:
    """Make the journal unwritable, for root too."""
    (folder / "transcript.jsonl").unlink()
    (folder / "transcript.jsonl").mkdir()


@pytest.mark.parametrize("first", [1, 2])
def test_a_journal_that_breaks_during_an_act_ends_the_run_with_what_was_done(
    tmp_path: Path, first: int
) -> None:
    device = DrawnDevice()

    def fill(action: Action) -> None:
        if len(device.acts) == first:
            spoil(tmp_path)

    device.before = fill
    replies = [tap_row(1), tap_row(2), tap_row(3), DONE]
    result = make_agent(replies, device, tmp_path).run("Turn them on")
    assert (result.outcome, result.exit_code) == (Outcome.NEEDS_HUMAN, 5)
    assert "cannot write the journal" in result.message
    assert f"{first} acts reached the device" in result.message
    assert len(device.acts) == first, "an act without its intent on the disk"


def test_no_act_is_begun_without_its_intent_on_the_disk(tmp_path: Path) -> None:
    device = DrawnDevice()
    steps = make_agent([tap_row(1), DONE], device, tmp_path).steps("Turn it on")
    spoil(tmp_path)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.outcome is Outcome.NEEDS_HUMAN
    assert "0 acts" in end.value.value.message
    assert device.acts == []


def test_an_end_that_cannot_be_written_is_told_and_hides_no_outcome(tmp_path: Path) -> None:
    agent = make_agent([tap_row(1), DONE], DrawnDevice(), tmp_path)
    steps = agent.steps("Turn it on", [parse_check("switch 1 == 1")])
    assert [next(steps).number, next(steps).number] == [1, 2]
    spoil(tmp_path)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.outcome is Outcome.VERIFIED
    assert "its end is not in the journal" in end.value.value.message
    assert end.value.value.checks == (CheckResult(True, "'switch 1' says '1'"),)
