"""What a recording makes of gestures: readable targets, secrets by name, nothing made up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tapwright.actions import Box, Point
from tapwright.agent.script.draft import Draft, must_be_free
from tapwright.agent.script.learned import Learned
from tapwright.agent.script.load import load_script
from tapwright.agent.script.pointed import Pointer
from tapwright.agent.script.record import Looks, Recorder, RecordSettings
from tapwright.agent.script.record_events import Event, KeyDown, KeyUp, PointerDown, PointerUp, Seen
from tapwright.agent.script.steps import Act, Press, TapOn, Target, TypeIn
from tapwright.agent.seeing.values import Line
from tapwright.errors import DisplayGone, UsageError
from tapwright.types import Observation

SIZE = (640, 400)
LABELS = {  # words and where they stand; a rim around what can be pressed
    Box(40, 40, 80, 54): "Name",
    Box(40, 100, 80, 114): "City",
    Box(60, 200, 110, 214): "Delete",
    Box(200, 200, 260, 214): "Invoice 1",
    Box(60, 240, 110, 254): "Delete",
    Box(200, 240, 260, 254): "Invoice 2",
    Box(300, 300, 340, 314): "Save",
}
FIELD = Point(200, 47)  # right of "Name"
SAVE = Point(320, 307)


class LabelReader:
    """Reads the labels that were drawn."""

    name = "labels"

    def read(self, image: Image.Image) -> Sequence[Line]:
        return [Line(words, box, 0.99) for box, words in LABELS.items()]


def screen() -> Image.Image:
    """Labels, two fields and a button, each word drawn as bars of its own."""
    image = Image.new("RGB", SIZE, (240, 240, 240))
    draw = ImageDraw.Draw(image)
    for box, words in LABELS.items():
        for at, letter in enumerate(words):
            left = box.left + at * (box.right - box.left) // len(words)
            right = left + 1 + ord(letter) % 4
            draw.rectangle((left, box.top, right, box.bottom - 1), (20, 20, 60))
    for top in (36, 96):
        draw.rectangle((90, top, 310, top + 22), (255, 255, 255), (120, 120, 120))
    draw.rectangle((280, 292, 360, 322), None, (120, 120, 120))
    return image


@pytest.fixture
def looks() -> Iterator[Looks]:
    with Looks(lambda: Observation(screen()), every=0.01) as looking:
        yield looking


def press(point: Point) -> list[Event]:
    now = time.monotonic()
    return [PointerDown(point, "left", now, Seen(screen())), PointerUp(point, "left", now)]


def keys(text: str) -> list[Event]:
    each = [(KeyDown(letter, letter, 0.0), KeyUp(letter, 0.0)) for letter in text]
    return [event for both in each for event in both]


def together(*names: str) -> list[Event]:
    return [*(KeyDown(name, "", 0.0) for name in names), *(KeyUp(name, 0.0) for name in names)]


STOP, SECRET = together("ctrl", "shift", "f12"), together("ctrl", "shift", "f11")


def recorded(
    file: Path, looks: Looks, *events: list[Event], secrets: dict[str, str] | None = None
) -> Draft:
    draft = Draft(file, "form", "desktop", Pointer(LabelReader()))
    flat = [event for each in events for event in each]
    Recorder(draft, RecordSettings(secrets=secrets or {})).record(flat, looks)
    return draft


def acts(draft: Draft) -> list[Act]:
    return [step.act for step in draft.steps]


def test_words_on_a_button_name_it_and_its_rim_ends_it(tmp_path: Path, looks: Looks) -> None:
    draft = recorded(tmp_path / "s.yaml", looks, press(SAVE), press(Point(290, 300)))
    assert acts(draft) == [TapOn(Target("Save"))] * 2
    beside = recorded(tmp_path / "s.yaml", looks, press(Point(400, 307)))
    assert acts(beside) != [TapOn(Target("Save"))]


def test_equal_words_are_told_apart_by_their_row(tmp_path: Path, looks: Looks) -> None:
    draft = recorded(tmp_path / "s.yaml", looks, press(Point(85, 247)))
    assert acts(draft) == [TapOn(Target("Delete", near="Invoice 2"))]


def test_a_field_is_named_by_its_label(tmp_path: Path, looks: Looks) -> None:
    draft = recorded(tmp_path / "s.yaml", looks, press(FIELD), keys("Ana"))
    assert acts(draft) == [TapOn(Target(right_of="Name")), TypeIn("Ana")]
    draft.save()
    again = load_script(tmp_path / "s.yaml")
    assert [step.act for step in again.steps] == acts(draft)
    assert Learned(tmp_path / "s.learned").names() == ("device/Name",)


def test_a_field_with_a_text_in_it_is_a_picture_beside_its_label(tmp_path: Path) -> None:
    # A label does not tell where in the text the caret is to be.
    seen = screen()
    ImageDraw.Draw(seen).rectangle((120, 41, 160, 52), (20, 20, 60))
    draft = Draft(tmp_path / "s.yaml", "form", "desktop", Pointer(LabelReader()))
    draft.tap(seen, FIELD)
    assert acts(draft) == [TapOn(Target(picture="s.pictures/01.png", near="Name"))]
    assert draft.steps[0].options.name == "tap right of 'Name'"
    draft.save()
    assert (tmp_path / "s.pictures/01.png").exists()


def test_a_bare_place_is_said_to_be_one(tmp_path: Path, looks: Looks) -> None:
    draft = recorded(tmp_path / "s.yaml", looks, press(Point(560, 160)))
    assert acts(draft) == [TapOn(Target(at=(0.875, 0.4)))]
    assert "step 1: nothing can be read" in draft.notes[0]


def test_the_stop_keys_end_it_and_are_no_step(tmp_path: Path, looks: Looks) -> None:
    draft = recorded(tmp_path / "s.yaml", looks, keys("a"), STOP, keys("b"))
    assert acts(draft) == [TypeIn("a")]


def test_ctrl_c_at_the_terminal_is_no_step_but_copying_is(tmp_path: Path, looks: Looks) -> None:
    ended = recorded(tmp_path / "s.yaml", looks, keys("a"), together("ctrl", "c"))
    assert acts(ended) == [TypeIn("a")]
    copied = recorded(tmp_path / "s.yaml", looks, keys("a"), together("ctrl", "c"), STOP)
    assert acts(copied) == [TypeIn("a"), Press(("ctrl", "c"))]


def test_a_secret_is_nowhere_in_what_is_written(tmp_path: Path, looks: Looks) -> None:
    secrets = {"SHOP_PASSWORD": "hunter2-canary", "PIN": ""}
    draft = recorded(
        tmp_path / "s.yaml", looks, keys("id:hunter2-canary"), together("tab"),
        SECRET, keys("4711-canary"), together("tab"), SECRET, keys("third-canary"), secrets=secrets,
    )  # fmt: skip
    texts = [act.text for act in acts(draft) if isinstance(act, TypeIn)]
    assert texts == ["id:{{ SHOP_PASSWORD }}", "{{ PIN }}", "{{ SECRET }}"]
    draft.save()
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"canary" not in written
    assert load_script(tmp_path / "s.yaml").secrets == ("SHOP_PASSWORD", "PIN", "SECRET")
    assert "SECRET: set that variable" in draft.notes[0]
    assert "canary" not in repr(RecordSettings(secrets=secrets))


def test_braces_that_were_typed_are_no_expression(tmp_path: Path, looks: Looks) -> None:
    from tapwright.agent.script.scope import Scope

    draft = recorded(tmp_path / "s.yaml", looks, keys("{{ x }}"))
    (step,) = load_script(draft.save()).steps
    assert isinstance(step.act, TypeIn)
    assert Scope({}, {}).fill(step.act.text) == "{{ x }}"


def test_a_display_that_goes_away_is_told_and_the_steps_stay(tmp_path: Path) -> None:
    gone = threading.Event()

    def observe() -> Observation:
        if gone.is_set():
            raise DisplayGone("the display ':9' is gone")
        return Observation(screen())

    draft = Draft(tmp_path / "s.yaml", "form", "desktop", Pointer(LabelReader()))
    with Looks(observe, every=0.0) as looks:
        gone.set()
        while looks.error is None:
            time.sleep(0.01)  # the thread that looks tells nobody when it ends
        with pytest.raises(DisplayGone):
            Recorder(draft).record(keys("a"), looks)
    assert acts(draft) == [TypeIn("a")]


def test_what_just_changed_is_no_part_of_what_is_learned() -> None:
    before, now = screen(), screen()
    now.paste((0, 0, 0), (100, 38, 102, 56))  # a caret
    seen = Seen(now, (before,))
    restless = seen.restless()
    assert restless.sum() == 2 * 18
    assert restless[40, 100]


@pytest.mark.parametrize(("name", "said"), [("s.txt", "end in .yaml"), ("s.yaml", "--force")])
def test_nothing_is_overwritten_unasked(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        must_be_free(tmp_path / name)


def test_every_secret_in_a_text_is_written_by_its_name(tmp_path: Path, looks: Looks) -> None:
    secrets = {"USER": "ana-canary", "PASSWORD": "xana-canaryx", "PIN": "9-canary"}
    typed = "ana-canary:9-canary@ana-canary {{ x }} xana-canaryx"
    draft = recorded(tmp_path / "s.yaml", looks, keys(typed), secrets=secrets)
    (text,) = [act.text for act in acts(draft) if isinstance(act, TypeIn)]
    assert "canary" not in text
    assert text.startswith("{{ USER }}:{{ PIN }}@{{ USER }} ") and text.endswith(" {{ PASSWORD }}")
