"""What an MCP client may do: look, act on what it was last shown, and call tools.

Every call is checked against its schema, decided by the policy, written down, carried out and
looked at afterwards, by the same parts as in a run. One call is carried out at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.agent.hands import Deeds, Hands
from tapwright.agent.journal import SESSION, Journal
from tapwright.agent.policy import Policy, PolicyContext
from tapwright.agent.quiet import QuietScreen, Settled
from tapwright.agent.state import DARK
from tapwright.agent.telling import told_parts
from tapwright.errors import DeviceError, JournalError, ToolError
from tapwright.protocols import Device
from tapwright.serving.mcp_phone import LIST_APPS, SCREENSHOT, phone_tools
from tapwright.tools.context import Context
from tapwright.tools.registry import CheckedCall, Tool, Toolbox
from tapwright.types import (
    Decision,
    Delivery,
    Effect,
    Frame,
    ImagePart,
    Outcome,
    Part,
    Reply,
    Request,
    ScreenState,
    Step,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
    Verdict,
)

Ask = Callable[[CheckedCall, Decision], bool]

_NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
LOOKS = (
    ToolSpec(
        SCREENSHOT,
        "Show the screen as a picture. Points of all other tools are pixels of the picture that "
        "was shown last; the acts show the screen again by themselves.",
        _NOTHING,
    ),
    ToolSpec(LIST_APPS, "List the apps that can be opened.", _NOTHING),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave; `failed` where it was not carried out, or nobody knows."""

    parts: tuple[Part, ...]
    failed: bool = False


