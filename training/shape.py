"""The embedded checkpoint's architecture: Qwen2-VL, small enough to ship and to train on a CPU.

Shapes follow the Qwen2-VL paper (arXiv 2409.12191): patches of 14 pixels, merged 2x2 into one
visual token of 28x28 pixels, multimodal rotary positions in the language half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import Qwen2VLConfig

PATCH = 14
MERGE = 2
CELL = PATCH * MERGE  # one visual token covers CELL x CELL pixels
WIDTH, HEIGHT = 252, 560  # a 1080x2400 screen at the embedded model's pixel budget

# Most of the room goes to the eye: reading small print was the brake in every trial.
_VISION: dict[str, Any] = {
    "depth": 6,
    "embed_dim": 256,
    "num_heads": 4,
    "mlp_ratio": 4,
    "hidden_size": 256,
    "patch_size": PATCH,
    "spatial_merge_size": MERGE,
    "temporal_patch_size": 2,
}
_TEXT: dict[str, Any] = {
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 768,
    "max_position_embeddings": 4096,
    "rope_theta": 10000.0,
    "rope_scaling": {"type": "mrope", "mrope_section": [8, 12, 12]},
    "tie_word_embeddings": True,
}


def embedded_config(vocab_size: int, token_ids: dict[str, int]) -> Qwen2VLConfig:
    """The configuration for a vocabulary; `token_ids` maps the family's special tokens to ids."""
    from transformers import Qwen2VLConfig

    end = token_ids["<|im_end|>"]
    pad = token_ids["<|endoftext|>"]
    text = _TEXT | {
        "vocab_size": vocab_size,
        "bos_token_id": None,
        "eos_token_id": end,
        "pad_token_id": pad,
    }
    return Qwen2VLConfig(
        text_config=text,
        vision_config=_VISION,
        image_token_id=token_ids["<|image_pad|>"],
        video_token_id=token_ids["<|video_pad|>"],
        vision_start_token_id=token_ids["<|vision_start|>"],
        vision_end_token_id=token_ids["<|vision_end|>"],
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=pad,
        tapwright_family="tapwright-embedded",
    )
