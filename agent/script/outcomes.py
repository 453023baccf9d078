"""What came of a step, written down and told, with a picture of the screen that it was done on."""

from __future__ import annotations

import time
from contextlib import suppress

from PIL import Image, ImageDraw

from tapwright.agent.script.deed import Deed, Outcome
from tapwright.agent.script.events import StepEnded
from tapwright.agent.script.results import Status, StepResult
from tapwright.agent.script.steps import CallTool, Log, RunTask, SetVariables
from tapwright.agent.seeing.values import Found, Rung
from tapwright.errors import DeviceError, SetupError, UsageError

FRAME = (230, 0, 80)  # the colour around the place that was acted on
_FOUND_BY = {
    Rung.TEXT: " and was found by its text",
    Rung.TEMPLATE: " and was found by the script's picture of it",
    Rung.MODEL: " and was found by the model",
}


def record(deed: Deed, outcome: Outcome, delivery: str) -> None:
    """Write down what came of a step, and tell it; `delivery` as in `Progress.done`."""
    run = deed.run
    picture = None
    if outcome.image is not None and run.settings.pictures:
        picture = run.progress.picture(deed.key, marked(outcome.image, outcome.found))
    result = StepResult(
        key=deed.key,
        place=deed.step.place,
        title=deed.title,
        status=outcome.status,
        said=run.progress.redact(_said(outcome)),
        rung=outcome.found.rung if outcome.found else None,
        seconds=time.monotonic() - deed.began,
        model_calls=deed.model_calls,
        picture=picture,
    )
    run.progress.done(result, delivery=delivery)
    run.results.append(result)
    run.on_event(StepEnded(result))


def _said(outcome: Outcome) -> str:
    """What is said of a step; of one that healed, what had changed comes first."""
    if outcome.status is not Status.HEALED:
        return outcome.said
    # Of two targets the last one is known, and the other may be the one that changed.
    by = _FOUND_BY.get(outcome.found.rung, "") if outcome.found else ""
    changed = f"it looked different from what was learned{by}"
    return f"{changed}; {outcome.said}" if outcome.said else changed


def look_at(deed: Deed) -> Image.Image | None:
    """The screen on which a step failed; None for steps that have none."""
    if isinstance(deed.step.act, Log | SetVariables | CallTool | RunTask):
        return None
    if not deed.run.settings.pictures:
        return None
    with suppress(DeviceError, UsageError, SetupError):  # the failure itself is told
        return deed.stage.look().image
    return None


def marked(image: Image.Image, found: Found | None) -> Image.Image:
    """A picture with a frame around the place that was acted on."""
    if found is None:
        return image
    shown = image.copy() if image.mode == "RGB" else image.convert("RGB")
    box = found.box
    edges = (box.left - 3, box.top - 3, max(box.right, box.left) + 2, max(box.bottom, box.top) + 2)
    ImageDraw.Draw(shown).rectangle(edges, outline=FRAME, width=3)
    return shown
