"""One model plans in words, another finds the place: in the loop as it is."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tapwright.actions import Box, Point, Tap
from tapwright.agent.journal import Journal
from tapwright.agent.loop import Agent
from tapwright.agent.policy import Policy
from tapwright.agent.seeing.pair import grounded
from tapwright.agent.seeing.values import Found, Rung
from tapwright.agent.settings import RunSettings
from tapwright.errors import ModelError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Toolbox
from tapwright.types import Frame, Outcome, Size

from ..drawn_device import HEIGHT, ROW, WIDTH, DrawnDevice
from ..parts import AT_ONCE, DONE, call, request_text


class Rows:
    """Knows the rows of a `DrawnDevice` by their number."""

    def __init__(self) -> None:
        self.calls = 0

    def find(self, image: Image.Image, words: str) -> Found | None:
        self.calls += 1
        if words == "broken":
            raise ModelError("the grounder is gone")
        if not words.startswith("row "):
            return None
        point = Point(WIDTH // 2, int(words[4:]) * ROW + ROW // 2)
        return Found(point, Box(point.x, point.y, point.x + 1, point.y + 1), 1.0, Rung.MODEL)


def run(replies: list[str], folder: Path) -> tuple[DrawnDevice, ScriptedModel, Rows, Outcome]:
    device, finder = DrawnDevice(), Rows()
    model = ScriptedModel(replies, "tapwright-embedded")
    screen = Size(WIDTH, HEIGHT)
    tools = grounded(ACTION_SETS["compact"].tools(model.family.frame, screen, screen), finder)
    settings = RunSettings(patience=AT_ONCE, max_new_tokens=64, system="Act.")
    agent = Agent(
        model, device, Toolbox(tools), DIALECTS["compact"], settings, Policy(), Journal.open(folder)
    )
    return device, model, finder, agent.run("Turn row 2 on").outcome


def test_words_become_the_place_that_the_grounder_names(tmp_path: Path) -> None:
    replies = [call("Click", "Row 2 is off.", point="row 2"), DONE]
    device, _, finder, outcome = run(replies, tmp_path / "run")
    assert outcome is Outcome.CLAIMED
    (tap,) = [act for act in device.acts if isinstance(act, Tap)]
    assert tap.point.y // ROW == 2
    assert finder.calls == 1, "one question for one thing, however often the call is planned"


def test_what_the_grounder_does_not_see_is_told_to_the_planner(tmp_path: Path) -> None:
    replies = [call("Click", point="the gear"), call("Click", point="row 1"), DONE]
    device, model, _, outcome = run(replies, tmp_path / "run")
    assert outcome is Outcome.CLAIMED
    assert len([act for act in device.acts if isinstance(act, Tap)]) == 1
    assert "not seen on the screen" in request_text(model.requests[1])


def test_a_grounder_that_fails_ends_the_run_as_a_model_that_fails(tmp_path: Path) -> None:
    device, _, _, outcome = run([call("Click", point="broken")], tmp_path / "run")
    assert outcome is Outcome.MODEL_FAILED
    assert not device.acts


def test_only_points_become_words() -> None:
    size = Size(100, 100)
    plain = ACTION_SETS["paper"].tools(Frame.NORM_1000, size, size)
    paired = grounded(plain, Rows())
    for one, other in zip(plain, paired, strict=True):
        assert one.spec.name == other.spec.name
        if one.points:
            assert other.spec.parameters["properties"]["point"]["type"] == "string"
            assert other.points == ()
        else:
            assert one is other
