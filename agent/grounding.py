"""Does a model's point land where it was asked to? Targets that we know, shown to any model.

The questions are asked exactly as a run asks: in the model's own dialect and action set, through
the same history. Nothing here knows whether the model is local or served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.agent.grounding_pictures import Target, TargetPicture, draw_pictures
from tapwright.agent.history import History
from tapwright.errors import ReplyError, ToolError
from tapwright.prompts.texts import system_prompt
from tapwright.protocols import Dialect, Model
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Toolbox
from tapwright.types import ImagePart, Message, Reply, Request, Size, TextPart

_MAX_NEW_TOKENS = 256
_FAR = 1e6  # no picture is so large; NaN is not smaller either


@dataclass(frozen=True, slots=True)
class Aim:
    """One question and its answer: `point` is as the model wrote it, in whatever frame it uses.

    `size` is the picture's and `shown` the size in which the model should see it, both in pixels;
    `said` are the words of an answer without a point.
    """

    size: Size
    shown: Size
    target: Target
    point: tuple[float, float] | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class TokenCount:
    """What a picture took of the prompt by the server's count, and what it should have taken."""

    size: Size
    shown: Size
    counted: int
    expected: int


def aims(
    model: Model,
    dialect: Dialect,
    pictures: Sequence[TargetPicture] | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Iterator[Aim]:
    """Ask for every target of every picture; raise `ModelError` where the model fails."""
    shown = draw_pictures() if pictures is None else pictures
    total = sum(len(picture.targets) for picture in shown)
    number = 0
    for picture in shown:
        size = model.shown_size(picture.size)
        actions = ACTION_SETS[model.family.action_set]
        toolbox = Toolbox(actions.tools(model.family.frame, picture.size, size))
        for target in picture.targets:
            number += 1
            if on_progress is not None:
                on_progress(f"target {number} of {total}: the {target.name}")
            point, said = _ask(model, dialect, toolbox, picture, target)
            yield Aim(picture.size, size, target, point, said)


def _ask(
    model: Model, dialect: Dialect, toolbox: Toolbox, picture: TargetPicture, target: Target
) -> tuple[tuple[float, float] | None, str]:
    """The point that the model gives for `target`, else its words."""
    prompt = "phone_compact" if dialect.name == "compact" else "phone"
    history = History(f"Tap the {target.name}", system_prompt(prompt), toolbox.specs)
    history.begin(picture.image)
    reply = model.generate(history.request(model, dialect, _MAX_NEW_TOKENS))
    try:
        return _point(reply, dialect, toolbox), ""
    except (ReplyError, ToolError) as error:
        return None, " ".join(f"{reply.text.strip()[:80]} ({error})".split())


def _point(reply: Reply, dialect: Dialect, toolbox: Toolbox) -> tuple[float, float]:
    """The reply's first point, unchanged; raise `ToolError` where it names none.

    A model of another family may call the tool that it knows instead of the one it was offered:
    its points tell which family that is.
    """
    calls = dialect.parse(reply).calls
    for call in calls:
        try:
            arguments: Mapping[str, Any] = toolbox.check(call).arguments
        except ToolError:
            arguments = call.arguments
        for place in arguments.values():
            if isinstance(place, list) and len(place) == 2 and all(map(_is_number, place)):
                x, y = place
                return float(x), float(y)
    raise ToolError(f"'{calls[0].name}' names no place")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _FAR


def count_picture(model: Model) -> TokenCount | None:
    """How many tokens the server counts for one picture; None where nobody but us counts.

    A family that answers in shares of the picture points right even in one that was shrunk, but
    reads its small print no more: only the count tells.
    """
    if getattr(model, "usage_estimated", None) is None:
        return None  # a local model sees what it counts
    image = draw_pictures()[0].image
    words = TextPart("Look.")
    counts = []
    for parts in ((words,), (ImagePart(image), words)):
        request = Request((Message("user", parts),), max_new_tokens=1)
        counts.append(model.generate(request).prompt_tokens)
        if getattr(model, "usage_estimated", None):
            return None
    size = Size(*image.size)
    shown = model.shown_size(size)
    expected = shown.width * shown.height // model.family.patch_factor**2
    return TokenCount(size, shown, counts[1] - counts[0], expected)
