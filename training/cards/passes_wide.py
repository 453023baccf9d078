"""Boarding passes in landscape, as they come out of printers: a main part and often a stub."""

from __future__ import annotations

from tapwright.training.cards import words
from tapwright.training.cards.fields import Facts, heading, put, rows, value_of
from tapwright.training.cards.sheet import MARGIN, Sheet


def strip(sheet: Sheet, facts: Facts) -> None:
    """A band on top, fields in rows, a stub on the right behind a perforation."""
    rng, look = sheet.rng, sheet.look
    top = rng.randint(130, 190)
    heading(sheet, facts, top)
    edge = rng.randint(1560, 1700)
    sheet.upright(edge, 0, 1008, dashed=True)
    y = top + 80
    put(sheet, facts, "origin", (MARGIN, y), rng.randint(84, 104), room=edge / 2 - 80)
    put(sheet, facts, "destination", (edge / 2, y), rng.randint(84, 104), room=edge / 2 - 60)
    line = ["number", "date", "boards"]
    other = ["gate", "seat", "departs"]
    rng.shuffle(line)
    rng.shuffle(other)
    y = rows(sheet, facts, [line, other], y + 230, 220, (80, 100), MARGIN, edge - 30)
    if y < 900:
        sheet.bars(MARGIN + 20, y - 10, edge - 400, 970)
    sheet.text((edge + 40, top + 80), value_of(sheet, facts, "passenger"), 48, room=500)
    stub = [facts["shown_number"], f"{facts['origin_code']} - {facts['destination_code']}"]
    stub += [facts["date"], f"{facts['class']}"]
    for at, line_text in enumerate(stub):
        sheet.text((edge + 40, top + 190 + at * 100), line_text, 56, colour=look.ink, room=480)
    sheet.square_code(edge + 60, 740, 220)


def stub_left(sheet: Sheet, facts: Facts) -> None:
    """A coloured stub on the left; the main part on the right."""
    rng, look = sheet.rng, sheet.look
    edge = rng.randint(520, 640)
    sheet.band(0, 0, edge, 1008)
    room = edge - 2 * MARGIN
    sheet.text((MARGIN, 90), facts["airline"], 56, colour=look.on_band, weight="Bold", room=room)
    keys = ["gate", "seat", "boards"]
    rng.shuffle(keys)
    for at, key in enumerate(keys):
        put(sheet, facts, key, (MARGIN, 230 + at * 240), rng.randint(92, 120), room=room, band=True)
    left = edge + 70
    sheet.text((left, 90), sheet.label(words.PASS), 52, colour=look.faint)
    put(sheet, facts, "number", (left, 220), rng.randint(92, 124))
    put(sheet, facts, "departs", (left + 760, 220), rng.randint(84, 104))
    put(sheet, facts, "origin", (left, 460), rng.randint(84, 104), room=720)
    put(sheet, facts, "destination", (left + 760, 460), rng.randint(84, 104), room=740)
    sheet.bars(left + 20, 730, left + rng.randint(900, 1300), 940)


def columns(sheet: Sheet, facts: Facts) -> None:
    """Three columns, parted by rules."""
    rng = sheet.rng
    heading(sheet, facts, 150)
    lines = [
        ["destination", "origin", "passenger"],
        ["number", "date", "departs"],
        ["gate", "seat", "boards"],
    ]
    rng.shuffle(lines)
    wide = 2240 / 3
    for at, keys in enumerate(lines):
        if at:
            sheet.upright(at * wide, 190, 970)
        rng.shuffle(keys)
        for down, key in enumerate(keys):
            put(
                sheet,
                facts,
                key,
                (at * wide + MARGIN, 260 + down * 255),
                rng.randint(84, 112),
                room=wide - 80,
            )


def thermal(sheet: Sheet, facts: Facts) -> None:
    """Black on white from a kiosk: no colours, everything in capitals, barcode along the foot."""
    rng = sheet.rng
    sheet.text((MARGIN, 70), f"{facts['airline'].upper()}", 56, weight="Bold", room=1000)
    sheet.text((2196, 70), sheet.label(words.PASS), 44, align="right")
    sheet.rule(125)
    put(sheet, facts, "passenger", (MARGIN, 185), 64, room=900)
    put(sheet, facts, "sequence", (1500, 185), 56)
    put(sheet, facts, "group", (1850, 185), 56)
    first, second = ["origin", "destination", "number"], ["gate", "boards", "seat", "date"]
    rng.shuffle(first)
    rng.shuffle(second)
    y = rows(sheet, facts, [first, second], 360, rng.randint(205, 235), (80, 104))
    sheet.bars(120, y - 20, 2100, 970)


def window(sheet: Sheet, facts: Facts) -> None:
    """Two panels on a coloured ground: the way on the left, the fields on the right."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 2240, 1008), look.ground)
    split = rng.randint(960, 1160)
    sheet.panel(40, 40, split, 968, look.paper)
    sheet.panel(split + 30, 40, 2200, 968, look.paper)
    sheet.text((100, 120), facts["airline"], 52, room=split - 200)
    put(sheet, facts, "origin", (100, 270), rng.randint(88, 108), room=split - 150)
    sheet.icon((split - 110, 480), 110, "airplane", look.faint)
    put(sheet, facts, "destination", (100, 560), rng.randint(96, 124), room=split - 150)
    sheet.text((100, 880), facts["date"], 52, colour=look.faint)
    lines = [["number", "gate"], ["seat", "boards"], ["departs", "class"]]
    rng.shuffle(lines)
    rows(sheet, facts, lines, 130, 280, (84, 108), split + 90, 2160)


def banner(sheet: Sheet, facts: Facts) -> None:
    """Cities in a tall coloured band across, tiles below. Held out."""
    rng, look = sheet.rng, sheet.look
    height = rng.randint(400, 460)
    sheet.band(0, 0, 2240, height)
    sheet.text((MARGIN, 80), facts["airline"], 48, colour=look.on_band)
    sheet.text((2196, 80), facts["date"], 48, colour=look.on_band, align="right")
    sheet.text(
        (MARGIN, height * 0.6),
        value_of(sheet, facts, "origin"),
        112,
        name="origin",
        colour=look.on_band,
        room=900,
    )
    sheet.icon((1120, height * 0.6), 130, "airplane_takeoff", look.on_band)
    sheet.text(
        (2196, height * 0.6),
        value_of(sheet, facts, "destination"),
        112,
        name="destination",
        colour=look.on_band,
        align="right",
        room=900,
    )
    keys = ["number", "gate", "seat", "boards"]
    rng.shuffle(keys)
    rows(sheet, facts, [keys], height + 120, 220, (88, 108))
    sheet.text((MARGIN, 890), facts["passenger"], 56)
    sheet.bars(1200, 800, 2160, 960)


def table(sheet: Sheet, facts: Facts) -> None:
    """Labels in one row, values below, ruled all round. Held out."""
    rng = sheet.rng
    sheet.text((1120, 90), sheet.label(words.PASS), 60, align="middle", weight="Bold")
    sheet.text((1120, 170), facts["airline"], 48, align="middle")
    lines = [["origin", "destination"], ["number", "departs", "date"], ["seat", "gate", "boards"]]
    rng.shuffle(lines)
    y = 230.0
    for line in lines:
        sheet.rule(y)
        rows(sheet, facts, [line], y + 70, 0, (84, 104), MARGIN + 30)
        for at in range(len(line) + 1):
            sheet.upright(MARGIN + at * (2240 - 2 * MARGIN) / len(line), y, y + 235)
        y += 235
    sheet.rule(y)
