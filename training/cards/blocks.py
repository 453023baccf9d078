"""Parts of random cards that need no labels: what they say is told by how they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tapwright.devices.simphone.canvas import Colour
from tapwright.training.cards.fields import Facts, value_of
from tapwright.training.cards.forecasts import ICONS, city_of, days, degrees, details
from tapwright.training.cards.labels import address
from tapwright.training.cards.sheet import Sheet

GAP = 40  # pixels between a block and what follows


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the sheet that is filled from top to bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from side to side."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Block:
    """What is drawn into a region of this height, in this ink; `plain`: never on a band."""

    height: float
    draw: Callable[[Sheet, Region, Colour], None]
    plain: bool = False


def fitting(wanted: list[Block], room: float) -> list[Block]:
    """Those that fit, the first ones first, into `room` pixels of height."""
    found = []
    for block in wanted:
        if block.height + GAP <= room:
            found.append(block)
            room -= block.height + GAP
    return found


def place(sheet: Sheet, blocks: list[Block], page: Region) -> Region:
    """Put blocks along the top and the foot of the page; returns what is left between them."""
    rng = sheet.rng
    for block in blocks:
        if rng.random() < 0.6:
            own = replace(page, bottom=page.top + block.height)
            page = replace(page, top=own.bottom + GAP)
        else:
            own = replace(page, top=page.bottom - block.height)
            page = replace(page, bottom=own.top - GAP)
        banded = not block.plain and rng.random() < 0.4
        if banded:
            sheet.band(page.left - 20, own.top - 10, page.right + 20, own.bottom + 10)
        block.draw(sheet, own, sheet.look.on_band if banded else sheet.look.ink)
    return page


def route(sheet: Sheet, facts: Facts) -> Block:
    """From where to where: beside each other or one above the other, without a word."""
    rng = sheet.rng
    beside = sheet.wide or rng.random() < 0.4
    size = rng.randint(60, 76) if beside and not sheet.wide else rng.randint(76, 144)
    timed, coded = rng.random() < 0.4, rng.random() < 0.5
    sides = rng.random() < 0.6

    def draw(sheet: Sheet, region: Region, ink: Colour) -> None:
        for at, key in enumerate(("origin", "destination")):
            text = value_of(sheet, facts, key)
            if beside:
                right = at == 1 and sides
                x = region.right if right else region.left + at * (region.width / 2 + 60)
                y, room = region.top + 90, region.width / 2 - 110
                align = "right" if right else "left"
            else:
                x = region.left + (250 if timed else 0)
                y, room, align = region.top + 90 + at * 230, region.right - x, "left"
            sheet.text((x, y), text, size, name=key, colour=ink, align=align, room=room)
            if coded:
                code = facts[f"{key}_code"]
                sheet.text((x, y + size * 0.4 + 55), code, 52, colour=ink, align=align)
            if timed and not beside and key == "origin":
                sheet.text((region.left, y), facts["departs"], 68, name="departs", colour=ink)
        if beside:
            middle = ((region.left + region.right) / 2, region.top + 90)
            sheet.icon(middle, 90, rng.choice(("airplane", "airplane_takeoff")), ink)

    return Block(230 if beside else 460, draw)


def now(sheet: Sheet, facts: Facts) -> Block:
    """City, temperature and sky, large, in any order."""
    rng = sheet.rng
    wide = sheet.wide
    rows = [("city", city_of(sheet, facts), rng.randint(84, 140))]
    unit = rng.random() < 0.6
    hot = degrees(sheet, facts["temperature"], unit=unit)
    rows.append(("temperature", hot, rng.randint(150, 250 if wide else 320)))
    if rng.random() < 0.8:
        rows.append(("sky", facts["sky"], rng.randint(72, 96)))
    rng.shuffle(rows)
    align = rng.choice(("left", "middle", "right"))
    beside = rng.choice(("", "icon", "days"))
    high = sum(size * 1.1 + 24 for _, _, size in rows)

    def draw(sheet: Sheet, region: Region, ink: Colour) -> None:
        side = region.width * 0.4 if wide else 0.0
        left, right = region.left, region.right - side
        if wide and rng.random() < 0.5:
            left, right = region.left + side, region.right
        x = {"left": left, "middle": (left + right) / 2, "right": right}[align]
        y = region.top
        for name, text, size in rows:
            y += size * 0.55
            sheet.text((x, y), text, size, name=name, colour=ink, align=align, room=right - left)
            y += size * 0.55 + 24
        other = region.left if left > region.left else right + 40
        if wide and beside == "icon":
            middle = (other + side / 2, (region.top + region.bottom) / 2)
            sheet.icon(middle, 240, ICONS[facts["sky"]], ink)
        elif wide and beside == "days":
            step = (region.bottom - region.top) / 5
            days(sheet, facts, region.top + step / 2, step, other, other + side - 60)

    return Block(high, draw, plain=beside == "days")


def coming_days(sheet: Sheet, facts: Facts) -> Block:
    """The next days, each with two numbers that are not the one asked for."""
    step = sheet.rng.randint(84, 96 if sheet.wide else 140)

    def draw(sheet: Sheet, region: Region, _ink: Colour) -> None:
        days(sheet, facts, region.top + step / 2, step, region.left, region.right)

    return Block(5 * step, draw, plain=True)


def by_the_way(sheet: Sheet, facts: Facts) -> Block:
    """Wind, humidity and rain."""

    def draw(sheet: Sheet, region: Region, _ink: Colour) -> None:
        details(sheet, facts, region.top + 30, region.left, region.right)

    return Block(150, draw, plain=True)


def addresses(sheet: Sheet, facts: Facts) -> Block:
    """Who sends it and who gets it, as blocks of name, street, city and country."""
    rng = sheet.rng
    beside = sheet.wide
    both = ["sender", "receiver"] if rng.random() < 0.75 else ["sender"]
    rng.shuffle(both)
    size = rng.randint(68, 104)

    def draw(sheet: Sheet, region: Region, _ink: Colour) -> None:
        for at, who in enumerate(both):
            x = region.left + (region.width / 2 * at if beside else 0)
            y = region.top + 30 + (0 if beside else at * 400)
            room = region.width / 2 - 40 if beside else region.width
            address(sheet, facts, who, (x, y), size, room)

    return Block(370 if beside else 400 * len(both) - 30, draw, plain=True)


def code_and_number(sheet: Sheet, facts: Facts) -> Block:
    """A barcode with its number above or below."""
    rng = sheet.rng
    size, above = rng.randint(76, 116), rng.random() < 0.5
    bars = rng.randint(110, 200)
    align = rng.choice(("left", "middle"))

    def draw(sheet: Sheet, region: Region, ink: Colour) -> None:
        x = region.left if align == "left" else (region.left + region.right) / 2
        y = region.top + 60 if above else region.bottom - 60
        number = facts["shown_number"]
        sheet.text((x, y), number, size, name="number", colour=ink, align=align, room=region.width)
        top = region.top + 140 if above else region.top + 20
        sheet.bars(region.left + 30, top, region.right - 30, top + bars)

    return Block(bars + 160, draw)


def carrier(sheet: Sheet, facts: Facts) -> Block:
    """Who carries it, in large type."""
    rng = sheet.rng
    size = rng.randint(76, 120)
    align = rng.choice(("left", "middle", "right"))

    def draw(sheet: Sheet, region: Region, ink: Colour) -> None:
        middle = (region.left + region.right) / 2
        x = {"left": region.left, "middle": middle, "right": region.right}[align]
        at = (x, (region.top + region.bottom) / 2)
        text = facts["carrier"]
        sheet.text(at, text, size, name="carrier", colour=ink, align=align, room=region.width)

    return Block(size * 1.2, draw)
