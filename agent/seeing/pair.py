"""Two models for one run: one plans and names what it means, the other says where that is.

The planner is offered the same actions with words in the place of points. They become points when
a call is planned, on the picture that was decided from; the loop, the policy and the journal see
calls like any other, and what was planned stays readable in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from tapwright.agent.seeing.values import Found
from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.registry import Planned, Tool

if TYPE_CHECKING:
    from PIL import Image

_WORDS = {
    "type": "string",
    "description": 'what is meant, in words that fit nothing else on the screen: "the Save button '
    'of the dialog", "the field right of Name"',
}


class Finder(Protocol):
    """Says where something in words is."""

    calls: int  # the replies that it has asked for

    def find(self, image: Image.Image, words: str) -> Found | None:
        """Its place on an RGB picture; None where it is not seen."""


def grounded(tools: Iterable[Tool], finder: Finder) -> tuple[Tool, ...]:
    """The tools with words in the place of every point; tools without points as they are."""
    grounder = _Grounder(finder)
    return tuple(_grounded(tool, grounder) if tool.points else tool for tool in tools)


class _Grounder:
    """Asks for every thing once for each picture: a call is planned when it is read, judged and
    carried out, and means the same place each time."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._image: Image.Image | None = None
        self._places: dict[str, Found | None] = {}

    def point(self, context: Context, words: str) -> list[float]:
        """The place of `words` in the model's own frame; raise `ToolError` where there is none."""
        image = context.screen.image
        if image is not self._image:
            self._image, self._places = image, {}
        if words not in self._places:
            self._places[words] = self._finder.find(image, words)
        found = self._places[words]
        if found is None:
            raise ToolError(f"{words[:80]!r} is not seen on the screen; name it in other words")
        return list(context.model_point(found.point))


def _grounded(tool: Tool, grounder: _Grounder) -> Tool:
    plan = tool.plan
    if plan is None:
        return tool
    properties = dict(tool.spec.parameters["properties"])
    for name in tool.points:
        properties[name] = _WORDS
    parameters = {**tool.spec.parameters, "properties": properties}

    def planned(context: Context, arguments: Mapping[str, Any]) -> Planned:
        placed = dict(arguments)
        for name in tool.points:
            if name in placed:
                placed[name] = grounder.point(context, placed[name])
        return plan(context, placed)

    return replace(tool, spec=replace(tool.spec, parameters=parameters), plan=planned, points=())
