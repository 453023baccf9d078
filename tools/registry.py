"""Tools by name: what a model is told of them, whether a call fits, and carrying it out."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

from tapwright.actions import Action, Drag, Point, Swipe, pointer_after
from tapwright.errors import DeviceError, ToolError, UsageError
from tapwright.tools.arguments import check_arguments, check_schema
from tapwright.tools.context import Context
from tapwright.tools.lending import LentDevice
from tapwright.tools.redaction import Redactor
from tapwright.tools.running import Job, Running, Workers
from tapwright.tools.secrets import NAME, Secrets
from tapwright.types import Delivery, Effect, Finish, ToolCall, ToolResult, ToolSpec

TIMEOUT = 30.0  # seconds for one call of a plugin
LONGEST_TIMEOUT = 3600.0
MOST_TOGETHER = 8  # plugins that run at the same time

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
    timeout: float = TIMEOUT  # seconds after which a call of `function` is given up
    secrets: tuple[str, ...] = ()  # environment variables that `Context.secret` gives it
    asks: bool = False  # a person is asked before each call

    def __post_init__(self) -> None:
        if (self.plan is None) == (self.function is None):
            raise UsageError(f"tool {self.spec.name!r} needs a plan or a function, and not both")
        for name in (self.spec.name, *self.aliases):
            if _NAME.fullmatch(name) is None:
                raise UsageError(f"{name[:64]!r} is no name for a tool; use letters, digits, '_-.'")
        if not 0 < self.timeout <= LONGEST_TIMEOUT:
            raise UsageError(
                f"tool {self.spec.name!r} has a timeout of {self.timeout!r} s; "
                f"use more than 0 and at most {LONGEST_TIMEOUT:g}"
            )
        for name in self.secrets:
            if NAME.fullmatch(name) is None:
                raise UsageError(
                    f"tool {self.spec.name!r}: {name[:64]!r} is no name of an environment variable"
                )
        check_schema(self.spec)


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A call that fits its tool: `call` in the tool's own spelling, `arguments` typed."""

    call: ToolCall
    tool: Tool
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Toolbox:
    """The tools of a run; `secrets` are the environment's unless given."""

    def __init__(self, tools: Iterable[Tool], secrets: Secrets | None = None) -> None:
        self.tools = tuple(tools)
        self._secrets = secrets or Secrets()
        self._secret_names = {name for tool in self.tools for name in tool.secrets}
        self._workers = Workers()
        self._device_lock = threading.RLock()  # acts and plugins never reach it at once
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

        What a plugin raises, and that it does not answer in time, becomes a result; only the
        device's own `DeviceError` comes through. Where the effect is not delivered, `effect.said`
        says why.
        """
        if checked.tool.function is None:
            return self._act(checked, context)
        return self._workers.wait(self._begin(checked, context))

    def run_together(self, calls: Sequence[CheckedCall], context: Context) -> list[ToolResult]:
        """Carry out calls that do not wait for each other's results; the results in their order.

        Plugins run at the same time. Acts on the device follow one another in their order; behind
        one that was not delivered they are refused. The device's `DeviceError` is raised once
        every call that was begun is over.
        """
        results: dict[int, ToolResult] = {}
        errors: list[DeviceError] = []
        plugins = [index for index, call in enumerate(calls) if call.tool.function is not None]
        acts = [index for index, call in enumerate(calls) if call.tool.function is None]
        waves = [plugins[at : at + MOST_TOGETHER] for at in range(0, len(plugins), MOST_TOGETHER)]
        for wave in waves or [[]]:
            begun = [(index, self._begin(calls[index], context)) for index in wave]
            stopped = False
            while acts:
                index = acts.pop(0)
                if stopped:
                    said = "not done, because the act before it was not carried out"
                    results[index] = ToolResult(Effect(Delivery.REFUSED, said))
                    continue
                try:
                    results[index] = self._act(calls[index], context)
                except DeviceError as error:
                    errors.append(error)
                stopped = index not in results or (
                    results[index].effect.delivery is not Delivery.DELIVERED
                )
            for index, running in begun:
                try:
                    results[index] = self._workers.wait(running)
                except DeviceError as error:
                    errors.append(error)
            if errors:
                raise errors[0]
        return [results[index] for index in range(len(calls))]

    def _act(self, checked: CheckedCall, context: Context) -> ToolResult:
        """Carry out an act on the device, or take note of the end."""
        try:
            planned = self.plan(checked, context)
            if isinstance(planned, Finish):
                return ToolResult(Effect(Delivery.DELIVERED), finish=planned)
            if planned is None:  # ruled out by `Tool`
                raise UsageError(f"tool {checked.call.name!r} has no plan")
            hands = context.hands
        except ToolError as error:
            return ToolResult(Effect(Delivery.REFUSED, str(error)))
        with self._device_lock:
            effect = hands.perform(planned)
            return ToolResult(effect, point=_place(planned), way=_way(planned))

    def _begin(self, checked: CheckedCall, context: Context) -> Running:
        """Start a plugin's work."""
        tool, function = checked.tool, checked.tool.function
        if function is None:  # ruled out by `Tool`
            raise UsageError(f"tool {tool.spec.name!r} has no function")
        arguments, lent = dict(checked.arguments), None
        if tool.context_name is not None:
            if context.device is not None:
                lent = LentDevice(context.device, self._device_lock)
            grant = partial(self._grant, tool)
            arguments[tool.context_name] = replace(context, device=lent, grant=grant)
        work = partial(function, **arguments)
        return self._workers.start(Job(tool.spec.name, work, tool.timeout, self._redactor, lent))

    def _grant(self, tool: Tool, name: str) -> str:
        if name not in tool.secrets:
            declared = ", ".join(tool.secrets) or "none"
            raise ToolError(
                f"{tool.spec.name} may not have the secret {name!r}; it declared: {declared}"
            )
        return self._secrets.grant(name, tool.spec.name)

    def _redactor(self) -> Redactor:
        return self._secrets.redactor(self._secret_names)

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
        known = f"use one of: {', '.join(names)}{hint}" if names else "there are none"
        raise ToolError(f"no tool {shown!r}; {known}")


def _fold(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _way(action: Action) -> tuple[tuple[int, int], ...]:
    """The places that a swipe or a drag goes through."""
    path: tuple[Point, ...] = ()
    if isinstance(action, Swipe):
        path = (action.start, action.end)
    elif isinstance(action, Drag):
        path = action.path
    return tuple((point.x, point.y) for point in path)


def _place(action: Action) -> tuple[int, int] | None:
    point = pointer_after(action)
    if isinstance(action, Swipe):
        point = action.start
    elif isinstance(action, Drag):
        point = action.path[0]
    return None if point is None else (point.x, point.y)
