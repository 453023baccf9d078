"""A device lent to a plugin: shared with the run's own acts, and taken back when time is up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tapwright.actions import Action
from tapwright.errors import DeadlineExceeded, DeviceError, ToolError
from tapwright.protocols import Device
from tapwright.types import AppInfo, Effect, Observation, QueryResult

LONGEST_WAIT = 60.0  # seconds for another call to let go of the device

Value = TypeVar("Value")


class LentDevice:
    """A device as a plugin sees it.

    Only one call at a time reaches it, whoever makes it (`lock`). Once `take_back` was called
    every further use raises `ToolError`: a plugin that was given up must not press anything.
    """

    def __init__(self, device: Device, lock: threading.RLock) -> None:
        self.name = device.name
        self._device = device
        self._lock = lock
        self._taken_back = False
        self._failures: list[DeviceError] = []

    def take_back(self) -> None:
        """Let the plugin reach the device no more."""
        self._taken_back = True

    def raised(self, error: DeviceError) -> bool:
        """Whether the device itself raised this error; a plugin could make one up."""
        return any(failure is error for failure in self._failures)

    def observe(self) -> Observation:
        """As the device's."""
        return self._use(self._device.observe)

    def perform(self, action: Action) -> Effect:
        """As the device's."""
        return self._use(lambda: self._device.perform(action))

    def apps(self) -> Sequence[AppInfo]:
        """As the device's."""
        return self._use(self._device.apps)

    def query(self, argv: Sequence[str]) -> QueryResult:
        """As the device's."""
        return self._use(lambda: self._device.query(argv))

    def close(self) -> None:
        """Raise `ToolError`: the device is not the plugin's to let go of."""
        raise ToolError("a tool may not let go of the device")

    def __getattr__(self, name: str) -> Any:
        """Whatever else the device has, such as `glance`."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._device, name)
        if not callable(value):
            return value
        return lambda *given, **named: self._use(lambda: value(*given, **named))

    def _use(self, act: Callable[[], Value]) -> Value:
        if not self._lock.acquire(timeout=LONGEST_WAIT):
            raise DeadlineExceeded(f"'{self.name}' was held by another call all the time")
        try:
            if self._taken_back:
                raise ToolError("this call was given up, so it may not use the device any more")
            return act()
        except DeviceError as error:
            self._failures.append(error)
            raise
        finally:
            self._lock.release()
