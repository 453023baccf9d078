"""Fields as targets: by the label beside them, with no model, and never another label's field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapwright.actions import Box
from tapwright.agent.script.load import load_script
from tapwright.agent.script.steps import Target, TypeIn
from tapwright.agent.script.write import write_script
from tapwright.agent.seeing.values import Rung
from tapwright.devices.drawn_scene import Part, Window
from tapwright.errors import Ambiguous, NotFound
from tests.agent.script.ladder_parts import Program, window

INTO_CITY = TypeIn("Oslo", Target(right_of="City"))


def field(name: str, left: int, top: int, width: int = 180) -> Part:
    return Part("", Box(left, top, left + width, top + 26), name, "field")


def label(text: str, left: int, top: int) -> Part:
    return Part(text, Box(left, top, left + 70, top + 26))


def form(*more: Part) -> Window:
    return window(
        label("Name", 12, 20), field("name", 90, 20),
        label("City", 12, 60), field("city", 90, 60),
        label("Remarks", 12, 96), field("remarks", 12, 122, 300), *more,
    )  # fmt: skip


def test_a_text_goes_into_the_field_beside_the_label() -> None:
    program = Program(form())
    program.stage().do(INTO_CITY)
    program.stage().do(TypeIn("none", Target(below="Remarks")))
    assert program.desktop.scene.typed == {"city": "Oslo", "remarks": "none"}


def test_a_label_that_was_learned_leads_to_its_field_and_needs_no_reading() -> None:
    program = Program(form())
    first = program.stage().do(INTO_CITY)
    program.show(form())
    reads = program.reader.reads
    again = program.stage(only_learned=True)
    found = again.find(Target(right_of="City"))
    assert (first.rung, found.rung, found.said) == (Rung.TEXT, Rung.LEARNED, "City")
    assert (program.reader.reads, again.model_calls) == (reads, 0)
    again.do(INTO_CITY)
    assert program.desktop.scene.typed == {"city": "Oslo"}


def test_a_field_that_is_not_there_is_not_another_label_s() -> None:
    program = Program(window(label("Name", 12, 20), label("City", 90, 20), field("city", 170, 20)))
    with pytest.raises(NotFound, match="'Name' is there, but the field right of 'Name' is not"):
        program.stage().do(TypeIn("Ana", Target(right_of="Name")), timeout=0.5)
    assert not program.desktop.scene.typed


def test_no_model_is_asked_for_a_label() -> None:
    program = Program(form())
    program.eyes.at = Box(130, 110, 140, 120)
    with pytest.raises(NotFound, match="cannot find 'Street': it was not read anywhere"):
        program.stage(model=True).do(TypeIn("x", Target(right_of="Street")), timeout=0.5)
    assert program.eyes.calls == 0


def test_two_labels_are_refused_and_told_apart_by_their_row_or_number() -> None:
    two = window(
        label("Name", 12, 20), field("first", 90, 20, 100), label("Customer", 210, 20),
        label("Name", 12, 60), field("second", 90, 60, 100), label("Supplier", 210, 60),
    )  # fmt: skip
    program = Program(two)
    with pytest.raises(Ambiguous):
        program.stage().do(TypeIn("Ana", Target(right_of="Name")), timeout=0.5)
    program.stage().do(TypeIn("Ana", Target(right_of="Name", near="Supplier")))
    program.stage().do(TypeIn("Bo", Target(right_of="Name", nth=1)))
    assert program.desktop.scene.typed == {"second": "Ana", "first": "Bo"}


def test_a_field_is_written_and_read_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        "steps:\n"
        "  - type: {text: Ana, into: {right_of: Name, near: Customer}, clear: true}\n"
        "  - tap: {below: 'Remarks {{ 1 }}', nth: 2}\n",
        encoding="utf-8",
    )
    script = load_script(file)
    assert script.steps[0].act == TypeIn(
        "Ana", Target(right_of="Name", near="Customer"), clear=True
    )
    again = tmp_path / "again.yaml"
    again.write_text(write_script(script), encoding="utf-8")
    assert [step.act for step in load_script(again).steps] == [step.act for step in script.steps]
