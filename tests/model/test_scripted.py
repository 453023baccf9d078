"""The scripted model keeps to the contract of a real one."""

from __future__ import annotations

import pytest
from PIL import Image

from tapwright.errors import ModelError, UnknownModel
from tapwright.model.scripted import ScriptedModel
from tapwright.protocols import Model
from tapwright.types import ImagePart, Message, Reply, Request, Size, TextPart


def _request(*, stop: tuple[str, ...] = ()) -> Request:
    return Request((Message("user", (TextPart("Go."),)),), stop=stop)


def test_it_is_a_model() -> None:
    assert isinstance(ScriptedModel([]), Model)


def test_replies_come_in_order_and_requests_are_kept() -> None:
    model = ScriptedModel(["one", Reply("two", new_tokens=7)])
    first, second = _request(), _request(stop=("x",))
    assert model.generate(first).text == "one"
    assert model.generate(second).new_tokens == 7
    assert model.requests == [first, second]


def test_running_out_is_an_error_with_the_count() -> None:
    model = ScriptedModel(["only"])
    model.generate(_request())
    with pytest.raises(ModelError, match="no reply left after 1"):
        model.generate(_request())


def test_an_error_in_the_script_is_raised_and_the_next_reply_follows() -> None:
    model = ScriptedModel([ModelError("the server hung up"), "again"])
    with pytest.raises(ModelError, match="hung up"):
        model.generate(_request())
    assert model.generate(_request()).text == "again"


def test_stop_words_cut_the_reply() -> None:
    reply = ScriptedModel(["call ✿RETURN✿ and ✿RESULT✿ more"]).generate(
        _request(stop=("✿RESULT✿", "✿RETURN✿"))
    )
    assert (reply.text, reply.finish) == ("call ", "stop_word")


def test_streaming_gives_the_whole_text_in_pieces() -> None:
    pieces: list[str] = []
    reply = ScriptedModel(["I look\nat the screen "]).generate(_request(), pieces.append)
    assert pieces == ["I ", "look\n", "at ", "the ", "screen "]
    assert "".join(pieces) == reply.text


def test_pictures_count_and_are_shown_at_their_own_size() -> None:
    model = ScriptedModel([])
    picture = Message("user", (ImagePart(Image.new("RGB", (280, 280))),))
    assert model.count_tokens(Request((picture,))) == 100
    assert model.shown_size(Size(1080, 2400)) == Size(1080, 2400)


def test_its_family_can_be_named() -> None:
    assert ScriptedModel([], "qwen3-vl").family.patch_factor == 32
    with pytest.raises(UnknownModel, match="'nobody'"):
        ScriptedModel([], "nobody")
