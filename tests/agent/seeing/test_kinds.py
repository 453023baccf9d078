"""Values out of texts: read where they can mean one thing only."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tapwright.agent.seeing.kinds import as_kind
from tapwright.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1234", "int", 1234),
        ("1,234", "int", 1234),  # no decimals could make a whole number of it
        ("1.234.567", "int", 1234567),
        ("1\u202f234", "int", 1234),
        ("12.00", "int", 12),
        ("-5", "int", -5),
        ("\u22125", "int", -5),
        ("1,234.50", "float", 1234.5),
        ("1.234,50", "float", 1234.5),
        ("1 234,5", "float", 1234.5),
        ("1'234'567.25", "float", 1234567.25),
        ("1,234,567", "float", 1234567.0),
        ("0.5", "float", 0.5),
        ("3,14", "float", 3.14),
        ("$1,234.50", "float", 1234.5),
        ("-$12.50", "float", -12.5),
        ("\u20ac -12.50", "float", -12.5),
        ("1.234,50 \u20ac", "float", 1234.5),
        ("CHF 1'200.00", "float", 1200.0),
        ("12.5 %", "float", 12.5),
        ("42", "float", 42.0),
        ("Yes.", "bool", True),
        ("off", "bool", False),
        ("2026-03-31", "date", datetime.date(2026, 3, 31)),
        ("31.3.2026", "date", datetime.date(2026, 3, 31)),
        ("31/03/2026", "date", datetime.date(2026, 3, 31)),
        ("03/31/2026", "date", datetime.date(2026, 3, 31)),
        ("5/5/2026", "date", datetime.date(2026, 5, 5)),
        ("31 March 2026", "date", datetime.date(2026, 3, 31)),
        ("Mar 3rd, 2026", "date", datetime.date(2026, 3, 3)),
        ("  as it stands ", "text", "as it stands"),
    ],
)
def test_what_means_one_thing_is_that(text: str, kind: str, value: Any) -> None:
    read = as_kind(text, kind)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("1,234", "float", "two ways"),
        ("1.234", "float", "two ways"),
        ("03/04/2026", "date", "two ways"),
        ("12.50", "int", "no whole number"),
        ("1,23,456", "int", "no whole number"),
        ("1.234.50", "float", "no number"),
        ("1,234,50", "float", "no number"),
        ("about 12", "int", "no number"),
        ("12 and 13", "int", "no number"),
        ("--5", "int", "no number"),
        ("NaN", "float", "no number"),
        ("1e5", "float", "no number"),
        ("", "int", "no number"),
        ("maybe", "bool", "neither"),
        ("1", "bool", "neither"),
        ("31.2.2026", "date", "no day"),
        ("31 Foo 2026", "date", "no month"),
        ("tomorrow", "date", "no date"),
        ("  ", "text", "no text"),
    ],
)
def test_anything_else_is_an_error_that_quotes_it(text: str, kind: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        as_kind(text, kind)
    assert text.strip() in str(caught.value)


def test_an_unknown_kind_is_the_persons_mistake() -> None:
    with pytest.raises(UsageError, match="no kind 'colour'; use one of: text, int"):
        as_kind("red", "colour")


@given(st.floats(0, 1e9).map(lambda value: round(value, 2)))
def test_a_number_written_either_way_is_read_back(value: float) -> None:
    english = f"{value:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    assert as_kind(english, "float") == as_kind(continental, "float") == value


@given(st.text(max_size=30), st.sampled_from(["text", "int", "float", "bool", "date"]))
def test_no_text_breaks_it(text: str, kind: str) -> None:
    try:
        as_kind(text, kind)
    except ValueError:
        return
