"""Flights from OpenSky, over real HTTP on loopback: what it sees, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tapwright.serving.practice import PracticeServices
from tapwright.tools.flight_info import Flight

from .practice_box import PATIENT, SHORT, box_at

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
