"""The loop on the simulated phone, through the real adb, with one who knows the way as model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tapwright.actions import OpenApp
from tapwright.agent.journal import Journal
from tapwright.agent.loop import Agent
from tapwright.agent.policy import Policy
from tapwright.agent.report import write_report
from tapwright.agent.runs import read_run
from tapwright.agent.settings import RunSettings
from tapwright.agent.verify import parse_check
from tapwright.devices.android import AndroidDevice, connect
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.oracle import next_move
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.devices.simphone.tasks import Goal, make_task, set_up
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.protocols import Model
from tapwright.tools.context import Context
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Toolbox
from tapwright.types import Frame, Observation, Outcome, Reply, Request, Size

from .parts import DONE, call, pictures

pytestmark = pytest.mark.phone
# A scripted model sees pictures at their own size, so it needs more room than the real one.
FAMILY = replace(FAMILIES["tapwright-embedded"], context_tokens=32_768)


class KnowingModel(ScriptedModel):
    """Writes the move of the simulated phone's oracle, as the embedded model should."""

    def __init__(self, phone: Phone, goal: Goal) -> None:
        super().__init__([], FAMILY)
        self._phone, self._goal = phone, goal

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        self.requests.append(request)
        move = next_move(self._goal, self._phone)
        if move.point is not None:
            seen = Observation(pictures(request)[-1])
            context = Context(None, seen, Frame.NORM_1000, Size(252, 560))
            return Reply(call("Click", move.thought, point=context.model_point(move.point)))
        if move.kind == "swipe":
            return Reply(call("Swipe", move.thought, direction=move.direction))
        return Reply(call(move.kind.capitalize(), move.thought))


@pytest.fixture(scope="module")
def sim() -> Iterator[SimulatedPhone]:
    with SimulatedPhone(seed=7) as session:
        yield session


@pytest.fixture
def device(sim: SimulatedPhone) -> Iterator[AndroidDevice]:
    with connect(sim.serial, port=sim.adb_port) as phone:
        yield phone
        sim.faults.clear()
        phone.query(["input", "keyevent", "HOME"])


def an_agent(model: Model, device: AndroidDevice, folder: Path) -> Agent:
    tools = ACTION_SETS["embedded"].tools(FAMILY.frame, Size(1080, 2400), Size(252, 560))
    return Agent(
        model,
        device,
        Toolbox(tools),
        DIALECTS["compact"],
        RunSettings(max_new_tokens=64),
        Policy(),
        Journal.open(folder),
    )


@pytest.mark.parametrize("template", ["wifi", "brightness"])
def test_a_task_is_done_and_verified(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path, template: str
) -> None:
    task = make_task(template, 5, device.query)
    set_up(task, device)
    agent = an_agent(KnowingModel(sim.phone, task.goal), device, tmp_path)
    before = len(sim.phone.ledger)
    result = agent.run(task.instruction, [task.check])
    assert result.outcome is Outcome.VERIFIED, result.message
    steps = list(read_run(tmp_path).steps())
    assert all(step.screen_changed for step in steps[:-1])
    assert len(sim.phone.ledger) - before == len(steps) - 1, "an act was lost or done twice"
    assert write_report(tmp_path, tmp_path / "report.html").stat().st_size > 10_000


def test_a_touch_without_effect_is_told(device: AndroidDevice, tmp_path: Path) -> None:
    model = ScriptedModel([call("Click", point=[500, 130]), DONE], FAMILY)
    an_agent(model, device, tmp_path).run("Touch the wallpaper")
    assert next(read_run(tmp_path).steps()).screen_changed is False


def test_touches_that_the_phone_swallows_end_as_stuck(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path
) -> None:
    sim.faults.inject(Fault.INPUT_IGNORED)
    model = ScriptedModel([call("Click", point=[146, 309])] * 6, FAMILY)
    result = an_agent(model, device, tmp_path).run("Open an app")
    assert result.outcome is Outcome.STUCK
    assert result.steps <= 5


def test_touches_that_the_phone_forbids_are_told_with_the_cure(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path
) -> None:
    sim.faults.inject(Fault.INPUT_DENIED)
    model = ScriptedModel([call("Click", point=[146, 309]), DONE], FAMILY)
    an_agent(model, device, tmp_path).run("Open an app")
    (step, _) = read_run(tmp_path).steps()
    assert step.results[0].effect.delivery.value == "refused"


def test_a_window_that_forbids_pictures_needs_a_person(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path
) -> None:
    sim.faults.inject(Fault.SECURE_WINDOW)
    result = an_agent(ScriptedModel([DONE], FAMILY), device, tmp_path).run("Pay the bill")
    assert (result.outcome, result.steps) == (Outcome.NEEDS_HUMAN, 0)


def test_a_sleeping_phone_is_woken(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path
) -> None:
    device.query(["input", "keyevent", "SLEEP"])
    agent = an_agent(ScriptedModel([DONE], FAMILY), device, tmp_path)
    result = agent.run("Look", [parse_check("dumpsys power contains mWakefulness=Awake")])
    assert result.outcome is Outcome.VERIFIED, result.message


def test_a_phone_that_is_unplugged_in_the_middle_is_lost(tmp_path: Path) -> None:
    with SimulatedPhone(seed=3) as gone:
        phone = connect(gone.serial, port=gone.adb_port, timeout=3)

        class Unplugging(ScriptedModel):
            def generate(
                self, request: Request, on_text: Callable[[str], None] | None = None
            ) -> Reply:
                gone.server.close()
                return super().generate(request, on_text)

        model = Unplugging([call("Click", point=[146, 309])], FAMILY)
        result = an_agent(model, phone, tmp_path).run("Open an app")
        assert result.outcome is Outcome.DEVICE_LOST, result.message
        assert result.exit_code == 6


def test_an_act_on_a_screen_that_was_left_meanwhile_is_not_done(
    sim: SimulatedPhone, device: AndroidDevice, tmp_path: Path
) -> None:
    class Leaving(ScriptedModel):
        """Takes so long that another app has come to the front."""

        def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
            if not self.requests:
                device.perform(OpenApp("Clock"))
            return super().generate(request, on_text)

    model = Leaving([call("Click", point=[146, 309]), DONE], FAMILY)
    device.query(["input", "keyevent", "HOME"])
    before = len(sim.phone.ledger)
    an_agent(model, device, tmp_path).run("Open an app")
    first, second = read_run(tmp_path).steps()
    assert first.results[0].effect.delivery.value == "refused"
    assert "is in front, not 'com.android.launcher3'" in first.results[0].effect.said
    assert first.seconds["act"] < 10
    assert second.observation.foreground != first.observation.foreground
    assert "tap" not in {entry.kind for entry in list(sim.phone.ledger)[before:]}
