"""Days as people and boarding passes write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from tapwright.errors import ToolError
from tapwright.tools.dates import read_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23", "2026/11/23", "2026.11.23", "20261123", "2026-11-23T18:10", "23.11.2026",
        "23/11/2026", "23NOV", "23 nov", "23-Nov-2026", "23NOV26", "Nov 23", "November 23, 2026",
        "23rd November", "2026年11月23日", "11月23日", "11月23号", "tomorrow", " Tomorrow ", "明天",
        "\uff12\uff10\uff12\uff16-11-23",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_day(text, TODAY) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "2026-02-30", "31 Feb", "11/12/2026", "99", "23NOX", "29FEB", "1/2"],
)
def test_what_is_no_day_or_may_be_two_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ToolError, match=r"is no date; write it as 2026-11-22$"):
        read_day(text, TODAY)


def test_a_year_left_out_is_the_nearest_one() -> None:
    assert read_day("2JAN", TODAY) == date(2027, 1, 2)
    assert read_day("30 Dec", date(2027, 1, 3)) == date(2026, 12, 30)
    assert read_day("29 Feb", date(2028, 2, 1)) == date(2028, 2, 29)


def test_near_days_have_names() -> None:
    days = [read_day(word, TODAY).day for word in ("yesterday", "昨天", "today", "今天", "后天")]
    assert days == [21, 21, 22, 22, 24]


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        read_day(text, TODAY)
    except ToolError as error:
        assert "is no date" in str(error)


@given(st.dates(date(1000, 1, 1)))
def test_every_iso_date_is_itself(day: date) -> None:
    assert read_day(day.isoformat(), TODAY) == day
