"""The calls of one reply: checked, decided on, and carried out together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tapwright.agent.chat_values import Called, Calling
from tapwright.agent.policy import Policy, PolicyContext
from tapwright.agent.telling import words
from tapwright.errors import DeviceError, ToolError
from tapwright.tools.context import Context
from tapwright.tools.registry import CheckedCall, Toolbox
from tapwright.types import Decision, Delivery, Effect, ToolCall, ToolResult, Verdict

OnCall = Callable[[Calling | Called], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a reply's calls, in their order: one for each."""

    called: tuple[Called, ...]
    interrupted: bool = False  # by Ctrl-C, in the middle of it
    lost: DeviceError | None = None


class Caller:
    """Carries calls out through one policy."""

    def __init__(self, toolbox: Toolbox, policy: Policy) -> None:
        self._toolbox = toolbox
        self._policy = policy

    def carry_out(
        self,
        calls: Sequence[ToolCall],
        context: Context,
        signals: PolicyContext,
        on_call: OnCall,
    ) -> Done:
        """Carry `calls` out together, where each is allowed.

        A call that does not fit its tool is refused by itself. Where one is denied, none is
        carried out: what follows was not meant to happen without it.
        """
        judged = [self._judge(call, context, signals) for call in calls]
        denied = any(_says_no(decision) for _, decision, _ in judged)
        for checked, decision, _ in judged:
            if checked is not None and decision is not None:
                on_call(Calling(checked.call, decision))
        wanted = [checked for checked, decision, _ in judged if checked and decision]
        interrupted, lost = False, None
        results: list[ToolResult] = []
        if not denied and wanted:
            try:
                results = self._toolbox.run_together(wanted, context)
            except KeyboardInterrupt:
                interrupted = True
                results = [_unknown(words("cancelled_call", "en"))] * len(wanted)
            except DeviceError as error:
                lost = error
                results = [_unknown(str(error))] * len(wanted)
        left = iter(results)
        called = []
        for call, (checked, decision, misfit) in zip(calls, judged, strict=True):
            if checked is None or decision is None:
                each = Called(call, None, _refused(misfit))
            elif denied:
                each = Called(checked.call, decision, _not_done(decision))
            else:
                each = Called(checked.call, decision, next(left))
            called.append(each)
        try:
            for each in called:
                on_call(each)
        except KeyboardInterrupt:  # what was done must be remembered all the same
            interrupted = True
        return Done(tuple(called), interrupted, lost)

    def _judge(
        self, call: ToolCall, context: Context, signals: PolicyContext
    ) -> tuple[CheckedCall | None, Decision | None, str]:
        """A call as its tool wants it and what the policy says, or why it does not fit."""
        try:
            checked = self._toolbox.check(call)
            planned = self._toolbox.plan(checked, context)
        except ToolError as error:
            return None, None, str(error)
        decision = self._policy.decide(checked, replace(signals, planned=planned))
        return checked, self._policy.ask(checked, decision), ""


def _says_no(decision: Decision | None) -> bool:
    return decision is not None and decision.verdict is not Verdict.ALLOW


def _not_done(decision: Decision) -> ToolResult:
    if _says_no(decision):
        return _refused(f"{decision.rule}: {decision.reason}")
    return _refused("another call of the same reply was denied")


def _refused(said: str) -> ToolResult:
    return ToolResult(Effect(Delivery.REFUSED, said))


def _unknown(said: str) -> ToolResult:
    return ToolResult(Effect(Delivery.UNKNOWN, said))
