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
class Box:
    """A rectangle in pixels: `right` and `bottom` lie just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> Point:
        """The pixel in the middle."""
        return Point((self.left + self.right) // 2, (self.top + self.bottom) // 2)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def moved(self, x: int, y: int) -> Box:
        """The box, `x` pixels further right and `y` further down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, margin: int, width: int, height: int) -> Box:
        """The box with a margin on every side, inside a picture of `width` and `height`."""
        return Box(
            max(0, self.left - margin),
            max(0, self.top - margin),
            min(width, self.right + margin),
            min(height, self.bottom + margin),
        )

    def overlaps(self, other: Box) -> bool:
        """Whether they share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def has(self, x: float, y: float) -> bool:
        """Whether a place lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom

    def cut(self, other: Box) -> Box | None:
        """What both have in common; None for nothing."""
        if not self.overlaps(other):
            return None
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


Button = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Tap:
    """Touch a point and lift at once; on a desktop, a left click."""

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
    """Press one key and let it go.

    On a phone its Android name without `KEYCODE_` (`BACK`, `HOME`, `ENTER`, `VOLUME_UP`), on a
    desktop a key of `Hotkey`.
    """

    key: str


@dataclass(frozen=True, slots=True)
class OpenApp:
    """Bring an installed app to the front, by its label, package name or program name.

    On a desktop it is started, with `arguments`, which a phone refuses.
    """

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for `seconds`."""

    seconds: float


# --- a desktop's mouse and keyboard ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Click:
    """Press and let go of a mouse button `count` times (1 to 3) with `keys` held meanwhile."""

    point: Point
    button: Button = "left"
    count: int = 1
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Move the pointer without pressing anything."""

    point: Point


@dataclass(frozen=True, slots=True)
class Drag:
    """Press a button at the path's first point, move along all of it in steps, let go at its end.

    `path` has at least two points; `seconds` is the whole way.
    """

    path: tuple[Point, ...]
    button: Button = "left"
    seconds: float = 0.4


@dataclass(frozen=True, slots=True)
class Scroll:
    """Turn the wheel at `point` by notches: `down` > 0 shows what lies further down, `right` > 0
    what lies further to the right."""

    point: Point
    down: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Hotkey:
    """Hold keys down in order and let go of them in reverse: `("ctrl", "shift", "s")`.

    Names are pyautogui's, in lower case (`enter`, `esc`, `pagedown`, `f5`, `win`, `a`, `+`), and
    what `plain_key` makes one of them; an unknown one is refused.
    """

    keys: tuple[str, ...]


# What people write -> the key's name.
OTHER_KEY_NAMES = {
    "arrowdown": "down",
    "arrowleft": "left",
    "arrowright": "right",
    "arrowup": "up",
    "cmd": "command",
    "control": "ctrl",
    "controlleft": "ctrlleft",
    "controlright": "ctrlright",
    "del": "delete",
    "escape": "esc",
    "menu": "apps",
    "meta": "win",
    "minus": "-",
    "next": "pagedown",
    "numenter": "enter",
    "numpadenter": "enter",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "plus": "+",
    "print": "printscreen",
    "prior": "pageup",
    "prntscrn": "printscreen",
    "prtsc": "printscreen",
    "prtscr": "printscreen",
    "return": "enter",
    "spacebar": "space",
    "super": "win",
    "windows": "win",
    " ": "space",
    "\n": "enter",
    "\r": "enter",
    "\t": "tab",
}


def plain_key(written: str) -> str:
    """One spelling for a key: `Page_Down`, `page-down` and `PgDn` are `pagedown`.

    Whoever judges keys and whoever presses them go by this, so that no spelling means one key to
    the one and another to the other. It need not be a key of any keyboard.
    """
    plain = written.casefold()
    if len(written) > 1:
        for between in ("_", "-", " "):
            plain = plain.replace(between, "")
    elif len(plain) > 1:
        plain = written  # "ß" folds into two letters, and is one key
    return OTHER_KEY_NAMES.get(plain, plain)


@dataclass(frozen=True, slots=True)
class FocusWindow:
    """Bring the one window whose title has `title` in it to the front."""

    title: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Do one of the acts that an environment names (`hit`, `move left`)."""

    name: str


Desktop: TypeAlias = Click | MoveTo | Drag | Scroll | Hotkey | FocusWindow
Action: TypeAlias = (
    Tap | LongPress | Swipe | TypeText | PressKey | OpenApp | Wait | Desktop | Choose
)


def pointer_after(action: object) -> Point | None:
    """Where an act leaves a desktop's pointer; None for one that does not move it."""
    match action:
        case Tap(point) | LongPress(point) | Click(point) | MoveTo(point) | Scroll(point):
            return point
        case Swipe(_, end):
            return end
        case Drag(path):
            return path[-1]
    return None


Direction = Literal["up", "down", "left", "right"]
