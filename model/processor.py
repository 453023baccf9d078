"""Messages, pictures and films become a model's tensors, without torchvision.

The stock processor of these families needs torchvision for videos alone, and a torchvision that
does not fit its torch breaks even the import. The Pillow image processor, the tokenizer and the
chat template are used directly; every machine then sees the same pixels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import (
    Qwen2VLImageProcessorPil,
    smart_resize,
)

from tapwright.errors import BrokenCheckpoint, ModelError
from tapwright.model.chat import IMAGE_TOKEN, VIDEO_TOKEN, ChatTemplate, Piece
from tapwright.model.film_input import FILM_TYPE, IMAGE_TYPE, film_patches, positions
from tapwright.types import ImagePart, Message, Size, VideoPart

# Written by a model, these would be taken for pictures in the next prompt.
_PICTURE_TOKENS = (
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    IMAGE_TOKEN,
    VIDEO_TOKEN,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one call of the model takes.

    input_ids, attention_mask, mm_token_type_ids (0 text, 1 picture, 2 film): shape (1, length).
    pixel_values: (patches of all pictures, channels * 2 * patch * patch); image_grid_thw:
    (pictures, 3), in patches; both None without pictures. pixel_values_videos and video_grid_thw
    are the same of films. position_ids: (4, 1, length), where there are films.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    mm_token_type_ids: torch.Tensor
    pixel_values: torch.Tensor | None = None
    image_grid_thw: torch.Tensor | None = None
    pixel_values_videos: torch.Tensor | None = None
    video_grid_thw: torch.Tensor | None = None
    position_ids: torch.Tensor | None = None

    @property
    def length(self) -> int:
        """Tokens in the prompt, pictures included."""
        return int(self.input_ids.shape[1])

    def tensors(self, device: torch.device) -> dict[str, torch.Tensor]:
        """The tensors by the names under which the model takes them, on `device`."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value.to(device) for name, value in named.items() if value is not None}


