"""Token ids become streamed text: halves of characters and of stop words are held back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings, strategies as st
from transformers import AutoTokenizer

from tapwright.model.watch import ReplyWatcher

END = 10_000
PROMPT = [1, 2, 3]


@pytest.fixture(scope="module")
def tokenizer(checkpoint: Path) -> Any:
    return AutoTokenizer.from_pretrained(checkpoint)


def _play(tokenizer: Any, ids: list[int], *stop: str) -> tuple[ReplyWatcher, list[str]]:
    """Give a watcher one token at a time, as `generate` does, until it wants to stop."""
    pieces: list[str] = []
    watcher = ReplyWatcher(tokenizer, len(PROMPT), stop, [END], pieces.append)
    for n in range(1, len(ids) + 1):
        if bool(watcher(torch.tensor([PROMPT + ids[:n]])).all()):
            break
    watcher.close()
    return watcher, pieces


def test_text_of_many_bytes_is_never_streamed_in_halves(tokenizer: Any) -> None:
    ids = tokenizer("点 ✿ 鑫🙂!")["input_ids"]
    watcher, pieces = _play(tokenizer, ids)
    assert "".join(pieces) == watcher.text == "点 ✿ 鑫🙂!"
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_half_character_at_the_end_is_not_lost(tokenizer: Any) -> None:
    ids = tokenizer("a鑫")["input_ids"]
    watcher, pieces = _play(tokenizer, ids[:-1])
    assert watcher.text == "".join(pieces)
    assert watcher.text.startswith("a\ufffd")


@pytest.mark.parametrize("stop", ["✿RETURN✿", "RET", "<|im_start|>", "\nObservation:"])
def test_no_piece_of_a_stop_word_gets_out(tokenizer: Any, stop: str) -> None:
    ids = tokenizer(f"call it {stop} and more")["input_ids"]
    watcher, pieces = _play(tokenizer, ids, "✿RESULT✿", stop)
    assert watcher.stopped
    assert watcher.text == "".join(pieces) == "call it "


def test_the_start_of_a_stop_word_that_goes_another_way_gets_out(tokenizer: Any) -> None:
    watcher, pieces = _play(tokenizer, tokenizer("✿RETURN nothing ✿RE")["input_ids"], "✿RETURN✿")
    assert not watcher.stopped
    assert watcher.text == "".join(pieces) == "✿RETURN nothing ✿RE"


def test_an_end_token_is_counted_but_no_text(tokenizer: Any) -> None:
    ids = tokenizer("done")["input_ids"]
    watcher, _ = _play(tokenizer, [*ids, END])
    assert (watcher.text, watcher.ended, watcher.new_tokens) == ("done", True, len(ids) + 1)


def test_the_prompt_is_no_part_of_the_reply(tokenizer: Any) -> None:
    watcher, _ = _play(tokenizer, [])
    assert (watcher.text, watcher.new_tokens) == ("", 0)


def test_empty_stop_words_stop_nothing(tokenizer: Any) -> None:
    watcher, _ = _play(tokenizer, tokenizer("on and on")["input_ids"], "")
    assert not watcher.stopped


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("ab✿鑫🙂 \n<|"), max_size=40),
    stop=st.text(alphabet=st.sampled_from("ab✿鑫<|"), min_size=1, max_size=4),
)
def test_streaming_equals_cutting_the_whole_text(tokenizer: Any, text: str, stop: str) -> None:
    watcher, pieces = _play(tokenizer, tokenizer(text)["input_ids"], stop)
    assert watcher.text == "".join(pieces) == text.partition(stop)[0]
    assert watcher.stopped == (stop in text)
