"""Changing amounts into other units."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError
from tapwright.tools.services import Services
from tapwright.tools.units import tools


def change(amount: float, unit: str, to: str) -> str:
    (convert,) = tools(Services())
    assert convert.function is not None
    return str(convert.function(amount, unit, to))


@pytest.mark.parametrize(
    ("amount", "unit", "to", "said"),
    [
        (10, "km", "miles", "10 km = 6.2137119 miles"),
        (3, "KM", "m", "3 KM = 3000 m"),
        (98.6, "°F", "celsius", "98.6 °F = 37 celsius"),
        (20, "C", "F", "20 C = 68 F"),
        (0, "K", "°C", "0 K = -273.15 °C"),
        (-40, "Fahrenheit", "Celsius", "-40 Fahrenheit = -40 Celsius"),
        (1, "C", "A*s", "1 C = 1 A*s"),
        (60, "mph", "km/h", "60 mph = 96.56064 km/h"),
        (1, "m²", "ft^2", "1 m² = 10.76391 ft^2"),
        (1, "meters per second", "km/h", "1 meters per second = 3.6 km/h"),
        (2, "斤", "公斤", "2 斤 = 1 公斤"),
        (1, "GB", "MiB", "1 GB = 953.67432 MiB"),
        (1, "day", "seconds", "1 day = 86400 seconds"),
        (1, "nm", "m", "1 nm = 1e-09 m"),
        (0.1, "kWh", "J", "0.1 kWh = 360000 J"),
        (1, "µm", "nm", "1 µm = 1000 nm"),
    ],
)
def test_an_amount_is_changed(amount: float, unit: str, to: str, said: str) -> None:
    assert change(amount, unit, to) == said


@pytest.mark.parametrize(
    ("amount", "unit", "to", "words"),
    [
        (5, "kg", "m", "'kg' is a mass and 'm' is a length; one cannot be changed"),
        (-300, "°C", "K", "-300 °C is below absolute zero"),
        (1, "kilometr", "m", "no unit 'kilometr' is known; near it: kilometer"),
        (1, "USD", "EUR", "no unit 'USD' is known"),
        (1, "", "m", "'' is no unit"),
        (1, "m", "5", "'5' is no unit"),
        (float("nan"), "m", "km", "no amount"),
        (1e31, "m", "km", "no amount"),
    ],
)
def test_what_cannot_be_changed_is_named(amount: float, unit: str, to: str, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        change(amount, unit, to)


@pytest.mark.parametrize(
    "unit",
    [
        "m**9**9**9", "9**9**9**9", "m^99999999", "m^9^9", "(m)", "__import__('os')",
        "m; import os",
        "a" * 61, "m*m*m*m*m*m*m*m", "m\n+m", "m+m", "1e9 m", "m.__class__", "%", "m//m",
    ],
)  # fmt: skip
def test_an_expression_never_reaches_the_library_as_one(unit: str) -> None:
    with pytest.raises(ToolError, match="no unit"):
        change(1, unit, "m")
