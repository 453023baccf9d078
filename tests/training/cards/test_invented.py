"""Places and flights that do not exist: read letter by letter, and answered under their names."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path

import pytest

from tapwright.errors import ToolError
from tapwright.tools.flight_info import read_number
from tapwright.training.cards.asking import phrasings
from tapwright.training.cards.card import KINDS, Card
from tapwright.training.cards.chunks import write_chunk
from tapwright.training.cards.held import held_city, held_number
from tapwright.training.cards.invented import (
    LONGEST_NAME,
    SHARE,
    SHORTEST_NAME,
    RenamedWorld,
    awkward_city,
    invent,
    invented_city,
    invented_flight,
)
from tapwright.training.cards.lessons import lessons
from tapwright.training.cards.make import make_card
from tapwright.training.cards.values import draw_facts
from tapwright.training.cards.world import CardWorld, world_for
from tapwright.training.reading import TAILS, Cards, CardSampler
from tapwright.types import ToolCall

PLACES = ("origin", "destination", "sender", "receiver", "city", "other")


@pytest.fixture(scope="module")
def cards() -> list[Card]:
    """Cards of every kind, most of them with invented names."""
    return [make_card(kind, seed) for kind in KINDS for seed in range(200, 208)]


def test_an_invented_city_is_no_real_one_and_none_that_is_held() -> None:
    practice = world_for(1, unseen=False).practice
    rng = random.Random(3)
    names = {invented_city(rng) for _ in range(4000)}
    assert len(names) > 3500, "few names are learned by heart"
    for name in names:
        assert practice.city(name) is None, name
        assert not held_city(name), name
        assert SHORTEST_NAME <= len(name) <= LONGEST_NAME
        assert name == name.title()


def test_an_awkward_city_often_holds_a_piece_of_the_question_and_is_none_that_is_held() -> None:
    practice = world_for(1, unseen=False).practice
    rng = random.Random(3)
    names = [awkward_city(rng) for _ in range(2000)]
    plain = [invented_city(rng) for _ in range(2000)]
    often, seldom = (
        sum(any(piece in name.lower() for piece in ("now", "wea", "war")) for name in drawn)
        for drawn in (names, plain)
    )
    assert often > 100 and often > 2 * seldom, (often, seldom)
    assert not any(held_city(name) or practice.city(name) for name in names)
    assert all(SHORTEST_NAME <= len(name) <= LONGEST_NAME for name in names)


def test_an_invented_flight_is_a_number_that_can_be_read_and_is_not_held() -> None:
    rng = random.Random(3)
    numbers = {invented_flight(rng) for _ in range(2000)}
    assert len(numbers) > 1500
    for number in numbers:
        assert not held_number(number), number
        assert str(read_number(number)) == number
    assert {len(number) for number in numbers} == {3, 4, 5, 6}


def test_facts_are_changed_where_they_name_a_place_or_a_flight_alone() -> None:
    rng = random.Random(5)
    for kind in KINDS:
        facts = draw_facts(kind, rng, world_for(7, unseen=False).practice, unseen=False)
        changed, stands_for = invent(facts, rng)
        asked = {key for key in facts if changed[key] != facts[key]}
        flight = {"number", "shown_number"} if kind == "pass" else set()
        assert asked == {key for key in PLACES if key in facts} | flight
        for key in asked - {"shown_number"}:
            assert stands_for[changed[key]] == facts[key]
        if kind == "pass":
            assert changed["shown_number"].replace(" ", "") == changed["number"]
            assert (" " in changed["shown_number"]) == (" " in facts["shown_number"])


def test_a_city_that_stands_twice_on_a_card_has_one_name() -> None:
    facts = {"sender": "Oslo", "receiver": "Oslo"}
    changed, stands_for = invent(facts, random.Random(1))
    assert changed["sender"] == changed["receiver"] != "Oslo"
    assert list(stands_for.values()) == ["Oslo"]


def test_a_renamed_world_answers_to_the_invented_name_with_it() -> None:
    world = world_for(3, unseen=False)
    renamed = RenamedWorld(world, {"Valdenmo": "Oslo", "Kirr": "Rome"})
    for shown, real in (("Valdenmo", "Oslo"), ("Kirr", "Rome")):
        said = renamed(ToolCall("weather", {"city": shown, "days": 2}))
        assert said.startswith(f"{shown}, ")
        assert said == world(ToolCall("weather", {"city": real, "days": 2})).replace(real, shown, 1)


def test_a_renamed_flight_lands_in_the_renamed_city() -> None:
    world = world_for(3, unseen=False)
    flight = world.practice.random_flight(random.Random(2))
    names = {"QX77": flight.number, "Borrin": flight.origin, "Valdenmo": flight.destination}
    said = RenamedWorld(world, names)(ToolCall("flight", {"number": "QX77"}))
    assert said.startswith("QX77 ")
    assert f"leaves Borrin ({flight.origin_code})" in said
    assert f"lands Valdenmo ({flight.destination_code})" in said
    assert flight.number not in said


def test_what_a_renamed_world_does_not_know_is_the_same_error() -> None:
    world = world_for(3, unseen=False)
    renamed = RenamedWorld(world, {"Valdenmo": "Oslo"})
    for call in (
        ToolCall("weather", {"city": "Nowherette"}),
        ToolCall("flight", {"number": "no flight"}),
        ToolCall("parcel", {"number": "12"}),
        ToolCall("teleport", {}),
    ):
        errors = []
        for asked in (world, renamed):
            with pytest.raises(ToolError) as said:
                asked(call)
            errors.append(str(said.value))
        assert errors[0] == errors[1] != ""
    assert "Nowherette" in _error(renamed, ToolCall("weather", {"city": "Nowherette"}))


def _error(world: RenamedWorld | CardWorld, call: ToolCall) -> str:
    with pytest.raises(ToolError) as said:
        world(call)
    return str(said.value)


def test_most_cards_of_training_tell_of_invented_places_and_no_unseen_one_does(
    cards: list[Card],
) -> None:
    invented = sum(bool(card.stands_for) for card in cards)
    assert SHARE - 0.2 < invented / len(cards) <= SHARE + 0.2
    practice = world_for(1, unseen=False).practice
    for kind in KINDS:
        for seed in range(200, 203):
            card = make_card(kind, seed, unseen=True)
            assert card.stands_for == {}
            assert all(practice.city(card.facts[key]) for key in PLACES if key in card.facts)


def test_every_call_of_a_lesson_is_answered_in_the_cards_own_names(cards: list[Card]) -> None:
    for card in cards:
        for lesson in lessons(card):
            last = lesson.steps[-1]
            assert last.call is None and last.answer
            assert [call for call, _ in last.done] == list(lesson.calls)
            for call, result in last.done:
                assert result
                told = f"{call.arguments} {result} {last.answer}"
                for real in card.stands_for.values():
                    assert not re.search(rf"\b{re.escape(real)}\b", told), (real, told)
                if call.name == "weather":
                    assert result.startswith(f"{call.arguments['city']}, ")


def test_talks_ask_for_what_the_words_and_results_say(tmp_path: Path) -> None:
    write_chunk(tmp_path, 318, 2)  # a parcel and a weather card, upright
    talks = CardSampler(Cards(tmp_path), seed=0).talks(40, 3)
    assert talks.pictures.shape == (40, 28, 420, 3)
    first = [q for asked in talks.questions for q in asked if not q.before]
    assert first, "no first call is taught"
    for question in first:
        city = json.loads(re.search(r"\{.*\}", question.reply)[0])["city"]  # type: ignore[index]
        assert city in question.text


def test_talks_ask_more_often_for_a_city_that_the_question_names(tmp_path: Path) -> None:
    write_chunk(tmp_path, 0, 24)  # one step in ten of these copies a city out of the question
    cards = CardSampler(Cards(tmp_path), seed=0)
    drawn = itertools.chain.from_iterable(cards.talks(400, 3).questions)
    first = [not question.before for question in drawn]
    assert sum(first) > 0.19 * len(first)


def test_a_city_that_the_question_names_is_another_one_each_time(tmp_path: Path) -> None:
    write_chunk(tmp_path, 0, 24)
    cards = CardSampler(Cards(tmp_path), seed=0)
    drawn = [cards.talks(40, 3), cards.whole("tall", 40, 9)]
    for reading in drawn:
        named = []
        for question in (q for asked in reading.questions for q in asked if not q.before):
            told = re.search(
                r"(?:warmer (?:now )?in|weather in|And in|What about) (.+?)\?", question.text
            )
            if told:
                city = told[1].removesuffix(" now")
                for tail in TAILS:
                    city = city.removesuffix(f" {tail}")
                assert f'{{"city": "{city}"}}' in question.reply, (question.text, question.reply)
                named.append(city)
        assert len(named) > 5 and len(set(named)) > 0.8 * len(named), named


def test_a_city_that_a_question_names_is_often_not_its_last_word(tmp_path: Path) -> None:
    write_chunk(tmp_path, 0, 24)
    cards = CardSampler(Cards(tmp_path), seed=0)
    kept = phrasings("weather", "elsewhere", unseen=True)
    ends = []
    for reading in (cards.talks(60, 3) for _ in range(10)):
        for question in itertools.chain.from_iterable(reading.questions):
            city = re.search(r'"city": "(.+?)"', question.reply)
            if question.before or not city or "warmer" in question.text:
                continue
            stem, _, end = question.text.partition(city[1])
            ends.append(end.removesuffix("?").strip())
            assert ends[-1] in ("", *TAILS) and stem + "{other}" + end not in kept
    assert len(ends) > 20 and 0.2 < sum(map(bool, ends)) / len(ends) < 0.6, ends
    assert set(TAILS) <= set(ends)
