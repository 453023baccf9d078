"""The phone actions of the Qwen2-VL paper, and the sets in which models are offered actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.actions import LongPress, PressKey, Swipe, Tap, TypeText
from tapwright.protocols import Kind
from tapwright.tools.choose import choose
from tapwright.tools.computer_use import computer_use
from tapwright.tools.context import Context, frame_size
from tapwright.tools.desktop import desktop
from tapwright.tools.desktop_compact import desktop_compact
from tapwright.tools.gestures import DIRECTIONS, swipe, typed
from tapwright.tools.mobile_use import mobile_use
from tapwright.tools.registry import Tool
from tapwright.tools.schemas import full_spec, object_schema, point_schema, text_schema
from tapwright.types import Family, Finish, Frame, Size, ToolSpec


@dataclass(frozen=True, slots=True)
class ActionSet:
    """The actions that a family of models is offered, by name.

    `build` is given the range of the model's coordinates (see `frame_size`), which descriptions
    name.
    """

    name: str
    build: Callable[[Size], tuple[Tool, ...]]

    def tools(self, frame: Frame, screen: Size, shown: Size) -> tuple[Tool, ...]:
        """The set's tools for a model with `frame` that sees `screen` at the size `shown`."""
        return self.build(frame_size(frame, screen, shown))


def _click(context: Context, arguments: Mapping[str, Any]) -> Tap:
    return Tap(context.point(*arguments["point"]))


def _long_press(context: Context, arguments: Mapping[str, Any]) -> LongPress:
    return LongPress(context.point(*arguments["point"]))


def _type(context: Context, arguments: Mapping[str, Any]) -> TypeText:
    return typed(arguments["text"])


def _swipe(context: Context, arguments: Mapping[str, Any]) -> Swipe:
    return swipe(arguments["direction"], context.screen.size)


def _done(context: Context, arguments: Mapping[str, Any]) -> Finish:
    return Finish(True, arguments.get("text", ""))


def _fail(context: Context, arguments: Mapping[str, Any]) -> Finish:
    return Finish(False, arguments["reason"])


def _key(name: str, key: str, description: str) -> Tool:
    return Tool(full_spec(name, description), plan=lambda context, arguments: PressKey(key))


def _paper_actions(limit: Size) -> tuple[Tool, ...]:
    """Click, Type, Swipe, Back, Home and Enter."""
    swipe_description = (
        "Move a finger through the middle of the screen, over 40 % of its height or width. "
        '"up" moves the finger up, so that the content scrolls down.'
    )
    directions = {
        "type": "string",
        "enum": list(DIRECTIONS),
        "description": "the way the finger moves",
    }
    return (
        Tool(
            full_spec("Click", "Tap a place on the screen.", point=point_schema(limit)),
            plan=_click,
            aliases=("Tap",),
            points=("point",),
        ),
        Tool(
            full_spec(
                "Type",
                "Type text into the field that has the focus.",
                text=text_schema("the characters to type"),
            ),
            plan=_type,
        ),
        Tool(
            full_spec("Swipe", swipe_description, direction=directions),
            plan=_swipe,
        ),
        _key("Back", "BACK", "Go back to the screen before this one."),
        _key("Home", "HOME", "Go to the home screen."),
        _key("Enter", "ENTER", "Press the enter key of the keyboard."),
    )


def _done_with(*fields: str) -> Tool:
    text = {"text": text_schema("what was asked for, where an answer is wanted")}
    spec = ToolSpec(
        "Done",
        "End the task: the screen shows that it is done.",
        object_schema((), **{name: text[name] for name in fields}),
    )
    return Tool(spec, plan=_done)


def _give_up() -> Tool:
    spec = full_spec(
        "Fail",
        "Give the task up because it cannot be done.",
        reason=text_schema("why it cannot be done"),
    )
    return Tool(spec, plan=_fail)


def _embedded(limit: Size) -> tuple[Tool, ...]:
    return (*_paper_actions(limit), _done_with())


def _paper(limit: Size) -> tuple[Tool, ...]:
    return (*_paper_actions(limit), _done_with("text"), _give_up())


def _compact(limit: Size) -> tuple[Tool, ...]:
    long_press = Tool(
        full_spec(
            "LongPress", "Hold a finger on a place on the screen.", point=point_schema(limit)
        ),
        plan=_long_press,
        points=("point",),
    )
    return (*_paper_actions(limit), long_press, _done_with("text"), _give_up())


def _mobile_use(limit: Size) -> tuple[Tool, ...]:
    return (mobile_use(limit),)


def _computer_use(limit: Size) -> tuple[Tool, ...]:
    return (computer_use(limit),)


ACTION_SETS: dict[str, ActionSet] = {
    action_set.name: action_set
    for action_set in (
        ActionSet("compact", _compact),
        ActionSet("embedded", _embedded),
        ActionSet("paper", _paper),
        ActionSet("desktop_compact", desktop_compact),
        ActionSet("desktop", desktop),
        ActionSet("mobile_use", _mobile_use),
        ActionSet("computer_use", _computer_use),
    )
}
# What a family is offered on a desktop, by what it is offered on a phone.
_ON_A_DESKTOP = {
    "compact": "desktop_compact",
    "embedded": "desktop_compact",
    "paper": "desktop",
    "mobile_use": "computer_use",
}


def acts_for(
    family: Family, kind: Kind, screen: Size, shown: Size, choices: Sequence[str] = ()
) -> tuple[Tool, ...]:
    """The acts that a model of `family` is offered on a device of `kind`.

    `screen` is the picture in device pixels, `shown` the size at which the model sees it,
    `choices` are the acts that an environment names.
    """
    if kind == "environment":
        return choose(choices)
    name = family.action_set
    if kind == "desktop":
        name = _ON_A_DESKTOP.get(name, name)
    return ACTION_SETS[name].tools(family.frame, screen, shown)


def act_names() -> frozenset[str]:
    """What the acts of all sets are called, other spellings included."""
    anywhere = Size(1000, 1000)  # names do not depend on it
    return frozenset(
        name
        for action_set in ACTION_SETS.values()
        for tool in (*action_set.build(anywhere), *choose(()))
        for name in (tool.spec.name, *tool.aliases)
    )
