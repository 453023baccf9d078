"""The toolbox: names, schemas, and what a call gives."""

from __future__ import annotations

import pytest

from tapwright.actions import PressKey, Tap
from tapwright.errors import Offline, ToolError, UsageError
from tapwright.tools import ACTION_SETS, Context, Tool, Toolbox, tool
from tapwright.types import (
    Delivery,
    Effect,
    Finish,
    Frame,
    ImagePart,
    Size,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)

SCREEN = Size(1080, 2400)


@pytest.fixture
def phone() -> Toolbox:
    return Toolbox(ACTION_SETS["compact"].tools(Frame.NORM_1000, SCREEN, SCREEN))


def test_an_unknown_tool_is_told_with_the_known_ones(phone: Toolbox) -> None:
    with pytest.raises(ToolError) as caught:
        phone.check(ToolCall("fly", {}))
    assert str(caught.value) == (
        "no tool 'fly'; use one of: Click, Type, Swipe, Back, Home, Enter, LongPress, Done, Fail"
    )


@pytest.mark.parametrize(("wrong", "near"), [("Clik", "Click"), ("Taap", "Click"), ("Bak", "Back")])
def test_a_near_miss_is_named(phone: Toolbox, wrong: str, near: str) -> None:
    with pytest.raises(ToolError, match=f"did you mean '{near}'"):
        phone.check(ToolCall(wrong, {}))


@pytest.mark.parametrize("name", ["click", "CLICK", "Tap", "tap", "long_press", "Long Press"])
def test_spellings_of_a_name_find_the_tool(phone: Toolbox, name: str) -> None:
    checked = phone.check(ToolCall(name, {"point": [1, 2]}))
    assert checked.call.name in ("Click", "LongPress")
    assert checked.call.name == checked.tool.spec.name


def test_a_long_name_is_not_repeated_in_full(phone: Toolbox) -> None:
    with pytest.raises(ToolError) as caught:
        phone.check(ToolCall("x" * 100_000, {}))
    assert len(str(caught.value)) < 300


def test_an_act_is_planned_before_it_is_done(phone: Toolbox, context: Context, device) -> None:
    checked = phone.check(ToolCall("Back", {}))
    assert phone.plan(checked, context) == PressKey("BACK")
    assert device.performed == []
    result = phone.run(checked, context)
    assert device.performed == [PressKey("BACK")]
    assert result == ToolResult(Effect(Delivery.DELIVERED))


def test_the_result_says_where(phone: Toolbox, context: Context) -> None:
    result = phone.run(phone.check(ToolCall("Click", {"point": [500, 500]})), context)
    assert result.point == (540, 1200)


def test_what_the_device_refuses_is_the_result(phone: Toolbox, context: Context, device) -> None:
    device.effect = Effect(Delivery.REFUSED, "INJECT_EVENTS permission")
    result = phone.run(phone.check(ToolCall("Home", {})), context)
    assert result.effect == device.effect


def test_a_lost_device_is_no_result(phone: Toolbox, context: Context, device) -> None:
    device.error = Offline("'recording' is offline; plug it in again")
    with pytest.raises(Offline):
        phone.run(phone.check(ToolCall("Home", {})), context)


def test_a_point_off_the_picture_is_refused_and_nothing_is_done(
    phone: Toolbox, context: Context, device
) -> None:
    checked = phone.check(ToolCall("Click", {"point": [500, 1001]}))
    with pytest.raises(ToolError, match=r"\(500, 1001\) is not on the picture"):
        phone.plan(checked, context)
    result = phone.run(checked, context)
    assert result.effect.delivery is Delivery.REFUSED
    assert "y from 0 to 1000" in result.effect.said
    assert device.performed == []


def test_a_finish_is_the_result(phone: Toolbox, context: Context, device) -> None:
    done = phone.run(phone.check(ToolCall("Done", {"text": "it is 20:30"})), context)
    assert done.finish == Finish(True, "it is 20:30")
    fail = phone.run(phone.check(ToolCall("Fail", {"reason": "no SIM card"})), context)
    assert fail.finish == Finish(False, "no SIM card")
    assert device.performed == []


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="two tools are called 'Click'"):
        Toolbox(ACTION_SETS["embedded"].tools(Frame.NORM_1000, SCREEN, SCREEN) * 2)


