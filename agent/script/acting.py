"""The stage: finds targets on one device, acts on them, and looks at what came of it.

    stage = Stage(device, learned=Learned(folder))
    done = stage.do(TapOn(Target("Save")), timeout=10)

Whoever writes a run down gives `do` a `begin`, which is called once the target is found and
ready, right before the device is touched; what it raises keeps the act from happening.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tapwright.actions import Action
from tapwright.agent.quiet import Clock, QuietScreen, RealClock
from tapwright.agent.script import asked
from tapwright.agent.script.carrying import Carrier
from tapwright.agent.script.conditions import Conditions, Filling as Filling
from tapwright.agent.script.eyes import Eyes
from tapwright.agent.script.following import changed_box, only_shaded, read_back
from tapwright.agent.script.ladder import Ladder
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.ready import Ready, look_lit, wait_ready
from tapwright.agent.script.stage_values import (
    Begin as Begin,
    Done as Done,
    StageSettings as StageSettings,
)
from tapwright.agent.script.steps import Act, Ask, Condition, ScrollBy, Target, TypeIn
from tapwright.agent.script.walk import targets_of
from tapwright.agent.seeing.opencv import must_have_opencv
from tapwright.agent.seeing.values import Found, Reader, Rung
from tapwright.errors import Uncertain, Unexpected, UsageError
from tapwright.protocols import Device, kind_of
from tapwright.types import Delivery, Effect, Observation


class Stage:
    """One device, and what a script does on it. Not safe to share between threads."""

    def __init__(
        self,
        device: Device,
        *,
        learned: Learned | None = None,
        reader: Reader | None = None,
        eyes: Eyes | None = None,
        settings: StageSettings | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`reader` reads the screen (the installed one unless given), `eyes` ask a model.

        Raise `SetupError` where OpenCV is missing.
        """
        must_have_opencv()
        self.device = device
        self.settings = settings or StageSettings()
        self.healed = False  # whether the last target that was found had changed
        self._clock = clock or RealClock()
        self._eyes = None if self.settings.only_learned else eyes
        self._reader = reader or asked.Installed()
        self._ladder = Ladder(
            learned if learned is not None else Learned(),
            self._reader,
            self._eyes,
            alias=self.settings.alias,
            folder=self.settings.folder,
            only_learned=self.settings.only_learned,
        )
        self._quiet = QuietScreen(device, self.settings.patience, self._clock)
        self._conditions = Conditions(device, self._reader, self._eyes, self._clock, self.look)
        self._carrier = Carrier(device, self._quiet, self.holds)

    @property
    def model_calls(self) -> int:
        """How often a model was asked so far."""
        return self._eyes.calls if self._eyes is not None else 0

    def look(self) -> Observation:
        """Look at the screen."""
        return self.device.observe()

    def read(self) -> list[str]:
        """Every stretch of text on the screen, top to bottom."""
        return [line.text for line in self._reader.read(self.look().image)]

    def find(self, target: Target, timeout: float = 10.0) -> Found:
        """Wait for a target that may be acted on, and learn how it looks.

        Raise `NotFound`, `Ambiguous` or `NotReady` where there is none within `timeout` seconds.
        """
        ready = self._ready([target], timeout)
        self._learn([target], ready, verified=False)
        return ready[0].climbed.found

    def act(self, action: Action) -> Effect:
        """Have the device carry out one action; raise `ActionRefused` where it would not."""
        return self._carrier.act(action)

    def holds(
        self, condition: Condition, scope: Filling | None = None, timeout: float = 0.0
    ) -> tuple[bool, str]:
        """Whether a condition holds within `timeout` seconds, and what was seen."""
        return self._conditions.hold(condition, scope, timeout)

    def ask(self, act: Ask, timeout: float = 10.0) -> Any:
        """Read a value of the kind that is asked for off the screen.

        Raise `NotFound` where it is not there within `timeout` seconds, or only a model could
        tell and none may be asked.
        """
        return asked.answer(act, self._reader, self._eyes, self.look, self._clock, timeout)

    def do(
        self,
        act: Act,
        *,
        timeout: float = 10.0,
        expect: Condition | None = None,
        scope: Filling | None = None,
        begin: Begin | None = None,
    ) -> Done:
        """Carry out `Open`, `TapOn`, `TypeIn`, `Press`, `ScrollBy` or `DragTo`, texts filled in.

        Raise what `find` raises and `ActionRefused` where nothing was done; `Unexpected` where it
        was done and what should follow does not within `timeout` seconds; `Uncertain` where
        nobody knows whether it was done and `expect` cannot tell.
        """
        targets = targets_of(act)
        ready = self._ready(targets, timeout)
        before = ready[0].observation if ready else self._look_ahead(timeout)
        found = ready[-1].climbed.found if ready else None
        healed = any(each.climbed.healed for each in ready)
        if begin is not None:
            begin(ready[0].climbed.found if ready else None)
        points = [each.climbed.found.point for each in ready]
        effect, said = self._carrier.carry_out(act, points, before)
        if effect.delivery is Delivery.UNKNOWN and expect is None:
            raise Uncertain(
                f"nobody knows whether it was done ({effect.said}); "
                "look, or state what to 'expect' of this step"
            )
        if expect is not None:
            held, why = self.holds(expect, scope, timeout)
            unknown = effect.delivery is Delivery.UNKNOWN
            if not held and unknown:
                raise Uncertain(f"nobody knows whether it was done ({effect.said}), and {why}")
            if not held:
                raise Unexpected(f"it was done, but {why}")
            told = "; ".join(filter(None, (why, self._learn(targets, ready, verified=True))))
            return Done(told, True, found, healed, before, unknown)
        verified, seen = self._followed(act, before, found)
        kept = self._learn(targets, ready, verified=verified)
        told = "; ".join(filter(None, (said, seen, kept)))
        return Done(told, verified, found, healed, before)

    # --- how ------------------------------------------------------------------------------------

    def _ready(self, targets: Sequence[Target], timeout: float) -> list[Ready]:
        self.healed = False
        if not targets:
            return []
        ready = wait_ready(
            self.device, self._ladder, targets, timeout, self._clock, self.settings.waiting
        )
        self.healed = any(each.climbed.healed for each in ready)
        return ready

    def _learn(self, targets: Sequence[Target], ready: Sequence[Ready], *, verified: bool) -> str:
        """Learn how targets look, after the act; where that cannot be written, say why.

        One that led astray is not learned, nor one that a model guessed and nothing followed from.
        """
        for target, each in zip(targets, ready, strict=True):
            climbed = each.climbed
            if climbed.look is not None and (verified or climbed.found.rung is not Rung.MODEL):
                try:
                    self._ladder.learn(target, climbed.look)
                except UsageError as error:
                    return f"not learned: {error}"
        return ""

    def _look_ahead(self, timeout: float) -> Observation:
        """The screen that an act without a target is done on; a phone's may be dark, for a key
        or a swipe is what lights it."""
        if kind_of(self.device) != "desktop":
            return self.look()
        return look_lit(self.look, self._clock, self._clock.now() + timeout)

    def _followed(self, act: Act, before: Observation, found: Found | None) -> tuple[bool, str]:
        """What can be seen to have followed from an act for which nothing was stated."""
        if isinstance(act, ScrollBy) and act.until:
            return True, ""
        after = self._quiet.wait(before).observation
        box = changed_box(before.image, after.image)
        if box is None:
            if isinstance(act, TypeIn) and act.text and act.into is not None:
                raise Unexpected("it was typed, and nothing appeared on the screen")
            return False, "unverified: nothing changed on the screen"
        if isinstance(act, TypeIn) and act.text and self.settings.read_back:
            return read_back(self._reader, after.image, box, act.text, found)
        if before.size == after.size and only_shaded(before.image, after.image, box):
            return False, "unverified: nothing changed but a shade under the pointer"
        return True, "the screen changed"
