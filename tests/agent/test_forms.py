"""Messages as qwen-vl-utils reads them: taken whole, or refused by the name of what is strange."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tapwright.agent.forms import hear
from tapwright.errors import MediaError, UsageError
from tapwright.types import ImagePart, ModelTurn, TextPart, UserTurn, VideoPart

RED = Image.new("RGB", (200, 100), "red")


def data_uri() -> str:
    data = io.BytesIO()
    RED.save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


def shape(parts: Any) -> list[Any]:
    """Texts as they are, pictures as their sizes."""
    return [
        part.text if isinstance(part, TextPart) else getattr(part, "image", RED).size
        for part in parts
    ]


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def test_every_form_of_a_picture_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "bild ü.png"
    RED.save(file)
    pictures: list[Any] = [
        {"type": "image", "image": str(file)},
        {"type": "image", "image": file.as_uri()},
        {"type": "image", "image": data_uri()},
        {"type": "image", "image": RED},
        {"type": "image_url", "image_url": data_uri()},
        {"type": "image_url", "image_url": {"url": data_uri(), "detail": "auto"}},
        {"image": file},
    ]
    heard = hear([[user(*pictures, {"type": "text", "text": "What is it?"})]])
    assert shape(heard.parts) == [(200, 100)] * len(pictures) + ["What is it?"]
    for said in (RED, file, file.read_bytes(), ImagePart(RED), {"image": RED}):
        assert shape(hear([said]).parts) == [(200, 100)]


def test_pictures_and_words_keep_their_places_where_these_mean_something() -> None:
    first, second = {"image": RED}, {"image": RED.resize((20, 10))}
    said = user({"text": "Compare"}, first, {"text": "with"}, second)
    assert shape(hear([[said]], image_first=False).parts) == [
        "Compare",
        (200, 100),
        "with",
        (20, 10),
    ]
    assert shape(hear(["Compare", RED, "please"]).parts) == ["Compare", (200, 100), "please"]
    assert shape(hear([user({"text": "What?"}, first)]).parts) == ["What?", (200, 100)]


def test_one_question_and_its_pictures_stand_as_the_family_wants_them() -> None:
    assert shape(hear(["What?", RED], image_first=True).parts) == [(200, 100), "What?"]
    assert shape(hear([RED, "What?"], image_first=False).parts) == ["What?", (200, 100)]


def test_a_whole_conversation_is_taken_with_its_system_and_turns() -> None:
    heard = hear(
        [
            [
                {"role": "system", "content": "Be short."},
                user({"image": RED}, {"text": "What is it?"}),
                {"role": "assistant", "content": [{"type": "text", "text": "Red."}]},
                {"role": "user", "content": "Sure?"},
            ]
        ]
    )
    assert (heard.system, shape(heard.parts)) == ("Be short.", ["Sure?"])
    asked, said = heard.earlier
    assert isinstance(asked, UserTurn)
    assert shape(asked.parts) == [(200, 100), "What is it?"]
    assert isinstance(said, ModelTurn)
    assert (said.reply.thought, said.reply.calls) == ("Red.", ())


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ({"max_pixels": 5000}, (100, 50)),
        ({"min_pixels": 80_000}, (400, 200)),
        ({"min_pixels": 4, "max_pixels": 10**6}, (200, 100)),
        ({"resized_height": 28, "resized_width": 56}, (56, 28)),
        ({"max_pixels": None}, (200, 100)),
    ],
)
def test_sizes_that_are_asked_for_are_kept(keys: dict[str, Any], size: tuple[int, int]) -> None:
    heard = hear([user({"type": "image", "image": RED, **keys}, "?")])
    assert shape(heard.parts)[0] == size


def test_a_bound_of_pixels_holds_for_every_shape() -> None:
    for width, height in ((1, 1), (3, 199), (641, 479), (1022, 1522)):
        image = Image.new("RGB", (width, height))
        for bound in (100, 5_000, 12_345):
            down = hear([{"image": image, "max_pixels": bound}]).parts[0]
            up = hear([{"image": image, "min_pixels": bound}]).parts[0]
            assert isinstance(down, ImagePart)
            assert isinstance(up, ImagePart)
            assert down.image.width * down.image.height <= max(bound, max(width, height))
            assert up.image.width * up.image.height >= bound


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"type": "image", "image": RED, "quality": 3}, "a picture has the key 'quality'"),
        ({"type": "text", "text": "x", "bold": True}, "a text has the key 'bold'"),
        ({"type": "image_url", "image_url": {"url": "x", "detail": "low"}}, "has the key 'detail'"),
        ({"type": "audio", "audio": "x.wav"}, "an item of type 'audio'"),
        ({"type": "image"}, "an item of type 'image'"),
        ({}, "an item of type None with nothing"),
        ({"type": "image", "image": 5}, "a int is no picture"),
        ({"type": "image", "image": RED, "max_pixels": -1}, "max_pixels is -1"),
        ({"type": "image", "image": RED, "max_pixels": "many"}, "max_pixels is 'many'"),
        ({"image": RED, "min_pixels": 9, "max_pixels": 5}, "min_pixels 9 is more than"),
        ({"image": RED, "resized_height": 5}, "resized_height and resized_width belong together"),
        ({"image": RED, "resized_height": 10**6, "resized_width": 10**6}, "more than 80000000"),
        ({"type": "video", "video": [RED], "speed": 2}, "a film given as frames has the key"),
        ({"type": "video", "video": [RED], "fps": 0.0}, "a rate of 0.0 frames"),
        ({"type": "video", "video": "a.mp4", "frames": 2}, "a film has the key 'frames'"),
        (5, "a int cannot be said to a model"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(item: Any, why: str) -> None:
    with pytest.raises(UsageError) as error:
        hear([user(item, "?")])
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([{"role": "tool", "content": "x"}], "role 'tool' is not understood"),
        ([{"role": "user"}], "message 1 is no mapping with 'role' and 'content'"),
        ([user("?"), {"role": "assistant", "content": "Yes"}], "the last message is not a user's"),
        ([{"role": "system", "content": [{"image": RED}]}, user("?")], "shows a picture as"),
        ([{"role": "user", "content": "?", "tool_calls": []}], "has the key 'tool_calls'"),
        ([{"role": "user", "content": 5}], "neither text nor a list"),
    ],
)
def test_a_conversation_that_makes_no_sense_is_refused(messages: Any, why: str) -> None:
    with pytest.raises(UsageError) as error:
        hear([messages])
    assert why in str(error.value)


def test_a_film_given_as_frames_has_times_by_its_rate() -> None:
    frames = [RED, RED, RED]
    film = hear([user({"type": "video", "video": frames, "sample_fps": 4.0}, "?")]).parts[0]
    assert isinstance(film, VideoPart)
    assert film.times == (0.0, 0.25, 0.5)
    small = hear([user({"video": frames, "max_pixels": 5000}, "?")]).parts[0]
    assert isinstance(small, VideoPart)
    assert (small.frames[0].size, small.times) == ((100, 50), (0.0, 0.5, 1.0))
    with pytest.raises(MediaError, match="different sizes"):
        hear([user({"video": [RED, RED.resize((20, 10))]}, "?")])
    with pytest.raises(MediaError, match="has no frames"):
        hear([user({"video": []}, "?")])


def test_a_picture_that_no_model_can_see_is_refused() -> None:
    with pytest.raises(MediaError, match="of 2000x2 is too narrow"):
        hear([Image.new("RGB", (2000, 2)), "?"])


def test_what_the_person_should_know_of_a_picture_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.gif"
    RED.save(file, save_all=True, append_images=[Image.new("RGB", (200, 100), "blue")])
    assert "only the first of its 2 frames" in hear([file, "?"]).notes[0]
    assert "only the first of its 2 frames" in hear([user({"image": str(file)}, "?")]).notes[0]