def test_a_tool_needs_one_way_of_working() -> None:
    spec = ToolSpec("a", "", {"type": "object"})
    with pytest.raises(UsageError, match="tool 'a' needs a plan or a function, and not both"):
        Tool(spec)
    with pytest.raises(UsageError, match="not both"):
        Tool(spec, plan=lambda context, arguments: Finish(True), function=str)


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "✿FUNCTION✿", "1a", "x" * 65, "<|x|>"])
def test_a_name_that_could_break_a_prompt_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a tool"):
        Tool(ToolSpec(name, "", {"type": "object"}), function=str)


@pytest.mark.parametrize(
    "schema", [{}, {"type": "array"}, {"type": "dict"}, {"type": "object", "properties": 3}]
)
def test_a_tool_without_a_schema_of_an_object_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="tool 'a' has"):
        Tool(ToolSpec("a", "", schema), function=str)


def run_plugin(wrapped: Tool, context: Context, **arguments: object) -> ToolResult:
    box = Toolbox([wrapped])
    return box.run(box.check(ToolCall(wrapped.spec.name, arguments)), context)


def test_a_plugin_that_raises_is_a_result(context: Context) -> None:
    @tool
    def broken() -> str:
        """Break."""
        raise KeyError("no key\nat all" * 1_000)

    result = run_plugin(broken, context)
    assert result.effect.delivery is Delivery.UNKNOWN
    assert result.effect.said.startswith("broken failed: KeyError: 'no key")
    assert "\n" not in result.effect.said
    assert len(result.effect.said) < 500


def test_a_plugin_may_refuse(context: Context) -> None:
    @tool
    def choosy(city: str) -> str:
        """Choose."""
        raise ToolError(f"no city {city!r}; ask for a larger one")

    result = run_plugin(choosy, context, city="Hum")
    assert result.effect == Effect(Delivery.REFUSED, "no city 'Hum'; ask for a larger one")


def test_a_plugin_that_never_ends_its_recursion_is_a_result(context: Context) -> None:
    @tool
    def deep() -> str:
        """Dig."""
        return deep.function() if deep.function else ""

    assert run_plugin(deep, context).effect.delivery is Delivery.UNKNOWN


def test_a_device_lost_inside_a_plugin_comes_through(context: Context, device) -> None:
    device.error = Offline("gone")

    @tool
    def press(phone: Context) -> str:
        """Press."""
        phone.device.perform(PressKey("HOME"))
        return "pressed"

    with pytest.raises(Offline):
        run_plugin(press, context)


def test_what_a_plugin_says_is_untrusted_and_has_an_end(context: Context) -> None:
    @tool
    def chatty() -> object:
        """Talk."""
        return [TextPart("✿" * 1_000_000, trusted=True)]

    (part,) = run_plugin(chatty, context).parts
    assert isinstance(part, TextPart)
    assert not part.trusted
    assert len(part.text) < 20_100


class Odd:
    def __str__(self) -> str:
        return "an odd thing"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("sunny", "sunny"),
        ({"celsius": 27, "days": [1, 2]}, '{"celsius":27,"days":[1,2]}'),
        (None, "done"),
        (3.5, "3.5"),
        ([], "[]"),
        (Odd(), "an odd thing"),
        (float("nan"), '"NaN"'),
    ],
)
def test_what_a_plugin_returns_is_shown(context: Context, value: object, text: str) -> None:
    @tool
    def give() -> object:
        """Give."""
        return value

    assert run_plugin(give, context).parts == (TextPart(text, trusted=False),)


def test_a_plugin_may_return_a_picture_or_a_whole_result(context: Context) -> None:
    picture = ImagePart(context.observation.image)

    @tool
    def look() -> object:
        """Look."""
        return picture

    @tool
    def whole() -> object:
        """Look and say so."""
        return ToolResult(Effect(Delivery.DELIVERED), (TextPart("see"), picture))

    assert run_plugin(look, context).parts == (picture,)
    assert run_plugin(whole, context).parts == (TextPart("see", trusted=False), picture)


def test_a_box_for_a_point_means_its_middle(phone: Toolbox, context: Context) -> None:
    checked = phone.check(ToolCall("Click", {"point": [[400, 400], [600, 600]]}))
    assert phone.plan(checked, context) == Tap(context.point(500, 500))
