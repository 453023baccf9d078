"""Tools and tasks in a script: fitted, decided, kept, and never taken for more than they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tapwright.agent.policy import Policy
from tapwright.agent.script.results import Ended, Status
from tapwright.agent.script.resume import resume_script
from tapwright.agent.script.runner import RunnerSettings
from tapwright.errors import JournalError, ToolError
from tapwright.model.scripted import ScriptedModel
from tapwright.tools.plugin import tool
from tapwright.tools.registry import CheckedCall, Tool
from tapwright.types import Decision

from ..drawn_device import DrawnDevice
from ..parts import DONE, tap_row
from .standin import World, run, script_of, stand_in

sent: list[str] = []


@tool
def weather(city: str, days: int = 1) -> str:
    """Say how the weather is.

    Args:
        city: where
        days: how many
    """
    return f"sunny in {city} for {days} {{{{ secret }}}}"


@tool
def send_mail(to: str) -> str:
    """Send a mail.

    Args:
        to: to whom
    """
    sent.append(to)
    return "sent"


@tool
def refuse() -> str:
    """Refuse."""
    raise ToolError("the service says no")


@tool
def crash() -> str:
    """Crash in the middle."""
    raise RuntimeError("broken")


TOOLS: Sequence[Tool] = (weather, send_mail, refuse, crash)


class Person:
    """Says yes or no, and keeps what they were asked."""

    simulated_only = False

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        self.asked.append(call.call.name)
        return self.answer


def test_a_tools_words_are_kept_and_never_worked_out_again(tmp_path: Path) -> None:
    text = """
        device: desktop
        variables: {city: Oslo}
        steps:
          - tool: {name: weather, with: {city: "{{ city }}", days: 2}, save_as: sky}
          - type: "{{ sky }}"
    """
    world = World()
    result = run(text, world, tmp_path, tools=TOOLS)
    assert result.ended is Ended.PASSED, result.said
    assert world.acts == ["type sunny in Oslo for 2 {{ secret }}"]
    assert result.variables["sky"] == "sunny in Oslo for 2 {{ secret }}"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{name: wether}", "did you mean 'weather'"),
        ("{name: weather, with: {town: Oslo}}", "city"),
        ("{name: refuse}", "the service says no"),
    ],
)
def test_a_call_that_does_not_fit_or_is_refused_fails(tmp_path: Path, step: str, said: str) -> None:
    result = run(f"{{device: desktop, steps: [{{tool: {step}}}]}}", World(), tmp_path, tools=TOOLS)
    assert result.ended is Ended.FAILED and said in result.said


def test_what_a_crashed_tool_did_is_unknown(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{tool: {name: crash}}]}"
    result = run(text, World(), tmp_path, tools=TOOLS)
    assert result.ended is Ended.NEEDS_HUMAN and "crash failed" in result.said
    assert "--done" in result.said


def test_the_authors_own_words_need_no_yes_but_what_was_filled_in_does(tmp_path: Path) -> None:
    sent.clear()
    person = Person(False)
    literal = "{device: desktop, steps: [{tool: {name: send_mail, with: {to: ana}}}]}"
    policy = Policy(person)
    result = run(literal, World(), tmp_path / "a", tools=TOOLS, policy=policy)
    assert result.ended is Ended.PASSED and sent == ["ana"] and person.asked == []
    filled = """
        device: desktop
        variables: {who: ""}
        steps:
          - ask: {question: who, save_as: who}
          - tool: {name: send_mail, with: {to: "{{ who }}"}}
    """
    world = World()
    world.answers = {"who": "mallory"}
    result = run(filled, world, tmp_path / "b", tools=TOOLS, policy=policy)
    assert result.ended is Ended.NEEDS_HUMAN and "send_mail" in result.said
    assert sent == ["ana"] and person.asked == ["send_mail"]


def test_a_tool_in_flight_whose_words_are_lost_is_asked_about(tmp_path: Path) -> None:
    text = """
        device: desktop
        variables: {sky: ""}
        steps:
          - tool: {name: weather, with: {city: Oslo}, save_as: sky}
            expect: {check: "acts contains [x]"}
    """
    script = script_of(text, tmp_path)
    run(script, World(), tmp_path, tools=TOOLS)
    path = tmp_path / "run" / "progress.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["kind"] in ("script", "intend")]
    path.write_text("".join(kept), encoding="utf-8")
    world = World(file=tmp_path / "ledger")
    (tmp_path / "ledger").write_text("x\n", encoding="utf-8")
    result = resume_script(
        tmp_path / "run",
        {"device": world},
        settings=RunnerSettings(environ={}, tools=TOOLS),
        open_stage=stand_in,
        script=script,
    )
    assert result.ended is Ended.NEEDS_HUMAN and "what the tool said is lost" in result.said


# --- tasks ---------------------------------------------------------------------------------------


class SwitchWorld(DrawnDevice):
    """A drawn device that a task's agent drives, and whose stage is never asked."""


