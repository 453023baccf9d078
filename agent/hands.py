"""From calls to effects: decided, written down, carried out, and looked at afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tapwright.actions import Action, LongPress, Tap, Wait
from tapwright.agent.journal import Journal
from tapwright.agent.policy import Policy, PolicyContext
from tapwright.agent.quiet import QuietScreen, Settled
from tapwright.agent.telling import words
from tapwright.errors import ActionRefused, DeviceError, ScreenUnavailable
from tapwright.protocols import kind_of
from tapwright.tools.context import Context
from tapwright.tools.registry import CheckedCall, Toolbox
from tapwright.types import (
    Decision,
    Delivery,
    Effect,
    Finish,
    Language,
    Outcome,
    ToolResult,
    Verdict,
)

_TICKING = re.compile(r"[\d\s*•●%()\[\]:.,]+")  # what changes by itself in a window's title


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run is to end."""

    outcome: Outcome
    message: str


@dataclass(slots=True)
class Deeds:
    """What came of a reply's calls, in order; `results` has one for each call."""

    settled: Settled  # the newest look
    decisions: list[Decision] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    changed: bool | None = None  # None: nothing was done that could change the screen
    ending: Ending | None = None
    seconds: dict[str, float] = field(default_factory=lambda: {"act": 0.0, "settle": 0.0})


