"""Numbers of the calculator: exact fractions while they can be, bounded always."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import TypeAlias

from tapwright.errors import ToolError

Number: TypeAlias = Fraction | float

MAX_DIGITS = 3_000  # of a numerator or denominator
MAX_FACTORIAL = 1_000
MAX_PLACES = 30  # decimal places that are written out exactly
SHOWN = 15  # digits that count of what is not exact
_MAX_BITS = MAX_DIGITS * 3322 // 1000

_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau, "τ": math.tau}


def number(text: str) -> Number:
    """A number as it is written, exactly."""
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_DIGITS:
        raise ToolError(f"{text[:20]!r} is a number of more than {MAX_DIGITS} digits")
    return _bounded(Fraction(mantissa) * Fraction(10) ** int(exponent or 0))


def constant(name: str) -> Number:
    """The value of a name."""
    value = _CONSTANTS.get(name.lower())
    if value is None:
        if name.lower() in _FUNCTIONS:
            raise ToolError(f"{name!r} is a function; write {name}(...)")
        raise ToolError(f"no number is called {name[:40]!r}; known are pi, e and tau")
    return value


def negated(value: Number) -> Number:
    """The number with its sign turned."""
    return -value


def binary(sign: str, left: Number, right: Number) -> Number:
    """`left` and `right` joined by an operator; raise `ToolError` where there is no value."""
    if sign in ("/", "//", "%") and right == 0:
        raise ToolError("division by zero has no value")
    if sign in ("**", "^"):
        return _power(left, right)
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(_EXACT[sign](left, right))
    try:
        return _finite(_FLOATING[sign](float(left), float(right)))
    except OverflowError:
        raise _too_large() from None


_EXACT: dict[str, Callable[[Fraction, Fraction], Fraction | int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
_FLOATING: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}


def _power(base: Number, exponent: Number) -> Number:
    if base == 0 and exponent < 0:
        raise ToolError("division by zero has no value (0 with a negative power)")
    if isinstance(exponent, Fraction):
        whole = exponent.numerator if exponent.denominator == 1 else None
        if isinstance(base, Fraction) and whole is not None:
            size = max(base.numerator.bit_length(), base.denominator.bit_length())
            # 1 and -1 stay as they are, however often.
            if abs(base) != 1 and base != 0 and (size - 1) * abs(whole) > _MAX_BITS:
                raise _too_large()
            return _bounded(base ** (whole % 2 if abs(base) == 1 else whole))
        if isinstance(base, Fraction) and exponent.denominator == 2 and base >= 0:
            root = _root(base)
            if isinstance(root, Fraction):
                return _power(root, Fraction(exponent.numerator))
    if base < 0 and exponent != math.floor(exponent):
        raise ToolError(f"{_brief(base)} has no real power {_brief(exponent)}")
    try:
        return _finite(math.pow(base, exponent))
    except OverflowError:
        raise _too_large() from None


def _root(value: Number) -> Number:
    """The square root, exact where there is one."""
    if value < 0:
        raise ToolError(f"{_brief(value)} has no real square root")
    if isinstance(value, Fraction):
        top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
    return math.sqrt(value)


def factorial(value: Number) -> Number:
    """n!, for whole numbers up to `MAX_FACTORIAL`."""
    whole = _whole(value, "factorial")
    if not 0 <= whole <= MAX_FACTORIAL:
        raise ToolError(
            f"factorial takes whole numbers from 0 to {MAX_FACTORIAL}, not {_brief(value)}"
        )
    return Fraction(math.factorial(whole))


def _whole(value: Number, name: str) -> int:
    if value != math.floor(value):
        raise ToolError(f"{name} takes whole numbers, not {_brief(value)}")
    return int(value)


def _rounded(value: Number, places: Number = Fraction(0)) -> Number:
    """To decimal places; halves go away from zero, as on paper."""
    count = _whole(places, "round")
    if abs(count) > MAX_PLACES:
        raise ToolError(f"round takes up to {MAX_PLACES} places, not {_brief(places)}")
    scale = Fraction(10) ** count
    # A float's shortest spelling is what was meant: 2.675, not the binary number below it.
    exact = value if isinstance(value, Fraction) else Fraction(repr(value))
    return Fraction(math.floor(abs(exact) * scale + Fraction(1, 2)), 1) / scale * _sign(exact)


def _sign(value: Number) -> int:
    return (value > 0) - (value < 0)


def _log(value: Number, base: Number | None = None) -> Number:
    if value <= 0 or (base is not None and (base <= 0 or base == 1)):
        raise ToolError("a logarithm is of a number above 0, to a base above 0 other than 1")
    return _ln(value) if base is None else _ln(value) / _ln(base)


def _ln(value: Number) -> float:
    if isinstance(value, Fraction):  # larger than a float can be, perhaps
        return math.log(value.numerator) - math.log(value.denominator)
    return math.log(value)


def _log_to(base: int) -> Callable[[Number], Number]:
    def log(value: Number) -> Number:
        found = _log(value, Fraction(base))
        near = round(found)
        exact = isinstance(value, Fraction) and abs(near) < MAX_DIGITS
        return Fraction(near) if exact and Fraction(base) ** near == value else found

    return log


def _real(function: Callable[[float], float]) -> Callable[[Number], Number]:
    return lambda value: function(float(value))


def _wave(function: Callable[[float], float]) -> Callable[[Number], Number]:
    # pi is not exact, and what should be 0 or 1 would show it.
    return lambda value: round(function(float(value)), SHOWN)


def _tangent(value: float) -> float:
    if abs(math.cos(value)) < 1e-15:
        raise ToolError("the tangent has no value there")
    return math.tan(value)


def _mean(*values: Number) -> Number:
    return binary("/", _sum(*values), Fraction(len(values)))


def _sum(*values: Number) -> Number:
    total: Number = Fraction(0)
    for value in values:
        total = binary("+", total, value)
    return total


def _cube_root(value: Number) -> Number:
    root = math.copysign(abs(float(value)) ** (1 / 3), value)
    return Fraction(round(root)) if Fraction(round(root)) ** 3 == value else root


# Each function with the fewest and the most numbers that it takes.
_FUNCTIONS: dict[str, tuple[Callable[..., Number], int, int]] = {
    "sqrt": (_root, 1, 1), "cbrt": (_cube_root, 1, 1), "abs": (abs, 1, 1),
    "exp": (_real(math.exp), 1, 1), "ln": (_log, 1, 1), "log": (_log, 1, 2),
    "log10": (_log_to(10), 1, 1), "log2": (_log_to(2), 1, 1), "lg": (_log_to(10), 1, 1),
    "sin": (_wave(math.sin), 1, 1), "cos": (_wave(math.cos), 1, 1),
    "tan": (_wave(_tangent), 1, 1), "asin": (_real(math.asin), 1, 1),
    "acos": (_real(math.acos), 1, 1), "atan": (_real(math.atan), 1, 1),
    "radians": (_real(math.radians), 1, 1), "degrees": (_real(math.degrees), 1, 1),
    "round": (_rounded, 1, 2), "floor": (lambda v: Fraction(math.floor(v)), 1, 1),
    "ceil": (lambda v: Fraction(math.ceil(v)), 1, 1),
    "trunc": (lambda v: Fraction(math.trunc(v)), 1, 1),
    "min": (min, 1, 100), "max": (max, 1, 100), "sum": (_sum, 1, 100),
    "mean": (_mean, 1, 100), "avg": (_mean, 1, 100), "factorial": (factorial, 1, 1),
    "mod": (lambda a, b: binary("%", a, b), 2, 2), "pow": (_power, 2, 2),
    "gcd": (lambda *v: Fraction(math.gcd(*(_whole(x, "gcd") for x in v))), 1, 100),
    "lcm": (lambda *v: Fraction(math.lcm(*(_whole(x, "lcm") for x in v))), 1, 100),
}  # fmt: skip


def call(name: str, values: Sequence[Number]) -> Number:
    """A function of `values`; raise `ToolError` where it has no value there."""
    known = _FUNCTIONS.get(name.lower())
    if known is None:
        near = difflib.get_close_matches(name.lower(), _FUNCTIONS, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(_FUNCTIONS)}"
        raise ToolError(f"no function {name[:40]!r}{hint}")
    function, fewest, most = known
    if not fewest <= len(values) <= most:
        wanted = f"{fewest} to {most} numbers" if most > 1 else "1 number"
        raise ToolError(f"{name} takes {wanted}, not {len(values)}")
    try:
        return _bounded(function(*values))
    except OverflowError:
        raise _too_large() from None
    except ValueError:
        raise ToolError(f"{name} has no value at {', '.join(map(_brief, values))}") from None


def _bounded(value: Number | int) -> Number:
    """The number; raise `ToolError` where it is too long to go on with."""
    if isinstance(value, float):
        return _finite(value)
    exact = Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > _MAX_BITS:
        raise _too_large()
    return exact


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise _too_large()
    return value


def _too_large() -> ToolError:
    return ToolError(f"the result is too large or too long: more than {MAX_DIGITS} digits")


def shown(value: Number) -> str:
    """The number in digits: exact where it ends, else to `SHOWN` digits that count."""
    if isinstance(value, float):
        return _plain(Decimal(f"{value:.{SHOWN}g}"))
    if value.denominator == 1:
        return str(value.numerator)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest == 1 and places <= MAX_PLACES:
        digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    near = Context(prec=SHOWN, rounding=ROUND_HALF_EVEN).divide(
        Decimal(value.numerator), Decimal(value.denominator)
    )
    exact = f"{value.numerator}/{value.denominator}"
    return f"{_plain(near)} (exactly {exact})" if len(exact) <= 40 else _plain(near)


def _brief(value: Number) -> str:
    """The number for a message."""
    text = shown(value).partition(" ")[0]
    return text if len(text) <= 30 else f"{text[:30]}…"


def _plain(value: Decimal) -> str:
    """Digits without an exponent where there are not too many noughts."""
    if value == 0:
        return "0"
    if -10 <= value.adjusted() < 21:
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value.normalize():g}".replace("E", "e")
