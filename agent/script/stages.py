"""The devices of a script, opened when the first step needs one, each with a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Protocol, TypeAlias

from tapwright.agent.script.conditions import Filling
from tapwright.agent.script.stage_values import Begin, Done
from tapwright.agent.script.steps import Act, Ask, Condition, Script
from tapwright.errors import UsageError
from tapwright.protocols import Device
from tapwright.types import Observation


class StageLike(Protocol):
    """What the runner asks of a stage; `acting.Stage` is the one that is used."""

    @property
    def model_calls(self) -> int:
        """How often it asked a model so far."""

    def do(
        self,
        act: Act,
        *,
        timeout: float,
        expect: Condition | None,
        scope: Filling | None,
        begin: Begin | None,
    ) -> Done:
        """Find what the act needs, call `begin`, carry it out and look at what came of it."""

    def ask(self, act: Ask, timeout: float) -> Any:
        """Read a value off the screen."""

    def holds(
        self, condition: Condition, scope: Filling | None, timeout: float
    ) -> tuple[bool, str]:
        """Whether a condition holds by the timeout (seconds), and what was seen."""

    def look(self) -> Observation:
        """Look at the screen."""


# What a name in `devices:` stands for, to a device that is let go of at the script's end.
Opener: TypeAlias = Callable[[str], AbstractContextManager[Device]]
# A stage for a device and the script whose step needs it (it knows what was learned), by alias.
OpenStage: TypeAlias = Callable[[Device, Script, str], StageLike]


class Stages:
    """Opens devices and stages on first use; a context manager that lets go of the devices.

    `devices` are open ones by their names in the script, which stay open, or what opens them.
    """

    def __init__(
        self, devices: Mapping[str, Device] | Opener, script: Script, open_stage: OpenStage
    ) -> None:
        self._devices = devices
        self._script = script
        self._open_stage = open_stage
        self._stack = ExitStack()
        self._opened: dict[str, Device] = {}
        self._stages: dict[tuple[int, str, str], StageLike] = {}

    def __enter__(self) -> Stages:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def places(self) -> list[str]:
        """What was opened so far, by what the script says."""
        return list(self._opened)

    @property
    def model_calls(self) -> int:
        """How often the stages asked a model."""
        return sum(stage.model_calls for stage in self._stages.values())

    def stage(self, name: str, script: Script) -> StageLike:
        """The stage of the device that a step of `script` calls `name` (empty: its first).

        Raise `UsageError` for a name that is none, `DeviceError` where it cannot be opened.
        """
        device, alias = self.device(name, script)
        key = (id(device), alias, str(script.file))
        if key not in self._stages:
            self._stages[key] = self._open_stage(device, script, alias)
        return self._stages[key]

    def device(self, name: str, script: Script) -> tuple[Device, str]:
        """A device, and its name in the script."""
        where = script.devices or self._script.devices  # a subflow without any uses its caller's
        alias = name or next(iter(where), "")
        if isinstance(self._devices, Mapping):
            return self._given(self._devices, alias, bool(name)), alias
        place = self._place(alias, where)
        if place is None:
            known = ", ".join(where) or "none"
            raise UsageError(f"no device is called '{alias}' here; the script names: {known}")
        if place not in self._opened:
            self._opened[place] = self._stack.enter_context(self._devices(place))
        return self._opened[place], alias

    def _place(self, alias: str, where: Mapping[str, str]) -> str | None:
        """What is opened for a name; a subflow uses its caller's device of the same kind, which
        may be a virtual one, before it opens one of its own."""
        place, ours = where.get(alias), self._script.devices
        if place is None or where is ours:
            return ours.get(alias, place)
        alike = [each for each in ours.values() if _is_desktop(each) == _is_desktop(place)]
        for wanted in (ours.get(alias), place):
            if wanted in alike:
                return wanted
        return alike[0] if len(alike) == 1 else place

    def _given(self, devices: Mapping[str, Device], alias: str, named: bool) -> Device:
        if alias in devices:
            return devices[alias]
        if devices and not named and len(devices) == 1:
            return next(iter(devices.values()))
        raise UsageError(
            f"no device is called '{alias}'; given are: {', '.join(devices) or 'none'}"
        )


def is_virtual(place: str) -> bool:
    """Whether what `connect` takes means a virtual display: it ends with who opened it."""
    return place.partition(":")[0] == "xvfb"


def _is_desktop(place: str) -> bool:
    """Whether what `connect` takes means a desktop, not a phone."""
    return place.partition(":")[0] in ("desktop", "window", "xvfb")
