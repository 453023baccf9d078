"""Byte-level tokenizers of the Qwen2-VL kind: a tiny one trained here, or the true one.

The true vocabulary ships in the qwen-agent package as token ranks; its merges are found again
from the ranks, so no network is needed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors as post_processors,
)
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

from tapwright.errors import SetupError

SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
"""The family's special tokens, in the order of their ids, behind the plain vocabulary."""


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """A small tokenizer of this kind, trained on `texts`; specials come on top of `vocab_size`."""
    tokenizer = _framed(BPE())
    trainer = BpeTrainer(
        vocab_size=vocab_size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    _add_special(tokenizer)
    return tokenizer


def qwen2_tokenizer() -> Tokenizer:
    """The true tokenizer of Qwen2-VL; raise `SetupError` where qwen-agent is not installed."""
    spec = find_spec("qwen_agent")
    if spec is None or spec.origin is None:
        raise SetupError(
            "the full tokenizer is built from the package 'qwen-agent'; "
            'run: pip install "tapwright[dev]"'
        )
    file = Path(spec.origin).parent / "utils" / "qwen.tiktoken"
    lines = file.read_text(encoding="ascii").splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(str.split, lines)}
    written = _byte_letters()
    letters = {token: "".join(written[byte] for byte in token) for token in ranks}
    merges = [
        (letters[left], letters[right])
        for left, right in (_parts(token, ranks) for token in ranks if len(token) > 1)
    ]
    tokenizer = _framed(BPE({letters[t]: rank for t, rank in ranks.items()}, merges))
    _add_special(tokenizer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, *, max_length: int) -> None:
    """Write tokenizer.json and tokenizer_config.json as the official checkpoints have them."""
    tokenizer.save(str(folder / "tokenizer.json"))
    settings: dict[str, Any] = {
        "tokenizer_class": "Qwen2Tokenizer",
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "unk_token": None,
        "additional_special_tokens": list(SPECIAL_TOKENS[1:]),
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "errors": "replace",
        "model_max_length": max_length,
        "padding_side": "left",
        "split_special_tokens": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")


def _framed(model: Any) -> Tokenizer:
    """A tokenizer that cuts and writes text as Qwen2's does, around `model`."""
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.post_processor = post_processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _add_special(tokenizer: Tokenizer) -> None:
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in SPECIAL_TOKENS]
    )


def _parts(token: bytes, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens that were merged into `token`: what lower ranks make of its bytes."""
    limit = ranks[token]
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [ranks.get(parts[n] + parts[n + 1], limit) for n in range(len(parts) - 1)]
        lowest = min(pairs)
        if lowest >= limit:
            break
        at = pairs.index(lowest)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    if len(parts) != 2:
        raise SetupError(f"the token ranks of qwen-agent are damaged at rank {limit}")
    return parts[0], parts[1]


def _byte_letters() -> dict[int, str]:
    """The letter by which byte-level vocabularies write each byte: itself where it can be seen."""
    seen = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    unseen = [byte for byte in range(256) if byte not in seen]
    letters = {byte: chr(byte) for byte in seen}
    letters.update({byte: chr(256 + n) for n, byte in enumerate(unseen)})
    return letters
