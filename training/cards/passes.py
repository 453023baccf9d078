"""Boarding passes in portrait: wallets, app screens, printed sheets."""

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
    sheet.text((left, middle), facts["airline"], rng.randint(52, 68), colour=look.on_band,
               weight="Medium", room=sheet.width * 0.5)  # fmt: skip
    if rng.random() < 0.7:
        sheet.text((sheet.width - MARGIN, middle), sheet.label(words.PASS), 40,
                   colour=look.on_band, align="right", room=sheet.width * 0.3)  # fmt: skip


def rows(
    sheet: Sheet, facts: Facts, lines: list[list[str]], top: float, step: float, sizes: tuple[int, int],
    left: float = MARGIN, right: float = 0,
) -> float:  # fmt: skip
    """Lines of fields, each line in equal columns; returns where the next would begin."""
    right = right or sheet.width - MARGIN
    for line in lines:
        wide = (right - left) / len(line)
        for at, key in enumerate(line):
            size = sheet.rng.randint(*sizes)
            put(sheet, facts, key, (left + at * wide, top), size, room=wide - 24)
        top += step
    return top


def wallet(sheet: Sheet, facts: Facts) -> None:
    """Codes large beside a plane, names below, fields in rows, a block code at the foot."""
    rng, look = sheet.rng, sheet.look
    top = rng.randint(150, 230)
    heading(sheet, facts, top)
    y = top + rng.randint(130, 180)
    big = rng.randint(150, 210)
    sheet.text((MARGIN, y), facts["origin_code"], big, weight=look.weight)
    sheet.text((1008 - MARGIN, y), facts["destination_code"], big, weight=look.weight,
               align="right")  # fmt: skip
    sheet.icon((504, y), 120, "airplane", look.faint)
    y += big * 0.5 + 70
    size = rng.randint(64, 76)
    sheet.text((MARGIN, y), value_of(sheet, facts, "origin"), size, name="origin", room=450)
    sheet.text((1008 - MARGIN, y), value_of(sheet, facts, "destination"), size,
               name="destination", align="right", room=450)  # fmt: skip
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
        sheet.text((1008 - MARGIN, y), value_of(sheet, facts, key), size, name=name,
                   align="right", room=570)  # fmt: skip
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
    sheet.text((MARGIN, height * 0.56), value_of(sheet, facts, "destination"), 144,
               name="destination", colour=look.on_band, weight="Bold", room=920)  # fmt: skip
    sheet.text((MARGIN, height * 0.82), f"{facts['airline']}  {facts['date']}", 48,
               colour=look.on_band, room=900)  # fmt: skip
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
        sheet.text((MARGIN + wide + 30, y), value_of(sheet, facts, key), size,
                   name=key if key in ASKED else "", room=1008 - 2 * MARGIN - wide - 30)  # fmt: skip
        y += step
    sheet.rule(y - 20, dashed=True)
    sheet.bars(100, y + 40, 908, min(y + 300, 2190))


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
    lines = [["destination"], ["origin"], ["number", "date"], ["gate", "seat"],
             ["boards", "departs"]]  # fmt: skip
    if rng.random() < 0.6:
        rng.shuffle(lines)
    step = rng.randint(250, 280)
    y: float = top
    for line in lines:
        wide = 1008 / len(line)
        for at, key in enumerate(line):
            if at:
                sheet.upright(at * wide, y, y + step)
            put(sheet, facts, key, (at * wide + MARGIN, y + 75), rng.randint(80, 108),
                room=wide - 70)  # fmt: skip
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
