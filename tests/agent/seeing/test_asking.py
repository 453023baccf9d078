"""Questions to a model about a screen, and text read beside the words that name it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from PIL import Image

from tapwright.agent.seeing.asking import ask_screen, judge_screen, read_below, read_right_of
from tapwright.agent.seeing.values import Box, Line
from tapwright.errors import ModelError, ReplyError, UsageError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS, dialect
from tapwright.types import ImagePart, Reply

SCREEN = Image.new("RGB", (100, 60), "white")
QWEN = dialect("qwen")


def asked(said: str | Reply | ModelError, kind: str, spoken: str = "qwen") -> Any:
    return ask_screen(ScriptedModel([said]), DIALECTS[spoken], SCREEN, "the total", kind)


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("1,234.50", "float", 1234.5),
        ("$12.00", "int", 12),
        ("Yes.", "bool", True),
        ("2026-03-31", "date", datetime.date(2026, 3, 31)),
        ("Invoice 7\n", "text", "Invoice 7"),
        ("<think>It says 7.</think>7", "int", 7),
    ],
)
@pytest.mark.parametrize("spoken", ["qwen", "hermes", "native", "compact"])
def test_an_answer_becomes_a_value(said: str, kind: str, value: Any, spoken: str) -> None:
    assert asked(said, kind, spoken) == value


@pytest.mark.parametrize(
    ("said", "kind", "why"),
    [
        ("1,234", "float", "'1,234'.*two ways"),
        ("The total is about twelve", "int", "'The total is about twelve'.*no number"),
        ("not shown", "int", "does not show 'the total'"),
        ("Not shown.", "text", "does not show 'the total'"),
        ("✿FUNCTION✿: Click\n✿ARGS✿: {\"point\": [1, 2]}", "int", "called 'Click'"),
        (Reply("123", finish="length"), "int", "cut"),
        ("", "int", r"\w"),
    ],
)  # fmt: skip
def test_anything_else_is_an_error_that_quotes_it(said: str | Reply, kind: str, why: str) -> None:
    with pytest.raises(ReplyError, match=why):
        asked(said, kind)


def test_the_question_goes_with_the_picture() -> None:
    model = ScriptedModel(["12"])
    ask_screen(model, QWEN, SCREEN, "the total", "int")
    (request,) = model.requests
    parts = [part for message in request.messages for part in message.parts]
    assert any(isinstance(part, ImagePart) and part.image is SCREEN for part in parts)
    assert request.tools == ()


def test_an_unknown_kind_is_refused_before_the_model_is_asked() -> None:
    model = ScriptedModel([])
    with pytest.raises(UsageError, match="no kind 'number'"):
        ask_screen(model, QWEN, SCREEN, "the total", "number")


def test_a_model_that_fails_is_no_answer() -> None:
    with pytest.raises(ModelError, match="gone"):
        asked(ModelError("gone"), "int")


@pytest.mark.parametrize(("said", "true"), [("yes", True), ("No.", False), ("**Yes**", True)])
def test_a_judgement_is_yes_or_no(said: str, true: bool) -> None:
    assert judge_screen(ScriptedModel([said]), QWEN, SCREEN, "it is paid") is true


@pytest.mark.parametrize("said", ["Yes, it seems so", "maybe", "yes and no", "true", "", "是"])
def test_anything_but_yes_or_no_is_no_judgement(said: str) -> None:
    with pytest.raises(ReplyError):
        judge_screen(ScriptedModel([said]), QWEN, SCREEN, "it is paid")


def line(text: str, left: int, top: int) -> Line:
    return Line(text, Box(left, top, left + 8 * len(text), top + 16), 0.99)


FORM = [
    line("Total:", 0, 0), line("1,234.50", 120, 2), line("EUR", 240, 0),
    line("Name: Ana", 0, 40),
    line("Date", 0, 80), line("City", 200, 80),
    line("31 March", 0, 104), line("Oslo", 200, 104),
    line("Twice", 0, 140), line("Twice", 200, 140),
]  # fmt: skip


def test_what_stands_right_of_a_label_is_the_nearest_in_its_row() -> None:
    assert read_right_of(FORM, "total") == "1,234.50"
    assert read_right_of(FORM, "Name") == "Ana"
    assert read_right_of(FORM, "1,234.50") == "EUR"


def test_what_stands_below_a_label_is_in_its_column() -> None:
    assert read_below(FORM, "Date") == "31 March"
    assert read_below(FORM, "City") == "Oslo"


@pytest.mark.parametrize(
    ("read", "words", "why"),
    [
        (read_right_of, "Missing", "is not on the screen"),
        (read_right_of, "Twice", "in 2 places"),
        (read_right_of, "EUR", "nothing stands right"),
        (read_below, "Twice", "in 2 places"),
    ],
)
def test_no_label_two_labels_and_no_text_are_errors(read: Any, words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(FORM, words)


def test_two_texts_below_a_wide_label_are_refused() -> None:
    lines = [line("A label wide enough", 0, 0), line("one", 0, 24), line("two", 100, 24)]
    with pytest.raises(ValueError, match="several texts stand below"):
        read_below(lines, "A label wide enough")
