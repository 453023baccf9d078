"""Parcel labels: printed ones, slips and tracking screens."""

from __future__ import annotations

from tapwright.training.cards import words
from tapwright.training.cards.fields import Facts
from tapwright.training.cards.sheet import MARGIN, Sheet


def _case(sheet: Sheet, text: str) -> str:
    return text.upper() if sheet.look.capitals else text


def address(
    sheet: Sheet, facts: Facts, who: str, at: tuple[float, float], size: int, room: float
) -> None:
    """Name, street and city; the city is large enough to be asked about."""
    x, y = at
    label = words.SENDER if who == "sender" else words.RECEIVER
    person = "from_name" if who == "sender" else "to_name"
    sheet.text((x, y), sheet.label(label), 40, colour=sheet.look.faint)
    sheet.text((x, y + 75), facts[person], 48, room=room)
    sheet.text(
        (x, y + 140), facts["from_street" if who == "sender" else "to_street"], 44, room=room
    )
    sheet.text((x, y + 225), _case(sheet, facts[who]), size, name=who, room=room)
    sheet.text((x, y + 310), facts[f"{who}_country"], 44, room=room)


def _number(
    sheet: Sheet, facts: Facts, at: tuple[float, float], size: int, room: float, align: str
) -> None:
    sheet.text(at, facts["shown_number"], size, name="number", align=align, room=room)


def postal(sheet: Sheet, facts: Facts) -> None:
    """A registered letter's label: band, addresses, barcode with its number below."""
    rng, look = sheet.rng, sheet.look
    height = rng.randint(150, 240)
    sheet.band(0, 0, 1008, height)
    sheet.text(
        (MARGIN, height / 2), facts["carrier"], 76, name="carrier", colour=look.on_band, room=600
    )
    said = rng.choice(("Registered", "Tracked", "Priority", "Express", "Signed for"))
    sheet.text((964, height / 2), said, 48, colour=look.on_band, align="right")
    y = height + 90
    first, second = rng.choice((("sender", "receiver"), ("receiver", "sender")))
    address(sheet, facts, first, (MARGIN, y), rng.randint(72, 96), 900)
    sheet.rule(y + 380)
    address(sheet, facts, second, (MARGIN, y + 450), rng.randint(72, 96), 900)
    y += 850
    sheet.rule(y)
    sheet.bars(90, y + 60, 918, y + rng.randint(300, 420))
    _number(sheet, facts, (504, y + 520), rng.randint(84, 100), 920, "middle")
    sheet.text((504, y + 640), facts["weight"], 48, align="middle")


def routing(sheet: Sheet, facts: Facts) -> None:
    """A carrier's thermal label: routing code in huge type, boxes and codes."""
    rng, look = sheet.rng, sheet.look
    sheet.text((MARGIN, 110), facts["carrier"], 88, name="carrier", weight="Black", room=640)
    sheet.text((964, 110), facts["weight"], 52, align="right")
    sheet.rule(190)
    code = f"{facts['receiver_country'][:2].upper()}{rng.randint(10, 99)} {rng.randint(100, 999)}"
    sheet.text((504, 320), code, 190, align="middle", weight="Bold")
    sheet.rule(440)
    address(sheet, facts, "receiver", (MARGIN, 510), rng.randint(80, 100), 900)
    sheet.rule(890)
    address(sheet, facts, "sender", (MARGIN, 960), rng.randint(68, 80), 600)
    sheet.square_code(680, 960, 260)
    sheet.rule(1340)
    sheet.text((MARGIN, 1410), sheet.label(words.TRACKING), 44, colour=look.faint)
    above = rng.random() < 0.5
    if above:
        _number(sheet, facts, (MARGIN, 1500), rng.randint(84, 104), 920, "left")
    sheet.bars(90, 1600 if above else 1480, 918, 2080 if above else 1960)
    if not above:
        _number(sheet, facts, (504, 2080), rng.randint(84, 104), 920, "middle")


def wide_label(sheet: Sheet, facts: Facts) -> None:
    """Addresses on the left, barcode and number on the right."""
    rng, look = sheet.rng, sheet.look
    split = rng.randint(960, 1100)
    sheet.upright(split, 0, 1008)
    address(sheet, facts, "sender", (MARGIN, 90), rng.randint(72, 88), split - 80)
    sheet.rule(490, MARGIN, split)
    address(sheet, facts, "receiver", (MARGIN, 570), rng.randint(80, 100), split - 80)
    sheet.band(split, 0, 2240, 180)
    sheet.text(
        (split + 50, 90),
        facts["carrier"],
        80,
        name="carrier",
        colour=look.on_band,
        room=2100 - split,
    )
    y = rng.randint(640, 720)
    sheet.bars(split + 90, 260, 2150, y)
    sheet.text((split + 60, y + 90), sheet.label(words.TRACKING), 44, colour=look.faint)
    _number(sheet, facts, (split + 60, y + 190), rng.randint(88, 104), 2140 - split, "left")


