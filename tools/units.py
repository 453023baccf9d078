"""Changing an amount into another unit, with pint.

Pint reads whole expressions, powers of powers included. It is only given text that fits a narrow
form: a few names, each with a power of one digit, joined by `*`, `/` or spaces.
"""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from tapwright.errors import ToolError
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

if TYPE_CHECKING:
    import pint

MAX_UNIT = 60  # characters
MAX_AMOUNT = 1e30
DIGITS = 8  # that count, of a result
ABSOLUTE_ZERO = -273.15  # °C

_WORD = r"(?:per\s+)?[^\W\d_]+(?:_[^\W\d_]+)*(?:\s?(?:\^|\*\*)?\s?-?\d)?"
_UNIT = re.compile(rf"(?:1\s?/\s?)?{_WORD}(?:(?:\s?[*/·]\s?|\s){_WORD}){{0,4}}")

_TEMPERATURES = {
    "°c": "degC", "℃": "degC", "celsius": "degC", "centigrade": "degC", "degc": "degC",
    "degree celsius": "degC", "degrees celsius": "degC", "degrees c": "degC", "摄氏度": "degC",
    "°f": "degF", "℉": "degF", "fahrenheit": "degF", "degf": "degF", "degree fahrenheit": "degF",
    "degrees fahrenheit": "degF", "degrees f": "degF", "华氏度": "degF",
    "k": "kelvin", "kelvin": "kelvin", "kelvins": "kelvin", "°k": "kelvin",
    "°r": "degR", "rankine": "degR",
}  # fmt: skip
# Beside another temperature these are degrees; alone they are coulomb and farad.
_LETTERS = {"c": "degC", "f": "degF"}

_OTHER_NAMES = {
    "miles": "mile", "kmh": "km/hour", "kph": "km/hour", "km/h": "km/hour", "m/s": "m/s",
    "mph": "mile/hour", "knots": "knot", "kt": "knot", "kn": "knot", "lbs": "pound", "lb": "pound",
    "oz": "ounce", "ounces": "ounce", "st": "stone", "'": "foot", "ft": "foot", '"': "inch",
    "sq ft": "foot**2", "sqft": "foot**2", "square feet": "foot**2",
    "sq m": "m**2", "sqm": "m**2", "square meters": "m**2", "square metres": "m**2",
    "square miles": "mile**2", "square kilometers": "km**2", "square kilometres": "km**2",
    "cubic meters": "m**3", "cubic metres": "m**3", "cubic feet": "foot**3", "cc": "cm**3",
    "gallons": "gallon", "us gallons": "gallon", "imperial gallons": "imperial_gallon",
    "fl oz": "fluid_ounce", "nautical miles": "nautical_mile", "light years": "light_year",
    "ha": "hectare", "hp": "horsepower", "公里": "km", "千米": "km", "米": "m", "厘米": "cm",
    "毫米": "mm", "英里": "mile", "英尺": "foot", "英寸": "inch", "公斤": "kg", "千克": "kg",
    "克": "g", "磅": "pound", "盎司": "ounce", "斤": "jin", "升": "liter", "毫升": "ml",
    "小时": "hour", "分钟": "minute", "秒": "second", "天": "day",
}  # fmt: skip


def tools(services: Services) -> tuple[Tool, ...]:
    """The tool `convert`, which asks no service."""

    @tool
    def convert(
        amount: Annotated[float, "how much"],
        unit: Annotated[str, "what it is in, such as km, miles, °F, kg, km/h"],
        to: Annotated[str, "the unit that is wanted"],
    ) -> str:
        """Change an amount into another unit: lengths, weights, temperatures, speeds and more."""
        if not abs(amount) <= MAX_AMOUNT:  # NaN is not, either
            raise ToolError(f"{amount!r} is no amount that can be converted; give one up to 1e30")
        result = _converted(amount, unit, to)
        return f"{_plain(amount)} {unit.strip()} = {_plain(result)} {to.strip()}"

    return (convert,)


def _converted(amount: float, unit: str, to: str) -> float:
    import pint

    have, want = _unit(unit, to), _unit(to, unit)
    if have.dimensionality != want.dimensionality:
        raise ToolError(
            f"{unit.strip()!r} is {_dimension(have)} and {to.strip()!r} is {_dimension(want)}; "
            "one cannot be changed into the other"
        )
    try:
        quantity = _registry().Quantity(amount, have)
        if have.dimensionality == {"[temperature]": 1} and _is_cold(quantity):
            raise ToolError(f"{_plain(amount)} {unit.strip()} is below absolute zero")
        result = float(quantity.to(want).magnitude)
    except (pint.PintError, ArithmeticError, ValueError) as error:
        raise ToolError(
            f"{unit.strip()!r} cannot be changed into {to.strip()!r}: {str(error)[:100]}"
        ) from None
    if not math.isfinite(result):
        raise ToolError("the result is too large")
    return result


def _is_cold(quantity: Any) -> bool:
    return float(quantity.to("degC").magnitude) < ABSOLUTE_ZERO - 1e-9


def _unit(text: str, other: str) -> pint.Unit:
    """The unit that `text` names, seen beside the `other` one; raise `ToolError` for none."""
    import pint

    name = " ".join(text.split())
    folded, beside = name.casefold(), " ".join(other.split()).casefold()
    spelled = _TEMPERATURES.get(folded)
    if folded in _LETTERS and (beside in _TEMPERATURES or beside in _LETTERS):
        spelled = _LETTERS[folded]
    elif folded == "k" and beside not in _TEMPERATURES and beside not in _LETTERS:
        spelled = None
    spelled = spelled or _OTHER_NAMES.get(folded)
    if spelled is None:
        if not name or len(name) > MAX_UNIT or _UNIT.fullmatch(name) is None:
            raise ToolError(f"{name[:40]!r} is no unit; write one such as km, mile, kg, °C or km/h")
        spelled = name.replace("^", "**").replace("·", "*").replace("µ", "u")
    spelled = re.sub(r"^per\s", "1 / ", spelled)
    for spelling in (spelled, spelled.lower()):  # KM is no unit, so km is meant
        try:
            return _registry().parse_units(spelling)
        except pint.UndefinedUnitError:
            continue
        except (pint.PintError, ArithmeticError, ValueError, TypeError, AttributeError):
            break
    raise ToolError(f"no unit {name!r} is known{_near(name)}")


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Any]:
    import pint  # half a second, and most conversations need none of it

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("jin = 500 * gram")
    return registry


def _near(name: str) -> str:
    known = [word for word in dir(_registry()) if word.islower() and len(word) > 2]
    near = difflib.get_close_matches(name.casefold().rstrip("s"), known, n=3, cutoff=0.75)
    return f"; near it: {', '.join(near)}" if near else "; write one such as km, mile, kg or °C"


def _dimension(unit: pint.Unit) -> str:
    text = str(unit.dimensionality).replace("[", "").replace("]", "").replace("**", "^")
    return {"dimensionless": "a plain number"}.get(text, f"a {text}")


def _plain(number: float) -> str:
    """A number in up to `DIGITS` digits that count, without an exponent where it is not long."""
    rounded = Decimal(f"{number:.{DIGITS - 1}e}")
    if rounded == 0:
        return "0"
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    if not -7 < rounded.adjusted() < 15:
        return f"{number:.{DIGITS}g}"
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