def run_task(tmp_path: Path, step: str, *replies: str, **settings: object) -> tuple[object, ...]:
    device = SwitchWorld()
    model = ScriptedModel(replies, "tapwright-embedded")
    text = f"{{device: desktop, steps: [{{run: {step}}}]}}"
    result = run(text, device, tmp_path, model=lambda: model, **settings)  # type: ignore[arg-type]
    return result, device


def test_a_task_that_a_check_confirms_passes(tmp_path: Path) -> None:
    step = "{task: Turn two on, verify: [switch 2 == 1]}"
    result, device = run_task(tmp_path, step, tap_row(2), DONE)
    assert result.ended is Ended.PASSED, result.said
    assert device.switches[2] and result.steps[0].status is Status.PASSED
    assert result.model_calls == 2
    assert (result.folder / "runs" / "1" / "transcript.jsonl").exists()


def test_a_task_that_nothing_checks_is_unverified_and_so_is_the_script(tmp_path: Path) -> None:
    result, _ = run_task(tmp_path, "Turn two on", tap_row(2), DONE)
    assert result.steps[0].status is Status.UNVERIFIED
    assert result.steps[0].said.startswith("nothing checked it: ")
    assert (result.ended, result.exit_code) == (Ended.UNVERIFIED, 0)
    assert result.said == "1 steps done, 1 unverified"
    with pytest.raises(JournalError, match=r"is over \(unverified\)"):
        resume_script(result.folder, {}, script=script_of("{steps: [{log: a}]}", tmp_path))


def test_a_task_that_is_expected_to_do_what_was_so_before_is_unverified(tmp_path: Path) -> None:
    step = "Turn two on, expect: {check: switch 3 == 0}"
    result, _ = run_task(tmp_path, step, tap_row(2), DONE)
    assert result.ended is Ended.UNVERIFIED
    assert result.steps[0].said.startswith("what is expected held before")


def test_a_task_that_was_not_done_fails(tmp_path: Path) -> None:
    step = "{task: Turn two on, verify: [switch 2 == 1]}"
    result, _ = run_task(tmp_path, step, DONE)
    assert result.ended is Ended.FAILED and "gave_up" in result.said


def test_a_task_needs_a_model_that_may_be_asked(tmp_path: Path) -> None:
    result, device = run_task(tmp_path, "Turn two on", only_learned=True)
    assert result.ended is Ended.FAILED and "needs a model" in result.said
    assert device.acts == []


def test_what_the_model_does_in_a_task_goes_through_the_policy(tmp_path: Path) -> None:
    person = Person(False)
    step = "{task: Turn two on}"
    reply = tap_row(2, "I press Buy now to pay for it.")
    result, device = run_task(tmp_path, step, reply, policy=Policy(person))
    assert result.ended is Ended.NEEDS_HUMAN and device.acts == [] and person.asked


def test_a_task_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    def stop(action: object) -> None:
        raise KeyboardInterrupt

    device = SwitchWorld()
    device.before = stop
    script = script_of(
        "{device: desktop, steps: [{run: {task: Turn two on, verify: [switch 2 == 1]}}]}", tmp_path
    )
    replies = ScriptedModel([tap_row(2)], "tapwright-embedded")
    cut = run(script, device, tmp_path, model=lambda: replies)  # type: ignore[arg-type]
    assert cut.ended is Ended.CANCELLED
    device.before = None
    replies = ScriptedModel([tap_row(2), DONE], "tapwright-embedded")
    result = resume_script(
        tmp_path / "run",
        {"device": device},
        settings=RunnerSettings(environ={}, model=lambda: replies),
        open_stage=stand_in,
        script=script,
    )
    assert result.ended is Ended.PASSED, result.said
