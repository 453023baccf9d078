"""How questions end that somebody stops: the policy, a person, a model or a device that is gone."""

from __future__ import annotations

import _thread
import threading
from typing import Any

from tapwright.agent.assistant import Assistant
from tapwright.agent.chat_values import Ended
from tapwright.errors import ModelError, Offline
from tapwright.prompts import DIALECTS
from tapwright.tools.context import Context
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.plugin import tool
from tapwright.types import Frame, Observation, Size

from .chat_parts import OSLO, SENT, call, ended, last_prompt, send_mail, talk
from .drawn_device import DrawnDevice


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
