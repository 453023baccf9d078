"""Boarding passes in portrait: app screens, ruled sheets and timelines."""

from __future__ import annotations

from tapwright.training.cards import words
from tapwright.training.cards.fields import Facts, heading, put, rows, value_of
from tapwright.training.cards.sheet import MARGIN, Sheet


def app_screen(sheet: Sheet, facts: Facts) -> None:
    """An airline's app: status bar, title bar, a panel with the flight, tiles."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 1008, 2240), look.ground)
    sheet.text((50, 44), f"{rng.randrange(24)}:{rng.randrange(60):02d}", 36)
    sheet.icon((950, 44), 40, "battery", look.ink)
    sheet.band(0, 90, 1008, 240)
    sheet.icon((70, 165), 64, "arrow_left", look.on_band)
    title = rng.choice(("My trip", "Your flight", "Check-in complete", "Trip details"))
    sheet.text((150, 165), title, 56, colour=look.on_band, weight="Medium")
    sheet.panel(30, 290, 978, 1060, look.paper)
    put(sheet, facts, "number", (80, 360), rng.randint(84, 110))
    sheet.text((928, 360), facts["airline"], 40, align="right", colour=look.faint, room=420)
    y = rng.randint(580, 620)
    for key in ("origin", "destination"):
        put(sheet, facts, key, (80, y), rng.randint(80, 96), room=560)
        clock = facts["departs"] if key == "origin" else facts["destination_code"]
        name = "departs" if key == "origin" else ""
        sheet.text((928, y + 70), clock, 76, name=name, align="right")
        y += 225
    y = 1110
    tiles = [["gate", "seat"], ["boards", "group"]]
    rng.shuffle(tiles)
    for line in tiles:
        for at, key in enumerate(line):
            left = 30 + at * 484
            sheet.panel(left, y, left + 464, y + 260, look.paper)
            put(sheet, facts, key, (left + 40, y + 70), rng.randint(88, 112), room=400)
        y += 280
    sheet.panel(30, y, 978, 2220, look.paper)
    sheet.square_code(504 - 210, y + 60, min(420, 2160 - y))


def centred(sheet: Sheet, facts: Facts) -> None:
    """Everything on the middle line, one below another."""
    rng, look = sheet.rng, sheet.look
    top = rng.randint(130, 200)
    heading(sheet, facts, top)
    keys = ["destination", "number", "gate", "seat", "boards", "origin"]
    rng.shuffle(keys)
    step = rng.randint(215, 245)
    y = top + 110
    for key in keys:
        put(sheet, facts, key, (504, y), rng.randint(84, 112), align="middle", room=900)
        y += step
    if rng.random() < 0.7:
        sheet.text((504, y + 20), facts["passenger"], 52, align="middle")
    sheet.bars(140, y + 100, 868, min(2180, y + 330))
    del look


def grid(sheet: Sheet, facts: Facts) -> None:
    """Ruled cells over the whole sheet."""
    rng, look = sheet.rng, sheet.look
    top = rng.randint(140, 260)
    heading(sheet, facts, top)
    lines = [
        ["destination"],
        ["origin"],
        ["number", "date"],
        ["gate", "seat"],
        ["boards", "departs"],
    ]
    if rng.random() < 0.6:
        rng.shuffle(lines)
    step = rng.randint(250, 280)
    y: float = top
    for line in lines:
        wide = 1008 / len(line)
        for at, key in enumerate(line):
            if at:
                sheet.upright(at * wide, y, y + step)
            put(
                sheet,
                facts,
                key,
                (at * wide + MARGIN, y + 75),
                rng.randint(80, 108),
                room=wide - 70,
            )
        y += step
        sheet.rule(y, 1)
    sheet.text((MARGIN, y + 80), facts["passenger"].upper(), 52, colour=look.faint)
    sheet.bars(MARGIN + 40, y + 150, 960, min(2190, y + 420))


def timeline(sheet: Sheet, facts: Facts) -> None:
    """Times on the left of a line, places on its right. Held out."""
    rng, look = sheet.rng, sheet.look
    sheet.text((MARGIN, 110), facts["airline"], 60, weight="Medium", room=560)
    sheet.text((964, 110), sheet.label(words.PASS), 40, colour=look.faint, align="right", room=360)
    put(sheet, facts, "number", (MARGIN, 230), 108)
    put(sheet, facts, "date", (600, 230), 60, room=380)
    y = rng.randint(560, 640)
    sheet.upright(330, y, y + 520)
    for key, clock in (("origin", "departs"), ("destination", "")):
        sheet.canvas.disc(332, round(y), 22, look.band)
        if clock:
            sheet.text((MARGIN, y), facts[clock], 76, name=clock)
        sheet.text((390, y), value_of(sheet, facts, key), 92, name=key, room=580)
        sheet.text((390, y + 90), facts[f"{key}_code"], 52, colour=look.faint)
        y += 500
    y += 20
    sheet.band(0, y - 100, 1008, y - 90)
    y = rows(sheet, facts, [["boards", "gate"], ["seat", "class"]], y, 220, (84, 104))
    sheet.square_code(320, y, min(368, 2200 - y))
