"""Flight numbers as they are written, and the tables of airports and airlines."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError
from tapwright.tools.airports import airlines, airports, find_airport
from tapwright.tools.flight_info import read_number


@pytest.mark.parametrize(
    "text", ["CA1723", "ca 1723", "CA-1723", " CCA1723", "\uff23\uff21\uff11\uff17\uff12\uff13"]
)
def test_a_flight_number_is_read_however_it_is_written(text: str) -> None:
    assert str(read_number(text)) == "CA1723"
    assert read_number(text).callsign == "CCA1723"


def test_codes_with_a_digit_zeros_in_front_and_a_letter_behind_are_kept_apart() -> None:
    read = {text: str(read_number(text)) for text in ("9C8835", "3U 8633", "CA0005", "BA12A")}
    assert list(read.values()) == ["9C8835", "3U8633", "CA5", "BA12A"]
    assert read_number("XYZ123").is_icao


@pytest.mark.parametrize(
    "text", ["", "1723", "CA01723", "Air China", "CA", "CA12345", "CA0000", "123456", "飞机"]
)
def test_what_is_no_flight_number_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ToolError, match=r"is no flight number; write it as .*'CA1723'"):
        read_number(text)


def test_a_letter_read_for_a_digit_is_pointed_out() -> None:
    with pytest.raises(ToolError, match="is it 'CA1723'"):
        read_number("CAI723")


def test_the_tables_hold_together() -> None:
    assert len(airports()) > 250 and len(airlines()) > 100
    for airport in airports():
        assert len(airport.iata) == 3 and len(airport.icao) == 4 and airport.iata.isupper()
        assert find_airport(airport.iata) is find_airport(airport.icao) is airport
    assert all(find_airport(airline.home) for airline in airlines())
    codes = [code for airline in airlines() for code in (airline.iata, airline.icao)]
    assert len(codes) == len(set(codes))
