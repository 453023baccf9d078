"""Flights by number and departures, over real HTTP on loopback, bad days included."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tapwright.serving.practice import PracticeServices
from tapwright.tools.flight_info import Flight

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


def test_a_flight_without_a_date_is_of_the_day_that_it_is_for_the_tools() -> None:
    arrival = {"scheduled": "2020-01-03T00:10:00+00:00"}
    told = row(flight_date=None, departure={"scheduled": None}, arrival=arrival)
    with canned({"/v1/flights": {"data": [told]}}, today=date(2020, 1, 2)) as box:
        assert "lands Beijing (PEK) 00:10 +1" in box.told("flight", number="CA1723")


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
