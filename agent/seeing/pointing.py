"""Asking a model for the place of something, in the words and the frame of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwright.actions import Click, LongPress, MoveTo, Point, Tap
from tapwright.agent.history import History
from tapwright.errors import ReplyError, ToolError
from tapwright.prompts.texts import instructions
from tapwright.protocols import Dialect, Kind, Model
from tapwright.tools.context import Context
from tapwright.tools.phone import acts_for
from tapwright.tools.registry import Toolbox
from tapwright.types import Finish, Observation

if TYPE_CHECKING:
    from PIL import Image

MAX_NEW_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Pointing:
    """What a model answered: a pixel of the picture, or None with its reason; `said` its words."""

    point: Point | None
    said: str


def ask_point(
    model: Model, dialect: Dialect, image: Image.Image, words: str, kind: Kind = "phone"
) -> Pointing:
    """Ask where `words` stand on an RGB picture: one reply, as in a run's first step on a `kind`.

    A reply without a place, and one that cannot be read, is a `Pointing` without a point. Raise
    `ModelError` where the model fails.
    """
    observation = Observation(image)
    family, shown = model.family, model.shown_size(observation.size)
    toolbox = Toolbox(acts_for(family, kind, observation.size, shown))
    verb = "Click" if kind == "desktop" else "Tap"
    history = History(f"{verb} {words}", instructions(kind, dialect.name), toolbox.specs)
    history.begin(image)
    reply = model.generate(history.request(model, dialect, MAX_NEW_TOKENS))
    said = " ".join(reply.text.split())
    context = Context(None, observation, family.frame, shown)
    try:
        for call in dialect.parse(reply).calls:
            planned = toolbox.plan(toolbox.check(call), context)
            if isinstance(planned, (Tap, Click, LongPress, MoveTo)):
                return Pointing(planned.point, said)
            if isinstance(planned, Finish):
                break
    except (ReplyError, ToolError) as error:
        return Pointing(None, f"{said[:120]} ({error})")
    return Pointing(None, said)