def tracking_screen(sheet: Sheet, facts: Facts) -> None:
    """A carrier's app: the number in a panel, then who and where."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 1008, 2240), look.ground)
    sheet.text((50, 44), f"{rng.randrange(24)}:{rng.randrange(60):02d}", 36)
    sheet.band(0, 90, 1008, 240)
    title = rng.choice(("My parcels", "Track", "Shipment", "Deliveries"))
    sheet.text((MARGIN, 165), title, 60, colour=look.on_band, weight="Medium")
    sheet.panel(30, 290, 978, 700, look.paper)
    sheet.icon((120, 400), 110, "package_variant", look.band)
    sheet.text((220, 400), facts["carrier"], 76, name="carrier", room=700)
    sheet.text((80, 510), sheet.label(words.TRACKING), 40, colour=look.faint)
    _number(sheet, facts, (80, 610), rng.randint(80, 96), 860, "left")
    y = 740
    for who in rng.choice((("sender", "receiver"), ("receiver", "sender"))):
        sheet.panel(30, y, 978, y + 420, look.paper)
        address(sheet, facts, who, (80, y + 60), rng.randint(76, 96), 840)
        y += 450
    sheet.panel(30, y, 978, y + 200, look.paper)
    sheet.pair((80, y + 60), sheet.label(words.WEIGHT), facts["weight"], 64)


def customs(sheet: Sheet, facts: Facts) -> None:
    """A customs form: ruled lines, boxes to tick, the number on top."""
    rng, look = sheet.rng, sheet.look
    y = rng.randint(100, 140)
    sheet.text((MARGIN, y), "CUSTOMS DECLARATION", 56, weight="Bold", room=620)
    sheet.text((964, y), rng.choice(("CN 22", "CN 23")), 64, align="right", weight="Bold")
    sheet.rule(y + 70)
    _number(sheet, facts, (504, y + 170), rng.randint(84, 104), 920, "middle")
    sheet.bars(120, y + 260, 888, y + 440)
    y += 500
    for name in ("Gift", "Documents", "Goods", "Other"):
        sheet.canvas.ring((MARGIN, y - 24, MARGIN + 48, y + 24), 4, look.ink, look.paper, 4)
        sheet.text((MARGIN + 80, y), sheet.label((name,)), 44)
        y += 80
    sheet.rule(y)
    address(sheet, facts, "sender", (MARGIN, y + 70), rng.randint(76, 96), 900)
    sheet.rule(y + 450)
    address(sheet, facts, "receiver", (MARGIN, y + 520), rng.randint(76, 96), 900)
    sheet.band(0, 2040, 1008, 2240)
    sheet.text((MARGIN, 2140), facts["carrier"], 76, name="carrier", colour=look.on_band, room=900)


def sticker(sheet: Sheet, facts: Facts) -> None:
    """A wide sticker: one number, one barcode, little else."""
    rng, look = sheet.rng, sheet.look
    big = rng.randint(104, 132)
    letter = rng.choice("RVEL")
    sheet.text((200, 300), letter, 300, align="middle", weight="Black")
    sheet.bars(440, 150, 2120, 440)
    _number(sheet, facts, (440, 560), big, 1700, "left")
    sheet.rule(660)
    sheet.pair(
        (MARGIN, 730), sheet.label(words.CARRIER), facts["carrier"], 88, name="carrier", room=1000
    )
    sheet.pair(
        (1200, 730),
        sheet.label(words.SENDER),
        _case(sheet, facts["sender"]),
        88,
        name="sender",
        room=1000,
    )
    sheet.text((MARGIN, 930), facts["weight"], 44, colour=look.faint)


def missed(sheet: Sheet, facts: Facts) -> None:
    """Sorry, we missed you. Held out."""
    rng, look = sheet.rng, sheet.look
    sheet.band(0, 0, 1008, 420)
    sheet.text(
        (504, 150),
        rng.choice(("Sorry, we missed you", "We missed you")),
        84,
        colour=look.on_band,
        align="middle",
        weight="Bold",
        room=920,
    )
    sheet.text(
        (504, 290),
        facts["carrier"],
        80,
        name="carrier",
        colour=look.on_band,
        align="middle",
        room=920,
    )
    sheet.text((MARGIN, 540), "We tried to deliver a parcel for", 48)
    sheet.text((MARGIN, 630), facts["to_name"], 72)
    sheet.text((MARGIN, 800), sheet.label(words.TRACKING), 44, colour=look.faint)
    _number(sheet, facts, (MARGIN, 900), 96, 920, "left")
    sheet.rule(1000)
    address(sheet, facts, "sender", (MARGIN, 1090), 92, 900)
    sheet.rule(1480)
    sheet.text((MARGIN, 1560), "Your parcel waits at", 48)
    sheet.text((MARGIN, 1650), facts["to_street"], 60)
    sheet.square_code(330, 1760, 360)


def pouch(sheet: Sheet, facts: Facts) -> None:
    """A courier's pouch: band on the left, number on top. Held out."""
    rng, look = sheet.rng, sheet.look
    edge = rng.randint(300, 380)
    sheet.band(0, 0, edge, 1008)
    sheet.icon((edge / 2, 500), 240, "truck", look.on_band)
    left = edge + 60
    _number(sheet, facts, (left, 120), 112, 2140 - left, "left")
    sheet.rule(210, left, 2196)
    sheet.text((left, 300), facts["carrier"], 92, name="carrier", room=1000)
    sheet.bars(1500, 280, 2140, 480)
    address(sheet, facts, "sender", (left, 570), 84, 800)
    address(sheet, facts, "receiver", (left + 860, 570), 84, 800)
