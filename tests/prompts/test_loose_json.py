"""JSON as models write it: read where it can be, refused where it would be a guess."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from tapwright.prompts.loose_json import LooseJsonError, read_object

READ: list[tuple[str, dict[str, Any]]] = [
    ('{"point": [348, 291]}', {"point": [348, 291]}),
    ('{"point": (348,291)}', {"point": [348, 291]}),
    ('{"point": ( 348 , 291 )}', {"point": [348, 291]}),
    ('{"point": "(348, 291)"}', {"point": "(348, 291)"}),
    ('{"text": "tap (3,4) and <|box_start|>"}', {"text": "tap (3,4) and <|box_start|>"}),
    ('{"a": (1,2), "text": "(1,2)"}', {"a": [1, 2], "text": "(1,2)"}),
    ('{"a": (1,2), "text": "say \\"(1,2)\\""}', {"a": [1, 2], "text": 'say "(1,2)"'}),
    ('{"point": <|box_start|>(348,291)<|box_end|>}', {"point": [348, 291]}),
    (
        '{"box": <|box_start|>(1,2),(3,4)<|box_end|>}',
        {"box": [[1, 2], [3, 4]]},
    ),
    ("{'text': 'it is (1,2)'}", {"text": "it is (1,2)"}),
    ("{text: 'hi',}", {"text": "hi"}),
    ('{"a": 1, // why\n "b": 2}', {"a": 1, "b": 2}),
    ('{"text": "two\nlines"}', {"text": "two\nlines"}),
    ('{"a": {"b": {"c": "}"}}}', {"a": {"b": {"c": "}"}}}),
    ('{"point": (-3,4.5)}', {"point": [-3, 4.5]}),
    ("{}", {}),
]

REFUSED = [
    ('{"text": "hel', "ends before its last bracket"),
    ('{"point": (348,', "ends before its last bracket"),
    ('{"a": 1', "ends before its last bracket"),
    ('{"a": NaN}', "NaN"),
    ('{"a": Infinity}', "Infinity"),
    ('{"a": -Infinity}', "-Infinity"),
    ("{'a': NaN}", "NaN or beyond"),
    ("{'a': 1e999}", "beyond"),
    ('{"a": 1e999}', "beyond"),
    ('{"a": 9007199254740992}', "beyond"),
    ('{"a": -9007199254740992}', "beyond"),
    ('{"a": ' + "9" * 5000 + "}", "beyond"),
    ("{'a': " + "9" * 500 + "}", "beyond"),
    ('{"a": "\\ud800"}', "half a character"),
    ('{"a": ' + "[" * 65 + "]" * 65 + "}", "nested deeper"),
    ('{"a": ' + "[" * 60_000, "more than"),
    ('{"a": ' + "[" * 20_000, "nested deeper"),
    ("{'a': " + "[" * 300 + "]" * 300 + "}", "nested deeper"),
    ('{"a": [' + "1," * 20_000 + "1]}", "more than"),
    ('{"a": ' + " " * 100_001, "longer than"),
    ("{'a': '" + "x" * 2_000 + "'}", "not JSON"),
    ("{\"a\": __import__('os').getcwd()}", "not JSON"),
    ('{"a": 1 "b": 2}', "not JSON"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_what_can_be_read_is_read(text: str, value: dict[str, Any]) -> None:
    assert read_object(text) == (value, "")
    assert read_object("xx" + text + " rest", 2) == (value, " rest")


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(LooseJsonError, match=why):
        read_object(text)


@pytest.mark.parametrize("text", ['{"text": "hel', '{"a": [1, 2', "{'a': {", '{"a": "\\'])
def test_half_an_object_is_known_as_such(text: str) -> None:
    with pytest.raises(LooseJsonError) as caught:
        read_object(text)
    assert caught.value.truncated


def test_a_wrong_object_is_not_called_half_of_one() -> None:
    with pytest.raises(LooseJsonError) as caught:
        read_object('{"a": 1 "b": 2}')
    assert not caught.value.truncated


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1e9, 1e9)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab(1,2)'"), inner),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("xy✿*"), json_values, max_size=4))
def test_real_json_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert read_object(json.dumps(value)) == (value, "")
    assert read_object(json.dumps(value, ensure_ascii=False, indent=1)) == (value, "")


@settings(max_examples=2_000, deadline=None)
@given(st.text("{}[]()\"':,\\1-eE.aN<|box_start|>✿ \n/*", max_size=60))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        value, rest = read_object("{" + text)
    except LooseJsonError:
        return
    assert isinstance(value, dict)
    assert isinstance(rest, str)
