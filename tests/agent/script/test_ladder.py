"""Targets by the ladder: what answers, what is learned from it, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tapwright.actions import Box
from tapwright.agent.script.steps import TapOn, Target
from tapwright.agent.seeing.values import Rung
from tapwright.devices.drawn_scene import Part
from tapwright.errors import Ambiguous, NotFound, NotReady, StepFailed, UsageError
from tests.agent.script.ladder_parts import DARK, Program, button, row, window

SAVE = TapOn(Target("Save"))
DELETE_OLSEN = TapOn(Target("Delete", near="Olsen"))
LIST = (*row(1, "Meier", 20), *row(2, "Olsen", 54), *row(3, "Novak", 88))


def test_what_was_read_once_is_known_by_its_looks() -> None:
    program = Program(window(button("Save", 20, 30), button("Open", 200, 30)))
    first = program.stage().do(SAVE)
    assert (first.rung, first.healed, program.desktop.ledger) == (Rung.TEXT, False, ["Save"])
    reads = program.reader.reads
    program.show(window(button("Save", 20, 30), button("Open", 200, 30)))
    again = program.stage(only_learned=True).do(SAVE)
    assert (again.rung, again.healed, program.desktop.ledger) == (Rung.LEARNED, False, ["Save"])
    assert program.reader.reads == reads, "it was read although it looks as it did"


def test_a_window_that_moved_takes_what_was_learned_with_it() -> None:
    parts = (button("Save", 160, 80), button("Open", 160, 120))
    program = Program(window(*parts))
    program.stage().do(SAVE)
    program.show(window(*parts, left=97, top=61))
    done = program.stage(only_learned=True).do(SAVE)
    assert (done.rung, done.healed, program.desktop.ledger) == (Rung.LEARNED, False, ["Save"])


def test_other_colours_are_healed_by_reading_and_learned() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.stage().do(SAVE)
    program.show(window(button("Save", 20, 30)), theme=DARK)
    done = program.stage().do(SAVE)
    assert (done.rung, done.healed, program.desktop.ledger) == (Rung.TEXT, True, ["Save"])
    for theme in (DARK, None):  # by day as by night from now on
        program.show(window(button("Save", 20, 30)), theme=theme)
        assert program.stage().do(SAVE).rung is Rung.LEARNED


def test_a_frame_that_changed_around_the_same_words_does_not_count_as_healing() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.stage().do(SAVE)
    low = Part("Save", Box(20, 35, 110, 51), "Save", "button")
    program.show(window(low))
    done = program.stage().do(SAVE)
    assert (done.rung, done.healed, program.desktop.ledger) == (Rung.TEXT, False, ["Save"])
    program.show(window(low))
    assert program.stage(only_learned=True).do(SAVE).rung is Rung.LEARNED
    program.show(window(low), theme=DARK)
    assert program.stage().do(SAVE).healed, "the words look otherwise, too"


def test_words_that_changed_around_it_do_not_count_as_healing() -> None:
    def shown(text: str) -> None:
        program.show(window(button("Save", 20, 30), Part(text, Box(20, 60, 200, 86))))

    program = Program(window(button("Save", 20, 30), Part("Ana", Box(20, 60, 200, 86))))
    program.stage().do(SAVE)
    shown("Bert")
    done = program.stage().do(SAVE)
    assert (done.rung, done.healed) == (Rung.TEXT, False)
    shown("Clara")
    assert program.stage().do(SAVE).rung is Rung.LEARNED


def test_several_that_answer_are_refused_with_their_places() -> None:
    program = Program(window(button("Save", 20, 30), button("Save", 200, 30, "other")))
    with pytest.raises(Ambiguous, match=r"'Save' is ambiguous: 2 places .*'near' or 'nth'") as told:
        program.stage().do(SAVE)
    assert len(told.value.places) == 2
    assert program.desktop.ledger == []


@pytest.mark.parametrize(("nth", "hit"), [(1, "Save"), (2, "other")])
def test_a_number_chooses_in_reading_order(nth: int, hit: str) -> None:
    program = Program(window(button("Save", 20, 30), button("Save", 200, 30, "other")))
    for _ in range(2):
        program.stage().do(TapOn(Target("Save", nth=nth)))
        assert program.desktop.ledger[-1] == hit


def test_a_number_that_means_another_one_now_is_refused() -> None:
    program = Program(window(*LIST))
    second = TapOn(Target("Delete", nth=2))
    program.stage().do(second)
    rows = (*row(2, "Olsen", 20), *row(1, "Meier", 54), *row(3, "Novak", 88))
    program.show(window(*rows))
    with pytest.raises(Ambiguous, match="number 2"):
        program.stage().do(second)
    assert program.desktop.ledger == []


def test_a_row_is_known_by_its_words_wherever_it_stands() -> None:
    program = Program(window(*LIST))
    program.stage().do(DELETE_OLSEN)
    program.show(window(*row(2, "Olsen", 20), *row(3, "Novak", 54)))
    done = program.stage(only_learned=True).do(DELETE_OLSEN)
    assert (done.rung, program.desktop.ledger) == (Rung.LEARNED, ["delete 2"])


@pytest.mark.parametrize("name", ["Olson", "Olsen jr", "Meier", "Olse"])
def test_another_row_at_the_same_place_is_not_taken_for_it(name: str) -> None:
    program = Program(window(*LIST))
    program.stage().do(DELETE_OLSEN)
    program.show(window(*row(1, "Ito", 20), *row(7, name, 54), *row(3, "Novak", 88)))
    if name == "Olsen jr":  # its words stand in that row, as a part of a longer name
        program.stage(only_learned=True).do(DELETE_OLSEN, timeout=0.5)
        assert program.desktop.ledger == ["delete 7"]
        return
    with pytest.raises(NotFound):
        program.stage().do(DELETE_OLSEN, timeout=0.5)
    assert program.desktop.ledger == []


@pytest.mark.parametrize(
    ("was", "now"),
    [("Delete 1", "Delete 7"), ("Save", "Send"), ("Item l", "Item i"), ("Room 3", "Room 8")],
)
def test_a_label_that_looks_alike_is_not_taken_for_it(was: str, now: str) -> None:
    program = Program(window(button(was, 20, 30)))
    program.stage().do(TapOn(Target(was)))
    program.show(window(button(now, 20, 30)))
    with pytest.raises(NotFound, match=f"cannot find '{was}': it was not read anywhere"):
        program.stage().do(TapOn(Target(was)), timeout=0.5)
    assert program.desktop.ledger == []


def test_the_nearest_label_is_told() -> None:
    program = Program(window(button("Save", 20, 30)))
    with pytest.raises(NotFound, match=r"it was not read anywhere \(the nearest is 'Save'\)"):
        program.stage().do(TapOn(Target("Safe")), timeout=0.5)
    assert program.desktop.ledger == []


def test_what_was_read_instead_is_told() -> None:
    program = Program(window(button("Save", 20, 30), button("Help", 120, 30), title=""))
    said = "cannot find 'Surname': it was not read anywhere; read there: 'Save', 'Help'"
    with pytest.raises(NotFound) as caught:
        program.stage().do(TapOn(Target("Surname")), timeout=0.5)
    assert str(caught.value).startswith(said)


def test_a_part_of_a_longer_label_is_another_label() -> None:
    program = Program(window(button("Save as copy", 20, 30)))
    with pytest.raises(NotFound, match="only a part of 'Save as copy'"):
        program.stage().do(SAVE, timeout=0.5)


def test_what_is_greyed_out_is_not_ready() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.stage().do(SAVE)
    program.show(window(button("Save", 20, 30, enabled=False)))
    with pytest.raises(NotReady, match="'Save' is greyed out"):
        program.stage().do(SAVE, timeout=0.5)
    assert program.desktop.ledger == []


def test_without_a_model_what_cannot_be_read_is_not_found() -> None:
    program = Program(window(Part("#c03030", Box(20, 30, 50, 60), "record", "swatch")))
    with pytest.raises(NotFound, match="there is no model to ask"):
        program.stage().do(TapOn(Target("the red sign")), timeout=0.5)


def sign(*more: Part, left: int = 40) -> tuple[Program, TapOn]:
    """A sign without words, once found by a model."""
    red = Part("#c03030", Box(20, 30, 44, 54), "record", "swatch")
    program = Program(window(red, *more, left=left))
    program.eyes.at = Box(60, 96, 84, 120)
    act = TapOn(Target("the red sign"))
    done = program.stage(model=True).do(act)
    assert (done.rung, program.desktop.ledger) == (Rung.MODEL, ["record"])
    return program, act


def test_what_a_model_found_is_known_without_it() -> None:
    program, act = sign()
    program.show(window(Part("#c03030", Box(20, 30, 44, 54), "record", "swatch")))
    stage = program.stage(only_learned=True, model=True)
    assert stage.do(act).rung is Rung.LEARNED
    assert (stage.model_calls, program.eyes.calls) == (0, 1)


def test_a_sign_in_other_surroundings_is_asked_about_again() -> None:
    program, act = sign(Part("Recorder", Box(60, 30, 140, 54)))
    changed = Part("Delete", Box(60, 30, 140, 54))
    program.show(window(Part("#c03030", Box(20, 30, 44, 54), "erase", "swatch"), changed))
    with pytest.raises(NotFound):
        program.stage().do(act, timeout=0.5)
    assert program.desktop.ledger == []
    assert program.stage(model=True).do(act).healed


def test_only_learned_asks_no_model_and_learns_nothing() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.eyes.at = Box(60, 96, 150, 122)
    stage = program.stage(only_learned=True, model=True)
    with pytest.raises(NotFound, match="no model may be asked"):
        stage.do(TapOn(Target("the round one")), timeout=0.5)
    assert stage.do(SAVE).rung is Rung.TEXT
    assert (stage.model_calls, program.learned.names()) == (0, ())


def test_a_model_that_points_into_another_row_is_not_believed() -> None:
    program = Program(window(*LIST))
    program.eyes.at = Box(340, 86, 430, 112)  # the first row's
    with pytest.raises(NotFound, match="'Olsen' does not stand in that row"):
        program.stage(model=True).do(TapOn(Target("the bin", near="Olsen")), timeout=0.5)
    assert program.desktop.ledger == []


def test_a_model_that_points_at_another_label_is_not_believed() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.stage().do(SAVE)
    program.show(window(button("Send", 20, 30)))
    program.eyes.at = Box(60, 96, 150, 122)
    with pytest.raises(NotFound, match="it reads 'Send' there"):
        program.stage(model=True).do(SAVE, timeout=0.5)
    assert program.desktop.ledger == []


def test_a_model_that_points_at_another_learned_target_is_not_believed() -> None:
    program, _ = sign()
    program.show(window(Part("#c03030", Box(20, 30, 44, 54), "record", "swatch")))
    with pytest.raises(NotFound, match="learned as 'the red sign'"):
        program.stage(model=True).do(TapOn(Target("the blue sign")), timeout=0.5)


def test_a_stated_place_is_taken_at_its_word() -> None:
    program = Program(window(button("Save", 20, 30)))
    done = program.stage().do(TapOn(Target(at=(105 / 560, 108 / 360))))
    assert (done.rung, program.desktop.ledger) == (Rung.PLACE, ["Save"])


def test_a_picture_of_a_target_is_found(tmp_path: Path) -> None:
    red = Part("#c03030", Box(20, 30, 44, 54), "record", "swatch")
    program = Program(window(red, Part("#3060c0", Box(90, 30, 114, 54), "help", "swatch")))
    program.desktop.observe().image.crop((58, 94, 86, 122)).save(tmp_path / "red.png")
    act = TapOn(Target(picture=str(tmp_path / "red.png")))
    assert program.stage().do(act).rung is Rung.TEMPLATE
    with pytest.raises(UsageError, match="cannot read the picture"):
        program.stage().do(TapOn(Target(picture="no such.png")), timeout=0.5)
    assert program.desktop.ledger == ["record"]


def test_a_target_that_lies_under_another_window_is_refused() -> None:
    program = Program(window(button("Save", 20, 30)))
    program.stage().do(SAVE)
    over = replace(window(left=80, top=90, title="Note"))
    program.show(window(button("Save", 20, 30)), over)
    with pytest.raises(StepFailed):
        program.stage().do(SAVE, timeout=0.5)
    assert program.desktop.ledger == []
