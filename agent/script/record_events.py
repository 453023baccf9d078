"""What a person's hands did, as plain events, and as the gestures that they make up.

Whoever listens to the system (`devices.desktop_events`) turns what it hears into these events;
pixels are those of the device's picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageChops

from tapwright.actions import Button, Point
from tapwright.agent.script.looks import Mask

DOUBLE = 0.4  # seconds between two presses that make a double click
STILL = 6  # pixels that a hand may tremble
LONG = 0.8  # seconds of a press that was meant to be long
MOST_TEXT = 10_000  # characters of one typed text

_SAME = {
    "ctrlleft": "ctrl", "ctrlright": "ctrl", "control": "ctrl",
    "shiftleft": "shift", "shiftright": "shift",
    "altleft": "alt", "option": "alt", "optionleft": "alt", "optionright": "alt",
    "winleft": "win", "winright": "win", "super": "win", "command": "win",
    "return": "enter", "escape": "esc", "del": "delete", "pgup": "pageup", "pgdn": "pagedown",
}  # fmt: skip
_HELD = ("ctrl", "alt", "win", "shift")  # in the order in which a script writes them
# They change what other keys type, which the typed text already shows.
_SILENT = frozenset({"shift", "altright", "altgr", "capslock", "numlock", "scrolllock", ""})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The screen right before a press, RGB, and the looks shortly `earlier`."""

    image: Image.Image
    earlier: tuple[Image.Image, ...] = ()

    def restless(self) -> Mask:
        """The pixels that had just changed, as a caret does; they will not look the same again."""
        mask: Mask = np.zeros((self.image.height, self.image.width), dtype=np.bool_)
        for look in self.earlier:
            if look.size != self.image.size:
                continue
            changed = ImageChops.difference(look, self.image)
            box = changed.getbbox()
            if box is not None:
                left, top, right, bottom = box
                mask[top:bottom, left:right] |= np.asarray(changed.crop(box)).any(axis=2)
        return mask


@dataclass(frozen=True, slots=True)
class PointerDown:
    """A mouse button was pressed; `seen` is the screen right before."""

    point: Point
    button: Button
    time: float
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class PointerUp:
    """A mouse button was let go."""

    point: Point
    button: Button
    time: float


@dataclass(frozen=True, slots=True)
class WheelTurned:
    """The wheel was turned by notches: `down` > 0 shows what lies further down."""

    point: Point
    down: int
    right: int
    time: float
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key was pressed: its name as `Hotkey` has it, and what it typed ("" for nothing)."""

    key: str
    text: str
    time: float


@dataclass(frozen=True, slots=True)
class KeyUp:
    """A key was let go."""

    key: str
    time: float


Event: TypeAlias = PointerDown | PointerUp | WheelTurned | KeyDown | KeyUp


@dataclass(frozen=True, slots=True)
class Clicked:
    """Pressed and let go in one place, `count` times; more than 0 s of `hold` is a long press."""

    point: Point
    button: Button
    count: int
    hold: float
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Dragged:
    """Pressed in one place and let go in another."""

    start: Point
    end: Point
    button: Button
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Wheeled:
    """Scrolled at a place."""

    point: Point
    down: int
    right: int
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Typed:
    """Typed a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Pressed keys together: `("ctrl", "s")`, or one that types nothing."""

    keys: tuple[str, ...]


Gesture: TypeAlias = Clicked | Dragged | Wheeled | Typed | Keys


def gestures(events: Iterable[Event]) -> Iterator[Gesture]:
    """The gestures that the events make up, each once it is certain that it is over."""
    hands = _Hands()
    for event in events:
        yield from hands.take(event)
    yield from hands.rest()


class _Hands:
    """What is held down and what is not yet certain."""

    def __init__(self) -> None:
        self._held: dict[str, None] = {}
        self._text = ""
        self._down: PointerDown | None = None
        self._click: tuple[Clicked, float] | None = None  # and when it was pressed
        self._wheel: tuple[Wheeled, float] | None = None

    def take(self, event: Event) -> Iterator[Gesture]:
        """Take an event in; give what is certain now."""
        match event:
            case KeyDown():
                yield from self._key(event)
            case KeyUp(key=key):
                self._held.pop(_name(key), None)
            case PointerDown():
                yield from self._typed()
                yield from self._wheeled()
                self._down = event
            case PointerUp():
                yield from self._up(event)
            case WheelTurned():
                yield from self._turned(event)

    def rest(self) -> Iterator[Gesture]:
        """What was not certain before, now that nothing follows."""
        yield from self._typed()
        yield from self._clicked()
        yield from self._wheeled()

    def _key(self, event: KeyDown) -> Iterator[Gesture]:
        key = _name(event.key)
        if key in _HELD:
            self._held[key] = None
            return
        if key in _SILENT:
            return
        yield from self._clicked()
        yield from self._wheeled()
        command = any(held in self._held for held in ("ctrl", "alt", "win"))
        if event.text.isprintable() and event.text and not command:
            self._text += event.text
            if len(self._text) >= MOST_TEXT:
                yield from self._typed()
        elif key == "backspace" and self._text and not command:
            self._text = self._text[:-1]  # a slip of the hand is no part of a script
        else:
            yield from self._typed()
            # Shift that only makes a capital or a sign is in the text already.
            held = [name for name in _HELD if name in self._held]
            yield Keys((*held, key))

    def _up(self, event: PointerUp) -> Iterator[Gesture]:
        down, self._down = self._down, None
        if down is None or down.button != event.button:
            return
        if not _near(down.point, event.point):
            yield from self._clicked()
            yield Dragged(down.point, event.point, down.button, down.seen)
            return
        hold = event.time - down.time
        if hold >= LONG:
            yield from self._clicked()
            yield Clicked(down.point, down.button, 1, round(hold, 1), down.seen)
            return
        if self._click is not None:
            before, when = self._click
            again = before.button == down.button and before.count < 3
            if again and down.time - when <= DOUBLE and _near(before.point, down.point):
                more = Clicked(before.point, before.button, before.count + 1, 0.0, before.seen)
                self._click = (more, down.time)
                return
        yield from self._clicked()
        self._click = (Clicked(down.point, down.button, 1, 0.0, down.seen), down.time)

    def _turned(self, event: WheelTurned) -> Iterator[Gesture]:
        yield from self._typed()
        yield from self._clicked()
        turned = Wheeled(event.point, event.down, event.right, event.seen)
        if self._wheel is not None:
            old, when = self._wheel
            if event.time - when < 1.0 and _along(old, turned):
                turned = Wheeled(
                    old.point, old.down + turned.down, old.right + turned.right, old.seen
                )
            else:
                yield from self._wheeled()
        self._wheel = (turned, event.time)

    def _typed(self) -> Iterator[Gesture]:
        text, self._text = self._text, ""
        if text:
            yield Typed(text)

    def _clicked(self) -> Iterator[Gesture]:
        click, self._click = self._click, None
        if click is not None:
            yield click[0]

    def _wheeled(self) -> Iterator[Gesture]:
        wheel, self._wheel = self._wheel, None
        if wheel is not None:
            yield wheel[0]


def _name(key: str) -> str:
    folded = key.casefold()
    return _SAME.get(folded, folded)


def _near(one: Point, other: Point) -> bool:
    return abs(one.x - other.x) <= STILL and abs(one.y - other.y) <= STILL


def _along(old: Wheeled, new: Wheeled) -> bool:
    """Whether the wheel goes on turning the same way."""
    return (old.down * new.down > 0) if new.down else (old.right * new.right > 0)
