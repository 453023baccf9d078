"""What an MCP client is told when the journal or the device fails while a call is carried out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tapwright.actions import Action
from tapwright.agent.journal import TRANSCRIPT, Journal
from tapwright.agent.policy import Always, NoOne, Policy
from tapwright.agent.runs import read_run
from tapwright.serving.mcp_session import Answer, Session
from tapwright.tools import tool
from tapwright.tools.registry import Tool
from tapwright.types import Delivery, Effect, Observation, QueryResult, TextPart


class Plain:
    """A device with one white screen; `before` is called with each act."""

    name, simulated = "plain", True

    def __init__(self, before: Callable[[Action], None] = lambda action: None) -> None:
        self.before, self.acts = before, 0

    def observe(self) -> Observation:
        return Observation(Image.new("RGB", (240, 480), "white"))

    def perform(self, action: Action) -> Effect:
        self.before(action)
        self.acts += 1
        return Effect(Delivery.DELIVERED)

    def apps(self) -> tuple[()]:
        return ()

    def query(self, argv: object) -> QueryResult:
        return QueryResult("")

    def close(self) -> None:
        pass


def spoil(folder: Path) -> None:
    """From now on nothing can be written into the journal."""
    (folder / TRANSCRIPT).rename(folder / "moved.jsonl")
    (folder / TRANSCRIPT).mkdir()


def said(answer: Answer) -> str:
    return "".join(part.text for part in answer.parts if isinstance(part, TextPart))


def spoiling(folder: Path) -> Tool:
    @tool
    def order(dish: str) -> str:
        """Order a dish."""
        spoil(folder)
        return f"ordered {dish}"

    return order


def begun(device: Plain | None, tools: list[Tool], folder: Path, *, yes: bool = True) -> Session:
    policy = Policy(Always() if yes else NoOne())
    session = Session(device, tools, policy, Journal.open(folder))
    session.begin()
    return session


def test_a_result_comes_through_where_the_journal_fails_behind_the_call(tmp_path: Path) -> None:
    session = begun(None, [spoiling(tmp_path)], tmp_path)
    answer = session.call("order", {"dish": "soup"})
    assert not answer.failed
    assert "ordered soup" in said(answer)
    assert "not in the journal: cannot write the journal" in said(answer)
    later = session.call("order", {"dish": "soup"})
    assert later.failed and "ordered" not in said(later)


def test_an_act_that_could_not_be_written_down_was_begun_and_the_client_must_look(
    tmp_path: Path,
) -> None:
    device = Plain(lambda action: spoil(tmp_path))
    session = begun(device, [], tmp_path)
    session.call("screenshot", {})
    answer = session.call("tap", {"x": 5, "y": 5})
    assert device.acts == 1
    assert answer.failed and "the act was begun" in said(answer)
    assert "call screenshot first" in said(session.call("tap", {"x": 5, "y": 5}))
    assert device.acts == 1


def test_a_step_that_could_not_be_written_down_is_told(tmp_path: Path) -> None:
    @tool
    def note(text: str) -> str:
        """Take a note."""
        for picture in (tmp_path / "images").iterdir():
            picture.unlink()
        (tmp_path / "images").rmdir()
        return "noted"

    session = begun(Plain(), [note], tmp_path)
    session.call("screenshot", {})
    answer = session.call("note", {"text": "milk"})
    assert not answer.failed
    assert "noted" in said(answer) and "cannot write a picture" in said(answer)


def test_a_denied_call_of_a_tool_is_in_the_journal_without_a_phone_too(tmp_path: Path) -> None:
    @tool(asks=True)
    def order(dish: str) -> str:
        """Order a dish."""
        return f"ordered {dish}"

    session = begun(None, [order], tmp_path, yes=False)
    assert session.call("order", {"dish": "soup"}).failed
    session.end("over")
    (intent,) = read_run(tmp_path).intents()
    assert intent.call.name == "order"
    assert intent.effect is not None and intent.effect.delivery is Delivery.REFUSED
