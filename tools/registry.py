"""Tools by name: what a model is told of them, whether a call fits, and carrying it out."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tapwright.actions import Action, LongPress, Point, Swipe, Tap
from tapwright.errors import DeviceError, ToolError, UsageError
from tapwright.tools.arguments import check_arguments, check_schema
from tapwright.tools.context import Context
from tapwright.tools.results import as_result, crash_result
from tapwright.types import Delivery, Effect, Finish, ToolCall, ToolResult, ToolSpec

logger = logging.getLogger(__name__)

Planned: TypeAlias = Action | Finish

_NAME = re.compile(r"[^\W\d][\w.-]{0,63}")  # letters of any script


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that a model can call.

    A tool with `plan` is an act on the device: from its arguments and the context follows an
    `Action` or a `Finish`, with nothing done yet, so that a policy can judge it first. A tool
    with `function` (a plugin) does its work itself and returns something for the model.
    """

    spec: ToolSpec
    plan: Callable[[Context, Mapping[str, Any]], Planned] | None = None
    function: Callable[..., object] | None = None
    aliases: tuple[str, ...] = ()
    points: tuple[str, ...] = ()  # fields that hold a point, which models write in many ways
    context_name: str | None = None  # the parameter of `function` that wants the context
    convert: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None  # JSON to typed values

    def __post_init__(self) -> None:
        if (self.plan is None) == (self.function is None):
            raise UsageError(f"tool {self.spec.name!r} needs a plan or a function, and not both")
        for name in (self.spec.name, *self.aliases):
            if _NAME.fullmatch(name) is None:
                raise UsageError(f"{name[:64]!r} is no name for a tool; use letters, digits, '_-.'")
        check_schema(self.spec)


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A call that fits its tool: `call` in the tool's own spelling, `arguments` typed."""

    call: ToolCall
    tool: Tool
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Toolbox:
    """The tools of a run."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools = tuple(tools)
        self._by_name: dict[str, Tool] = {}
        for tool in self.tools:
            for name in (tool.spec.name, *tool.aliases):
                if name in self._by_name:
                    raise UsageError(f"two tools are called {name!r}; rename one of them")
                self._by_name[name] = tool

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What a model is told of the tools, in order."""
        return tuple(tool.spec for tool in self.tools)

    def check(self, call: ToolCall) -> CheckedCall:
        """Find the call's tool and fit its arguments; raise `ToolError`, worded for the model."""
        tool = self._find(call.name)
        arguments = check_arguments(tool.spec, call.arguments, tool.points)
        typed = tool.convert(arguments) if tool.convert else arguments
        return CheckedCall(ToolCall(tool.spec.name, arguments), tool, typed)

    def plan(self, checked: CheckedCall, context: Context) -> Planned | None:
        """What the call would do on the device; None for a plugin. Nothing is done yet.

        Raise `ToolError` where it cannot be done, such as a point beside the picture.
        """
        if checked.tool.plan is None:
            return None
        return checked.tool.plan(context, checked.arguments)

    def run(self, checked: CheckedCall, context: Context) -> ToolResult:
        """Carry a checked call out.

        What a plugin raises becomes a result; only the device's `DeviceError` comes through.
        Where the effect is not delivered, `effect.said` says why and there are no parts.
        """
        try:
            planned = self.plan(checked, context)
        except ToolError as error:
            return ToolResult(Effect(Delivery.REFUSED, str(error)))
        if isinstance(planned, Finish):
            return ToolResult(Effect(Delivery.DELIVERED), finish=planned)
        if planned is not None:
            try:
                hands = context.hands
            except ToolError as error:
                return ToolResult(Effect(Delivery.REFUSED, str(error)))
            return ToolResult(hands.perform(planned), point=_place(planned))
        return self._run_function(checked, context)

    def _run_function(self, checked: CheckedCall, context: Context) -> ToolResult:
        function, name = checked.tool.function, checked.tool.context_name
        if function is None:  # ruled out by `Tool`
            raise UsageError(f"tool {checked.call.name!r} has no function")
        arguments = dict(checked.arguments)
        if name is not None:
            arguments[name] = context
        try:
            return as_result(function(**arguments))
        except DeviceError:
            raise
        except ToolError as error:
            return ToolResult(Effect(Delivery.REFUSED, str(error)))
        except Exception as error:  # the one broad net: a plugin is not ours
            logger.exception("tool %r failed", checked.call.name)
            return crash_result(checked.call.name, error)

    def _find(self, name: str) -> Tool:
        tool = self._by_name.get(name)
        if tool is not None:
            return tool
        wanted = _fold(name)
        same = {id(found): found for key, found in self._by_name.items() if _fold(key) == wanted}
        if len(same) == 1:
            return next(iter(same.values()))
        names = [tool.spec.name for tool in self.tools]
        close = difflib.get_close_matches(name[:64], self._by_name, n=1)
        hint = f"; did you mean {self._by_name[close[0]].spec.name!r}?" if close else ""
        shown = name if len(name) <= 40 else name[:39] + "…"
        raise ToolError(f"no tool {shown!r}; use one of: {', '.join(names)}{hint}")


def _fold(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _place(action: Action) -> tuple[int, int] | None:
    point: Point | None = None
    if isinstance(action, (Tap, LongPress)):
        point = action.point
    elif isinstance(action, Swipe):
        point = action.start
    return None if point is None else (point.x, point.y)
