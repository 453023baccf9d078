"""Which place a name means."""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.errors import ToolError
from tapwright.tools.places import Gazetteer
from tapwright.tools.services import Services

from .loopback import Asked, Loopback, Said, as_json


def row(name: str, country: str, code: str, people: int | None, **more: Any) -> dict[str, Any]:
    known = {"name": name, "latitude": 1.5, "longitude": 2, "country": country}
    found = {**known, "country_code": code, "population": people, "feature_code": "PPL", **more}
    return {key: value for key, value in found.items() if value is not None}


PARIS = row("Paris", "France", "FR", 2138551, feature_code="PPLC", timezone="Europe/Paris")
TEXAS = row("Paris", "United States", "US", 24839, admin1="Texas")
KNOWN: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("Paris", "en"): [row("Paris", "Haiti", "HT", None), TEXAS, PARIS],
    ("北京", "zh"): [row("北京", "中国", "CN", None, admin1="重庆")],
    ("北京市", "zh"): [row("北京市", "中国", "CN", 18960744)],
    ("München", "en"): [row("Munich", "Germany", "DE", 1260391)],
    ("Москва", "ru"): [row("Москва", "Россия", "RU", 10381222)],
    ("東京タワー", "ja"): [row("東京タワー", "日本", "JP", 120000)],
    ("Warszawa", "en"): [row("Warszawa", "United States", "US", None, admin1="Ohio")],
    ("Warszawa", "pl"): [row("Warszawa", "Polska", "PL", 1702139)],
    ("Spring", "en"): [row("Springfield", "United States", "US", 170188, admin1="Missouri")],
    ("France", "en"): [
        row("France", "France", "FR", 64768389, feature_code="PCLI"),
        row("France", "Haiti", "HT", 1200),
    ],
    ("Frankfurt", "en"): [row("Frankfurt am Main", "Germany", "DE", 650000)],
    ("Hallstatt", "en"): [row("Hallstatt", "Austria", "AT", 795)],
}


@pytest.fixture
def gazetteer(loopback: Loopback) -> Gazetteer:
    def answer(asked: Asked) -> Said:
        found = KNOWN.get((asked.query["name"], asked.query["language"]))
        return as_json({"generationtime_ms": 0.4} if found is None else {"results": found})

    loopback.answer = answer
    return Gazetteer(Services(timeout=5).all_at(loopback.url))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Paris", "Paris, France"),
        ("Paris, US", "Paris, United States"),
        ("Paris, usa", "Paris, United States"),
        ("Paris, Texas", "Paris, United States"),
        ("Paris, TX, United States", "Paris, United States"),
        ("Paris\uff0c HT", "Paris, Haiti"),
        ("北京", "北京市, 中国"),
        ("München", "Munich, Germany"),
        ("Москва", "Москва, Россия"),
        ("東京タワー", "東京タワー, 日本"),
        ("Warszawa", "Warszawa, Polska"),
        ("  Frankfurt ", "Frankfurt am Main, Germany"),
        ("Hallstatt", "Hallstatt, Austria"),
    ],
)  # fmt: skip
def test_a_name_in_any_language_finds_the_place_that_is_meant(
    gazetteer: Gazetteer, text: str, title: str
) -> None:
    assert gazetteer.find(text).title == title


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Xyzzy", "no place 'Xyzzy' is known; check the spelling"),
        ("Spring", r"'Spring' is known; there are: Springfield \(Missouri, United States\)"),
        ("Paris, Narnia", r"no place 'Paris' in 'Narnia'.*Paris \(Texas, United States\)"),
        ("France", "'France' is a country; name a city in it"),
        ("", "no place was named"),
        (" , Texas", "names no city"),
        ("a\x00b", "no name of a place"),
        ("x" * 101, "no name of a place"),
    ],
)
def test_a_name_that_means_no_place_is_told_with_what_comes_near(
    gazetteer: Gazetteer, text: str, words: str
) -> None:
    with pytest.raises(ToolError, match=words):
        gazetteer.find(text)


def test_a_country_alone_is_told_to_be_one(loopback: Loopback) -> None:
    found = {**PARIS, "name": "France", "feature_code": "PCLI"}
    loopback.answer = lambda asked: as_json({"results": [found]})
    with pytest.raises(ToolError, match="'france' is a country; name a city in it"):
        Gazetteer(Services(timeout=5).all_at(loopback.url)).find("france")


def test_a_known_city_takes_one_request(gazetteer: Gazetteer, loopback: Loopback) -> None:
    gazetteer.find("Paris")
    gazetteer.find("Paris, Texas")
    assert [asked.query["count"] for asked in loopback.asked] == ["20", "100"]


def test_a_small_place_is_kept_where_looking_further_fails(loopback: Loopback) -> None:
    small = as_json({"results": KNOWN["Hallstatt", "en"]})
    loopback.answer = lambda asked: small if asked.query["language"] == "en" else as_json({}, 400)
    gazetteer = Gazetteer(Services(timeout=5).all_at(loopback.url))
    assert gazetteer.find("Hallstatt").country == "Austria"


@pytest.mark.parametrize("answer", [[], {"results": {}}, {"results": "none"}])
def test_an_answer_of_another_form_is_an_error(loopback: Loopback, answer: object) -> None:
    loopback.answer = lambda asked: as_json(answer)
    with pytest.raises(ToolError, match="unknown form"):
        Gazetteer(Services(timeout=5).all_at(loopback.url)).find("Paris")


def test_results_that_are_no_places_are_passed_over(loopback: Loopback) -> None:
    broken: list[object] = [
        None,
        {},
        {"name": 5},
        {**PARIS, "latitude": "1"},
        {**PARIS, "longitude": 999},
    ]
    loopback.answer = lambda asked: as_json({"results": [*broken, TEXAS]})
    found = Gazetteer(Services(timeout=5).all_at(loopback.url)).find("Paris")
    assert found.country == "United States"


def test_results_of_which_none_can_be_read_are_not_called_unknown(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json({"results": [{"title": "Paris"}]})
    with pytest.raises(ToolError, match="sent no place that can be read"):
        Gazetteer(Services(timeout=5).all_at(loopback.url)).find("Paris")


def test_a_search_that_is_too_slow_for_all_languages_does_not_call_a_place_unknown(
    loopback: Loopback,
) -> None:
    def slow(asked: Asked) -> Said:
        loopback.ended.wait(1.5)
        return as_json({})

    loopback.answer = slow
    with pytest.raises(ToolError, match="the place search takes too long"):
        Gazetteer(Services(timeout=2.5).all_at(loopback.url)).find("Neverwhere")