class AskClient:
    """Asks whoever the call that is being carried out came from; no one, and it is a no."""

    simulated_only = False

    def __init__(self) -> None:
        self.ask: Ask | None = None

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Ask, where there is somebody to ask."""
        return self.ask is not None and self.ask(call, decision)


class Session:
    """A device (or none) and tools, with a policy and a journal."""

    def __init__(
        self, device: Device | None, tools: Sequence[Tool], policy: Policy, journal: Journal
    ) -> None:
        self.device = device
        self.toolbox = Toolbox([*(phone_tools() if device is not None else ()), *tools])
        self.looks_shown = 0
        self._policy = policy
        self._journal = journal
        self._lock = threading.Lock()
        self._shown: Settled | None = None
        self._number = 0
        if device is not None:
            self._quiet = QuietScreen(device)
            self._hands = Hands(self.toolbox, policy, journal, self._quiet)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What a client is told of the tools."""
        return (*(LOOKS if self.device is not None else ()), *self.toolbox.specs)

    def begin(self) -> None:
        """Write down that a session begins; raise `JournalError` where it cannot be."""
        name = self.device.name if self.device is not None else ""
        self._journal.begin(
            "a session of an MCP client", kind=SESSION, model="mcp client", family="",
            dialect="native", device=name, settings={},
        )  # fmt: skip

    def end(self, why: str) -> None:
        """Write down that it is over, by nobody's claim that anything was done."""
        last = self._shown.observation.image if self._shown else None
        self._journal.end(Outcome.CANCELLED, why, (), last)

    def call(self, name: str, arguments: Mapping[str, Any], ask: Ask | None = None) -> Answer:
        """Carry a call out and say what came of it; `ask` is asked where a person must agree.

        What `ask` raises comes through, and nothing was done then.
        """
        with self._lock:
            confirmer = self._policy.confirmer
            if isinstance(confirmer, AskClient):
                confirmer.ask = ask
            try:
                return self._call(ToolCall(name, arguments))
            except ToolError as error:
                return _failed(f"refused, nothing was done: {error}")
            except (DeviceError, JournalError) as error:
                return _failed(str(error))

    def _call(self, call: ToolCall) -> Answer:
        if self.device is not None and call.name in (SCREENSHOT, LIST_APPS):
            if call.arguments:
                raise ToolError(f"{call.name} has no fields")
            return self._look() if call.name == SCREENSHOT else self._apps(self.device)
        checked = self.toolbox.check(call)
        if checked.tool.plan is None:
            return self._run(checked)
        if self.device is None or self._shown is None:
            raise ToolError(f"the screen was not shown yet; call {SCREENSHOT} first")
        return self._act(checked, self.device, self._shown)

    def _look(self) -> Answer:
        self._shown = None
        settled = self._quiet.wait()
        wake = getattr(self.device, "wake", None)
        if settled.observation.state in (ScreenState.ASLEEP, ScreenState.LOCKED) and wake:
            wake()
            settled = self._quiet.wait()
        return Answer(self._show(settled), failed=self._shown is None)

    def _show(self, settled: Settled) -> tuple[Part, ...]:
        """The screen for the client; a dark one is told and not shown, so nothing acts on it."""
        seen = settled.observation
        if seen.state is not ScreenState.LIT:
            self._shown = None
            return (TextPart(DARK[seen.state]),)
        self._shown = settled
        self.looks_shown += 1
        front = f", '{seen.foreground}' in front" if seen.foreground else ""
        told = TextPart(f"the screen, {seen.size.width}x{seen.size.height} pixels{front}:")
        return (told, ImagePart(seen.image))

    def _apps(self, device: Device) -> Answer:
        lines = sorted(f"{app.label} ({app.package})" for app in device.apps())
        return Answer((TextPart("\n".join(lines) or "no app can be opened"),))

    def _act(self, checked: CheckedCall, device: Device, shown: Settled) -> Answer:
        context = Context(device, shown.observation, Frame.SCREEN_PX)
        self.toolbox.plan(checked, context)  # a point that is not on the picture ends it here
        self._number += 1
        acts = self._hands.acts
        try:
            deeds = self._hands.do(self._number, [checked], context, shown, PolicyContext())
        except JournalError as error:
            if self._hands.acts == acts:
                raise
            self._shown = None  # it was done before the journal failed
            said = f"the act was begun and what came of it is unknown, so look first: {error}"
            return _failed(said)
        unwritten = self._record(checked, shown, deeds.decisions, deeds.results, deeds)
        (result,) = deeds.results
        parts: list[Part] = [_sentence(told_parts(result, deeds.changed))]
        if deeds.settled is not shown:
            parts += self._show(deeds.settled)
        elif deeds.ending is not None and deeds.ending.outcome is not Outcome.DENIED:
            self._shown = None  # nobody knows what the screen shows now
            if deeds.ending.message not in result.effect.said:
                parts.append(TextPart(deeds.ending.message))
        return Answer((*parts, *unwritten), result.effect.delivery is not Delivery.DELIVERED)

    def _run(self, checked: CheckedCall) -> Answer:
        """Call a tool that does its own work."""
        decision = self._policy.ask(checked, self._policy.decide(checked, PolicyContext()))
        self._number += 1
        self._journal.intend(self._number, 0, checked.call, decision)
        result = ToolResult(Effect(Delivery.UNKNOWN, "the session ended during this call"))
        unwritten: tuple[TextPart, ...] = ()
        try:
            if decision.verdict is Verdict.ALLOW:
                observation = self._shown.observation if self._shown else None
                result = self.toolbox.run(
                    checked, Context(self.device, observation, Frame.SCREEN_PX)
                )
            else:
                said = f"{decision.rule}: {decision.reason}"
                result = ToolResult(Effect(Delivery.REFUSED, said))
        except DeviceError as error:
            result = ToolResult(Effect(Delivery.UNKNOWN, str(error)))
        finally:
            unwritten = _unwritten(lambda: self._journal.effect(self._number, 0, result))
        if self._shown is not None and not unwritten:
            unwritten = self._record(checked, self._shown, [decision], [result])
        told, failed = told_parts(result, None), result.effect.delivery is not Delivery.DELIVERED
        return Answer((*((_sentence(told),) if failed else told), *unwritten), failed)

    def _record(
        self,
        checked: CheckedCall,
        shown: Settled,
        decisions: Sequence[Decision],
        results: Sequence[ToolResult],
        deeds: Deeds | None = None,
    ) -> tuple[TextPart, ...]:
        step = Step(
            self._number,
            shown.observation,
            Request(()),
            Reply("", calls=(checked.call,)),
            calls=(checked.call,),
            decisions=tuple(decisions),
            results=tuple(results),
            screen_changed=deeds.changed if deeds else None,
            seconds=deeds.seconds if deeds else {},
        )
        return _unwritten(lambda: self._journal.record(step))


def _unwritten(write: Callable[[], None]) -> tuple[TextPart, ...]:
    """Write down what was done; where that fails, the words that say so beside what came of it."""
    try:
        write()
    except JournalError as error:
        return (TextPart(f"\n(what came of it is not in the journal: {error})"),)
    return ()


def _sentence(parts: Sequence[Part]) -> TextPart:
    """What the parts say, in one."""
    return TextPart("".join(part.text for part in parts if isinstance(part, TextPart)))


def _failed(said: str) -> Answer:
    return Answer((TextPart(said),), failed=True)


def call_words(call: ToolCall) -> str:
    """A call for a person: `tap(x=3, y=4)`."""
    inside = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    return f"{call.name}({inside})"[:500]
