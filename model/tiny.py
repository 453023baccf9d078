"""Checkpoints with random weights, of the real class: to try the plumbing without a download."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tapwright.errors import UsageError
from tapwright.model.bars import no_bars

# The layout of Qwen2-VL: every message between marks, a picture as one pad between its own.
CHAT_TEMPLATE = """\
{%- set seen = namespace(pictures=0, videos=0) -%}
{%- for message in messages -%}
{%- if loop.first and message['role'] != 'system' -%}
{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' -}}
{%- endif -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['content'] is string -%}
{{- message['content'] -}}
{%- else -%}
{%- for part in message['content'] -%}
{%- if part['type'] == 'image' or 'image' in part or 'image_url' in part -%}
{%- set seen.pictures = seen.pictures + 1 -%}
{{- 'Picture ' ~ seen.pictures ~ ': ' if add_vision_id else '' -}}
{{- '<|vision_start|><|image_pad|><|vision_end|>' -}}
{%- elif part['type'] == 'video' or 'video' in part -%}
{%- set seen.videos = seen.videos + 1 -%}
{{- 'Video ' ~ seen.videos ~ ': ' if add_vision_id else '' -}}
{{- '<|vision_start|><|video_pad|><|vision_end|>' -}}
{%- elif 'text' in part -%}
{{- part['text'] -}}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""

_CORPUS = (
    "You are a helpful assistant. The user gives a task; look at the screen and act.",
    "Turn on Wi-Fi, open Settings, set an alarm for 7, then say that it is done.",
    '✿FUNCTION✿: Click ✿ARGS✿: {"point": [348, 291]} ✿RESULT✿: delivered ✿RETURN✿',
    '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click"}}\n</tool_call>',
    "打开设置并连接无线网络。",
)


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The sizes of a network of this architecture, under the names of its config."""

    text: dict[str, Any]
    vision: dict[str, Any]
    plain_vocabulary: int | None  # None: the true tokenizer
    rows: int | None = None  # of the embedding; None: as many as there are tokens


# mrope_section sums to half of a head's width. At an initializer_range of 0.02 a tied random
# network would write one token for ever.
_TINY = _Shapes(
    text={
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 128,
        "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
        "initializer_range": 0.35,
    },
    vision={"depth": 2, "embed_dim": 32, "num_heads": 2, "hidden_size": 64, "mlp_ratio": 4},
    plain_vocabulary=400,
)
_2B = _Shapes(
    text={
        "hidden_size": 1536,
        "num_hidden_layers": 28,
        "num_attention_heads": 12,
        "num_key_value_heads": 2,
        "intermediate_size": 8960,
        "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
    },
    vision={"depth": 32, "embed_dim": 1280, "num_heads": 16, "hidden_size": 1536, "mlp_ratio": 4},
    plain_vocabulary=None,
    rows=151_936,
)
_SHAPES = {"tiny": _TINY, "2b": _2B}
_CONTEXT = 32_768


def make_checkpoint(
    folder: Path | str, *, shapes: Literal["tiny", "2b"] = "tiny", seed: int = 0
) -> Path:
    """Write a whole checkpoint with random weights into `folder`, made where it is missing.

    "tiny" takes a second and half a megabyte; "2b" has the shapes of Qwen2-VL-2B-Instruct, 4.4 GB
    in bfloat16, and needs as much memory. Its replies are noise. Raise `UsageError` for other
    shapes, `SetupError` where "2b" lacks the qwen-agent package that holds its vocabulary.
    """
    if shapes not in _SHAPES:
        raise UsageError(f"no shapes '{shapes}'; use one of: {', '.join(_SHAPES)}")
    import torch
    from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

    from tapwright.model.qwen_tokenizer import qwen2_tokenizer, save_tokenizer, train_tokenizer

    wanted = _SHAPES[shapes]
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    if wanted.plain_vocabulary is None:
        tokenizer = qwen2_tokenizer()
    else:
        tokenizer = train_tokenizer(_CORPUS, wanted.plain_vocabulary)
    save_tokenizer(tokenizer, target, max_length=_CONTEXT)
    write_settings(target)

    ends = [tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")]
    config = Qwen2VLConfig(
        text_config={
            "vocab_size": wanted.rows or tokenizer.get_vocab_size(),
            "max_position_embeddings": _CONTEXT,
            "rope_theta": 1e6,
            "tie_word_embeddings": True,
            "bos_token_id": ends[1],
            "eos_token_id": ends[0],
            **wanted.text,
        },
        vision_config={"patch_size": 14, "spatial_merge_size": 2, **wanted.vision},
        image_token_id=tokenizer.token_to_id("<|image_pad|>"),
        video_token_id=tokenizer.token_to_id("<|video_pad|>"),
        vision_start_token_id=tokenizer.token_to_id("<|vision_start|>"),
        vision_end_token_id=tokenizer.token_to_id("<|vision_end|>"),
        tie_word_embeddings=True,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Qwen2VLForConditionalGeneration._from_config(config, dtype=torch.bfloat16)
    network.generation_config.eos_token_id = ends
    network.generation_config.pad_token_id = ends[1]
    with no_bars():
        network.save_pretrained(target, max_shard_size="2GB")
    return target


def write_settings(folder: Path) -> None:
    """Write the picture settings of the official checkpoints, and the chat template."""
    settings = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2VLProcessor",
        "min_pixels": 3136,
        "max_pixels": 12_845_056,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }
    (folder / "preprocessor_config.json").write_text(
        json.dumps(settings, indent=1), encoding="utf-8"
    )
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, encoding="utf-8")
