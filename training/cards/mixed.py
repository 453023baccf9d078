"""Cards whose whole arrangement is drawn at random: what keeps a model from learning layouts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tapwright.training.cards import blocks, words
from tapwright.training.cards.blocks import Block, Region
from tapwright.training.cards.fields import ASKED, LABELS, Facts, value_of
from tapwright.training.cards.sheet import Sheet

SHORTEST_ROW, TALLEST_ROW = 150, 310
CITY_ROOM, NUMBER_ROOM = 470, 860  # pixels that the longest values need
ROOM_FOR_TITLE, ROOM_FOR_ITEMS = 320, 560  # pixels; the latter for the title as well
UNLABELLED = 0.55  # so often values stand for themselves, without a label


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled value; `room` is the width that it needs, `size` its type where it is free."""

    label: str
    value: str
    name: str = ""
    room: int = 300
    size: tuple[int, int] = (72, 136)


def boarding(sheet: Sheet, facts: Facts) -> None:
    """A boarding pass."""
    rng = sheet.rng
    keys = ["number", "gate", "seat", "boards"]
    unlabelled = []
    if rng.random() < UNLABELLED:
        unlabelled.append(blocks.route(sheet, facts))
        keys += rng.sample(("date", "class", "terminal"), rng.randint(0, 2))
    else:
        keys += ["destination", *rng.sample(("origin", "departs", "date", "class", "terminal"), 2)]
    items = [
        Item(
            sheet.label(LABELS[key]),
            value_of(sheet, facts, key),
            key if key in ASKED else "",
            CITY_ROOM if key in ("origin", "destination", "date") else 300,
        )
        for key in keys
    ]
    _arrange(sheet, items, facts["airline"], sheet.label(words.PASS), unlabelled)


def parcel(sheet: Sheet, facts: Facts) -> None:
    """A parcel label."""
    rng = sheet.rng
    place = str.upper if sheet.look.capitals else str
    items = [
        Item(sheet.label(words.TRACKING), facts["shown_number"], "number", NUMBER_ROOM, (76, 124)),
        Item(sheet.label(words.CARRIER), facts["carrier"], "carrier", 700),
        Item(sheet.label(words.SENDER), place(facts["sender"]), "sender", CITY_ROOM),
        Item(sheet.label(words.RECEIVER), place(facts["receiver"]), "receiver", CITY_ROOM),
        Item(sheet.label(words.WEIGHT), facts["weight"], size=(52, 80)),
    ]
    free = {
        ("number",): blocks.code_and_number,
        ("carrier",): blocks.carrier,
        ("sender", "receiver"): blocks.addresses,
    }
    made = {names: make(sheet, facts) for names, make in free.items()}
    wanted = [block for block in made.values() if rng.random() < UNLABELLED]
    rng.shuffle(wanted)
    unlabelled = blocks.fitting(wanted, sheet.height - ROOM_FOR_ITEMS)
    for names, block in made.items():
        if block in unlabelled:
            items = [item for item in items if item.name not in names]
    said = rng.choice(("Parcel", "Registered", "Express", "Shipping label", "Priority"))
    _arrange(sheet, items, said, facts["to_name"], unlabelled)


def weather(sheet: Sheet, facts: Facts) -> None:
    """A weather card."""
    rng = sheet.rng
    city = facts["city"].upper() if sheet.look.capitals else facts["city"]
    degrees = facts["temperature"] + rng.choice(("°C", "°", " °C"))
    items = [
        Item(sheet.label(words.CITY), city, "city", CITY_ROOM),
        Item(sheet.label(words.TEMPERATURE), degrees, "temperature", size=(96, 260)),
        Item(sheet.label(words.SKY), facts["sky"], "sky"),
        Item(sheet.label(("Wind",)), f"{facts['wind']} km/h", size=(52, 84)),
        Item(sheet.label(("Rain", "Chance of rain")), f"{facts['rain']} %", size=(52, 84)),
        Item(sheet.label(("Humidity",)), f"{facts['humidity']} %", size=(52, 84)),
    ]
    unlabelled = []
    if rng.random() < UNLABELLED:
        unlabelled.append(blocks.now(sheet, facts))
        items = items[3:]
        if rng.random() < 0.6:
            unlabelled.append(blocks.coming_days(sheet, facts))
        if rng.random() < 0.5:
            unlabelled.append(blocks.by_the_way(sheet, facts))
            items = []
        if sheet.wide:
            items = []  # it takes all the height
        room = sheet.height - (ROOM_FOR_ITEMS if items else ROOM_FOR_TITLE)
        unlabelled = blocks.fitting(unlabelled, room)
        rng.shuffle(unlabelled)
    items = items[: rng.randint(3, 6)]
    title = rng.choice(("Weather", "Today", "Forecast"))
    _arrange(sheet, items, title, facts["country"], unlabelled)


