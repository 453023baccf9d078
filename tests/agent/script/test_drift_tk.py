"""Some drifts on a real Tk program under Xvfb, read and clicked as a real run does it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest
from drift import RIGHT, WRONG
from drift_tk import KINDS, sample

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed here"),
    pytest.mark.skipif(find_spec("tkinter") is None, reason="tkinter is not installed here"),
]


@pytest.mark.parametrize("count", [2, pytest.param(2 * len(KINDS), marks=pytest.mark.slow)])
def test_no_drift_of_a_real_program_ends_in_a_silent_wrong_act(count: int) -> None:
    found = list(sample(count, 1))
    assert [each for each in found if each[2] == WRONG] == []
    assert sum(ended == RIGHT for _, _, ended, _ in found) >= count // 2
