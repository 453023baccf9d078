"""How questions end that are not simply answered, and what the model is told on the way."""

from __future__ import annotations

import _thread
import threading
from typing import Any

import pytest

from tapwright.agent.approved import Approved
from tapwright.agent.assistant import Assistant
from tapwright.agent.chat_values import Answer, ChatSettings, Ended
from tapwright.agent.policy import NoOne, Policy
from tapwright.errors import DeviceError, ModelError, Offline, ToolError, UsageError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.tools.context import Context
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool, Toolbox
from tapwright.types import Reply

from .drawn_device import DrawnDevice
from .parts import request_text


@tool
def weather(city: str, days: int = 1) -> str:
    """Tell the weather."""
    if city == "Nowhere":
        raise ToolError("no city 'Nowhere'; check its spelling")
    return f"{city} 27 °C"


@tool(asks=True)
def send_mail(to: str) -> str:
    """Send a mail."""
    SENT.append(to)
    return "sent"


SENT: list[str] = []


def call(name: str, arguments: str = "{}") -> str:
    return f"✿FUNCTION✿: {name}\n✿ARGS✿: {arguments}"


OSLO = call("weather", '{"city": "Oslo"}')


def talk(
    replies: list[Any], tools: list[Tool] | None = None, allowed: tuple[str, ...] = (), **set: Any
) -> Assistant:
    return Assistant(
        ScriptedModel(replies),
        Toolbox([weather] if tools is None else tools),
        DIALECTS["qwen"],
        ChatSettings(**set),
        Policy(Approved(allowed, NoOne())),
    )


def last_prompt(assistant: Assistant) -> str:
    model = assistant.model
    assert isinstance(model, ScriptedModel)
    return request_text(model.requests[-1])


def ended(answer: Answer) -> tuple[Ended, str]:
    return answer.ended, answer.text


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


def test_a_tool_that_asks_is_denied_where_nobody_says_yes() -> None:
    SENT.clear()
    reply = call("send_mail", '{"to": "Ana"}')
    assistant = talk([reply, "ok"], [send_mail])
    answer = assistant.ask("Hello")
    assert ended(answer) == (Ended.DENIED, "")
    assert (answer.ended.exit_code, SENT) == (5, [])
    assert "'send_mail' was denied by" in answer.said
    assert assistant.ask("And now?").text == "ok"  # the conversation goes on
    assert "(no answer: denied)" in last_prompt(assistant)
    assert talk([reply, "Sent."], [send_mail], ("send_mail",)).ask("Hello").text == "Sent."
    assert SENT == ["Ana"]


def test_where_one_call_is_denied_none_of_the_reply_runs() -> None:
    SENT.clear()
    ran: list[str] = []

    @tool
    def look() -> str:
        """Look."""
        ran.append("look")
        return "seen"

    both = (
        '<tool_call>{"name": "look", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "send_mail", "arguments": {"to": "Ana"}}</tool_call>'
    )
    assistant = talk([both], [look, send_mail])
    assistant.dialect = DIALECTS["hermes"]
    answer = assistant.ask("?")
    assert (answer.ended, ran, SENT) == (Ended.DENIED, [], [])
    assert len(answer.calls) == 2


def test_a_yes_beforehand_never_stands_for_an_act_on_a_device() -> None:
    from tapwright.tools.phone import ACTION_SETS
    from tapwright.types import Frame, Observation, Size

    size = Size(280, 560)
    device = DrawnDevice()
    actions = ACTION_SETS["compact"].tools(Frame.NORM_1000, size, size)
    name = next(each.spec.name for each in actions if "point" in each.spec.parameters["properties"])
    assistant = talk([call(name, '{"point": [500, 500]}')], list(actions), (name,))
    assistant.context = Context(device, Observation(device.observe().image))
    assert assistant.ask("Buy it now").ended is Ended.DENIED


def test_a_model_that_fails_and_a_device_that_is_gone_end_the_question() -> None:
    failed = talk([ModelError("the server is away")]).ask("?")
    assert (failed.ended, failed.said, failed.ended.exit_code) == (
        Ended.MODEL_FAILED, "the server is away", 6,
    )  # fmt: skip

    @tool
    def press(context: Context) -> str:
        """Press something."""
        context.hands.query(["true"])
        return "pressed"

    class Gone(DrawnDevice):
        def query(self, argv: Any) -> Any:
            raise Offline("'drawn' is offline; plug it in")

    assistant = talk([call("press")], [press])
    assistant.context = Context(Gone())
    lost = assistant.ask("?")
    assert (lost.ended, lost.said) == (Ended.DEVICE_LOST, "'drawn' is offline; plug it in")
    assert issubclass(Offline, DeviceError)


def test_cancelling_from_elsewhere_ends_before_the_next_round() -> None:
    holder: list[Assistant] = []

    @tool
    def look() -> str:
        """Look, while another thread has enough of it."""
        other = threading.Thread(target=holder[0].cancel)
        other.start()
        other.join()
        return "seen"

    assistant = talk([call("look"), "Never said."], [look])
    holder.append(assistant)
    cancelled = assistant.ask("?")
    assert (cancelled.ended, cancelled.rounds, cancelled.ended.exit_code) == (
        Ended.CANCELLED, 1, 130,
    )  # fmt: skip
    assert assistant.ask("Again?").text == "Never said."


def test_an_interrupt_while_a_tool_runs_leaves_what_it_did_unknown() -> None:
    let_go = threading.Event()

    @tool
    def slow() -> str:
        """Never end by itself."""
        _thread.interrupt_main()  # what Ctrl-C does
        let_go.wait(timeout=20)
        return "too late"

    assistant = talk([call("slow"), "It may be done."], [slow])
    assert assistant.ask("?").ended is Ended.CANCELLED
    let_go.set()
    assert assistant.ask("Well?").text == "It may be done."
    prompt = last_prompt(assistant)
    assert "It is not known whether this was done; look before you repeat it: " in prompt
    assert "(no answer: cancelled)" in prompt


def test_an_interrupt_behind_a_call_does_not_forget_its_result() -> None:
    assistant = talk([OSLO, "Warm."])

    def interrupt(event: object) -> None:
        if type(event).__name__ == "Called":
            raise KeyboardInterrupt

    assert assistant.ask("?", on_event=interrupt).ended is Ended.CANCELLED
    assert assistant.ask("Well?").text == "Warm."
    assert "Oslo 27 °C" in last_prompt(assistant)


def test_a_generator_that_is_let_go_of_leaves_a_conversation_that_goes_on() -> None:
    assistant = talk([OSLO, "Fine."])
    turns = assistant.turns("?")
    next(turns)
    turns.close()
    assert assistant.ask("Go on").text == "Fine."


def test_nothing_asked_is_an_error_of_the_person() -> None:
    for said in ((), ("",), ("  \n",)):
        with pytest.raises(UsageError, match="nothing was asked"):
            talk([]).ask(*said)
    with pytest.raises(UsageError, match="max_rounds is 0"):
        ChatSettings(max_rounds=0)
