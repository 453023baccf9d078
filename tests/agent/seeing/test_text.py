"""Words on a screen: found whole, told apart, and never taken for what they are only a part of."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from tapwright.agent.seeing.text import find_text, reading_order
from tapwright.agent.seeing.values import Box, Line, Word


def line(text: str, left: int = 0, top: int = 0, *, score: float = 0.99, step: int = 8) -> Line:
    """A line of letters `step` pixels wide, with its words' boxes."""
    words, at = [], left
    for word in text.split(" "):
        right = at + step * len(word)
        words.append(Word(word, Box(at, top, right, top + 16)))
        at = right + step
    return Line(text, Box(left, top, at - step, top + 16), score, tuple(words))


def said(lines: list[Line], words: str, near: str = "") -> list[tuple[str, bool]]:
    return [(found.said, found.whole) for found in find_text(lines, words, near=near)]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("Save", "save"),
        ("SAVE  as...", "Save as"),
        ("Save as\u2026", "save as..."),
        ("Save as..", "Save as\u2026"),  # a dot that was not read
        ("Name:", "Name"),
        ("Name *", "name"),
        ("\u2713 Done", "Done"),
        ("Don\u2019t save", "Don't save"),
        ("\uff2f\uff2b", "OK"),  # full width
        ("Überweisung", "überweisung"),
        ("下一步", "下一步"),
        ("+ Add", "+ Add"),
    ],
)
def test_case_dots_quotes_and_signs_at_the_ends_do_not_count(read: str, words: str) -> None:
    assert said([line(read), line("other", top=40)], words) == [(read, True)]


def test_a_whole_label_is_taken_before_a_longer_one() -> None:
    lines = [line("Save as..."), line("Save", left=200), line("Save all", left=300)]
    assert said(lines, "Save") == [("Save", True)]
    assert said(lines, "Save as...") == [("Save as...", True)]


def test_dots_count_where_both_spellings_are_there() -> None:
    lines = [line("Open"), line("Open...", left=200)]
    assert said(lines, "Open...") == [("Open...", True)]
    assert said(lines, "Open") == [("Open", True)]


def test_words_inside_a_longer_label_are_found_and_said_to_be_no_whole() -> None:
    lines = [line("Save as...", left=100)]
    found = find_text(lines, "save")
    assert [(f.said, f.whole) for f in found] == [("Save as...", False)]
    assert found[0].box == Box(100, 0, 132, 16)


def test_a_part_is_a_whole_word() -> None:
    lines = [line("Saved copies"), line("Invoice 17", top=40), line("unsave it", top=80)]
    assert said(lines, "save") == []
    assert said(lines, "Invoice 1") == []
    assert said(lines, "Invoice 17") == [("Invoice 17", True)]


def test_every_place_of_equal_words_is_given_in_reading_order() -> None:
    lines = [line("Delete", 300, 62), line("Delete", 300, 30), line("Delete", 100, 60)]
    found = find_text(lines, "Delete")
    assert [(f.box.left, f.box.top) for f in found] == [(300, 30), (100, 60), (300, 62)]


def test_near_chooses_the_row() -> None:
    lines = [
        line(text, left, top)
        for top, name in ((30, "Invoice 7"), (52, "Invoice 8"), (74, "Invoice 17"))
        for text, left in ((name, 0), ("Edit", 200), ("Delete", 300))
    ]
    (found,) = find_text(lines, "Delete", near="Invoice 8")
    assert found.box.top == 52
    (found,) = find_text(lines, "Delete", near="Invoice 7")
    assert found.box.top == 30
    assert find_text(lines, "Delete", near="Invoice 9") == []


def test_near_reaches_right_above_and_below_where_the_row_has_none() -> None:
    lines = [
        line("Name", 0, 0),
        line("(empty)", 0, 18),
        line("City", 0, 80),
        line("(empty)", 0, 98),
    ]
    (found,) = find_text(lines, "(empty)", near="City")
    assert found.box.top == 98
    assert find_text(lines, "(empty)", near="nothing of the kind") == []


