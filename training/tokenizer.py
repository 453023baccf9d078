"""The embedded checkpoint's tokenizer: a small one of Qwen2's kind, with the phone's words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tapwright.model.qwen_tokenizer import SPECIAL_TOKENS, save_tokenizer, train_tokenizer

PLAIN_VOCABULARY = 1000
CONTEXT = 2048


def open_tokenizer(folder: Path, texts: Iterable[str]) -> tuple[Any, dict[str, int]]:
    """The tokenizer in `folder`, learned from `texts` where there is none yet, and the ids of the
    family's special tokens. A label of the phone is one or two tokens, a digit is one."""
    from transformers import AutoTokenizer

    if not (folder / "tokenizer.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        learned = train_tokenizer(texts, PLAIN_VOCABULARY)
        save_tokenizer(learned, folder, max_length=CONTEXT)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return tokenizer, {t: tokenizer.convert_tokens_to_ids(t) for t in SPECIAL_TOKENS}
