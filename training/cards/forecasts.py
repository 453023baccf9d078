"""Weather cards: widgets, app screens, bulletins."""

from __future__ import annotations

from tapwright.training.cards.fields import Facts
from tapwright.training.cards.sheet import MARGIN, Sheet

ICONS = {
    "Clear": "weather_night",
    "Sunny": "weather_sunny",
    "Cloudy": "weather_cloudy",
    "Rain": "weather_rainy",
    "Snow": "weather_snowy",
    "Fog": "weather_fog",
    "Windy": "weather_windy",
    "Storm": "weather_lightning",
}


def city_of(sheet: Sheet, facts: Facts) -> str:
    """The city in this card's case."""
    return facts["city"].upper() if sheet.look.capitals else facts["city"]


def degrees(sheet: Sheet, value: str, *, unit: bool = True) -> str:
    """A temperature as this card writes it."""
    return f"{value}°C" if unit and sheet.look.corner else f"{value}°"


def days(sheet: Sheet, facts: Facts, top: float, step: float, left: float, right: float) -> None:
    """Rows of the next days: name, icon, high and low."""
    y = top
    for day in range(1, 6):
        sheet.text((left, y), facts[f"day{day}"], 60)
        sheet.icon(
            (left + (right - left) * 0.42, y), 76, ICONS[facts[f"day{day}_sky"]], sheet.look.faint
        )
        span = f"{facts[f'day{day}_low']}° / {facts[f'day{day}_high']}°"
        sheet.text((right, y), span, 60, align="right")
        y += step


def details(sheet: Sheet, facts: Facts, top: float, left: float, right: float) -> None:
    """Wind, humidity and rain side by side."""
    third = (right - left) / 3
    told = (
        ("Wind", f"{facts['wind']} km/h"),
        ("Humidity", f"{facts['humidity']} %"),
        ("Rain", f"{facts['rain']} %"),
    )
    for at, (label, value) in enumerate(told):
        sheet.pair((left + at * third, top), sheet.label((label,)), value, 56, room=third - 20)


def hero(sheet: Sheet, facts: Facts) -> None:
    """City, a large temperature, rows of days."""
    rng, look = sheet.rng, sheet.look
    y = rng.randint(170, 260)
    sheet.text(
        (504, y), city_of(sheet, facts), rng.randint(96, 124), name="city", align="middle", room=920
    )
    sheet.text((504, y + 110), facts["country"], 44, colour=look.faint, align="middle")
    sheet.text(
        (504, y + 360),
        degrees(sheet, facts["temperature"]),
        rng.randint(240, 320),
        name="temperature",
        align="middle",
        weight=rng.choice(("Light", "Regular", "Bold")),
        room=920,
    )
    sheet.text((504, y + 590), facts["sky"], 80, name="sky", align="middle")
    sheet.text((504, y + 700), f"H: {facts['high']}°  L: {facts['low']}°", 60, align="middle")
    sheet.rule(y + 800)
    days(sheet, facts, y + 900, rng.randint(180, 205), MARGIN + 20, 964)


def banded(sheet: Sheet, facts: Facts) -> None:
    """A coloured head with city and icon, panels below."""
    rng, look = sheet.rng, sheet.look
    height = rng.randint(820, 980)
    sheet.band(0, 0, 1008, height)
    sheet.text(
        (MARGIN, 150),
        city_of(sheet, facts),
        rng.randint(92, 112),
        name="city",
        colour=look.on_band,
        room=900,
    )
    sheet.text((MARGIN, 250), rng.choice(("Now", "Today", "Right now")), 48, colour=look.on_band)
    sheet.icon((760, height * 0.6), 320, ICONS[facts["sky"]], look.on_band)
    sheet.text(
        (MARGIN, height * 0.58),
        degrees(sheet, facts["temperature"], unit=False),
        260,
        name="temperature",
        colour=look.on_band,
        room=520,
    )
    sheet.text((MARGIN, height - 120), facts["sky"], 84, name="sky", colour=look.on_band)
    details(sheet, facts, height + 80, MARGIN, 964)
    sheet.rule(height + 220)
    days(sheet, facts, height + 310, rng.randint(165, 195), MARGIN, 964)