def test_two_rows_of_one_name_stay_two() -> None:
    lines = [
        line(text, left, top) for top in (30, 60) for text, left in (("Ana", 0), ("Delete", 300))
    ]
    assert len(find_text(lines, "Delete", near="Ana")) == 2


def test_a_label_over_two_lines_is_one() -> None:
    lines = [line("Sign in with", 0, 0), line("Google", 20, 18), line("Google", 300, 18)]
    (found,) = find_text(lines, "Sign in with Google")
    assert found.box == Box(0, 0, 96, 34)
    assert found.whole


def test_lines_far_apart_are_no_label() -> None:
    assert find_text([line("Sign in with"), line("Google", top=60)], "Sign in with Google") == []
    assert (
        find_text([line("Sign in with"), line("Google", left=500, top=18)], "Sign in with Google")
        == []
    )


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("Bi11", "Bill"),
        ("Fi1e", "File"),
        ("HelIo", "Hello"),
        ("Z0om", "Zoom"),
        ("Firstname", "First name"),
        ("lnvoice", "Invoice"),
    ],
)
def test_letters_that_readers_mistake_are_forgiven_once(read: str, words: str) -> None:
    assert said([line(read), line("Other", top=40)], words) == [(read, True)]


def test_a_right_spelling_is_taken_before_a_mistaken_one() -> None:
    assert said([line("Bi11"), line("Bill", top=40)], "Bill") == [("Bill", True)]


def test_two_mistaken_spellings_are_both_given_so_that_the_caller_refuses() -> None:
    assert len(find_text([line("Bi11"), line("BilI", top=40)], "Bill")) == 2


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("Option I", "Option 1"),  # nothing but the mistaken letter tells them apart
        ("Room 101", "Room 1O1"),
        ("Mall", "Mail"),
        ("O", "0"),
        ("1/2", "112"),
        ("Cost", "Cast"),
    ],
)
def test_what_only_looks_alike_is_not_forgiven(read: str, words: str) -> None:
    assert find_text([line(read), line("Other", top=40)], words) == []


def test_a_single_character_must_have_been_read_surely() -> None:
    keys = [line("1", 0, 0, score=1.0), line("1", 40, 0, score=0.7), line("7", 80, 0, score=1.0)]
    assert len(find_text(keys, "1")) == 1
    assert find_text(keys[1:], "1") == []


@pytest.mark.parametrize("read", ["...", ":", "*", "\u2026 \u2026", "- -", "|"])
def test_a_line_of_signs_is_nothing_that_has_letters(read: str) -> None:
    assert find_text([line(read)], "Save") == []
    assert find_text([line("Save")], read) == []


@given(
    st.lists(st.text("aI1l0O .:*|\u2026-\u00e9", min_size=1, max_size=9), max_size=4),
    st.text(max_size=9),
)
def test_no_text_breaks_it_and_what_is_found_lies_on_a_line(texts: list[str], words: str) -> None:
    lines = [line(text, top=40 * number) for number, text in enumerate(texts)]
    for wanted in (words, *texts):
        for found in find_text(lines, wanted):
            assert any(found.box.overlaps(each.box) for each in lines)


def test_nothing_is_nowhere() -> None:
    assert find_text([line("Save")], "  ") == []
    assert find_text([], "Save") == []


def test_a_part_without_the_words_boxes_lies_at_its_share_of_the_line() -> None:
    whole = Line("Total: 12.50", Box(0, 0, 120, 16), 0.9)
    (found,) = find_text([whole], "12.50")
    assert found.box == Box(70, 0, 120, 16)
    askew = Line("ab cd", Box(0, 0, 50, 16), 0.9, (Word("abc", Box(0, 0, 30, 16)),))
    (found,) = find_text([askew], "cd")
    assert found.box == Box(30, 0, 50, 16)


def test_rows_that_are_a_little_askew_are_read_as_rows() -> None:
    lines = [line("b", 50, 3), line("a", 0, 5), line("c", 0, 30), line("d", 40, 27)]
    assert [one.text for one in reading_order(lines)] == ["a", "b", "c", "d"]
