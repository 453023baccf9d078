"""How questions end that the model cannot answer, and what it is told on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.agent.chat_values import ChatSettings, Ended
from tapwright.errors import UsageError
from tapwright.prompts import DIALECTS
from tapwright.tools.plugin import tool
from tapwright.types import Reply

from .chat_parts import OSLO, SENT, call, ended, last_prompt, send_mail, talk


def test_a_broken_reply_is_told_to_the_model_and_never_an_answer() -> None:
    assistant = talk(['✿FUNCTION✿: weather\n✿ARGS✿: {"city": ', OSLO, "27 °C."])
    assert ended(assistant.ask("?weather")) == (Ended.ANSWERED, "27 °C.")
    prompt = last_prompt(assistant)
    assert "the call of weather is cut off" in prompt
    assert "Oslo 27 °C" in prompt


def test_three_unreadable_replies_in_a_row_are_no_answer() -> None:
    answer = talk(['✿FUNCTION✿: weather\n✿ARGS✿: {"city": '] * 9).ask("?weather")
    assert ended(answer) == (Ended.CONFUSED, "")
    assert (answer.rounds, answer.ended.exit_code) == (3, 4)
    assert "cut off" in answer.said


def test_unreadable_replies_count_only_in_a_row() -> None:
    cut = '✿FUNCTION✿: weather\n✿ARGS✿: {"city": '
    replies = [cut, OSLO, cut, call("weather", '{"city": "Rome"}'), cut, "Fine."]
    assert ended(talk(replies, repair_limit=2).ask("?")) == (Ended.ANSWERED, "Fine.")
    assert talk([cut, cut, "Fine."], repair_limit=2).ask("?").ended is Ended.CONFUSED


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (call("fly"), "no tool 'fly'; use one of: weather"),
        (call("weather", '{"city": 5}'), "weather: 'city' should be of type string, not 5"),
        (call("weather", '{"town": "Oslo"}'), "weather has no field 'town'"),
        (call("weather", "{}"), "weather needs 'city'"),
    ],
)
def test_a_call_that_does_not_fit_its_tool_is_refused_with_what_was_expected(
    reply: str, told: str
) -> None:
    assistant = talk([reply, "I do not know."])
    assert ended(assistant.ask("?weather")) == (Ended.ANSWERED, "I do not know.")
    assert f"Refused, nothing was done: {told}" in last_prompt(assistant)
    assert talk([reply] * 5, same_call_limit=9).ask("?weather").ended is Ended.CONFUSED


def test_one_bad_call_among_others_spoils_only_itself() -> None:
    tagged = (
        '<tool_call>{"name": "fly", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>'
    )
    assistant = talk([tagged, "27 °C."])
    assistant.dialect = DIALECTS["hermes"]
    answer = assistant.ask("?weather")
    assert [each.decision is None for each in answer.calls] == [True, False]
    prompt = last_prompt(assistant)
    assert prompt.index("no tool 'fly'") < prompt.index("Oslo 27 °C")


def test_what_a_tool_refuses_or_breaks_at_is_told_as_such() -> None:
    @tool
    def broken() -> str:
        """Break."""
        raise ZeroDivisionError("by zero")

    refused = talk([call("weather", '{"city": "Nowhere"}'), "No such city."])
    assert refused.ask("?").ended is Ended.ANSWERED
    assert "Refused, nothing was done: no city 'Nowhere'" in last_prompt(refused)
    crashed = talk([call("broken"), "It failed."], [broken])
    assert crashed.ask("?").ended is Ended.ANSWERED
    assert "It is not known whether this was done" in last_prompt(crashed)


def test_an_answer_that_is_too_long_is_marked_as_cut() -> None:
    answer = talk([Reply("It lands at", finish="length")], max_new_tokens=3).ask("When?")
    assert ended(answer) == (Ended.CUT_OFF, "It lands at")
    assert (answer.ended.exit_code, answer.said) == (
        4, "longer than 3 tokens; allow more (max_new_tokens)",
    )  # fmt: skip


def test_a_call_that_is_cut_off_is_not_carried_out() -> None:
    whole_but_cut = Reply(call("send_mail", '{"to": "Ana"}'), finish="length")
    SENT.clear()
    answer = talk([whole_but_cut, "Not sent."], [send_mail], ("send_mail",)).ask("?")
    assert (answer.text, SENT) == ("Not sent.", [])


@pytest.mark.parametrize(
    ("settings", "end", "rounds"),
    [
        ({"max_rounds": 2}, Ended.ROUND_LIMIT, 2),
        ({"max_tokens": 1}, Ended.TOKEN_LIMIT, 1),
        ({"max_seconds": 1e-9}, Ended.TIME_LIMIT, 0),
    ],
)
def test_a_spent_budget_ends_without_an_answer(
    settings: dict[str, Any], end: Ended, rounds: int
) -> None:
    replies = [call("weather", f'{{"city": "City {number}"}}') for number in range(9)]
    answer = talk(replies, **settings).ask("?")
    assert (answer.ended, answer.text, answer.rounds) == (end, "", rounds)
    assert (answer.ended.exit_code, "allow more" in answer.said) == (4, True)


def test_the_same_call_again_and_again_gets_a_hint_and_then_an_end() -> None:
    ran: list[str] = []

    @tool
    def look(city: str, days: int = 1) -> str:
        """Look."""
        ran.append(city)
        return "the same"

    one, other = '{"city": "Oslo", "days": 1}', '{"days": 1, "city": "Oslo"}'
    replies = [call("look", one), call("look", other), call("look", one)]
    assistant = talk([*replies, "Fine."], [look])
    assert assistant.ask("?").text == "Fine."
    assert "You have made this call with these arguments 3 times" in last_prompt(assistant)
    ran.clear()
    stuck = talk([call("look", one)] * 9, [look]).ask("?")
    assert (stuck.ended, stuck.rounds, len(ran)) == (Ended.STUCK, 4, 3)
    different = [call("look", f'{{"city": "{name}"}}') for name in "abcde"]
    assert talk([*different, "Fine."], [look]).ask("?").text == "Fine."


def test_nothing_asked_is_an_error_of_the_person() -> None:
    for said in ((), ("",), ("  \n",)):
        with pytest.raises(UsageError, match="nothing was asked"):
            talk([]).ask(*said)
    with pytest.raises(UsageError, match="max_rounds is 0"):
        ChatSettings(max_rounds=0)
