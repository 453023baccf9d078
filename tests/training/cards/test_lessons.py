import re

import pytest

from tapwright.errors import NoCall
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts.compact import signature
from tapwright.tools.builtin import builtin_tools
from tapwright.tools.context import Context
from tapwright.training.cards.asking import PHRASES, phrasings
from tapwright.training.cards.card import KINDS
from tapwright.training.cards.grade import Grade, grade
from tapwright.training.cards.lessons import Lesson, lessons
from tapwright.training.cards.make import make_card
from tapwright.training.cards.prompts import (
    DIALECT,
    FAMILY,
    prompt_messages,
    reply_text,
    so_far,
    system_text,
    text_of,
    tool_specs,
)
from tapwright.training.cards.score import practice_toolbox
from tapwright.training.cards.trials import FIRST_SEED, run_trial
from tapwright.training.cards.world import world_for
from tapwright.types import ImagePart, Reply, TextPart, ToolCall


def lesson_of(kind: str, topic: str, seed: int = 4) -> Lesson:
    known = {lesson.topic: lesson for lesson in lessons(make_card(kind, seed))}  # type: ignore[arg-type]
    return known[topic]


def test_every_topic_is_taught() -> None:
    for kind in KINDS:
        taught = {lesson.topic for lesson in lessons(make_card(kind, 4))}
        assert taught == set(PHRASES[kind])


def test_phrasings_of_the_evaluation_are_never_trained() -> None:
    trained = {p for k in KINDS for t in PHRASES[k] for p in phrasings(k, t, unseen=False)}
    kept = {p for k in KINDS for t in PHRASES[k] for p in phrasings(k, t, unseen=True)}
    assert kept and trained and not kept & trained


def test_the_weather_is_asked_for_where_the_flight_lands() -> None:
    lesson = lesson_of("pass", "lands_weather")
    flight, weather = lesson.calls
    assert flight.name == "flight"
    lands = re.search(r"^lands (.+) \(", lesson.steps[1].done[0][1], re.MULTILINE)
    assert lands is not None
    assert weather == ToolCall("weather", {"city": lands[1]})


def test_a_right_reply_is_read_back_as_the_call_that_it_writes() -> None:
    for kind in KINDS:
        for lesson in lessons(make_card(kind, 9)):
            for step in lesson.steps:
                reply = Reply(reply_text(step))
                if step.call is not None:
                    assert DIALECT.parse(reply).calls == (step.call,)
                else:
                    with pytest.raises(NoCall) as said:
                        DIALECT.parse(reply)
                    assert said.value.answer == step.answer


def test_what_a_step_finds_written_is_what_the_dialect_renders_in_a_chat() -> None:
    card = make_card("pass", 9)
    lesson = next(lesson for lesson in lessons(card) if lesson.topic == "lands_weather")
    for before, after in zip(lesson.steps, lesson.steps[1:], strict=False):
        assert so_far(after).startswith(so_far(before) + reply_text(before) + "\n*RESULT*: ")
        assert so_far(after).endswith("\n*RETURN*")
    messages = DIALECT.render(prompt_messages(card.picture, "When?", lesson.steps[1]))
    assert [message.role for message in messages] == ["system", "user", "assistant"]
    assert messages[0].parts == (TextPart(system_text()),)
    assert messages[1].parts == (ImagePart(card.picture), TextPart("When?"))
    assert messages[2].open


def test_the_tools_are_told_of_as_the_built_in_ones() -> None:
    known = {tool.spec.name: tool.spec for tool in builtin_tools()}
    offered = [signature(spec) for spec in tool_specs()]
    assert offered == [signature(known[name]) for name in FAMILY.chat_tools]


def test_results_are_word_for_word_those_of_the_real_tools() -> None:
    world = world_for(FIRST_SEED, unseen=True)
    with practice_toolbox(FAMILY.chat_tools) as toolbox:
        for kind in KINDS:
            for lesson in lessons(make_card(kind, FIRST_SEED, unseen=True)):
                for call in lesson.calls:
                    told = toolbox.run(toolbox.check(call), Context()).parts
                    assert told == (TextPart(world(call), trusted=False),)


def test_whoever_replies_as_taught_is_right_through_the_real_assistant() -> None:
    with practice_toolbox(FAMILY.chat_tools) as toolbox:
        for kind in KINDS:
            card = make_card(kind, FIRST_SEED + 1, unseen=True)
            for lesson in lessons(card):
                model = ScriptedModel([reply_text(s) for s in lesson.steps], "tapwright-embedded")
                trial = run_trial(model, toolbox, card, lesson)
                assert (trial.calls_right, trial.answer_right, trial.ended) == (
                    True,
                    True,
                    "answered",
                )
                # The prompts of the last round are those that training shows, to the letter.
                shown = prompt_messages(card.picture, trial.question, lesson.steps[-1])
                texts = [text_of(message.parts) for message in DIALECT.render(shown)]
                asked = model.requests[-1].messages
                assert [text_of(message.parts) for message in asked] == texts


def test_a_wrong_digit_is_a_wrong_call() -> None:
    lesson = lesson_of("parcel", "where")
    number = str(lesson.calls[0].arguments["number"])
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    assert grade(lesson, lesson.calls, "") == Grade(calls=True, answer=False)
    assert not grade(lesson, [ToolCall("parcel", {"number": wrong})], "").calls
    assert not grade(lesson, [], "").calls
    assert not grade(lesson, [*lesson.calls, *lesson.calls], "").calls
    assert not grade(lesson, [ToolCall("flight", {"number": number})], "").calls


def test_spaces_case_and_defaults_do_not_make_a_call_wrong() -> None:
    lesson = lesson_of("parcel", "where")
    number = str(lesson.calls[0].arguments["number"])
    spaced = f" {number[:2].lower()} {number[2:6]} {number[6:]}"
    assert grade(lesson, [ToolCall("parcel", {"number": spaced, "carrier": ""})], "").calls
    weather = lesson_of("weather", "now")
    city = str(weather.calls[0].arguments["city"])
    assert grade(weather, [ToolCall("weather", {"city": city.upper(), "days": 1})], "").calls
    assert not grade(weather, [ToolCall("weather", {"city": city, "days": 2})], "").calls


def test_a_fact_must_stand_in_the_answer_by_itself() -> None:
    lesson = Lesson("now", ("How warm?",), (), ("12", "Oslo"))
    assert grade(lesson, [], "It is 12 °C in Oslo.").answer
    for wrong in ("It is -12 °C in Oslo.", "It is 112 °C in Oslo.", "12 °C", "Oslo", "12:30, Oslo"):
        assert not grade(lesson, [], wrong).answer


def test_a_flight_that_does_not_fly_is_not_said_to_land() -> None:
    from tapwright.training.cards.answers import landing

    result = "XX1 Air\nleaves Oslo (OSL) 10:00\nlands Rome (FCO) 13:00{}\nstatus {}"
    assert landing(result.format("", "cancelled")).text == "It is cancelled."
    assert landing(result.format("", "scheduled")).text == "It lands at 13:00."
    late = landing(result.format(", expected 00:10 +1", "delayed"))
    assert late.text == "It lands at 13:00, expected 00:10 the next day."
    assert late.key == ("00:10",)