def widget(sheet: Sheet, facts: Facts) -> None:
    """A wide widget: the city on the left, days in columns."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 2240, 1008), look.ground)
    sheet.panel(50, 50, 2190, 958, look.paper)
    sheet.text((120, 170), city_of(sheet, facts), rng.randint(96, 116), name="city", room=1000)
    sheet.text(
        (120, 360), degrees(sheet, facts["temperature"]), rng.randint(180, 220), name="temperature"
    )
    sheet.icon((2000, 240), 260, ICONS[facts["sky"]], look.band)
    sheet.text((1820, 240), facts["sky"], 84, name="sky", align="right")
    sheet.rule(520, 110)
    for day in range(1, 6):
        x = 130 + (day - 1) * 410
        sheet.text((x, 600), facts[f"day{day}"], 60)
        sheet.icon((x + 60, 720), 110, ICONS[facts[f"day{day}_sky"]], look.faint)
        sheet.text((x, 860), f"{facts[f'day{day}_high']}°", 72)


def bulletin(sheet: Sheet, facts: Facts) -> None:
    """A printed bulletin: title, lines `label: value`, a table of days."""
    rng, look = sheet.rng, sheet.look
    title = rng.choice(("Weather report", "Weather today", "Forecast", "Daily bulletin"))
    sheet.text((MARGIN, 110), title, 64, weight="Bold")
    sheet.rule(190)
    y = 280
    lines = [
        ("City", city_of(sheet, facts), "city"),
        ("Temperature", f"{facts['temperature']} °C", "temperature"),
        ("Sky", facts["sky"], "sky"),
        ("Wind", f"{facts['wind']} km/h", ""),
        ("Rain", f"{facts['rain']} %", ""),
    ]
    if rng.random() < 0.5:
        rng.shuffle(lines)
    step = rng.randint(150, 175)
    for label, value, name in lines:
        sheet.text((MARGIN, y), sheet.label((label,)), 52, colour=look.faint)
        sheet.text((420, y), value, rng.randint(76, 92), name=name, room=540)
        y += step
    sheet.rule(y - 40)
    days(sheet, facts, y + 70, rng.randint(165, 190), MARGIN, 964)


def tiles(sheet: Sheet, facts: Facts) -> None:
    """An app screen made of panels."""
    rng, look = sheet.rng, sheet.look
    sheet.canvas.rect((0, 0, 1008, 2240), look.ground)
    sheet.text((50, 44), f"{rng.randrange(24)}:{rng.randrange(60):02d}", 36)
    sheet.panel(30, 100, 978, 640, look.paper)
    sheet.text((80, 200), city_of(sheet, facts), rng.randint(88, 108), name="city", room=840)
    sheet.text(
        (80, 440),
        degrees(sheet, facts["temperature"]),
        rng.randint(180, 240),
        name="temperature",
        room=560,
    )
    sheet.icon((800, 440), 220, ICONS[facts["sky"]], look.band)
    y = 670
    boxes = [
        ("Sky", facts["sky"], "sky"),
        ("Wind", f"{facts['wind']} km/h", ""),
        ("Rain", f"{facts['rain']} %", ""),
        ("Humidity", f"{facts['humidity']} %", ""),
    ]
    rng.shuffle(boxes)
    for at, (label, value, name) in enumerate(boxes):
        left, top = 30 + 484 * (at % 2), y + 250 * (at // 2)
        sheet.panel(left, top, left + 464, top + 230, look.paper)
        sheet.pair((left + 40, top + 70), sheet.label((label,)), value, 80, name=name, room=400)
    sheet.panel(30, 1170, 978, 2210, look.paper)
    days(sheet, facts, 1280, 200, 80, 928)


def postcard(sheet: Sheet, facts: Facts) -> None:
    """A wide card: the temperature on the right, the city below the icon."""
    rng, look = sheet.rng, sheet.look
    split = rng.randint(1200, 1400)
    sheet.band(split, 0, 2240, 1008)
    sheet.icon((260, 260), 300, ICONS[facts["sky"]], look.faint)
    sheet.text((520, 260), facts["sky"], 92, name="sky")
    sheet.text(
        (MARGIN + 20, 560),
        city_of(sheet, facts),
        rng.randint(104, 136),
        name="city",
        room=split - 120,
    )
    sheet.text((MARGIN + 20, 690), facts["country"], 52, colour=look.faint)
    details(sheet, facts, 830, MARGIN + 20, split - 40)
    middle = (split + 2240) / 2
    sheet.text(
        (middle, 420),
        degrees(sheet, facts["temperature"]),
        260,
        name="temperature",
        colour=look.on_band,
        align="middle",
        room=2200 - split,
    )
    sheet.text(
        (middle, 700),
        f"{facts['low']}° to {facts['high']}°",
        80,
        colour=look.on_band,
        align="middle",
    )


def columns(sheet: Sheet, facts: Facts) -> None:
    """City on the left with all numbers, days on the right. Held out."""
    rng, look = sheet.rng, sheet.look
    sheet.upright(1180, 80, 930)
    sheet.text((MARGIN + 20, 160), city_of(sheet, facts), 108, name="city", room=1080)
    sheet.text(
        (MARGIN + 20, 420), degrees(sheet, facts["temperature"]), 240, name="temperature", room=800
    )
    sheet.icon((1000, 420), 220, ICONS[facts["sky"]], look.band)
    sheet.text((MARGIN + 20, 650), facts["sky"], 92, name="sky")
    details(sheet, facts, 800, MARGIN + 20, 1150)
    days(sheet, facts, 170, rng.randint(150, 165), 1260, 2180)


def evening(sheet: Sheet, facts: Facts) -> None:
    """The days come first, the city at the foot. Held out."""
    rng, look = sheet.rng, sheet.look
    days(sheet, facts, rng.randint(130, 180), 175, MARGIN, 964)
    top = rng.randint(1120, 1200)
    sheet.band(0, top, 1008, 2240)
    sheet.text(
        (504, top + 180),
        city_of(sheet, facts),
        112,
        name="city",
        colour=look.on_band,
        align="middle",
        room=920,
    )
    sheet.text(
        (504, top + 470),
        degrees(sheet, facts["temperature"], unit=False),
        280,
        name="temperature",
        colour=look.on_band,
        align="middle",
    )
    sheet.text((504, top + 740), facts["sky"], 92, name="sky", colour=look.on_band, align="middle")
    sheet.icon((504, top + 910), 150, ICONS[facts["sky"]], look.on_band)
