"""Which prompt a question gets: Chinese for Chinese, English for everyone else."""

# ruff: noqa: RUF001 - other languages have punctuation of their own.
from __future__ import annotations

import pytest

from tapwright.agent.chat_language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("几点到？", "zh"),
        ("CA1723 几点到达 Beijing？", "zh"),
        ("臺北現在幾點？", "zh"),
        ("When does it land?", "en"),
        ("What does 登机口 mean on this boarding pass?", "en"),
        ("東京の天気は？", "en"),
        ("ﾃﾝｷ", "en"),
        ("カ", "en"),
        ("天気は 27 ℃", "en"),
        ("날씨가 어때요? 北京", "en"),
        ("\u1112\u1161\u11ab", "en"),
        ("ما هو الطقس؟", "en"),
        ("Thời tiết thế nào?", "en"),
        ("Какая погода?", "en"),
        ("อากาศเป็นอย่างไร", "en"),
        ("CA1723", None),
        ("", None),
        ("27 + 5 = ?", None),
        ("👍", None),
    ],
)
def test_a_question_tells_its_language_or_nothing(text: str, language: str | None) -> None:
    assert language_of(text) == language
