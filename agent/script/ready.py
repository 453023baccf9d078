"""When a target may be acted on: found once, and looking the same in two pictures in a row.

Nothing sleeps blindly: a screen is looked at again after a moment, and read again only where it
has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tapwright.agent.quiet import Clock
from tapwright.agent.script.ladder import Climbed, Ladder
from tapwright.agent.script.looking import target_box
from tapwright.agent.script.looks import View
from tapwright.agent.script.naming import spoken
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.values import Box
from tapwright.errors import Ambiguous, NotFound, NotReady, ScreenUnavailable, StepFailed
from tapwright.protocols import Device
from tapwright.types import Observation, ScreenState

AGAIN = 0.15  # seconds between two looks at a dark screen


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a target is waited for; all in seconds."""

    between: float = 0.04  # two looks that have to agree; a screen draws every 0.017
    again: float = 0.1  # until a screen without the target is looked at again
    sure: float = 1.0  # a still screen on which several answer will not decide itself


@dataclass(frozen=True, slots=True)
class Ready:
    """A target that may be acted on, and the look that says so."""

    climbed: Climbed
    observation: Observation


def wait_ready(
    device: Device,
    ladder: Ladder,
    targets: Sequence[Target],
    timeout: float,
    clock: Clock,
    waiting: Waiting,
) -> list[Ready]:
    """Wait until all of `targets` are found on one picture and look the same on the next.

    Raise what kept them from it when `timeout` seconds are over: `NotFound`, `Ambiguous`,
    `NotReady`; and `ScreenUnavailable` for a screen that shows nothing to decide from.
    """
    end = clock.now() + timeout
    found: list[Climbed] = []
    trouble: StepFailed | None = None  # the last that kept it from being ready
    failed: StepFailed | None = None  # what kept it from being found on the last picture
    last: View | None = None
    still_since = clock.now()
    while True:
        observation = device.observe()
        if observation.state is ScreenState.BLANK and clock.now() < end:
            found, last, failed = [], None, None  # apps begin with a blank screen
            clock.wait(waiting.again)
            continue
        _must_show(observation)
        view = View(observation.image)
        if found and last is not None:
            trouble = _moving(last, view, targets, found) or _left(device, observation, targets)
            if trouble is None:
                return [Ready(climbed, observation) for climbed in found]
            if clock.now() >= end:
                raise trouble
            found = []
        changed = last is None or not np.array_equal(last.pixels, view.pixels)
        if changed:
            still_since = clock.now()
        if changed or failed is None:
            failed = None
            try:
                found = [ladder.climb(view, target) for target in targets]
            except (NotFound, Ambiguous, NotReady) as error:
                trouble = failed = error
                found = []
        last = view
        now = clock.now()
        hopeless = isinstance(failed, Ambiguous) and now - still_since >= waiting.sure
        if failed is not None and (now >= end or hopeless):
            raise failed
        clock.wait(waiting.between if found else min(waiting.again, max(0.0, end - now)))


def look_lit(look: Callable[[], Observation], clock: Clock, end: float) -> Observation:
    """Look until the screen is not dark: a text is not gone because the screen is locked.

    Raise `ScreenUnavailable` where it is still secure, locked or asleep at `end` (the clock's).
    One that is one colour all over is looked at as it is: an empty desktop may be.
    """
    while True:
        observation = look()
        now = clock.now()
        if observation.state in (ScreenState.LIT, ScreenState.BLANK):
            return observation
        if now >= end:
            _must_show(observation)
        clock.wait(min(AGAIN, max(0.0, end - now)))


def _must_show(observation: Observation) -> None:
    """Raise `ScreenUnavailable` for a screen that nothing can be decided from."""
    if observation.state is ScreenState.LIT:
        return
    cures = {
        ScreenState.BLANK: "is one colour all over: wait until it shows something",
        ScreenState.SECURE: "may not be captured: the app in front forbids it",
        ScreenState.LOCKED: "is locked: unlock it",
        ScreenState.ASLEEP: "is off: wake it",
    }
    raise ScreenUnavailable(f"the screen {cures[observation.state]}")


def _moving(
    before: View, now: View, targets: Sequence[Target], found: Sequence[Climbed]
) -> NotReady | None:
    """Why a target cannot be used: it does not look as it did a moment ago."""
    for target, climbed in zip(targets, found, strict=True):
        box = target_box(before, climbed.found)
        if before.size != now.size or not _equal(before, now, box):
            return NotReady(f"{spoken(target)} is not still: it moves, or something covers it")
    return None


def _equal(before: View, now: View, box: Box) -> bool:
    return np.array_equal(before.crop(box), now.crop(box))


def _left(device: Device, observation: Observation, targets: Sequence[Target]) -> NotReady | None:
    """Why nothing must be done: something else came to the front since the look."""
    glance = getattr(device, "glance", None)
    if glance is None or observation.foreground is None:
        return None
    front, _ = glance()
    if front is None or front == observation.foreground:
        return None
    what = " and ".join(spoken(target) for target in targets)
    return NotReady(f"{what} was left: '{front}' came to the front")
