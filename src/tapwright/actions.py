"""What a device can be asked to do: one frozen class per action, points in device pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the screen in device pixels; (0, 0) is the top left pixel of the picture."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Tap:
    """Touch a point and lift at once."""

    point: Point


@dataclass(frozen=True, slots=True)
class LongPress:
    """Touch a point, hold for `seconds`, lift."""

    point: Point
    seconds: float = 0.8


@dataclass(frozen=True, slots=True)
class Swipe:
    """Move a finger from `start` to `end` in `seconds`."""

    start: Point
    end: Point
    seconds: float = 0.3


@dataclass(frozen=True, slots=True)
class TypeText:
    """Type `text` into the focused field, every character of it or none."""

    text: str


@dataclass(frozen=True, slots=True)
class PressKey:
    """Press a key by its Android name without `KEYCODE_` (`BACK`, `HOME`, `ENTER`, `VOLUME_UP`)."""

    key: str


@dataclass(frozen=True, slots=True)
class OpenApp:
    """Bring an installed app to the front, by its label or package name."""

    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for `seconds`."""

    seconds: float


Action: TypeAlias = Tap | LongPress | Swipe | TypeText | PressKey | OpenApp | Wait

Direction = Literal["up", "down", "left", "right"]
