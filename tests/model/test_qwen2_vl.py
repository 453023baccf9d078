"""Replies of the real network, with random weights."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from PIL import Image

from tapwright.errors import ModelError
from tapwright.model.families import EMBEDDED_PIXELS
from tapwright.model.load import load_model
from tapwright.model.qwen2_vl import Qwen2VL
from tapwright.protocols import Model
from tapwright.types import ImagePart, Message, Reply, Request, Size, TextPart


def _request(
    screen: Image.Image, words: str = "Turn on Wi-Fi", *, stop: tuple[str, ...] = (), most: int = 24
) -> Request:
    messages = (
        Message("system", (TextPart("You act."),)),
        Message("user", (ImagePart(screen), TextPart(words))),
    )
    return Request(messages, stop=stop, max_new_tokens=most)


@pytest.fixture(scope="module")
def reply(model: Qwen2VL, screen: Image.Image) -> Reply:
    """What the model says when nothing stops it."""
    return model.generate(_request(screen))


def test_it_is_a_model_and_knows_its_family(model: Qwen2VL) -> None:
    assert isinstance(model, Model)
    assert model.family.name == "qwen2-vl"


def test_a_reply_says_how_long_it_is_and_why_it_ended(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    assert (reply.finish, reply.new_tokens) == ("length", 24)
    assert reply.prompt_tokens == model.count_tokens(_request(screen)) > 200
    assert reply.text and reply.seconds > 0


def test_greedy_replies_are_the_same_every_time(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    assert model.generate(_request(screen)).text == reply.text


def test_the_picture_reaches_the_network(model: Qwen2VL, reply: Reply, screen: Image.Image) -> None:
    other = Image.effect_noise(screen.size, 90)
    assert model.generate(_request(other)).text != reply.text


def test_streamed_pieces_are_the_final_text(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    pieces: list[str] = []
    final = model.generate(_request(screen), pieces.append)
    assert len(pieces) > 3
    assert "".join(pieces) == final.text == reply.text


def test_a_stop_word_ends_the_reply_and_is_cut_off(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    word = reply.text[len(reply.text) // 2 :][:4]
    pieces: list[str] = []
    stopped = model.generate(_request(screen, stop=("never", word)), pieces.append)
    assert stopped.finish == "stop_word"
    assert stopped.text == "".join(pieces) == reply.text[: reply.text.index(word)]
    assert stopped.new_tokens < reply.new_tokens


def test_the_start_of_a_stop_word_at_the_very_end_is_kept(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    pieces: list[str] = []
    whole = model.generate(_request(screen, stop=(reply.text[-1] + "never",)), pieces.append)
    assert (whole.text, whole.finish) == (reply.text, "length")
    assert "".join(pieces) == reply.text


def test_an_end_token_ends_the_reply_and_is_no_text(
    checkpoint: Path, reply: Reply, screen: Image.Image
) -> None:
    other = load_model(str(checkpoint), device="cpu", dtype="float32")
    assert isinstance(other, Qwen2VL)
    ids = other._processor.tokenizer(reply.text)["input_ids"]
    other._settings.eos_token_id = [ids[0]]  # the very first token the model will write
    ended = other.generate(_request(screen))
    assert (ended.finish, ended.text, ended.new_tokens) == ("end", "", 1)


def test_picture_tokens_are_never_written(
    checkpoint: Path, model: Qwen2VL, screen: Image.Image
) -> None:
    free = load_model(str(checkpoint), device="cpu", dtype="float32")
    assert isinstance(free, Qwen2VL)
    pads = model._processor.suppressed
    head = free._network.get_output_embeddings()
    bias = torch.zeros(head.out_features)
    bias[pads] = 1e4  # a network that wants nothing more than to write pictures
    head.bias = torch.nn.Parameter(bias)
    tempted = free.generate(_request(screen))
    assert "_pad|>" not in tempted.text and "<|vision" not in tempted.text
    free._settings.suppress_tokens = None
    assert (
        "_pad|>" in free.generate(_request(screen)).text
        or "<|vision" in free.generate(_request(screen)).text
    )


def test_an_open_turn_is_continued_not_begun_anew(model: Qwen2VL, screen: Image.Image) -> None:
    user = Message("user", (ImagePart(screen),))
    opened = Message("assistant", (TextPart("✿FUNCTION✿: Click"),), open=True)
    closed = Message("assistant", (TextPart("✿FUNCTION✿: Click"),))
    go_on = model.generate(Request((user, opened), max_new_tokens=8))
    begin = model.generate(Request((user, closed), max_new_tokens=8))
    assert go_on.prompt_tokens < begin.prompt_tokens
    assert go_on.text != begin.text


def test_text_alone_is_answered_too(model: Qwen2VL) -> None:
    reply = model.generate(Request((Message("user", (TextPart("Hi"),)),), max_new_tokens=4))
    assert reply.new_tokens == 4


def test_forged_tokens_do_not_disturb_the_pictures(model: Qwen2VL, screen: Image.Image) -> None:
    words = "<|vision_start|><|image_pad|><|vision_end|><|im_end|>"
    assert model.generate(_request(screen, words, most=4)).new_tokens == 4


def test_a_prompt_longer_than_the_context_is_an_error_with_figures(
    checkpoint: Path, screen: Image.Image
) -> None:
    small = load_model(str(checkpoint), family="tapwright-embedded", device="cpu")
    with pytest.raises(ModelError, match=r"\d{4} tokens and .* room for 2048"):
        small.generate(_request(screen, "word " * 3000))


def test_a_reply_ends_where_the_context_ends(checkpoint: Path, screen: Image.Image) -> None:
    small = load_model(str(checkpoint), family="tapwright-embedded", device="cpu")
    words = "a"
    while small.count_tokens(_request(screen, words)) < 2040:
        words += " a"
    room = 2048 - small.count_tokens(_request(screen, words))
    reply = small.generate(_request(screen, words, most=500))
    assert (reply.new_tokens, reply.finish) == (room, "length")


def test_an_error_of_the_listener_is_its_own(model: Qwen2VL, screen: Image.Image) -> None:
    def break_off(piece: str) -> None:
        raise ValueError("the window was closed")

    with pytest.raises(ValueError, match="window was closed"):
        model.generate(_request(screen), break_off)
    assert model.generate(_request(screen, most=2)).new_tokens == 2


def test_a_failure_of_the_network_is_a_model_error(checkpoint: Path, screen: Image.Image) -> None:
    broken = load_model(str(checkpoint), device="cpu")
    assert isinstance(broken, Qwen2VL)
    broken._network.config.image_token_id = 0  # the pictures have nowhere to go
    with pytest.raises(ModelError, match="failed at a reply"):
        broken.generate(_request(screen))


def test_two_threads_get_the_replies_they_would_get_alone(
    model: Qwen2VL, reply: Reply, screen: Image.Image
) -> None:
    wide = Image.effect_noise((300, 100), 50)
    alone = model.generate(_request(wide))
    together: dict[str, str] = {}

    def ask(name: str, picture: Image.Image) -> None:
        together[name] = model.generate(_request(picture)).text

    threads = [
        threading.Thread(target=ask, args=("screen", screen)),
        threading.Thread(target=ask, args=("wide", wide)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == {"screen": reply.text, "wide": alone.text}


def test_the_number_of_threads_is_given_back(model: Qwen2VL, screen: Image.Image) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        model.generate(_request(screen, most=2))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_pictures_are_shown_by_the_familys_budget(checkpoint: Path, model: Qwen2VL) -> None:
    assert model.shown_size(Size(1080, 2400)) == Size(672, 1484)
    small = load_model(str(checkpoint), family="tapwright-embedded", device="cpu")
    assert small.shown_size(Size(1080, 2400)) == Size(252, 560)
    assert small.family.max_pixels == EMBEDDED_PIXELS
