"""What a driver must do, checked on a live device; for drivers of third parties too.

    problems = check_device(device)

Nothing here changes the device: acts that must be refused, one short wait, looks and questions.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

from tapwright.actions import Action, OpenApp, Point, PressKey, Swipe, Tap, TypeText, Wait
from tapwright.errors import DeviceError, UsageError
from tapwright.protocols import Device
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult

_NONSENSE = "tapwright-no-such-thing"
_T = TypeVar("_T")


def check_device(device: Device) -> list[str]:
    """What `device` does against the protocol, one line each; empty where it passes."""
    problems: list[str] = []
    if not isinstance(device, Device):
        return [f'"{type(device).__name__}" lacks a method of the Device protocol']
    if not isinstance(device.name, str) or not device.name:
        problems.append(f"name is {device.name!r}, not a text to call it by")
    problems += _looks(device)
    problems += _acts(device)
    problems += _apps(device)
    problems += _questions(device)
    return problems


def _looks(device: Device) -> list[str]:
    try:
        first, second = device.observe(), device.observe()
    except DeviceError as error:
        return [f"observe() raised {type(error).__name__}: {error}"]
    problems: list[str] = []
    for seen in (first, second):
        if not isinstance(seen, Observation):
            return [f"observe() gave a {type(seen).__name__}, not an Observation"]
        if seen.image.mode != "RGB":
            problems.append(f'the picture\'s mode is "{seen.image.mode}", not "RGB"')
        if not all(seen.image.size):
            problems.append(f"the picture is {seen.image.size} pixels")
        if seen.rotation not in range(4):
            problems.append(f"rotation is {seen.rotation}, not 0..3 quarter turns")
        if abs(time.time() - seen.taken_at) > 3600:
            problems.append(f"taken_at is {seen.taken_at}, not the time of the picture")
    problems += _glances(device, second)
    if first.image is second.image:
        problems.append("two looks gave one and the same picture object")
    return problems


def _glances(device: Device, seen: Observation) -> list[str]:
    """A glance, which a driver need not have, says what the look before it said."""
    glance = getattr(device, "glance", None)
    if glance is None:
        return []
    told, hoped = _tried(glance), (seen.foreground, seen.rotation)
    if not isinstance(told, tuple) or len(told) != 2:
        return [f"glance() {told!r}, not (foreground, rotation)"]
    if any(part is not None and part != was for part, was in zip(told, hoped, strict=True)):
        return [f"glance() gave {told}, the look before it {hoped}"]
    return []


def _acts(device: Device) -> list[str]:
    try:
        size = device.observe().size
    except DeviceError:
        return []  # said already
    inside, outside = Point(size.width // 2, size.height // 2), Point(size.width, 0)
    refused: list[Action] = [
        Tap(outside),
        Tap(Point(-1, size.height // 2)),
        Swipe(inside, Point(inside.x, size.height)),
        PressKey(_NONSENSE),
        OpenApp(_NONSENSE),
        TypeText("\0"),
        TypeText("\ud800"),
        Wait(-1.0),
        Wait(math.nan),
    ]
    problems = [problem for act in refused for problem in _judged(device, act, Delivery.REFUSED)]
    return problems + _judged(device, Wait(0.01), Delivery.DELIVERED)


def _judged(device: Device, action: Action, hoped: Delivery) -> list[str]:
    effect = _tried(lambda: device.perform(action))
    if not isinstance(effect, Effect):
        return [f"perform({action!r}) {effect}"]
    if effect.delivery is not hoped:
        return [f"perform({action!r}) was {effect.delivery.value}, not {hoped.value}"]
    if hoped is Delivery.REFUSED and not effect.said:
        return [f"perform({action!r}) was refused without a word"]
    return []


def _apps(device: Device) -> list[str]:
    apps = _tried(device.apps)
    if isinstance(apps, str):
        return [f"apps() {apps}"]
    if not all(isinstance(app, AppInfo) for app in apps):
        return ["apps() gave something other than AppInfo"]
    packages = [app.package for app in apps]
    problems = [f"apps() gave {app.package!r} no label" for app in apps if not app.label]
    if len(packages) != len(set(packages)):
        problems.append("apps() names a package twice")
    return problems


def _questions(device: Device) -> list[str]:
    unknown = _tried(lambda: device.query([_NONSENSE]))
    if not isinstance(unknown, QueryResult):
        return [f"query([{_NONSENSE!r}]) {unknown}"]
    problems = []
    if unknown.exit_code == 0:
        problems.append("query() of a program that does not exist has exit code 0")
    for argv in ([], ["echo", "a\0b"]):
        try:
            device.query(argv)
        except UsageError:
            continue
        except Exception as error:
            problems.append(f"query({argv!r}) raised {type(error).__name__}, not UsageError")
        else:
            problems.append(f"query({argv!r}) was taken, though it cannot be meant")
    return problems


def _tried(call: Callable[[], _T]) -> _T | str:
    """What the call gave, or in words what it raised: any exception here is a finding."""
    try:
        return call()
    except Exception as error:
        return f"raised {type(error).__name__}: {error}"
