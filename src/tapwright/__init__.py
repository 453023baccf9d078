"""A visual agent for phones and desktops: it looks at a screen, thinks, and acts.

    from tapwright import Agent, connect, load_model

    with connect("android") as phone:
        run = Agent(load_model("embedded"), phone).run("Turn on Wi-Fi")
    print(run.outcome)

Importing this package loads values and errors only; what needs a model or a device is fetched
when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tapwright.actions import (
    Action,
    Box,
    Choose,
    Click,
    Drag,
    FocusWindow,
    Hotkey,
    LongPress,
    MoveTo,
    OpenApp,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
    TypeText,
    Wait,
)
from tapwright.errors import (
    ActionRefused,
    Ambiguous,
    AppNotFound,
    BrokenCheckpoint,
    CommandFailed,
    CorruptFrame,
    DeadlineExceeded,
    DeviceError,
    DisplayGone,
    ExpressionError,
    InputDenied,
    JournalError,
    MediaError,
    ModelError,
    NoCall,
    NoDevice,
    NotFound,
    NotReady,
    Offline,
    OutOfMemory,
    ReplyError,
    ScreenUnavailable,
    ScriptError,
    ServerBroken,
    ServerDown,
    ServerError,
    ServerRefused,
    ServerUnreachable,
    SetupError,
    SeveralDevices,
    SeveralWindows,
    StepFailed,
    Stopped,
    StreamCut,
    TapwrightError,
    TextNotTypable,
    ToolError,
    Unauthorized,
    Uncertain,
    Unexpected,
    UnknownModel,
    UsageError,
    WindowNotFound,
)
from tapwright.protocols import Check, Device, Dialect, Model
from tapwright.types import CheckResult, Effect, Family, Observation, Outcome, Size, Step

if TYPE_CHECKING:
    from tapwright.compose import Agent, connect, load_model
    from tapwright.converse import Assistant
    from tapwright.scripting import Condition, Screen, Script, Target
    from tapwright.tools.plugin import tool

__version__ = "0.1.0"

__all__ = [
    "Action",
    "ActionRefused",
    "Agent",
    "Ambiguous",
    "AppNotFound",
    "Assistant",
    "Box",
    "BrokenCheckpoint",
    "Check",
    "CheckResult",
    "Choose",
    "Click",
    "CommandFailed",
    "Condition",
    "CorruptFrame",
    "DeadlineExceeded",
    "Device",
    "DeviceError",
    "Dialect",
    "DisplayGone",
    "Drag",
    "Effect",
    "ExpressionError",
    "Family",
    "FocusWindow",
    "Hotkey",
    "InputDenied",
    "JournalError",
    "LongPress",
    "MediaError",
    "Model",
    "ModelError",
    "MoveTo",
    "NoCall",
    "NoDevice",
    "NotFound",
    "NotReady",
    "Observation",
    "Offline",
    "OpenApp",
    "OutOfMemory",
    "Outcome",
    "Point",
    "PressKey",
    "ReplyError",
    "Screen",
    "ScreenUnavailable",
    "Script",
    "ScriptError",
    "Scroll",
    "ServerBroken",
    "ServerDown",
    "ServerError",
    "ServerRefused",
    "ServerUnreachable",
    "SetupError",
    "SeveralDevices",
    "SeveralWindows",
    "Size",
    "Step",
    "StepFailed",
    "Stopped",
    "StreamCut",
    "Swipe",
    "Tap",
    "TapwrightError",
    "Target",
    "TextNotTypable",
    "ToolError",
    "TypeText",
    "Unauthorized",
    "Uncertain",
    "Unexpected",
    "UnknownModel",
    "UsageError",
    "Wait",
    "WindowNotFound",
    "connect",
    "load_model",
    "tool",
]

_LATER = {
    "Agent": "tapwright.compose",
    "Assistant": "tapwright.converse",
    "Condition": "tapwright.scripting",
    "Screen": "tapwright.scripting",
    "Script": "tapwright.scripting",
    "Target": "tapwright.scripting",
    "connect": "tapwright.compose",
    "load_model": "tapwright.compose",
    "tool": "tapwright.tools.plugin",
}


def __getattr__(name: str) -> Any:
    """Fetch a name that stands on everything else, once, when it is first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'tapwright' has no attribute {name!r}")
    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, fetched or not."""
    return sorted({*globals(), *__all__})
