"""BFCL through every dialect, judged by its own checker: a fifth of what `make bfcl` does."""

from __future__ import annotations

import bfcl
import pytest

from tapwright.prompts import DIALECTS
from tapwright.types import ToolCall

FIFTH = 5


@pytest.fixture(scope="module")
def tallies() -> dict[tuple[str, str], bfcl.Tally]:
    return bfcl.measure(every=FIFTH, seed=3)


def test_what_the_checker_takes_it_takes_from_every_dialect(
    tallies: dict[tuple[str, str], bfcl.Tally],
) -> None:
    misses = [miss for tally in tallies.values() for miss in tally.misses]
    assert misses == []
    for name in DIALECTS:
        counts = [tallies[category, name].counts for category in bfcl.CATEGORIES]
        assert sum(count["items"] for count in counts) == 469
        assert sum(count["accepted"] for count in counts) == sum(c["gold"] for c in counts) > 460
        assert sum(count["rejected"] for count in counts) == 469


def test_all_questions_with_an_answer_are_there() -> None:
    assert sum(len(list(bfcl.items(category))) for category in bfcl.CATEGORIES) == 2351


def test_a_call_that_is_wrong_is_seen() -> None:
    item = next(bfcl.items("simple_python"))
    (call,) = item.calls
    assert bfcl.accepts(item, [call])
    assert not bfcl.accepts(item, [ToolCall(call.name, {**call.arguments, "base": 11})])
    assert not bfcl.accepts(item, [ToolCall("another", call.arguments)])
    assert not bfcl.accepts(item, [])


def test_the_table_has_a_row_for_each_category(
    tallies: dict[tuple[str, str], bfcl.Tally],
) -> None:
    lines = bfcl.table(tallies).splitlines()
    assert [line.split()[0] for line in lines] == ["category", *bfcl.CATEGORIES, "all"]
