"""Films as the family's video input: patches, tokens, positions, and replies of the real class."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tapwright.errors import ModelError
from tapwright.model.film_input import film_patches, positions
from tapwright.model.load import load_model
from tapwright.model.processor import PictureProcessor, load_processor
from tapwright.model.qwen2_vl import Qwen2VL
from tapwright.types import ImagePart, Message, Request, TextPart, VideoPart

BUDGET = 1280 * 784


@pytest.fixture(scope="module")
def processor(checkpoint: Path) -> PictureProcessor:
    return load_processor(checkpoint, 3136, BUDGET, films=True)


def film(frames: int, width: int, height: int, seed: int = 0) -> VideoPart:
    noise = torch.Generator().manual_seed(seed)
    made = [
        torch.randint(0, 256, (height, width, 3), generator=noise, dtype=torch.uint8)
        for _ in range(frames)
    ]
    pictures = tuple(Image.fromarray(pixels.numpy()) for pixels in made)
    return VideoPart(pictures, tuple(number / 2 for number in range(frames)))


def said(*parts: VideoPart | ImagePart | TextPart) -> Message:
    return Message("user", parts)


def test_a_pair_of_equal_frames_is_a_picture(processor: PictureProcessor) -> None:
    """The picture processor takes a picture twice: so does a film of it, to the last digit."""
    part = film(1, 112, 84)
    alone = processor.encode((said(ImagePart(part.frames[0])),))
    patches, grid = film_patches(part.frames * 2, (112, 84), processor._pictures)
    assert alone.pixel_values is not None and alone.image_grid_thw is not None
    assert torch.equal(patches, alone.pixel_values)
    assert [grid] == alone.image_grid_thw.tolist() == [[1, 6, 8]]


def test_the_frames_of_a_pair_follow_each_other_in_every_patch(processor: PictureProcessor) -> None:
    one, two = film(2, 56, 56).frames
    patches, _ = film_patches((one, two), (56, 56), processor._pictures)
    seen = patches.reshape(16, 3, 2, 14, 14)  # patch, channel, frame, y, x
    for number, frame in enumerate((one, two)):
        alone, _ = film_patches((frame, frame), (56, 56), processor._pictures)
        assert torch.equal(seen[:, :, number], alone.reshape(16, 3, 2, 14, 14)[:, :, 0])


def test_an_odd_last_frame_is_shown_twice(processor: PictureProcessor) -> None:
    frames = film(3, 56, 56).frames
    odd, grid = film_patches(frames, (56, 56), processor._pictures)
    even, _ = film_patches((*frames, frames[-1]), (56, 56), processor._pictures)
    assert grid == [2, 4, 4] and torch.equal(odd, even)


def test_two_films_and_a_picture_take_their_tokens_in_order(processor: PictureProcessor) -> None:
    first, second = film(6, 112, 84, 1), film(25, 56, 56, 2)
    messages = (
        said(first, TextPart("first"), ImagePart(first.frames[0]), second, TextPart("What?")),
    )
    prompt = processor.encode(messages)
    assert prompt.video_grid_thw is not None and prompt.pixel_values_videos is not None
    assert prompt.video_grid_thw.tolist() == [[3, 6, 8], [13, 4, 4]]
    assert prompt.pixel_values_videos.shape == (3 * 48 + 13 * 16, 1176)
    runs = [(k, n) for k, n in _runs(prompt.mm_token_type_ids[0].tolist()) if k]
    assert runs == [(2, 36), (1, 12), (2, 52)]
    assert processor.count(messages) == prompt.length
    text = processor.tokenizer.decode(prompt.input_ids[0].tolist(), skip_special_tokens=False)
    assert text.count("<|video_pad|>") == 36 + 52
    assert text.index("<|video_pad|>") < text.index("first") < text.index("<|image_pad|>")


def _runs(kinds: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for kind in kinds:
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + 1)
        else:
            runs.append((kind, 1))
    return runs


def test_words_behind_a_long_film_stand_behind_its_last_moment() -> None:
    types = torch.tensor([[0, 0] + [2] * 20 + [0, 0]])
    made = positions(types, None, torch.tensor([[5, 4, 4]]), 2)
    assert made[0, 0].tolist() == list(range(24))
    assert made[1, 0].tolist() == [0, 1, *[2 + t for t in range(5) for _ in range(4)], 7, 8]
    assert made[2, 0].tolist() == [0, 1, *[2, 2, 3, 3] * 5, 7, 8]
    assert made[3, 0].tolist() == [0, 1, *[2, 3, 2, 3] * 5, 7, 8]


def test_positions_are_the_networks_own_where_films_are_short(
    model: Qwen2VL, processor: PictureProcessor
) -> None:
    short = film(4, 112, 112)
    prompt = processor.encode((said(short, ImagePart(short.frames[0]), TextPart("What?")),))
    theirs, _ = model._network.model.get_rope_index(
        prompt.input_ids,
        prompt.mm_token_type_ids,
        image_grid_thw=prompt.image_grid_thw,
        video_grid_thw=prompt.video_grid_thw,
    )
    assert prompt.position_ids is not None
    assert torch.equal(prompt.position_ids[1:], theirs)


def test_a_reply_about_films_is_the_networks_own_step_by_step(model: Qwen2VL) -> None:
    """What the cache gives, with our positions, is what a run without a cache gives."""
    first, second = film(6, 112, 84, 1), film(25, 56, 56, 2)
    request = Request(
        (said(first, TextPart("first"), ImagePart(first.frames[0]), second, TextPart("What?")),),
        max_new_tokens=6,
    )
    prompt = model._processor.encode(request.messages)
    reply = model.generate(request)
    assert reply.prompt_tokens == prompt.length == model.count_tokens(request)
    given = prompt.tensors(torch.device("cpu"))
    ids, types, places = (given.pop(k) for k in ("input_ids", "mm_token_type_ids", "position_ids"))
    del given["attention_mask"]
    for _ in range(reply.new_tokens):
        with torch.no_grad():
            scores = model._network(
                **given,
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                mm_token_type_ids=types,
                position_ids=places,
                use_cache=False,
            ).logits[0, -1]
        scores[model._processor.suppressed] = -torch.inf
        ids = torch.cat([ids, scores.argmax()[None, None]], 1)
        types = torch.cat([types, torch.zeros(1, 1, dtype=torch.long)], 1)
        places = torch.cat([places, places[..., -1:] + 1], -1)
    assert model._processor.tokenizer.decode(ids[0, prompt.length :]) == reply.text


def test_the_order_of_frames_reaches_the_network(
    model: Qwen2VL, processor: PictureProcessor
) -> None:
    forwards = film(8, 112, 112)
    backwards = VideoPart(forwards.frames[::-1], forwards.times)
    features = []
    for part in (forwards, backwards):
        prompt = processor.encode((said(part),))
        with torch.no_grad():
            features.append(model._network(**prompt.tensors(torch.device("cpu"))).logits[0, -1])
    assert not torch.allclose(features[0], features[1])


def test_other_families_see_films_as_timed_pictures(checkpoint: Path) -> None:
    still = load_processor(checkpoint, 3136, BUDGET)
    prompt = still.encode((said(film(2, 56, 56), TextPart("What?")),))
    assert prompt.pixel_values_videos is None and prompt.position_ids is None
    text = still.tokenizer.decode(prompt.input_ids[0].tolist(), skip_special_tokens=False)
    assert "<0.5 seconds><|vision_start|><|image_pad|>" in text and "<|video_pad|>" not in text


def test_a_checkpoint_without_a_place_for_films_shows_timed_pictures(copied: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        file = copied / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("<|video_pad|>", "<|film|>"), encoding="utf-8")
    prompt = load_processor(copied, 3136, BUDGET, films=True).encode((said(film(2, 56, 56)),))
    assert prompt.image_grid_thw is not None and len(prompt.image_grid_thw) == 2


def test_frames_of_any_size_are_shown_within_the_budget(checkpoint: Path) -> None:
    small = load_processor(checkpoint, 3136, 64 * 784, films=True)
    for width, height in ((1080, 2400), (560, 1120), (90, 31)):
        message = said(film(2, width, height))
        prompt = small.encode((message,))
        assert int((prompt.mm_token_type_ids == 2).sum()) <= 64
        assert small.count((message,)) == prompt.length


def test_a_film_without_frames_is_refused(processor: PictureProcessor) -> None:
    with pytest.raises(ModelError, match="without frames"):
        processor.encode((said(VideoPart((), ())),))


def test_the_family_chooses_the_video_input(checkpoint: Path) -> None:
    two = Request((said(film(2, 56, 56), TextPart("What?")),))
    for name, films in (("qwen2-vl", True), ("tapwright-embedded", False), ("qwen2.5-vl", False)):
        loaded = load_model(str(checkpoint), device="cpu", dtype="float32", family=name)
        one = Request((said(film(1, 56, 56), TextPart("What?")),))
        assert (loaded.count_tokens(two) == loaded.count_tokens(one)) is films
