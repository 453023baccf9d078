"""Patterns that are tried in a process of their own."""

from __future__ import annotations

import pytest

from tapwright.agent.matching import search
from tapwright.errors import StepFailed


@pytest.mark.parametrize("pattern", ["a\0b", "größer", "\udcfc"])
def test_every_pattern_that_python_reads_is_tried_as_it_is(pattern: str) -> None:
    assert search(pattern, f"x{pattern}x") == [pattern]


def test_a_pattern_that_could_not_be_tried_is_not_one_that_finds_nothing() -> None:
    assert search("b", "a") is None
    with pytest.raises(StepFailed, match=r"could not be tried: .*missing"):
        search("(", "a")
