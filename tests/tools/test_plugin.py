"""`@tool`: a typed function with a docstring becomes a tool."""

from __future__ import annotations

import datetime
import enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from tapwright.errors import ToolError, UsageError
from tapwright.tools import Context, Tool, Toolbox, tool
from tapwright.types import TextPart, ToolCall


class Unit(enum.Enum):
    CELSIUS = "celsius"
    KELVIN = "kelvin"


class Leg(BaseModel):
    number: str
    day: datetime.date


@tool
def weather(
    city: Annotated[str, "in any language"],
    days: Annotated[int, Field(ge=1, le=7, description="how many")] = 1,
    unit: Unit = Unit.CELSIUS,
) -> str:
    """Tell the weather.

    The next days are forecast.
    """
    return f"{city} {days} {unit.name}"


@tool(name="trip.book", aliases=("book",))
def book(
    legs: list[Leg],
    phone: Context,
    seat: Literal["aisle", "window"] | None = None,
    model_x: int = 0,
) -> str:
    """Book a trip."""
    return f"{legs[0].day.year} {phone.device.name} {seat}"


def run(wrapped: Tool, context: Context, **arguments: Any) -> str:
    box = Toolbox([wrapped])
    (part,) = box.run(box.check(ToolCall(wrapped.spec.name, arguments)), context).parts
    assert isinstance(part, TextPart)
    return part.text


def test_the_schema_comes_from_the_hints() -> None:
    assert weather.spec.name == "weather"
    assert weather.spec.description == "Tell the weather.\n\nThe next days are forecast."
    schema = dict(weather.spec.parameters)
    properties = schema["properties"]
    assert schema["required"] == ["city"]
    assert schema["additionalProperties"] is False
    assert properties["city"] == {"type": "string", "description": "in any language"}
    assert properties["days"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 7,
        "default": 1,
        "description": "how many",
    }
    assert "title" not in schema


def test_the_function_gets_typed_values(context: Context) -> None:
    assert run(weather, context, city="Oslo", days="3", unit="kelvin") == "Oslo 3 KELVIN"
    assert run(weather, context, city="Oslo") == "Oslo 1 CELSIUS"


def test_the_context_is_given_and_not_shown(context: Context) -> None:
    assert list(book.spec.parameters["properties"]) == ["legs", "seat", "model_x"]
    legs = [{"number": "XY12", "day": "2026-01-02"}]
    assert run(book, context, legs=legs, seat="aisle") == "2026 recording aisle"


def test_a_tool_answers_to_its_aliases() -> None:
    call = ToolCall("book", {"legs": []})
    assert Toolbox([book]).check(call).call.name == "trip.book"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"city": "Oslo", "days": 8}, "weather: 'days' should keep to maximum 7, not 8"),
        ({"city": "Oslo", "when": 1}, "weather has no field 'when'; its fields: city, days, unit"),
        ({}, "weather needs 'city'"),
    ],
)
def test_what_does_not_fit_is_told(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolError) as caught:
        Toolbox([weather]).check(ToolCall("weather", arguments))
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"legs": [{"number": "XY12"}]}, "trip.book: 'legs.0' needs 'day', not {'number': 'XY12'}"),
        ({"legs": {}}, "trip.book: 'legs' should be of type array, not {}"),
        ({"legs": [], "seat": 3}, "trip.book: 'seat' should be of type string or null, not 3"),
    ],
)
def test_what_does_not_fit_inside_is_named_with_what_was_expected(
    arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ToolError) as caught:
        Toolbox([book]).check(ToolCall("trip.book", arguments))
    assert str(caught.value) == said


def test_what_a_schema_cannot_say_is_checked_too() -> None:
    legs = [{"number": "XY12", "day": "tomorrow"}]
    with pytest.raises(
        ToolError, match=r"trip\.book: 'legs\.0\.day': Input should be a valid date"
    ):
        Toolbox([book]).check(ToolCall("trip.book", {"legs": legs}))


def test_a_tool_without_parameters_can_be_called(context: Context) -> None:
    @tool
    def now() -> str:
        """Tell the time."""
        return "noon"

    assert now.spec.parameters["properties"] == {}
    assert run(now, context) == "noon"


def undocumented(city: str) -> str:
    return city


def untyped(city) -> str:  # type: ignore[no-untyped-def]
    """Do."""
    return str(city)


def open_ended(*cities: str) -> str:
    """Do."""
    return ""


def by_place(city: str, /) -> str:
    """Do."""
    return city


def private(_city: str) -> str:
    """Do."""
    return _city


def unresolved(city: NoSuchName) -> str:  # type: ignore[name-defined]  # noqa: F821
    """Do."""
    return ""


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (undocumented, "tool 'undocumented' has no docstring"),
        (untyped, "tool 'untyped': 'city' needs a type hint"),
        (open_ended, r"tool 'open_ended' takes '\*cities'"),
        (by_place, "tool 'by_place': 'city' cannot be given by name"),
        (private, "'_city' may not begin with '_'"),
        (unresolved, "tool 'unresolved' has a hint that cannot be resolved"),
        (lambda: None, "has no docstring"),
    ],
)
def test_a_function_that_cannot_be_offered_is_refused(function: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        tool(function)
