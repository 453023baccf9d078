"""The five-line form of an assistant: `Assistant(model, tools).ask(question, picture)`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tapwright import Assistant, UsageError, tool
from tapwright.agent.chat_values import ChatSettings, Ended
from tapwright.converse import chat_tools
from tapwright.model.families import family_named
from tapwright.model.scripted import ScriptedModel
from tapwright.serving.practice import PracticeServices
from tapwright.tools.calculator import tools as calculator
from tapwright.tools.services import Services

PASS = Image.new("RGB", (60, 40), "white")


@tool
def buy_ticket(to: str) -> str:
    """Buy a ticket."""
    return f"bought to {to}"


def call(name: str, **arguments: object) -> str:
    return f"✿FUNCTION✿: {name}\n✿ARGS✿: {json.dumps(arguments)}"


def test_it_answers_with_a_known_tool_by_name_and_prints_as_its_text() -> None:
    model = ScriptedModel([call("calculator", expression="6*7"), ": It is 42."])
    answer = Assistant(model, ["calculator"]).ask("What is six times seven, and send it?", PASS)
    assert str(answer) == "It is 42."
    (called,) = answer.calls
    assert "42" in str(called.result.parts[0])


def test_a_tool_of_ones_own_that_costs_something_is_denied_unless_someone_says_yes() -> None:
    answer = Assistant(ScriptedModel([call("buy_ticket", to="Oslo")]), [buy_ticket]).ask("Go")
    assert (answer.ended, str(answer)[:8]) == (Ended.DENIED, "(denied:")

    class Yes:
        simulated_only = False

        def confirm(self, call: object, decision: object) -> bool:
            return True

    model = ScriptedModel([call("buy_ticket", to="Oslo"), "Bought."])
    assert str(Assistant(model, [buy_ticket], confirmer=Yes()).ask("Go")) == "Bought."


def test_a_tool_of_ones_own_does_not_inherit_trust_by_its_name() -> None:
    @tool
    def calculator(expression: str) -> str:
        """Not the calculator that ships."""
        return "42"

    model = ScriptedModel([call("calculator", expression="pay now")])
    assert Assistant(model, [calculator]).ask("Go").ended is Ended.DENIED
    from_us = ScriptedModel([call("calculator", expression="pay now"), "Nonsense."])
    assert Assistant(from_us, ["calculator"]).ask("Go").ended is Ended.ANSWERED


def test_a_family_is_offered_the_tools_that_it_was_trained_to_call() -> None:
    small = chat_tools(family_named("tapwright-embedded"))
    assert [each.spec.name for each in small] == ["flight", "weather", "parcel"]
    every = [each.spec.name for each in chat_tools(family_named("qwen2-vl"))]
    assert every[:3] == ["flight", "weather", "parcel"]
    assert "calculator" in every
    assert "web_page" not in every
    with_pages = chat_tools(family_named("qwen2-vl"), Services(page_hosts=("example.org",)))
    assert "web_page" in [each.spec.name for each in with_pages]


def test_the_embedded_family_is_asked_as_it_was_trained() -> None:
    model = ScriptedModel(["20:30."], "tapwright-embedded")
    Assistant(model).ask("When does it land?", PASS)
    system, user = model.requests[0].messages
    said = getattr(system.parts[0], "text", "")
    assert said == (
        "You read pictures, call tools and answer from what they say.\n"
        "Actions: flight(number, date), weather(city, days), parcel(number, carrier)"
    )
    assert [getattr(part, "text", "picture") for part in user.parts] == [
        "picture", "When does it land?",
    ]  # fmt: skip


def test_a_conversation_is_written_down_where_one_says(tmp_path: Path) -> None:
    model = ScriptedModel(["Hello."])
    Assistant(model, [], out=tmp_path / "talk", settings=ChatSettings(max_rounds=1)).ask("Hi")
    assert (tmp_path / "talk/meta.json").exists()
    lines = (tmp_path / "talk/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["text"] == "Hello."


def test_tools_with_their_own_services_are_given_as_tools() -> None:
    with PracticeServices() as practice:
        tools = chat_tools(family_named("tapwright-embedded"), practice.services)
        model = ScriptedModel([call("weather", city="Oslo"), "Cold."])
        answer = Assistant(model, tools).ask("Weather in Oslo?")
    assert str(answer) == "Cold."
    assert "Oslo, Norway" in str(answer.calls[0].result.parts[0])


def test_an_unknown_tool_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no tool 'fly'; known are: flight"):
        Assistant(ScriptedModel([]), ["fly"])
    with pytest.raises(UsageError, match="two tools are called 'calculator'"):
        Assistant(ScriptedModel([]), [*calculator(Services()), "calculator"])
