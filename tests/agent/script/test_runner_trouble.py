"""What goes wrong in a script's run, and how honestly it ends."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tapwright.agent.script.events import StepBegan
from tapwright.agent.script.progress import PROGRESS, Progress
from tapwright.agent.script.results import Ended, Status
from tapwright.errors import (
    ActionRefused,
    DisplayGone,
    JournalError,
    ModelError,
    NotReady,
    Offline,
    ScreenUnavailable,
    Stopped,
    Uncertain,
)

from .standin import Events, World, run

ONE = "{device: desktop, steps: [{press: a}, {press: b}]}"


def failing(error: BaseException, times: int = 99) -> World:
    """A world whose first act meets `error`, the first `times` times."""
    world = World()
    left = [times]

    def trouble(act: str) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    world.trouble = trouble
    return world


@pytest.mark.parametrize(
    ("error", "ended", "status", "code"),
    [
        (Offline("it is gone"), Ended.DEVICE_LOST, Status.UNCERTAIN, 6),
        (DisplayGone("no display"), Ended.DEVICE_LOST, Status.UNCERTAIN, 6),
        (ScreenUnavailable("it is locked"), Ended.NEEDS_HUMAN, Status.UNCERTAIN, 5),
        (ModelError("out of words"), Ended.MODEL_FAILED, Status.UNCERTAIN, 6),
        (Uncertain("cut off"), Ended.NEEDS_HUMAN, Status.UNCERTAIN, 5),
        (ActionRefused("it would not"), Ended.FAILED, Status.FAILED, 3),
    ],
)
def test_each_fault_ends_the_script_by_its_kind(
    tmp_path: Path, error: Exception, ended: Ended, status: Status, code: int
) -> None:
    world = failing(error)
    result = run(ONE, world, tmp_path)
    assert (result.ended, result.exit_code) == (ended, code)
    assert str(error) in result.said
    assert [step.status for step in result.steps] == [status]
    assert world.acts == [], "nothing follows"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Stopped("the pointer is in a corner")])
def test_ctrl_c_ends_the_script_and_leaves_it_resumable(
    tmp_path: Path, error: BaseException
) -> None:
    result = run(ONE, failing(error), tmp_path)
    assert result.ended is Ended.CANCELLED and result.exit_code == 130
    assert str(error) in result.said
    text = (result.folder / PROGRESS).read_text(encoding="utf-8")
    assert '"kind": "intend", "key": "1"' in text and '"ended": "cancelled"' in text


def test_a_fault_of_the_application_is_tried_again(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{tap: Save}]}"
    world, events = World(), Events()

    def appear(event: object) -> None:
        events.append(event)
        if isinstance(event, StepBegan) and event.try_number == 3:
            world.words.add("Save")

    result = run(text, world, tmp_path, appear)
    assert result.ended is Ended.PASSED and result.steps[0].said.startswith("at try 3;")
    assert world.acts == ["tap Save"]


@pytest.mark.parametrize(
    ("options", "tries"),
    [("", 3), ("retries: 0", 1), ("retries: 4", 5), ("once: true", 1)],
)
def test_tries_are_counted(tmp_path: Path, options: str, tries: int) -> None:
    text = f"device: desktop\nsteps:\n  - tap: Save\n    {options}\n"
    events = Events()
    assert run(text, World(), tmp_path, events).ended is Ended.FAILED
    assert len(events.of(StepBegan)) == tries


@pytest.mark.parametrize(
    ("step", "done"),
    [
        ("{press: a, expect: Never}", 1),  # the script's retries are for what was not done
        ("{press: a, expect: Never, retries: 2}", 3),
        ("{type: a, expect: Never, retries: 2}", 1),  # it would stand there twice
        ("{type: {text: a, into: Save, clear: true}, expect: Never, retries: 2}", 3),
        ("{press: a, expect: Never, once: true}", 1),
    ],
)
def test_what_was_done_is_repeated_only_where_the_step_says_so(
    tmp_path: Path, step: str, done: int
) -> None:
    world = World("Save")
    result = run(f"{{device: desktop, steps: [{step}]}}", world, tmp_path)
    assert result.ended is Ended.FAILED and len(world.acts) == done


def test_an_act_whose_effect_comes_late_is_not_repeated(tmp_path: Path) -> None:
    world = World()

    def arrive(event: object) -> None:
        if isinstance(event, StepBegan) and event.try_number == 2:
            world.words.add("Late")

    text = "{device: desktop, steps: [{press: a, expect: Late, retries: 3}]}"
    result = run(text, world, tmp_path, arrive)
    assert result.ended is Ended.PASSED and "came late" in result.steps[0].said
    assert world.acts == ["press a"]


def test_a_step_whose_delivery_is_unknown_is_never_tried_again(tmp_path: Path) -> None:
    events = Events()
    text = "{device: desktop, steps: [{press: a, retries: 5}]}"
    result = run(text, failing(Uncertain("cut off")), tmp_path, events)
    assert result.ended is Ended.NEEDS_HUMAN and len(events.of(StepBegan)) == 1


def test_a_target_that_is_not_ready_is_tried_again(tmp_path: Path) -> None:
    text = "{device: desktop, steps: [{press: a, retries: 1}]}"
    assert run(text, failing(NotReady("it moves"), 1), tmp_path).ended is Ended.PASSED


def test_an_unknown_delivery_is_not_caught_by_a_try(tmp_path: Path) -> None:
    text = """
        device: desktop
        steps:
          - try: {do: [{press: a}], catch: [{press: c}], finally: [{press: f}]}
    """
    world = failing(Uncertain("cut off"), 1)
    result = run(text, world, tmp_path)
    assert result.ended is Ended.NEEDS_HUMAN and world.acts == []


def test_the_time_of_a_script_is_bounded(tmp_path: Path) -> None:
    result = run(ONE, World(), tmp_path, max_seconds=0.0)
    assert result.ended is Ended.FAILED and "0 s are spent" in result.said


def test_a_device_that_cannot_be_opened_ends_the_run(tmp_path: Path) -> None:
    from tapwright.agent.script.runner import RunnerSettings, ScriptRunner

    from .standin import script_of, stand_in

    @contextmanager
    def opener(where: str) -> Iterator[World]:
        raise DisplayGone(f"no display for '{where}'; start one with: Xvfb :99")
        yield World()

    runner = ScriptRunner(
        script_of(ONE, tmp_path),
        opener,
        settings=RunnerSettings(folder=tmp_path / "run", environ={}),
        open_stage=stand_in,
    )
    result = runner.run()
    assert result.ended is Ended.DEVICE_LOST and "no display for 'desktop'" in result.said


def test_a_folder_that_holds_a_run_is_not_written_over(tmp_path: Path) -> None:
    run(ONE, World(), tmp_path)
    with pytest.raises(JournalError, match="already holds"):
        run(ONE, World(), tmp_path)


def test_a_folder_in_use_by_another_process_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys; from tapwright.agent.script.progress import Progress;"
        "held = Progress.open(sys.argv[1], str); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as other:
        assert other.stdout is not None and other.stdout.readline().strip() == "held"
        with pytest.raises(JournalError, match=f"in use by process {other.pid}"):
            run(ONE, World(), tmp_path)
        other.communicate("")
    assert run(ONE, World(), tmp_path).ended is Ended.PASSED


def test_nothing_is_done_that_cannot_be_written_down_first(tmp_path: Path) -> None:
    """A file that may not grow stands for a full disk."""
    world = World()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(event: object) -> None:
        if isinstance(event, StepBegan) and event.key == "2":
            size = (tmp_path / "run" / PROGRESS).stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))

    try:
        result = run(ONE, world, tmp_path, fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert result.ended is Ended.NEEDS_HUMAN and result.exit_code == 5
    assert "cannot write the journal" in result.said
    assert world.acts == ["press a"]


def test_a_record_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    progress = Progress.open(tmp_path, str)
    progress.append("log", text="a\nb\u2028c\ud800")
    assert (tmp_path / PROGRESS).read_bytes().count(b"\n") == 1
