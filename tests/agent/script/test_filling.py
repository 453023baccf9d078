"""Texts of acts and checks filled in: data stays data."""

from __future__ import annotations

import shlex

import pytest

from tapwright.agent.script.filling import filled_check, is_literal
from tapwright.agent.script.scope import Scope
from tapwright.agent.verify import parse_check
from tapwright.errors import UsageError


@pytest.mark.parametrize(
    "value",
    ["Ana", "Ana Li", "O'Neil", 'say "hi"', "a\\b", "== 1", "", "  x ", "$(ls)", "a\nb", "ü"],
)
def test_a_value_in_a_check_stays_one_part_of_its_word(value: str) -> None:
    scope = Scope({"name": value, "file": f"/tmp/{value}/out.txt"})
    text = filled_check("file {{ file }} contains <{{ name }}|", scope.fill)
    assert shlex.split(text) == ["file", f"/tmp/{value}/out.txt", "contains", f"<{value}|"]
    check = parse_check(text)
    assert check.argv == ("file", f"/tmp/{value}/out.txt")
    assert check.value == f"<{value}|"


def test_quotes_that_the_author_wrote_hold_their_words_together() -> None:
    scope = Scope({"name": "it's"})
    check = parse_check(filled_check("file out.txt contains 'is {{ name }} so'", scope.fill))
    assert check.value == "is it's so"


def test_a_check_that_is_all_a_value_is_read_as_it_stands() -> None:
    scope = Scope({"check": "file a.txt == b"})
    assert filled_check("{{ check }}", scope.fill) == "file a.txt == b"
    assert filled_check("file a.txt == b", scope.fill) == "file a.txt == b"


def test_a_quote_that_is_not_closed_is_named() -> None:
    with pytest.raises(UsageError, match="cannot read the check"):
        filled_check("file 'a.txt == {{ n }}", Scope({"n": 1}).fill)


def test_a_literal_holds_no_expression() -> None:
    assert is_literal({"a": ["x", 1, None]})
    assert not is_literal({"a": ["x", "{{ y }}"]})
