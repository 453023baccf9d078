"""A script's act carried out on a device whose targets were found: what of it the device took."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tapwright.actions import Action, OpenApp, Point, PressKey, TypeText
from tapwright.agent.quiet import QuietScreen
from tapwright.agent.script import gestures
from tapwright.agent.script.following import changed_box
from tapwright.agent.script.steps import (
    Act,
    Condition,
    DragTo,
    Open,
    Press,
    ScrollBy,
    TapOn,
    TypeIn,
)
from tapwright.errors import ActionRefused, Unexpected, UsageError
from tapwright.protocols import Device, kind_of
from tapwright.types import Delivery, Effect, Observation

MOST_DELETED = 200  # characters that are deleted one by one to empty a field on a phone
DELETED_AT_ONCE = 10  # between two looks


class Carrier:
    """Carries acts out on one device; `holds` says whether a condition does now."""

    def __init__(
        self,
        device: Device,
        quiet: QuietScreen,
        holds: Callable[[Condition], tuple[bool, str]],
    ) -> None:
        self._device = device
        self._quiet = quiet
        self._holds = holds
        self._taken = 0  # actions that the device took of the act that is under way

    def act(self, action: Action) -> Effect:
        """Have the device carry out one action; raise `ActionRefused` where it would not."""
        effect = self._device.perform(action)
        if effect.delivery is Delivery.REFUSED:
            raise ActionRefused(effect.said or "the device would not do it")
        self._taken += 1
        return effect

    def carry_out(
        self, act: Act, points: Sequence[Point], before: Observation
    ) -> tuple[Effect, str]:
        """Carry out an act on the points of its targets; what is known of it, and of its end.

        Raise `ActionRefused` where the device would not, and nothing was done. What it refuses
        behind a part that it took is not as if nothing had been begun: that is unknown.
        """
        self._taken = 0
        try:
            return self._carry_out(act, points, before)
        except ActionRefused as error:
            if not self._taken:
                raise
            return Effect(Delivery.UNKNOWN, f"a part of it was done, and then: {error}"), ""

    def _carry_out(
        self, act: Act, points: Sequence[Point], before: Observation
    ) -> tuple[Effect, str]:
        kind = kind_of(self._device)
        size = before.size
        middle = Point(size.width // 2, size.height // 2)
        match act:
            case Open(app, arguments):
                return self.act(OpenApp(app, arguments)), ""
            case TapOn(_, button, count, hold):
                actions = gestures.tapping(kind, points[0], button, count, hold)
                return self._all(actions), ""
            case TypeIn():
                return self._type(act, points, before), ""
            case Press(keys):
                return self.act(gestures.pressing(kind, keys)), ""
            case ScrollBy(direction, notches, _, ""):
                at = points[0] if points else middle
                return self.act(gestures.scrolling(kind, at, size, direction, notches)), ""
            case ScrollBy():
                return self._scroll_until(act, points[0] if points else middle, before)
            case DragTo():
                return self.act(gestures.dragging(kind, points[0], points[1])), ""
        raise UsageError(f"a stage does not do {type(act).__name__}")

    def _all(self, actions: Sequence[Action]) -> Effect:
        """Carry out all; the first whose end is unknown ends it."""
        effect = Effect(Delivery.DELIVERED)
        for action in actions:
            effect = self.act(action)
            if effect.delivery is Delivery.UNKNOWN:
                break
        return effect

    def _type(self, act: TypeIn, points: Sequence[Point], before: Observation) -> Effect:
        if points:
            effect = self._all(gestures.tapping(kind_of(self._device), points[0], "left", 1, 0))
            if effect.delivery is Delivery.UNKNOWN:
                return effect
            self._quiet.wait(before)
        effect = self._clear() if act.clear else Effect(Delivery.DELIVERED)
        if effect.delivery is Delivery.UNKNOWN or not act.text:
            return effect  # behind what may still be there, nothing is typed
        return self.act(TypeText(act.text))

    def _clear(self) -> Effect:
        """Empty the field that has the caret."""
        if kind_of(self._device) == "desktop":
            return self._all([gestures.selecting_all(), PressKey("delete")])
        effect = self.act(PressKey("MOVE_END"))
        for _ in range(0, MOST_DELETED, DELETED_AT_ONCE):
            full = self._quiet.wait().observation
            effect = self._all([PressKey("DEL")] * DELETED_AT_ONCE)
            if effect.delivery is Delivery.UNKNOWN:
                break
            empty = self._quiet.wait(full).observation
            if changed_box(full.image, empty.image) is None:
                break
        return effect

    def _scroll_until(self, act: ScrollBy, at: Point, before: Observation) -> tuple[Effect, str]:
        """Scroll a notch at a time until a text is seen; `Unexpected` where it never is."""
        kind = kind_of(self._device)
        wanted = Condition(text=act.until)
        seen = before
        for turned in range(act.notches + 1):
            held, said = self._holds(wanted)
            if held:
                return Effect(Delivery.DELIVERED), f"{said} after {turned} notches"
            if turned == act.notches:
                break
            self.act(gestures.scrolling(kind, at, before.size, act.direction, 1))
            after = self._quiet.wait(seen).observation
            if changed_box(seen.image, after.image) is None:
                raise Unexpected(f"scrolled to the end, and {said}")
            seen = after
        raise Unexpected(f"scrolled {act.notches} notches, and {said}")
