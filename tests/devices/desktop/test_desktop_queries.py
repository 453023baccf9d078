"""Questions to a desktop by the names that scripts are told of before they run."""

from __future__ import annotations

from typing import Any

from tapwright.devices.desktop_queries import Queries
from tapwright.questions import DESKTOP_QUESTIONS


def test_every_question_that_scripts_are_told_of_is_known() -> None:
    nowhere: Any = None  # two words too many are refused before a desktop is asked
    queries = Queries(nowhere, str)
    for name in DESKTOP_QUESTIONS:
        words = [] if name in ("window", "output") else ["no-such-thing", "x"]
        assert "a desktop knows no" not in queries.answer([name, *words]).stderr, name
    assert "a desktop knows no 'fle'" in queries.answer(["fle"]).stderr
