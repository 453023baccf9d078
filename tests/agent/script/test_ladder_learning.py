"""What an act teaches: nothing where it failed, or where nobody knows that it was right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.actions import Box
from tapwright.agent.script.learned import FILE, Learned
from tapwright.agent.script.steps import Condition, TapOn, Target
from tapwright.agent.seeing.values import Rung
from tapwright.devices.drawn_scene import Part
from tapwright.errors import Unexpected, UsageError

from .ladder_parts import Program, button, window

SIGN = TapOn(Target("the red sign"))
ON_IT, BESIDE_IT = Box(60, 96, 84, 120), Box(150, 96, 174, 120)


def signs() -> Program:
    """A red sign, which a click changes something with, and a blue one that is a picture."""
    red = Part("#c03030", Box(20, 30, 44, 54), "record", "swatch")
    blue = Part("#3030c0", Box(110, 30, 134, 54), "nothing", "swatch")
    return Program(window(red, blue))


def test_an_act_that_failed_teaches_nothing() -> None:
    program = signs()
    program.eyes.at = ON_IT
    with pytest.raises(Unexpected):
        program.stage(model=True).do(SIGN, expect=Condition(text="Playing"), timeout=0.5)
    assert program.learned.names() == ()
    done = program.stage(model=True).do(SIGN, expect=Condition(text="record was clicked"))
    assert done.rung is Rung.MODEL and program.learned.names() == ("pc/the red sign",)


def test_a_place_that_a_model_guessed_is_learned_only_where_something_followed() -> None:
    program = signs()
    program.eyes.at = BESIDE_IT
    done = program.stage(model=True).do(SIGN)
    assert not done.verified and program.learned.names() == ()


def test_what_was_read_is_learned_though_nothing_is_seen_to_follow() -> None:
    program = Program(window(button("Save", 20, 30, "nothing")))
    assert not program.stage().do(TapOn(Target("Save"))).verified
    assert program.learned.names() == ("pc/Save",)


def test_a_folder_that_cannot_be_written_undoes_no_act(tmp_path: Path) -> None:
    folder = tmp_path / "a.learned"
    folder.write_text("a file", encoding="utf-8")
    program = Program(window(button("Save", 20, 30)))
    program.learned = Learned(folder)
    done = program.stage().do(TapOn(Target("Save")))
    assert program.desktop.ledger == ["Save"]
    assert "not learned: cannot write what was learned" in done.said


def test_a_picture_that_is_too_large_is_told_in_a_line(tmp_path: Path) -> None:
    program = Program(window(button("Save", 20, 30)))
    program.learned = Learned(tmp_path)
    program.stage().do(TapOn(Target("Save")))
    (picture,) = tmp_path.glob("*.png")
    data = bytearray(picture.read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2  # the header's width and height
    data[29:33] = _crc(bytes(data[12:29]))
    picture.write_bytes(data)
    with pytest.raises(UsageError, match=f"cannot read what was learned in .*{FILE}"):
        Learned(tmp_path).recall("pc/Save")


def _crc(chunk: bytes) -> bytes:
    import zlib

    return zlib.crc32(chunk).to_bytes(4, "big")