class Hands:
    """Carries out checked calls one after the other.

    What follows a call that was not carried out, that ended the run or that changed the screen
    was decided from a picture that no longer holds, so it is refused.
    """

    def __init__(
        self,
        toolbox: Toolbox,
        policy: Policy,
        journal: Journal,
        quiet: QuietScreen,
        language: Language = "en",
    ) -> None:
        self._toolbox = toolbox
        self._policy = policy
        self._journal = journal
        self._quiet = quiet
        self._language = language
        self.acts = 0  # that reached the device, or may have

    def do(
        self,
        number: int,
        calls: Sequence[CheckedCall],
        context: Context,
        before: Settled,
        intention: PolicyContext,
    ) -> Deeds:
        """Carry out the calls of step `number`; `intention` holds the task and the thought."""
        deeds = Deeds(before)
        why = ""
        for index, call in enumerate(calls):
            if why:
                not_done = words("not_reached", self._language, why=why)
                deeds.results.append(ToolResult(Effect(Delivery.REFUSED, not_done)))
                continue
            planned = self._toolbox.plan(call, context)
            decision = self._decide(call, planned, context, intention)
            deeds.decisions.append(decision)
            if decision.verdict is not Verdict.ALLOW:
                said = f"{decision.rule}: {decision.reason}"
                deeds.results.append(ToolResult(Effect(Delivery.REFUSED, said)))
                deeds.ending = Ending(Outcome.DENIED, f"'{call.call.name}' was denied by {said}")
                why = words("failed_before", self._language)
                continue
            stale = self._why_stale(planned, context, deeds)
            if stale:
                deeds.results.append(ToolResult(Effect(Delivery.REFUSED, stale)))
                if deeds.ending is None:
                    self._settle(deeds)
                why = words("failed_before", self._language)
                continue
            self._journal.intend(number, index, call.call, decision)
            result = self._run(number, index, call, context, deeds)
            deeds.results.append(result)
            context = context.after(planned)
            refused = result.effect.delivery is Delivery.REFUSED  # nothing happened to the screen
            if deeds.ending is None and isinstance(planned, Action) and not refused:
                self._settle(deeds)
            why = self._why_stop(result, deeds)
        if deeds.settled is not before:
            deeds.seconds["settle"] -= deeds.settled.look  # it is the next step's "observe"
        return deeds

    def _decide(
        self,
        call: CheckedCall,
        planned: Action | Finish | None,
        context: Context,
        intention: PolicyContext,
    ) -> Decision:
        label = None
        label_at = getattr(context.hands, "label_at", None)
        if label_at is not None and isinstance(planned, Tap | LongPress):
            # It only raises a decision; the act itself meets the trouble, and tells of it.
            with suppress(DeviceError):
                label = label_at(planned.point)
        signals = PolicyContext(
            task=intention.task,
            thought=intention.thought,
            planned=planned,
            foreground=context.screen.foreground,
            label_under=label,
        )
        decision = self._policy.decide(call, signals)
        answer = self._policy.ask(call, decision)
        bring_back = getattr(context.hands, "bring_back", None)
        if bring_back is not None and answer is not decision and signals.foreground:
            # On a desktop the person left the window in order to answer.
            with suppress(DeviceError):
                bring_back(signals.foreground)
        return answer

    def _why_stale(self, planned: Action | Finish | None, context: Context, deeds: Deeds) -> str:
        """Why the screen is no longer the one that was decided from; empty where it may be.

        A model thinks for seconds and a person who is asked for longer, and meanwhile a call may
        have come in. Asked only of devices that can tell cheaply.
        """
        glance = getattr(context.hands, "glance", None)
        if glance is None or not isinstance(planned, Action) or isinstance(planned, Wait):
            return ""
        began, seen = time.monotonic(), context.screen
        try:
            front, rotation = glance()
        except DeviceError as error:
            deeds.ending = Ending(Outcome.DEVICE_LOST, str(error))
            return str(error)
        finally:
            deeds.seconds["act"] += time.monotonic() - began
        if front and seen.foreground and not _same_front(front, seen.foreground, context):
            return words("other_app", self._language, now=front, before=seen.foreground)
        turned = rotation is not None and rotation != seen.rotation
        return words("turned", self._language) if turned else ""

    def _run(
        self, number: int, index: int, call: CheckedCall, context: Context, deeds: Deeds
    ) -> ToolResult:
        """Carry one call out and write down what came of it, even where nobody knows."""
        began = time.monotonic()
        result = ToolResult(Effect(Delivery.UNKNOWN, "the run was interrupted during this act"))
        try:
            result = self._toolbox.run(call, context)
        except ActionRefused as error:
            result = ToolResult(Effect(Delivery.REFUSED, str(error)))
        except DeviceError as error:
            result = ToolResult(Effect(Delivery.UNKNOWN, str(error)))
            deeds.ending = Ending(Outcome.DEVICE_LOST, str(error))
        finally:
            if result.effect.delivery is not Delivery.REFUSED and not result.finish:
                self.acts += 1
            # Also on Ctrl-C: the act may have happened, and the journal must say so.
            self._journal.effect(number, index, result)
            deeds.seconds["act"] += time.monotonic() - began
        return result

    def _settle(self, deeds: Deeds) -> None:
        """Wait until the screen is quiet and see whether it changed."""
        began = time.monotonic()
        try:
            settled = self._quiet.wait(deeds.settled.observation)
        except ScreenUnavailable as error:
            deeds.ending = Ending(Outcome.NEEDS_HUMAN, str(error))
        except DeviceError as error:
            deeds.ending = Ending(Outcome.DEVICE_LOST, str(error))
        else:
            deeds.changed = bool(deeds.changed) or settled.changed_since(deeds.settled)
            deeds.settled = settled
        finally:
            deeds.seconds["settle"] += time.monotonic() - began

    def _why_stop(self, result: ToolResult, deeds: Deeds) -> str:
        """Why the calls that follow must not be carried out; empty where they may."""
        if result.effect.delivery is not Delivery.DELIVERED or deeds.ending or result.finish:
            return words("failed_before", self._language)
        return words("screen_moved", self._language) if deeds.changed else ""


def _same_front(now: str, before: str, context: Context) -> bool:
    """Whether the same is in front; a desktop's titles count and mark what is unsaved."""
    if kind_of(context.hands) != "desktop":
        return now == before
    return _TICKING.sub("", now) == _TICKING.sub("", before)
