"""Frankfurter's reference rates, answered from a table that stands still."""

from __future__ import annotations

from datetime import date, timedelta

from tapwright.serving.practice_answers import Asked, Told
from tapwright.serving.practice_world import PracticeWorld

# What one euro is worth, and what the currency is called. Round numbers: nobody shall trust them.
_TABLE: dict[str, tuple[float, str]] = {
    "AUD": (1.65, "Australian Dollar"), "BRL": (6.2, "Brazilian Real"),
    "CAD": (1.5, "Canadian Dollar"), "CHF": (0.94, "Swiss Franc"),
    "CNY": (7.8, "Chinese Renminbi Yuan"), "CZK": (25.0, "Czech Koruna"),
    "DKK": (7.46, "Danish Krone"), "EUR": (1.0, "Euro"), "GBP": (0.85, "British Pound"),
    "HKD": (8.5, "Hong Kong Dollar"), "HUF": (400.0, "Hungarian Forint"),
    "IDR": (17600.0, "Indonesian Rupiah"), "ILS": (4.0, "Israeli New Shekel"),
    "INR": (94.0, "Indian Rupee"), "ISK": (145.0, "Icelandic Krona"),
    "JPY": (160.0, "Japanese Yen"), "KRW": (1500.0, "South Korean Won"),
    "MXN": (21.0, "Mexican Peso"), "MYR": (4.8, "Malaysian Ringgit"),
    "NOK": (11.6, "Norwegian Krone"), "NZD": (1.85, "New Zealand Dollar"),
    "PHP": (62.0, "Philippine Peso"), "PLN": (4.3, "Polish Zloty"),
    "RON": (5.0, "Romanian Leu"), "SEK": (11.3, "Swedish Krona"),
    "SGD": (1.44, "Singapore Dollar"), "THB": (37.0, "Thai Baht"),
    "TRY": (40.0, "Turkish Lira"), "USD": (1.1, "United States Dollar"),
    "ZAR": (19.6, "South African Rand"),
}  # fmt: skip


def rates(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /v1/latest`: what one of `base` (EUR) is worth in `symbols` (all of them)."""
    base = asked.query.get("base", "EUR").upper()
    wanted = asked.query.get("symbols", "").upper()
    symbols = wanted.split(",") if wanted else sorted(_TABLE)
    known = [code for code in symbols if code in _TABLE and code != base]
    if asked.unknown or base not in _TABLE or not known:
        return Told({"message": "not found"}, 404)
    worth = {code: _round(_TABLE[code][0] / _TABLE[base][0]) for code in known}
    day = _working_day(world.today)
    return Told({"amount": 1.0, "base": base, "date": day.isoformat(), "rates": worth})


def currencies(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /v1/currencies`: the codes with their names."""
    return Told({code: name for code, (_, name) in _TABLE.items()})


def _working_day(day: date) -> date:
    """The last day on which central banks set rates."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _round(rate: float) -> float:
    return float(f"{rate:.5g}")
