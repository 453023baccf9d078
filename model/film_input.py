"""A film as the family's video input, and the positions of its tokens, without torchvision.

The family's own video processor stands on torchvision, which is not everywhere and breaks beside
a torch that it was not built for. What it computes is the picture processor's patches with two
frames, one after the other, in place of a picture taken twice; that is done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

IMAGE_TYPE, FILM_TYPE = 1, 2  # in mm_token_type_ids


def film_patches(
    frames: Sequence[Image.Image], size: tuple[int, int], pictures: Any
) -> tuple[torch.Tensor, list[int]]:
    """The patches of a film as `pixel_values_videos` has them, and its row of `video_grid_thw`.

    `size` is (width, height) in pixels, multiples of patch and merge; `pictures` is the picture
    processor, whose rescaling and normalisation hold. Patches: (time * rows * columns,
    channels * 2 * patch * patch). The last frame of an odd number is shown twice.
    """
    patch, merge, pair = pictures.patch_size, pictures.merge_size, pictures.temporal_patch_size
    width, height = size
    rows, columns = height // patch, width // patch
    times = -(-len(frames) // pair)
    made = np.empty((times, rows * columns, 3 * pair * patch * patch), dtype=np.float32)
    for time in range(times):
        both = [frames[min(time * pair + n, len(frames) - 1)] for n in range(pair)]
        pixels = np.stack([_normal(frame, size, pictures) for frame in both])
        cut = pixels.reshape(
            pair, 3, rows // merge, merge, patch, columns // merge, merge, patch
        )  # pair, channel, row, merged row, y, column, merged column, x
        made[time] = cut.transpose(2, 5, 3, 6, 1, 0, 4, 7).reshape(rows * columns, -1)
    return torch.from_numpy(made.reshape(times * rows * columns, -1)), [times, rows, columns]


def _normal(frame: Image.Image, size: tuple[int, int], pictures: Any) -> Any:
    """(channels, height, width) as the network was trained on."""
    picture = frame if frame.mode == "RGB" else frame.convert("RGB")
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    pixels = np.asarray(picture, dtype=np.float32).transpose(2, 0, 1)
    if pictures.do_rescale:
        pixels = pictures.rescale(pixels, pictures.rescale_factor)
    if pictures.do_normalize:
        pixels = pictures.normalize(pixels, pictures.image_mean, pictures.image_std)
    return pixels


def positions(
    types: torch.Tensor,
    image_grid: torch.Tensor | None,
    film_grid: torch.Tensor | None,
    merge: int,
) -> torch.Tensor:
    """The positions of one prompt, (4, 1, length): the plain one, then time, row and column.

    What follows a picture or film begins behind its largest position, as the network was trained.
    Transformers' own rule looks at rows and columns alone, so that the words behind a film with
    more pairs of frames than that would stand inside it.
    """
    grids = {
        IMAGE_TYPE: iter([] if image_grid is None else image_grid.tolist()),
        FILM_TYPE: iter([] if film_grid is None else film_grid.tolist()),
    }
    kinds = types[0]
    made = torch.empty((3, len(kinds)), dtype=torch.long)
    start = at = 0
    while at < len(kinds):
        kind = int(kinds[at])
        if kind == 0:
            others = torch.nonzero(kinds[at:])
            length = int(others[0]) if len(others) else len(kinds) - at
            place = torch.arange(length).expand(3, -1)
        else:
            times, rows, columns = next(grids[kind])
            axes = (torch.arange(n) for n in (times, rows // merge, columns // merge))
            place = torch.stack(torch.meshgrid(*axes, indexing="ij")).reshape(3, -1)
            length = place.shape[1]
        made[:, at : at + length] = place + start
        start += int(place.max()) + 1
        at += length
    return torch.cat([torch.arange(len(kinds))[None], made])[:, None]
