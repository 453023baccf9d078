"""Flights by number and departures, over real HTTP on loopback, bad days included."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tapwright.errors import ToolError
from tapwright.serving.practice import PracticeServices
from tapwright.tools.airports import airlines, airports, find_airport
from tapwright.tools.flight_info import Flight, read_number

from .practice_box import PATIENT, SHORT, box_at, canned

AIR_CHINA = Flight(
    "CA1723", "Air China", "Hangzhou", "HGH", "18:10", "Beijing", "PEK", "20:30"
)  # fmt: skip


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeServices]:
    with PracticeServices(seed=7) as services:
        services.world.add_flight(AIR_CHINA)
        yield services


@pytest.fixture(autouse=True)
def well_behaved(practice: PracticeServices) -> Iterator[None]:
    yield
    practice.behave()


def row(**changes: Any) -> dict[str, Any]:
    """A flight as AviationStack writes it, with changes to its stops under their names."""
    today = date.today().isoformat()
    told: dict[str, Any] = {
        "flight_date": today,
        "flight_status": "scheduled",
        "departure": {"iata": "HGH", "scheduled": f"{today}T18:10:00+00:00"},
        "arrival": {"iata": "PEK", "scheduled": f"{today}T20:30:00+00:00"},
        "airline": {"name": "Air China", "iata": "CA"},
        "flight": {"number": "1723", "iata": "CA1723", "codeshared": None},
    }
    for key, value in changes.items():
        merge = isinstance(value, dict) and isinstance(told.get(key), dict)
        told[key] = {**told[key], **value} if merge else value
    return told


# --- numbers -----------------------------------------------------------------------------------


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


# --- AviationStack -----------------------------------------------------------------------------


def test_a_flight_is_told_in_the_words_that_the_model_was_trained_on(
    practice: PracticeServices,
) -> None:
    assert box_at(practice).told("flight", number="ca 1723") == (
        "CA1723 Air China\nleaves Hangzhou (HGH) 18:10\nlands Beijing (PEK) 20:30\nstatus scheduled"
    )
    assert box_at(practice).told("flight", number="CCA1723", date="tomorrow").count("\n") == 3


def test_gates_delays_and_the_next_day_stand_behind_the_times(practice: PracticeServices) -> None:
    practice.world.add_flight(
        Flight(
            "LH716", "Lufthansa", "Frankfurt", "FRA", "13:05", "Tokyo", "HND", "08:55 +1",
            status="delayed", terminal="1", gate="B12", expected_departs="13:40",
            expected_lands="09:25 +1", arrival_terminal="3",
        )
    )  # fmt: skip
    assert box_at(practice).told("flight", number="LH716", date="2026-12-31") == (
        "LH716 Lufthansa\n"
        "leaves Frankfurt (FRA) 13:05, expected 13:40, terminal 1, gate B12\n"
        "lands Tokyo (HND) 08:55 +1, expected 09:25 +1, terminal 3\n"
        "status delayed"
    )


@pytest.mark.parametrize("status", ["cancelled", "diverted", "landed", "in the air"])
def test_every_status_comes_through(practice: PracticeServices, status: str) -> None:
    day = date.today().isoformat()
    practice.world.add_flight(
        Flight(
            "KL887", "KLM", "Amsterdam", "AMS", "20:50", "Hong Kong", "HKG", "14:50 +1",
            status=status, date=day,
        )
    )  # fmt: skip
    assert box_at(practice).told("flight", number="KL887").endswith(f"status {status}")


def test_several_legs_of_a_day_are_told_in_order(practice: PracticeServices) -> None:
    first = Flight("QF1", "Qantas", "Sydney", "SYD", "15:30", "Singapore", "SIN", "21:05")
    second = Flight("QF1", "Qantas", "Singapore", "SIN", "22:55", "London", "LHR", "05:10 +1")
    practice.world.add_flight(second)
    practice.world.add_flight(first)
    lines = box_at(practice).told("flight", number="QF1").splitlines()
    assert [line for line in lines if line.startswith("QF1")] == [
        "QF1 Qantas, leg 1 of 2",
        "QF1 Qantas, leg 2 of 2",
    ]
    assert lines[1] == "leaves Sydney (SYD) 15:30"


def test_a_flight_on_a_day_is_asked_for_by_its_date(practice: PracticeServices) -> None:
    box_at(practice).told("flight", number="CA1723", date="24.12.2026")
    assert practice.requests[-1].query["flight_date"] == "2026-12-24"
    box_at(practice).told("flight", number="CA1723", date="today")
    assert "flight_date" not in practice.requests[-1].query  # which a plan without charge allows


def test_an_unknown_flight_is_refused_with_what_to_do(practice: PracticeServices) -> None:
    practice.misbehave("aviationstack", "unknown")
    assert box_at(practice).refused("flight", number="CA1723", date="2026-11-30") == (
        "no flight 'CA1723' is known on 2026-11-30; read the number and the date again"
    )


def test_a_number_or_date_that_is_none_asks_nobody(practice: PracticeServices) -> None:
    before = len(practice.requests)
    box = box_at(practice)
    assert "is no flight number" in box.refused("flight", number="hello")
    assert "is no date" in box.refused("flight", number="CA1723", date="soon")
    assert len(practice.requests) == before


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("timeout", "did not answer within 1 s"),
        ("429", "asked too often (429): too many requests; try again in 30 s"),
        ("bad_json", "not JSON"),
        ("html", "a web page that is not JSON"),
        ("cut", "broke off in the middle"),
        ("huge", "more than 2 MB"),
        ("401", "refuses the key"),
    ],
)
def test_a_bad_day_of_the_service_is_said_and_never_hangs(
    practice: PracticeServices, trouble: str, said: str
) -> None:
    practice.misbehave("aviationstack", trouble)
    began = time.monotonic()
    timeout = SHORT if trouble == "timeout" else PATIENT
    text = box_at(practice, timeout=timeout).refused("flight", number="CA1723")
    assert said in text and "the flight service" in text
    assert time.monotonic() - began < 10
    assert practice.environment["AVIATIONSTACK_API_KEY"] not in text


def test_a_service_that_fails_once_is_asked_again(practice: PracticeServices) -> None:
    practice.misbehave("aviationstack", "500", times=1)
    assert "Hangzhou" in box_at(practice).told("flight", number="CA1723")


def test_a_missing_key_names_its_variable(practice: PracticeServices) -> None:
    text = box_at(practice, environment={}).refused("flight", number="CA1723")
    assert "AVIATIONSTACK_API_KEY" in text and "set it in the environment" in text


def test_a_wrong_key_names_its_variable_and_is_not_shown(practice: PracticeServices) -> None:
    box = box_at(practice, environment={"AVIATIONSTACK_API_KEY": "my-own-wrong-key"})
    text = box.refused("flight", number="CA1723")
    assert "check AVIATIONSTACK_API_KEY" in text and "my-own-wrong-key" not in text


def test_an_error_in_an_answer_200_is_an_error() -> None:
    error = {"code": "usage_limit_reached", "message": "Your monthly usage limit is reached."}
    with canned({"/v1/flights": {"error": error}}) as box:
        text = box.refused("flight", number="CA1723")
    assert text == (
        "the flight service turned the request down: Your monthly usage limit is reached."
    )
    with canned({"/v1/flights": {"error": {"code": "invalid_access_key"}}}) as box:
        assert "check AVIATIONSTACK_API_KEY" in box.refused("flight", number="CA1723")


def test_a_plan_that_forbids_a_question_is_said() -> None:
    message = "Your current subscription plan does not support this API function."
    body = {"error": {"code": "function_access_restricted", "message": message}}
    with canned({"/v1/flights": body}, status=403) as box:
        assert message in box.refused("flight", number="CA1723", date="2026-12-24")


@pytest.mark.parametrize("body", [None, [], {"data": None}, "text", 7, {"data": "x"}])
def test_an_answer_of_another_form_is_said(body: Any) -> None:
    with canned({"/v1/flights": body if body is not None else {}}) as box:
        assert "unknown form" in box.refused("flight", number="CA1723")


def test_fields_that_are_missing_are_not_known_and_rows_that_are_none_are_left_out() -> None:
    bare = {"flight_date": date.today().isoformat(), "flight": None, "departure": {"iata": "QQQ"}}
    with canned({"/v1/flights": {"data": [None, 3, bare]}}) as box:
        assert box.told("flight", number="CA1723") == (
            "CA1723\n"
            "leaves QQQ, time not known\n"
            "lands a place that is not known, time not known\n"
            "status not known"
        )


def test_an_airport_beside_our_table_goes_by_its_name() -> None:
    told = row(departure={"iata": "QQQ", "airport": "Little Field"})
    with canned({"/v1/flights": {"data": [told]}}) as box:
        assert "leaves Little Field (QQQ) 18:10" in box.told("flight", number="CA1723")


def test_another_day_than_the_one_asked_for_is_said() -> None:
    day = (date.today() - timedelta(days=1)).isoformat()
    times = {"scheduled": f"{day}T18:10:00+00:00"}
    told = row(flight_date=day, departure=times, arrival=times)
    with canned({"/v1/flights": {"data": [told]}}) as box:
        first = box.told("flight", number="CA1723").splitlines()[0]
    assert first == f"CA1723 Air China, {day}"


def test_a_delay_of_a_quarter_of_an_hour_is_called_one() -> None:
    today = date.today().isoformat()
    for minutes, status in (("18:24", "scheduled"), ("18:25", "delayed")):
        told = row(departure={"estimated": f"{today}T{minutes}:00+00:00"})
        with canned({"/v1/flights": {"data": [told]}}) as box:
            text = box.told("flight", number="CA1723")
        assert f"expected {minutes}" in text and text.endswith(f"status {status}")


def test_a_board_is_in_the_order_of_time_without_what_others_only_sell() -> None:
    today = date.today().isoformat()
    rows = [
        row(
            flight={"iata": f"CA{hour}", "codeshared": {"flight_iata": "x"} if hour == 9 else None},
            departure={"scheduled": f"{today}T{hour:02d}:00:00+00:00", "gate": "A1"},
        )
        for hour in (23, 9, *range(2, 18))
    ]  # hour 9 comes twice: once sold by another airline only
    with canned({"/v1/flights": {"data": rows}}) as box:
        lines = box.told("departures", airport="hgh").splitlines()
    assert lines[0] == "departures Hangzhou (HGH)"
    assert lines[1] == "02:00 CA2 Beijing (PEK), scheduled, gate A1"
    assert lines[-1] == "and 1 later ones"
    assert len([line for line in lines if "CA9 " in line]) == 0


def test_departures_of_a_city_or_a_code(practice: PracticeServices) -> None:
    box = box_at(practice)
    told = box.told("departures", airport="杭州")
    assert told.startswith("departures Hangzhou (HGH)\n")
    assert "18:10 CA1723 Beijing (PEK), scheduled" in told
    assert box.refused("departures", airport="London") == (
        "London has several airports; use one of: LHR, LGW, STN, LCY"
    )
    assert "is no airport that is known" in box.refused("departures", airport="Atlantis City")
    practice.misbehave("aviationstack", "unknown")
    assert "no departures" in box.refused("departures", airport="HGH")


# --- OpenSky -----------------------------------------------------------------------------------


def test_opensky_tells_what_it_sees_and_what_it_does_not_know(practice: PracticeServices) -> None:
    practice.world.add_flight(
        Flight(
            "EK384", "Emirates", "Bangkok", "BKK", "13:40", "Dubai", "DXB", "17:00",
            status="in the air",
        )
    )  # fmt: skip
    box = box_at(practice, "opensky", {})
    lines = box.told("flight", number="EK384").splitlines()
    assert lines[:4] == [
        "EK384 Emirates",
        "leaves Bangkok (BKK), time not known",
        "lands Dubai (DXB), time not known",
        "status in the air",
    ]
    assert "first seen" in lines[4] and "schedule, delay, terminal and gate are not" in lines[4]


def test_opensky_claims_nothing_of_what_it_does_not_see(practice: PracticeServices) -> None:
    box = box_at(practice, "opensky", {})
    text = box.refused("flight", number="CA9999")
    assert "sees no aircraft 'CCA9999' now" in text and "is not known" in text
    assert "ask today" in box.refused("flight", number="CA1723", date="2026-01-01")


def test_opensky_lists_what_left(practice: PracticeServices) -> None:
    box = box_at(practice, "opensky", {})
    told = box.told("departures", airport="HGH")
    assert "18:10 CA1723 Beijing (PEK), seen to leave" in told
    assert told.splitlines()[-1].startswith("the last 24 hours")
    practice.misbehave("opensky", "unknown")
    assert "no departures" in box.refused("departures", airport="HGH")
    assert "sees no aircraft" in box.refused("flight", number="EK384")


@pytest.mark.parametrize("trouble", ["timeout", "429", "bad_json", "html", "cut", "huge"])
def test_a_bad_day_of_opensky_is_said(practice: PracticeServices, trouble: str) -> None:
    practice.misbehave("opensky", trouble)
    box = box_at(practice, "opensky", {}, SHORT if trouble == "timeout" else PATIENT)
    assert "OpenSky" in box.refused("flight", number="CA1723")


# --- the tables --------------------------------------------------------------------------------


def test_the_tables_hold_together() -> None:
    assert len(airports()) > 250 and len(airlines()) > 100
    for airport in airports():
        assert len(airport.iata) == 3 and len(airport.icao) == 4 and airport.iata.isupper()
        assert find_airport(airport.iata) is find_airport(airport.icao) is airport
    assert all(find_airport(airline.home) for airline in airlines())
    codes = [code for airline in airlines() for code in (airline.iata, airline.icao)]
    assert len(codes) == len(set(codes))
