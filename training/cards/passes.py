"""Boarding passes in portrait: wallets, lists and printed sheets."""

from __future__ import annotations

from tapwright.training.cards import words
from tapwright.training.cards.fields import ASKED, LABELS, Facts, heading, put, rows, value_of
from tapwright.training.cards.sheet import MARGIN, Sheet


def wallet(sheet: Sheet, facts: Facts) -> None:
    """Codes large beside a plane, names below, fields in rows, a block code at the foot."""
    rng, look = sheet.rng, sheet.look
    top = rng.randint(150, 230)
    heading(sheet, facts, top)
    y = top + rng.randint(130, 180)
    big = rng.randint(150, 210)
    sheet.text((MARGIN, y), facts["origin_code"], big, weight=look.weight)
    sheet.text(
        (1008 - MARGIN, y), facts["destination_code"], big, weight=look.weight, align="right"
    )
    sheet.icon((504, y), 120, "airplane", look.faint)
    y += big // 2 + 70
    size = rng.randint(64, 76)
    sheet.text((MARGIN, y), value_of(sheet, facts, "origin"), size, name="origin", room=450)
    sheet.text(
        (1008 - MARGIN, y),
        value_of(sheet, facts, "destination"),
        size,
        name="destination",
        align="right",
        room=450,
    )
    lines = [["number", "date"], ["boards", "gate"], ["seat", "departs"], ["passenger", "class"]]
    rng.shuffle(lines)
    y = rows(sheet, facts, lines, y + 130, rng.randint(190, 225), (76, 104))
    side = min(2160 - y, rng.randint(340, 480))
    if side > 180:
        sheet.square_code((1008 - side) / 2, y + 10, side)


def rows_list(sheet: Sheet, facts: Facts) -> None:
    """Label on the left, value on the right, a rule below each."""
    rng = sheet.rng
    top = rng.choice((0, rng.randint(140, 220)))
    if top:
        heading(sheet, facts, top)
    keys = ["number", "origin", "destination", "date", "boards", "departs", "gate", "seat"]
    keys += rng.sample(("passenger", "class", "terminal", "group"), 2)
    if rng.random() < 0.5:
        rng.shuffle(keys)
    step = rng.randint(165, 185)
    size = rng.randint(72, 92)
    y = top + step * 0.7
    for key in keys:
        sheet.text((MARGIN, y), sheet.label(LABELS[key]), 46, colour=sheet.look.faint)
        name = key if key in ASKED else ""
        sheet.text(
            (1008 - MARGIN, y),
            value_of(sheet, facts, key),
            size,
            name=name,
            align="right",
            room=570,
        )
        sheet.rule(y + step / 2)
        y += step
    if 2200 - y > 120:
        sheet.bars(MARGIN + 60, y + 10, 1008 - MARGIN - 60, min(y + 240, 2200))


def ticket(sheet: Sheet, facts: Facts) -> None:
    """A rounded card on a coloured ground; cities one above the other."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 1008, 2240), look.ground)
    top = rng.randint(90, 260)
    sheet.panel(36, top, 972, 2240 - rng.randint(60, 160), look.paper)
    y = top + 90
    sheet.text((90, y), facts["airline"], 48, room=500)
    sheet.text((918, y), sheet.label(words.PASS), 36, colour=look.faint, align="right", room=330)
    y += 140
    for key in ("origin", "destination"):
        code = facts[f"{key}_code"]
        sheet.text((90, y), code, 64, colour=look.faint, weight="Bold")
        sheet.text((290, y), value_of(sheet, facts, key), rng.randint(80, 100), name=key, room=620)
        if key == "origin":
            sheet.upright(150, y + 60, y + 140, dashed=True)
        y += 200
    y += 10
    sheet.rule(y - 60, 90, dashed=True)
    lines = [["number", "seat"], ["departs", "gate"], ["boards", "terminal"]]
    rng.shuffle(lines)
    y = rows(sheet, facts, lines, y + 30, rng.randint(205, 240), (80, 108), 90, 918)
    if rng.random() < 0.6:
        sheet.bars(120, y + 20, 888, y + 20 + rng.randint(140, 230))
    else:
        sheet.square_code(350, y + 10, 300)


def hero(sheet: Sheet, facts: Facts) -> None:
    """The destination fills the head, the rest follows."""
    rng, look = sheet.rng, sheet.look
    height = rng.randint(480, 640)
    sheet.band(0, 0, 1008, height)
    said = rng.choice(("You are flying to", "Next stop", "Have a good trip to", "Welcome aboard"))
    sheet.text((MARGIN, height * 0.3), said, 56, colour=look.on_band)
    sheet.text(
        (MARGIN, height * 0.56),
        value_of(sheet, facts, "destination"),
        144,
        name="destination",
        colour=look.on_band,
        weight="Bold",
        room=920,
    )
    sheet.text(
        (MARGIN, height * 0.82),
        f"{facts['airline']}  {facts['date']}",
        48,
        colour=look.on_band,
        room=900,
    )
    y = height + rng.randint(100, 140)
    put(sheet, facts, "number", (MARGIN, y), rng.randint(96, 124))
    lines = [["origin", "departs"], ["gate", "seat"], ["boards", "group"]]
    rng.shuffle(lines)
    y = rows(sheet, facts, lines, y + 230, rng.randint(215, 240), (76, 104))
    side = min(2180 - y, 420)
    sheet.square_code(rng.choice((MARGIN + 30, (1008 - side) / 2)), y + 10, side)


def printed(sheet: Sheet, facts: Facts) -> None:
    """Plain lines `label: value`, as a machine at the airport prints them."""
    rng = sheet.rng
    y = rng.randint(90, 160)
    sheet.text((504, y), facts["airline"].upper(), 60, align="middle", weight="Bold")
    sheet.text((504, y + 90), sheet.label(words.PASS), 48, align="middle")
    sheet.rule(y + 150, dashed=True)
    y += 250
    keys = ["passenger", "number", "origin", "destination", "date", "gate", "boards", "seat"]
    middle = keys[1:]
    if rng.random() < 0.6:
        rng.shuffle(middle)
    size = rng.randint(68, 84)
    step = rng.randint(130, 165)
    for key in [keys[0], *middle, "departs"]:
        label = sheet.label(LABELS[key]) + rng.choice((":", ":", " "))
        wide = sheet.text((MARGIN, y), label, size - 16)
        sheet.text(
            (MARGIN + wide + 30, y),
            value_of(sheet, facts, key),
            size,
            name=key if key in ASKED else "",
            room=1008 - 2 * MARGIN - wide - 30,
        )
        y += step
    sheet.rule(y - 20, dashed=True)
    sheet.bars(100, y + 40, 908, min(y + 300, 2190))