class PictureProcessor:
    """Encodes messages for one checkpoint; pictures are kept between two sizes, in pixels.

    With `films`, films are the family's video input; without, timed pictures.
    """

    def __init__(
        self,
        tokenizer: Any,
        pictures: Any,
        template: str,
        min_pixels: int,
        max_pixels: int,
        *,
        films: bool = False,
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
        self._pair = int(pictures.temporal_patch_size)
        self._factor = int(pictures.patch_size) * self._merge
        films = films and VIDEO_TOKEN in control
        self._chat = ChatTemplate(tokenizer, template, control, films=films)
        self._image_id = tokenizer.convert_tokens_to_ids(IMAGE_TOKEN)
        self._film_id = tokenizer.convert_tokens_to_ids(VIDEO_TOKEN) if films else -1
        self.suppressed = sorted(
            tokenizer.convert_tokens_to_ids(token) for token in _PICTURE_TOKENS if token in control
        )
        """Ids of the tokens that a reply must not hold."""

    def encode(self, messages: Sequence[Message]) -> Prompt:
        """The tensors for `messages`; raise `ModelError` for a picture that cannot be shown."""
        parts = [part for message in messages for part in self._chat.shown(message)]
        pixels, grid = self._stills([part for part in parts if isinstance(part, ImagePart)])
        film_pixels, film_grid = self._films([p for p in parts if isinstance(p, VideoPart)])
        input_ids = torch.tensor(
            [self._ids(self._chat.render(messages), self._counts(grid), self._counts(film_grid))]
        )
        types = torch.eq(input_ids, self._image_id).long() * IMAGE_TYPE
        if film_grid is not None:
            types += torch.eq(input_ids, self._film_id).long() * FILM_TYPE
        return Prompt(
            input_ids=input_ids,
            attention_mask=torch.ones_like(input_ids),
            mm_token_type_ids=types,
            pixel_values=pixels,
            image_grid_thw=grid,
            pixel_values_videos=film_pixels,
            video_grid_thw=film_grid,
            position_ids=(
                None if film_grid is None else positions(types, grid, film_grid, self._merge)
            ),
        )

    def _stills(
        self, pictures: Sequence[ImagePart]
    ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """The patches of all pictures and their grid, both None without pictures."""
        made = []
        for part in pictures:
            self._picture_size(part)  # refuses shapes that the resizer cannot take
            least, most = self._bounds(part)
            # Both bounds on every call: the checkpoint's own defaults differ from file to file.
            size = {"shortest_edge": least, "longest_edge": most}
            made.append(self._pictures(images=[part.image], size=size, return_tensors="pt"))
        if not made:
            return None, None
        return (
            torch.cat([one["pixel_values"] for one in made]),
            torch.cat([one["image_grid_thw"] for one in made]),
        )

    def count(self, messages: Sequence[Message]) -> int:
        """How many tokens `messages` take; pictures are counted without being processed."""
        counts: list[int] = []
        films: list[int] = []
        for message in messages:
            for part in self._chat.shown(message):
                if isinstance(part, ImagePart):
                    shown = self._picture_size(part)
                    counts.append(shown.width * shown.height // self._factor**2)
                elif isinstance(part, VideoPart):
                    shown = self._film_size(part)
                    pairs = -(-len(part.frames) // self._pair)
                    films.append(pairs * shown.width * shown.height // self._factor**2)
        return len(self._ids(self._chat.render(messages), counts, films))

    def _counts(self, grid: torch.Tensor | None) -> list[int]:
        """The tokens of each picture or film whose patches are counted in `grid`."""
        return [] if grid is None else [int(n) for n in grid.prod(dim=1) // self._merge**2]

    def _films(self, films: Sequence[VideoPart]) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """The patches of all films and their grid, both None without films."""
        if not films:
            return None, None
        made = []
        for film in films:
            size = self._film_size(film)
            made.append(film_patches(film.frames, (size.width, size.height), self._pictures))
        return torch.cat([patches for patches, _ in made]), torch.tensor([row for _, row in made])

    def _film_size(self, film: VideoPart) -> Size:
        """The size at which a film is shown: its own where it was planned for this family."""
        if not film.frames:
            raise ModelError("a film without frames cannot be shown")
        size = Size(*film.frames[0].size)
        whole = not (size.width % self._factor or size.height % self._factor)
        if whole and 0 < size.width * size.height <= self.max_pixels:
            return size
        return self.shown_size(size)

    def shown_size(self, size: Size) -> Size:
        """The size at which a picture of `size` is shown, in pixels."""
        return self._resized(size, self.min_pixels, self.max_pixels)

    def _picture_size(self, part: ImagePart) -> Size:
        return self._resized(Size(*part.image.size), *self._bounds(part))

    def _bounds(self, part: ImagePart) -> tuple[int, int]:
        """The least and the most pixels with which a picture is shown."""
        if part.pixels is None:
            return self.min_pixels, self.max_pixels
        return part.pixels, part.pixels

    def _resized(self, size: Size, least: int, most: int) -> Size:
        try:
            height, width = smart_resize(size.height, size.width, self._factor, least, most)
        except (ValueError, ZeroDivisionError) as error:
            raise ModelError(
                f"a picture of {size.width}x{size.height} pixels cannot be shown: {error}"
            ) from error
        return Size(width, height)

    def _ids(
        self, pieces: Sequence[Piece], counts: Sequence[int], films: Sequence[int]
    ) -> list[int]:
        """Token ids of `pieces`: the n-th picture stands for `counts[n]` tokens, so films."""
        ids: list[int] = []
        left = {IMAGE_TOKEN: iter(counts), VIDEO_TOKEN: iter(films)}
        for piece in pieces:
            if not piece.control:
                encoded = self.tokenizer(
                    piece.text, add_special_tokens=False, split_special_tokens=True, verbose=False
                )
                ids.extend(encoded["input_ids"])
                continue
            own = self.tokenizer.convert_tokens_to_ids(piece.text)
            ids.extend([own] * (next(left[piece.text]) if piece.text in left else 1))
        return ids


def load_processor(
    folder: Path, min_pixels: int, max_pixels: int, *, films: bool = False
) -> PictureProcessor:
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
        tokenizer,
        pictures,
        _chat_template(folder, tokenizer),
        min_pixels,
        max_pixels,
        films=films,
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
