"""The values that travel through Tapwright, all of them frozen.

A value changes its kind once at each door: a reply becomes `ToolCall`s in the dialect, a call
becomes typed arguments in the toolbox, and a point changes from the model's frame to device
pixels in `Context.point` and nowhere else.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tapwright.messages import (
    Conversation as Conversation,
    ImagePart as ImagePart,
    Language as Language,
    Message as Message,
    ModelTurn as ModelTurn,
    ParsedReply as ParsedReply,
    Part as Part,
    Reply as Reply,
    Request as Request,
    Role as Role,
    TextPart as TextPart,
    ToolCall as ToolCall,
    ToolSpec as ToolSpec,
    Turn as Turn,
    UnreadTurn as UnreadTurn,
    UserTurn as UserTurn,
    VideoPart as VideoPart,
    still_parts as still_parts,
)

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


class ScreenState(enum.Enum):
    """What a captured screen is good for; only `LIT` can be decided from."""

    LIT = "lit"
    BLANK = "blank"  # one colour all over, cause unknown
    SECURE = "secure"  # the app in front forbids capture
    LOCKED = "locked"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at a screen: an RGB image whose size is the device's pixel frame."""

    image: Image.Image
    rotation: int = 0  # quarter turns from the device's natural orientation, 0..3
    foreground: str | None = None  # package or application in front, for the policy only
    state: ScreenState = ScreenState.LIT
    taken_at: float = 0.0  # seconds since the epoch

    @property
    def size(self) -> Size:
        """The picture's size, which is the truth for coordinates."""
        return Size(*self.image.size)


@dataclass(frozen=True, slots=True)
class AppInfo:
    """An installed app: its package name and the label a person reads under its icon."""

    package: str
    label: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a device answered to a question asked beside the picture."""

    stdout: str
    stderr: str = ""
    exit_code: int = 0


# --- families ----------------------------------------------------------------------------------


class Frame(enum.Enum):
    """The space in which a model family writes coordinates (x to the right, y down)."""

    NORM_1000 = "0..1000 of the picture"
    NORM_999 = "0..999 of the picture"
    RESIZED_PX = "pixels of the picture as the processor resized it"
    SCREEN_PX = "pixels of the screen"


@dataclass(frozen=True, slots=True)
class Family:
    """What a model family was trained on: data, never a global default."""

    name: str
    model_types: tuple[str, ...]  # `model_type` in a checkpoint's config.json
    dialect: str  # key in prompts.DIALECTS
    action_set: str  # key in tools.ACTION_SETS
    frame: Frame
    patch_factor: int  # picture sides are multiples of it
    min_pixels: int
    max_pixels: int
    context_tokens: int = 32_768
    history: Literal["turns", "summary"] = "turns"  # pictures of past steps, or one line for each
    image_first: bool = True  # in a user turn, the picture before the words
    chat_tools: tuple[str, ...] = ()  # built-in tools that a chat offers; empty: all of them
    # What pictures in a conversation are shown with, where that differs from a screen's budget:
    # their print is smaller and is read letter by letter.
    reading_pixels: int | None = None
    films: bool = False  # our processor gives it films as its video input; else timed pictures


# --- acting ------------------------------------------------------------------------------------


class Delivery(enum.Enum):
    """What is known about an act. `UNKNOWN`: cut off in the middle; look, never repeat blindly."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a driver or a tool knows about an act, with what it said."""

    delivery: Delivery
    said: str = ""


class Outcome(enum.Enum):
    """How a run ended; the value is what journals and `--json` say."""

    VERIFIED = "verified"
    CLAIMED = "claimed"
    GAVE_UP = "gave_up"
    STEP_LIMIT = "step_limit"
    STUCK = "stuck"
    CONFUSED = "confused"
    DENIED = "denied"
    NEEDS_HUMAN = "needs_human"
    DEVICE_LOST = "device_lost"
    MODEL_FAILED = "model_failed"
    CANCELLED = "cancelled"

    def exit_code(self, *, strict: bool = False) -> int:
        """The command's exit code; with `strict`, a claim that nothing checked is 3."""
        if self is Outcome.CLAIMED and strict:
            return 3
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Outcome.VERIFIED: 0,
    Outcome.CLAIMED: 0,
    Outcome.GAVE_UP: 3,
    Outcome.STEP_LIMIT: 4,
    Outcome.STUCK: 4,
    Outcome.CONFUSED: 4,
    Outcome.DENIED: 5,
    Outcome.NEEDS_HUMAN: 5,
    Outcome.DEVICE_LOST: 6,
    Outcome.MODEL_FAILED: 6,
    Outcome.CANCELLED: 130,
}


@dataclass(frozen=True, slots=True)
class Finish:
    """What the model says about the end of its task; never the last word on it."""

    success: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What one call gave: its effect, parts for the model, and the end where it was one."""

    effect: Effect
    parts: tuple[Part, ...] = ()
    point: tuple[int, int] | None = None  # where on the screen, in device pixels, for the report
    finish: Finish | None = None
    way: tuple[tuple[int, int], ...] = ()  # of a swipe or drag that began at `point`, with its end


class Verdict(enum.Enum):
    """What the policy says about a call, from mild to strict."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with the rule that gave it."""

    verdict: Verdict
    rule: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a check's question was answered as hoped, and what the device said."""

    passed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Step:
    """One complete turn of the loop: enough to replay, grade, report and train from.

    `reply` is None where the model failed; `error` is what could not be read or done, in words.
    """

    number: int
    observation: Observation
    request: Request
    reply: Reply | None
    thought: str = ""
    calls: tuple[ToolCall, ...] = ()
    decisions: tuple[Decision, ...] = ()
    results: tuple[ToolResult, ...] = ()
    screen_changed: bool | None = None  # None: nothing was done that could change it
    error: str = ""
    # observe (the look it was decided from), think, act, settle (until the next step's look)
    seconds: Mapping[str, float] = field(default_factory=dict)
