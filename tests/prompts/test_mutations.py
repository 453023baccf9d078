"""Broken replies by the thousand; `make mutations` runs a million of them."""

from __future__ import annotations

import time

import mutations
import pytest
from hypothesis import given, settings, strategies as st
from mutants import corpus

from tapwright.errors import ReplyError
from tapwright.prompts import DIALECTS
from tapwright.types import Reply, ToolCall

CASES = 20_000
EXAMPLES = 5_000

PIECES = [
    "✿FUNCTION✿: ", "✿ARGS✿: ", "*FUNCTION*: ", "*ARGS*: ", "*RESULT*", "<tool_call>",
    "</tool_call>", "<think>", "</think>", "```json\n", "```", '{"name": "weather", "arguments": ',
    '{"city": "北京"}', "weather", "Click", '{"point": (1,2)}', "}", "]", '"', "'", "NaN",
    ": ", "\n", " so ", "\ud800", '"days": 2', "9" * 20, "<|im_end|>",
]  # fmt: skip


def test_no_mutation_of_a_reply_breaks_a_rule() -> None:
    result = mutations.run_cases(7, range(CASES))
    assert result.broken == []
    assert result.worst < mutations.LIMIT
    # All of the outcomes are met, and often: the mutants are neither all broken nor all whole.
    for outcome in ("answers", "told to the model", "passed the check", "refused by the check"):
        assert result.counts[outcome] > CASES / 20, outcome


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(list(DIALECTS)),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join),
    st.sampled_from(["end", "length"]),
)
def test_no_text_at_all_breaks_a_rule(name: str, text: str, finish: str) -> None:
    result = mutations.Result()
    mutations.judge(name, Reply(text, finish="length" if finish == "length" else "end"), result)
    assert result.broken == []


def test_the_corpus_is_valid() -> None:
    read = 0
    for reply in corpus():
        for known in DIALECTS.values():
            try:
                read += len(known.parse(reply).calls) > 0
            except ReplyError as error:
                assert "no call in the reply" in str(error)
    assert read > 5_000


def test_a_case_comes_back_from_its_numbers() -> None:
    assert mutations.make(3, 141) == mutations.make(3, 141)
    assert mutations.make(3, 141) != mutations.make(4, 141)


@pytest.mark.parametrize(
    "call",
    [
        ToolCall("weather", {"city": "北京", "days": 8}),
        ToolCall("weather", {"city": ""}),
        ToolCall("route", {"stops": [{"at": 1}]}),
        ToolCall("route", {"stops": [], "by": "boat"}),
    ],
)
def test_a_call_against_its_schema_is_refused(call: ToolCall) -> None:
    result = mutations.Result()
    mutations.judge("native", Reply("", calls=(call,)), result)
    assert result.counts["refused by the check"] == 1
    assert result.broken == []


def test_a_rule_that_is_broken_is_seen() -> None:
    mutations.selftest()
    slow = mutations.Result()
    slow.add(mutations.Result(worst=1.0, worst_case=5, broken=["case 5"]))
    assert (slow.worst, slow.worst_case, slow.broken) == (1.0, 5, ["case 5"])
    start = time.thread_time()
    mutations.judge("compact", Reply("*FUNCTION*: Home"), slow)
    assert time.thread_time() - start < 1
    assert slow.counts["passed the check"] == 1
