"""Messages and pictures become a model's tensors, without torchvision.

The stock processor of these families needs torchvision for videos alone, and a torchvision that
does not fit its torch breaks even the import. Pictures need only the Pillow image processor, the
tokenizer and the chat template, so those three are used directly; every machine then sees the
same pixels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import (
    Qwen2VLImageProcessorPil,
    smart_resize,
)

from tapwright.errors import BrokenCheckpoint, ModelError
from tapwright.model.chat import IMAGE_TOKEN, ChatTemplate, Piece
from tapwright.types import ImagePart, Message, Size, still_parts

# Written by a model, these would be taken for pictures in the next prompt.
_PICTURE_TOKENS = (
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    IMAGE_TOKEN,
    "<|video_pad|>",
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one call of the model takes.

    input_ids, attention_mask, mm_token_type_ids (0 text, 1 picture): shape (1, length).
    pixel_values: (patches of all pictures, channels * 2 * patch * patch); image_grid_thw:
    (pictures, 3), in patches; both None without pictures.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    mm_token_type_ids: torch.Tensor
    pixel_values: torch.Tensor | None = None
    image_grid_thw: torch.Tensor | None = None

    @property
    def length(self) -> int:
        """Tokens in the prompt, pictures included."""
        return int(self.input_ids.shape[1])

    def tensors(self, device: torch.device) -> dict[str, torch.Tensor]:
        """The tensors by the names under which the model takes them, on `device`."""
        named = {
            "input_ids": self.input_ids,
            "attention_mask": self.attention_mask,
            "mm_token_type_ids": self.mm_token_type_ids,
            "pixel_values": self.pixel_values,
            "image_grid_thw": self.image_grid_thw,
        }
        return {name: value.to(device) for name, value in named.items() if value is not None}


class PictureProcessor:
    """Encodes messages for one checkpoint; pictures are kept between two sizes, in pixels."""

    def __init__(
        self, tokenizer: Any, pictures: Any, template: str, min_pixels: int, max_pixels: int
    ) -> None:
        control = {str(t) for t in tokenizer.added_tokens_decoder.values() if t.special}
        if IMAGE_TOKEN not in control:
            raise BrokenCheckpoint(
                f"the tokenizer has no special token '{IMAGE_TOKEN}'; "
                "use the tokenizer that came with the vision model"
            )
        self.tokenizer = tokenizer
        self.min_pixels = min_pixels
        self.max_pixels = max_pixels
        self._pictures = pictures
        self._merge = int(pictures.merge_size)
        self._factor = int(pictures.patch_size) * self._merge
        self._chat = ChatTemplate(tokenizer, template, control)
        self._image_id = tokenizer.convert_tokens_to_ids(IMAGE_TOKEN)
        self.suppressed = sorted(
            tokenizer.convert_tokens_to_ids(token) for token in _PICTURE_TOKENS if token in control
        )
        """Ids of the tokens that a reply must not hold."""

    def encode(self, messages: Sequence[Message]) -> Prompt:
        """The tensors for `messages`; raise `ModelError` for a picture that cannot be shown."""
        images = [
            p.image for m in messages for p in still_parts(m.parts) if isinstance(p, ImagePart)
        ]
        for image in images:
            self.shown_size(Size(*image.size))  # refuses shapes that the resizer cannot take
        pixels = grid = None
        counts: list[int] = []
        if images:
            # Both bounds on every call: the checkpoint's own defaults differ from file to file.
            made = self._pictures(
                images=images,
                size={"shortest_edge": self.min_pixels, "longest_edge": self.max_pixels},
                return_tensors="pt",
            )
            pixels, grid = made["pixel_values"], made["image_grid_thw"]
            counts = [int(n) for n in grid.prod(dim=1) // self._merge**2]
        input_ids = torch.tensor([self._ids(self._chat.render(messages), counts)])
        return Prompt(
            input_ids=input_ids,
            attention_mask=torch.ones_like(input_ids),
            mm_token_type_ids=(input_ids == self._image_id).long(),
            pixel_values=pixels,
            image_grid_thw=grid,
        )

    def count(self, messages: Sequence[Message]) -> int:
        """How many tokens `messages` take; pictures are counted without being processed."""
        counts = []
        for message in messages:
            for part in still_parts(message.parts):
                if isinstance(part, ImagePart):
                    shown = self.shown_size(Size(*part.image.size))
                    counts.append(shown.width * shown.height // self._factor**2)
        return len(self._ids(self._chat.render(messages), counts))

    def shown_size(self, size: Size) -> Size:
        """The size at which a picture of `size` is shown, in pixels."""
        try:
            height, width = smart_resize(
                size.height, size.width, self._factor, self.min_pixels, self.max_pixels
            )
        except (ValueError, ZeroDivisionError) as error:
            raise ModelError(
                f"a picture of {size.width}x{size.height} pixels cannot be shown: {error}"
            ) from error
        return Size(width, height)

    def _ids(self, pieces: Sequence[Piece], counts: Sequence[int]) -> list[int]:
        """Token ids of `pieces`, the n-th picture standing for `counts[n]` tokens."""
        ids: list[int] = []
        left = iter(counts)
        for piece in pieces:
            if not piece.control:
                encoded = self.tokenizer(
                    piece.text, add_special_tokens=False, split_special_tokens=True, verbose=False
                )
                ids.extend(encoded["input_ids"])
            elif piece.text == IMAGE_TOKEN:
                ids.extend([self._image_id] * next(left))
            else:
                ids.append(self.tokenizer.convert_tokens_to_ids(piece.text))
        return ids


def load_processor(folder: Path, min_pixels: int, max_pixels: int) -> PictureProcessor:
    """The processor of the checkpoint in `folder`; raise `BrokenCheckpoint` for lacking files."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        pictures = Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise BrokenCheckpoint(
            f"the tokenizer or picture settings in '{folder}' cannot be read: {reason}"
        ) from error
    return PictureProcessor(
        tokenizer, pictures, _chat_template(folder, tokenizer), min_pixels, max_pixels
    )


def _chat_template(folder: Path, tokenizer: Any) -> str:
    """The template that knows pictures: its own file first.

    Some families keep a template for text alone in the tokenizer's settings, beside the one for
    pictures in `chat_template.json`.
    """
    jinja = folder / "chat_template.jinja"
    if jinja.is_file():
        return jinja.read_text(encoding="utf-8")
    for name in ("chat_template.json", "processor_config.json"):
        file = folder / name
        if file.is_file():
            template = json.loads(file.read_text(encoding="utf-8")).get("chat_template")
            if isinstance(template, str):
                return template
    if isinstance(tokenizer.chat_template, str):
        return tokenizer.chat_template
    raise BrokenCheckpoint(
        f"'{folder}' has no chat template; copy chat_template.jinja or chat_template.json "
        "from the checkpoint it was made from"
    )
