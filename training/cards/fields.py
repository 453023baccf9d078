"""Labelled fields of boarding passes, as every layout puts them."""

from __future__ import annotations

from tapwright.training.cards import words
from tapwright.training.cards.sheet import MARGIN, Sheet

Facts = dict[str, str]

LABELS = {
    "number": words.FLIGHT,
    "gate": words.GATE,
    "seat": words.SEAT,
    "boards": words.BOARDS,
    "departs": words.DEPARTS,
    "date": words.DATE,
    "passenger": words.NAME,
    "origin": words.FROM,
    "destination": words.TO,
    "class": words.CLASS,
    "group": words.GROUP,
    "sequence": words.SEQUENCE,
    "terminal": words.TERMINAL,
}
ASKED = ("number", "gate", "seat", "boards", "departs", "destination", "origin")


def value_of(sheet: Sheet, facts: Facts, key: str) -> str:
    """The value as this card writes it."""
    if key == "number":
        return facts["shown_number"]
    value = facts[key]
    if key in ("origin", "destination", "passenger", "date", "class") and sheet.look.capitals:
        return value.upper()
    return value


def put(
    sheet: Sheet,
    facts: Facts,
    key: str,
    at: tuple[float, float],
    size: int,
    *,
    align: str = "left",
    room: float = 0,
    band: bool = False,
) -> None:
    """One labelled field; what may be asked about is remembered by its name."""
    name = key if key in ASKED else ""
    label, value = sheet.label(LABELS[key]), value_of(sheet, facts, key)
    sheet.pair(at, label, value, size, name=name, align=align, room=room, band=band)


def heading(sheet: Sheet, facts: Facts, height: int) -> None:
    """A coloured band on top with the airline and what this is."""
    look, rng = sheet.look, sheet.rng
    sheet.band(0, 0, sheet.width, height)
    middle = height // 2
    if rng.random() < 0.5:
        sheet.icon((MARGIN + 50, middle), 96, "airplane", look.on_band)
        left = MARGIN + 120
    else:
        left = MARGIN
    sheet.text(
        (left, middle),
        facts["airline"],
        rng.randint(52, 68),
        colour=look.on_band,
        weight="Medium",
        room=sheet.width * 0.5,
    )
    if rng.random() < 0.7:
        sheet.text(
            (sheet.width - MARGIN, middle),
            sheet.label(words.PASS),
            40,
            colour=look.on_band,
            align="right",
            room=sheet.width * 0.3,
        )


def rows(
    sheet: Sheet,
    facts: Facts,
    lines: list[list[str]],
    top: float,
    step: float,
    sizes: tuple[int, int],
    left: float = MARGIN,
    right: float = 0,
) -> int:
    """Lines of fields, each line in equal columns; returns where the next would begin."""
    right = right or sheet.width - MARGIN
    for line in lines:
        wide = (right - left) / len(line)
        for at, key in enumerate(line):
            size = sheet.rng.randint(*sizes)
            put(sheet, facts, key, (left + at * wide, top), size, room=wide - 24)
        top += step
    return round(top)
