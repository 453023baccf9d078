"""Where a parcel is, over real HTTP on loopback, bad days included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tapwright.serving.practice import PracticeServices
from tapwright.tools.parcel_info import Parcel

from .practice_box import PATIENT, SHORT, box_at, canned

NUMBER = "RB123456785CN"
ON_ITS_WAY = Parcel(
    NUMBER, "China Post", "in transit", "2026-11-20 14:02", "Frankfurt",
    "arrived at sorting centre",
)  # fmt: skip


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeServices]:
    with PracticeServices(seed=7) as services:
        services.world.add_parcel(ON_ITS_WAY)
        yield services


@pytest.fixture(autouse=True)
def well_behaved(practice: PracticeServices) -> Iterator[None]:
    yield
    practice.behave()


def accepted(**info: Any) -> dict[str, Any]:
    """An answer of 17TRACK with one number."""
    return {"code": 0, "data": {"accepted": [{"number": NUMBER, "track_info": info}]}}


def rejected(code: int, message: str) -> dict[str, Any]:
    """An answer of 17TRACK that takes no number."""
    error = {"code": code, "message": message}
    return {"code": 0, "data": {"accepted": [], "rejected": [{"number": NUMBER, "error": error}]}}


def test_a_parcel_is_told_in_the_words_that_the_model_was_trained_on(
    practice: PracticeServices,
) -> None:
    assert box_at(practice).told("parcel", number="rb 123456785 cn") == (
        "RB123456785CN China Post\n"
        "status in transit\n"
        "last 2026-11-20 14:02, Frankfurt, arrived at sorting centre"
    )


def test_a_number_is_registered_once_before_it_is_followed(practice: PracticeServices) -> None:
    before = len(practice.requests)
    box = box_at(practice)
    box.told("parcel", number="1Z999AA10123456784")
    box.told("parcel", number="1Z999AA10123456784")
    assert [asked.path.rpartition("/")[2] for asked in practice.requests[before:]] == [
        "gettrackinfo", "register", "gettrackinfo", "gettrackinfo",
    ]  # fmt: skip
    assert practice.requests[before].body == [{"number": "1Z999AA10123456784", "carrier": 100002}]
    assert all(asked.method == "POST" for asked in practice.requests[before:])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("InfoReceived", "announced"), ("InTransit", "in transit"), ("Delivered", "delivered"),
        ("OutForDelivery", "out for delivery"), ("DeliveryFailure", "delivery failed"),
        ("AvailableForPickup", "ready to be collected"), ("Exception", "in trouble"),
        ("Expired", "expired"), ("SomethingNew", "SomethingNew"),
    ],
)  # fmt: skip
def test_every_status_has_words(status: str, said: str) -> None:
    with canned({"/track": accepted(latest_status={"status": status})}) as box:
        assert box.told("parcel", number=NUMBER) == f"{NUMBER} China Post\nstatus {said}"


def test_a_wrong_check_digit_asks_nobody(practice: PracticeServices) -> None:
    before = len(practice.requests)
    text = box_at(practice).refused("parcel", number="RB123456784CN")
    assert "is 4 where 5 would be right" in text and "misread" in text
    assert len(practice.requests) == before


def test_a_named_carrier_is_taken(practice: PracticeServices) -> None:
    told = box_at(practice).told("parcel", number="123456789012", carrier="SF Express")
    assert told.startswith("123456789012 SF Express\nstatus ")


def test_a_parcel_without_news_is_not_called_a_fault(practice: PracticeServices) -> None:
    practice.misbehave("parcels", "unknown")
    text = box_at(practice).refused("parcel", number=NUMBER)
    assert text == (
        "China Post tells nothing of the parcel 'RB123456785CN' although its check digit is "
        "right; it may not be handed over yet, try again later"
    )
    with canned({"/track": accepted(latest_status={"status": "NotFound"})}) as box:
        assert "tells nothing of the parcel" in box.refused("parcel", number=NUMBER)


def test_a_number_that_cannot_even_be_registered_has_no_news() -> None:
    with canned({"/track": rejected(-18019902, "not registered")}) as box:
        assert "tells nothing of the parcel" in box.refused("parcel", number=NUMBER)


def test_a_reason_of_the_service_is_passed_on() -> None:
    with canned({"/track": rejected(-18010015, "The daily limit is used up.")}) as box:
        assert box.refused("parcel", number=NUMBER) == (
            "the parcel service does not take the number 'RB123456785CN': "
            "The daily limit is used up."
        )


NO_INFO = {"data": {"accepted": [{"number": NUMBER, "track": {}}], "rejected": []}}


@pytest.mark.parametrize(
    "body", [[], {}, {"data": None}, {"data": {}}, {"data": {"accepted": 3}}, NO_INFO]
)
def test_an_answer_of_another_form_is_said(body: Any) -> None:
    with canned({"/track": body}) as box:
        assert "unknown form" in box.refused("parcel", number=NUMBER)


def test_fields_that_are_missing_are_left_out() -> None:
    event = {"time_iso": "soon", "location": None, "description": "left\nthe  centre"}
    told = accepted(latest_status={"status": "InTransit"}, latest_event=event)
    with canned({"/track": told}) as box:
        text = box.told("parcel", number=NUMBER)
    assert text.splitlines()[-1] == "last soon, left the centre"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("timeout", "did not answer within 1 s"),
        ("429", "try again in 30 s"),
        ("500", "failed (500 internal server error)"),
        ("bad_json", "not JSON"),
        ("html", "a web page that is not JSON"),
        ("cut", "broke off in the middle"),
        ("huge", "more than 2 MB"),
        ("401", "check TRACK17_API_KEY"),
    ],
)
def test_a_bad_day_of_the_service_is_said(
    practice: PracticeServices, trouble: str, said: str
) -> None:
    practice.misbehave("parcels", trouble)
    timeout = SHORT if trouble == "timeout" else PATIENT
    text = box_at(practice, timeout=timeout).refused("parcel", number=NUMBER)
    assert said in text and "the parcel service" in text
    assert practice.environment["TRACK17_API_KEY"] not in text


def test_a_missing_key_names_its_variable(practice: PracticeServices) -> None:
    text = box_at(practice, environment={}).refused("parcel", number=NUMBER)
    assert "TRACK17_API_KEY" in text and "set it in the environment" in text


def test_a_wrong_key_names_its_variable_and_is_not_shown(practice: PracticeServices) -> None:
    text = box_at(practice, environment={"TRACK17_API_KEY": "my-own-wrong-key"}).refused(
        "parcel", number=NUMBER
    )
    assert "check TRACK17_API_KEY" in text and "my-own-wrong-key" not in text