def _arrange(
    sheet: Sheet, items: list[Item], title: str, other: str, unlabelled: list[Block]
) -> None:
    rng = sheet.rng
    rng.shuffle(items)
    page = blocks.place(sheet, unlabelled, _ground(sheet, title, other))
    if not sheet.wide:
        _fill(sheet, items, page)
        return
    split = page.left + page.width * rng.choice((0.42, 0.46, 0.5, 0.54, 0.58))
    left, right = replace(page, right=split - 50), replace(page, left=split + 50)
    if rng.random() < 0.6:
        sheet.upright(split, page.top, page.bottom, dashed=rng.random() < 0.5)
    # What needs room goes where there is some.
    roomy, other_side = (left, right) if left.width > right.width else (right, left)
    large = [item for item in items if item.room > other_side.width]
    rest = [item for item in items if item not in large]
    half = max(0, len(items) // 2 - len(large))
    _fill(sheet, large + rest[:half], roomy)
    _fill(sheet, rest[half:], other_side)


def _ground(sheet: Sheet, title: str, other: str) -> Region:
    """Background and title; returns what is left for the fields."""
    rng, look = sheet.rng, sheet.look
    wide, high = sheet.width, sheet.height
    edge = rng.randint(36, 90)
    top = rng.randint(40, 110)
    style = rng.choice(("plain", "band", "foot", "panel", "bar"))
    ink = look.ink
    if style == "panel":
        sheet.canvas.rect((0, 0, wide, high), look.ground)
        inset = rng.randint(24, 60)
        sheet.panel(inset, inset, wide - inset, high - inset, look.paper)
        edge, top = inset + 40, inset + 40
    elif style == "bar":
        sheet.band(0, 0, 40, high)
        edge = 90
    page = Region(edge, top, wide - edge, high - edge)
    size = rng.randint(44, 64)
    if style == "foot":
        height = rng.randint(120, 190)
        sheet.band(0, high - height, wide, high)
        y, ink = high - height / 2, look.on_band
        page = replace(page, bottom=high - height - 40)
    else:
        height = rng.randint(130, 240)
        y = top + 40
        if style == "band":
            sheet.band(0, 0, wide, height)
            y, ink = height / 2, look.on_band
        page = replace(page, top=max(height + 50, y + 100))
    sheet.text((edge, y), title, size, colour=ink, weight="Medium", room=page.width * 0.55)
    sheet.text((wide - edge, y), other, 40, colour=ink, align="right", room=page.width * 0.38)
    return page


def _fill(sheet: Sheet, items: list[Item], region: Region) -> None:
    """Put the items into rows, and a code into what is left over."""
    rng = sheet.rng
    rows = _rows(sheet, items, region.width)
    if not rows:
        _code(sheet, region)
        return
    height = region.bottom - region.top
    step = max(SHORTEST_ROW, min(height / len(rows), rng.uniform(180, TALLEST_ROW)))
    spare = height - step * len(rows)
    y = region.top
    if spare > 260 and rng.random() < 0.3:
        _code(sheet, replace(region, bottom=region.top + spare - 60))
        y += spare
        spare = 0
    elif spare > 0:
        lead = rng.uniform(0, min(spare, 200))
        y, spare = y + lead, spare - lead
    habit = rng.choice(("above", "above", "beside", "middle"))
    for row in rows:
        wide = region.width / len(row)
        for at, item in enumerate(row):
            cell = Region(region.left + at * wide, y, region.left + (at + 1) * wide - 30, y + step)
            style = habit if rng.random() < 0.8 else rng.choice(("above", "beside", "middle"))
            _put(sheet, item, cell, style)
        y += step
        if rng.random() < 0.25:
            sheet.rule(y - 6, region.left, region.right, dashed=rng.random() < 0.4)
    if spare > 200:
        _code(sheet, replace(region, top=y + 40))


def _rows(sheet: Sheet, items: list[Item], width: float) -> list[list[Item]]:
    """One to three items in each row, as many as have room beside each other."""
    rows: list[list[Item]] = []
    most = sheet.rng.choice((1, 2, 2, 3))
    for item in items:
        row = rows[-1] if rows else []
        wanted = max([item.room, *(known.room for known in row)]) * (len(row) + 1)
        if row and len(row) < most and wanted <= width:
            row.append(item)
        else:
            rows.append([item])
    return rows


def _put(sheet: Sheet, item: Item, cell: Region, style: str) -> None:
    rng, look = sheet.rng, sheet.look
    high = cell.bottom - cell.top
    size = max(60, min(rng.randint(*item.size), round(high * 0.55)))
    small = rng.randint(34, 46)
    if style == "beside":
        middle = (cell.top + cell.bottom) / 2
        label = sheet.room_for(item.label, small, look.label_weight) + 40
        room = cell.width - label
        if room >= item.room:
            sheet.text((cell.left, middle), item.label, small, colour=look.faint)
            right = rng.random() < 0.6
            at = (cell.right if right else cell.left + label, middle)
            sheet.text(at, item.value, size, name=item.name, room=room,
                       align="right" if right else "left")  # fmt: skip
            return
    align = "middle" if style == "middle" else "left"
    x = (cell.left + cell.right) / 2 if align == "middle" else cell.left
    gap = small * 0.5 + size * 0.62
    top = cell.top + max(small * 0.5, (high - gap - size * 0.36 - small * 0.36) / 2)
    sheet.text((x, top), item.label, small, colour=look.faint, align=align, room=cell.width)
    sheet.text((x, top + gap), item.value, size, name=item.name, align=align, room=cell.width)


def _code(sheet: Sheet, region: Region) -> None:
    """A barcode, a block code or nothing."""
    rng = sheet.rng
    high = region.bottom - region.top
    if high < 120 or rng.random() < 0.2:
        return
    if high > 240 and rng.random() < 0.5:
        side = min(high - 40, region.width - 40, rng.randint(220, 440))
        left = rng.uniform(region.left + 20, max(region.left + 20, region.right - side - 20))
        sheet.square_code(left, region.top + 20, side)
        return
    inset = rng.uniform(20, region.width * 0.15 + 20)
    bottom = region.top + min(high - 20, rng.randint(100, 320))
    sheet.bars(region.left + inset, region.top + 20, region.right - inset, bottom)
