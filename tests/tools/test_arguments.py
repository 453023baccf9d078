"""Arguments: spellings are forgiven, meanings are not, and errors name field and wish."""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.errors import ToolError
from tapwright.tools.arguments import check_arguments
from tapwright.types import ToolSpec

SPEC = ToolSpec(
    "book",
    "",
    {
        "type": "object",
        "properties": {
            "place": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            "city": {"type": "string"},
            "days": {"type": "integer", "minimum": 1},
            "price": {"type": "number"},
            "way": {"type": "string", "enum": ["Train", "Plane"]},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "any": {},
        },
        "required": ["city"],
    },
)


def check(**arguments: Any) -> dict[str, Any]:
    return check_arguments(SPEC, {"city": "Oslo", **arguments}, points=("place",))


@pytest.mark.parametrize(
    "written",
    [
        [348, 291],
        "(348, 291)",
        "(348,291)",
        "[348, 291]",
        " 348 , 291 ",
        "<|box_start|>(348,291)<|box_end|>",
        [[348, 291]],
        [348.0, 291.0],
        [[300, 281], [396, 301]],
    ],
)
def test_a_point_has_many_spellings(written: Any) -> None:
    assert check(place=written)["place"] == [348, 291]


@pytest.mark.parametrize(
    "written",
    ["348", "(1,2,3)", [1], [1, 2, 3], "here", {"x": 1}, 7, True, ["1", "2"], "(1" * 50],
)
def test_what_is_no_point_is_refused(written: Any) -> None:
    with pytest.raises(ToolError, match="book: 'place"):
        check(place=written)


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("days", "3", 3),
        ("days", 3.0, 3),
        ("price", "2.5", 2.5),
        ("price", "3", 3),
        ("way", "train", "Train"),
        ("way", "PLANE", "Plane"),
        ("city", "3", "3"),
        ("city", "(1,2)", "(1,2)"),
        ("note", None, None),
        ("any", [{"x": None}], [{"x": None}]),
    ],
)
def test_spellings_are_forgiven(field: str, written: Any, meant: Any) -> None:
    read = check(**{field: written})[field]
    assert read == meant
    assert type(read) is type(meant)


def test_null_for_a_field_that_may_be_left_out_counts_as_left_out() -> None:
    assert check(days=None) == {"city": "Oslo"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"city": 3}, "book: 'city' should be of type string, not 3"),
        ({"city": None}, "book: 'city' should be of type string, not None"),
        ({"days": "many"}, "book: 'days' should be of type integer, not 'many'"),
        ({"days": 2.5}, "book: 'days' should be of type integer, not 2.5"),
        ({"days": 0}, "book: 'days' should keep to minimum 1, not 0"),
        ({"days": True}, "book: 'days' should be of type integer, not True"),
        ({"way": "boat"}, "book: 'way' should be one of Train, Plane, not 'boat'"),
        ({"place": [1]}, "book: 'place' should have another number of items, not [1]"),
        ({"place": [1, "x"]}, "book: 'place.1' should be of type number, not 'x'"),
        (
            {"speed": 1},
            "book has no field 'speed'; its fields: place, city, days, price, way, note, any",
        ),
    ],
)
def test_the_wrong_field_is_named_with_what_was_expected(
    arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ToolError) as caught:
        check(**arguments)
    assert str(caught.value) == said


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ToolError, match="book needs 'city'"):
        check_arguments(SPEC, {})


def test_a_long_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ToolError) as caught:
        check(way="x" * 100_000)
    assert len(str(caught.value)) < 200


def test_fields_beside_the_known_ones_pass_where_the_schema_allows_them() -> None:
    spec = ToolSpec("a", "", {"type": "object", "additionalProperties": True})
    assert check_arguments(spec, {"x": 1}) == {"x": 1}
