"""What an expression may do, and how far: functions, methods, filters, operators, their bounds."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.filters import do_default
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

MOST_TEXT = 100_000  # characters of a text, items of a list
MOST_DIGITS = 40  # of a whole number
MOST_RANGE = 10_000
_MOST_POWER = 64
_FORMAT = re.compile(r"[^%]*%[-+ 0#]{0,4}\d{0,3}(?:\.\d{1,2})?[dfgsxX%][^%]*")
_DATE_FORMAT = re.compile(r"(?:[^%]|%[-aAbBdHIjmMpSUwWyYxX%])*")

METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "split", "splitlines", "startswith",
    "endswith", "removeprefix", "removesuffix", "title", "capitalize", "isdigit", "count", "find",
    "replace", "get", "keys", "values", "items", "isoformat", "weekday",
})  # fmt: skip
_PARTS = frozenset({
    "year", "month", "day", "hour", "minute", "second", "days",
})  # fmt: skip
_SOLE = (str, int, float, bool, datetime.date, datetime.time, datetime.timedelta)


def as_text(value: Any) -> str:
    """A value as it stands in a text: `true` for a flag, nothing for None, JSON for a list."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return str(value)


def _must_be_short(size: int) -> None:
    if size > MOST_TEXT:
        raise SecurityError(f"the result would be longer than {MOST_TEXT}")


def _range(*bounds: int) -> list[int]:
    numbers = range(*bounds)
    if len(numbers) > MOST_RANGE:
        raise SecurityError(f"a range of more than {MOST_RANGE} numbers")
    return list(numbers)


def _today() -> datetime.date:
    return datetime.date.today()


def _now() -> datetime.datetime:
    return datetime.datetime.now()


def _days(count: float) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def _int(value: Any) -> int:
    """A whole number, or an error: never a silent 0."""
    if isinstance(value, str):
        if len(value) > MOST_DIGITS:
            raise ValueError("too many digits")
        return int(value.strip())
    number = int(value)
    if isinstance(value, float) and number != value:
        raise ValueError(f"{value} is no whole number; use round")
    return number


def _float(value: Any) -> float:
    return float(value)


def _round(value: float, digits: int = 0) -> float:
    return round(value, digits) if digits else round(value)


def _replace(value: str, old: str, new: str) -> str:
    value, old, new = as_text(value), as_text(old), as_text(new)
    _must_be_short(len(value) + value.count(old) * (len(new) - len(old)))
    return value.replace(old, new)


def _join(values: Sequence[Any], between: str = "") -> str:
    parts = [as_text(value) for value in values]
    _must_be_short(sum(map(len, parts)) + len(parts) * len(between))
    return between.join(parts)


def _format(pattern: str, value: Any) -> str:
    if not _FORMAT.fullmatch(pattern):
        raise ValueError(f"'{pattern}' is no format for one value, such as '%.2f'")
    return pattern % (value,)


def _date(value: Any, pattern: str = "%Y-%m-%d") -> str:
    """A date as text; a text in the form 2026-01-31 is read as one."""
    if len(pattern) > 100 or not _DATE_FORMAT.fullmatch(pattern):
        raise ValueError(f"'{pattern}' is no format of a date, such as '%d.%m.%Y'")
    day = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(day.strftime(pattern))


def _first(values: Sequence[Any]) -> Any:
    return values[0]


def _last(values: Sequence[Any]) -> Any:
    return values[-1]


def _reverse(values: Sequence[Any]) -> Any:
    return values[::-1]


def _on_text(method: Callable[[str], str]) -> Callable[[Any], str]:
    """A method of texts that takes any value, as it stands in a text."""
    return lambda value: method(as_text(value))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "range": _range, "len": len, "today": _today, "now": _now, "days": _days, "int": _int,
    "float": _float, "min": min, "max": max, "sum": sum, "abs": abs, "round": _round,
}  # fmt: skip
_TEXT_FILTERS: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper, "lower": str.lower, "title": str.title, "capitalize": str.capitalize,
    "trim": str.strip,
}  # fmt: skip
FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: _on_text(method) for name, method in _TEXT_FILTERS.items()},
    "length": len, "count": len, "int": _int, "float": _float, "round": _round, "abs": abs,
    "default": do_default, "d": do_default, "first": _first, "last": _last, "join": _join,
    "replace": _replace, "sort": sorted, "min": min, "max": max, "sum": sum, "reverse": _reverse,
    "date": _date, "format": _format,
}  # fmt: skip
_TESTS = (
    "defined", "undefined", "none", "string", "number", "boolean", "even", "odd", "integer",
    "float", "true", "false",
)  # fmt: skip


class _Missing(StrictUndefined):
    """A part that a value does not have; using it is an error that says so."""

    @property
    def _undefined_message(self) -> str:
        name = self._undefined_name
        if isinstance(self._undefined_obj, Mapping):
            known = ", ".join(map(str, self._undefined_obj)) or "nothing"
            return f"there is no '{name}' in it; there is: {known}"
        return f"there is no '{name}' in it"


class Bounds(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which only what stands above exists and no result grows out of hand."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset()

    def __init__(self) -> None:
        # Nothing is worked out while an expression is read.
        super().__init__(undefined=_Missing, optimized=False)
        self.globals = {}
        self.filters = dict(FILTERS)
        self.tests = {name: TESTS[name] for name in _TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`row.name`: a mapping's item before anything else, then what is allowed."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        allowed = METHODS if isinstance(obj, str | Mapping | datetime.date) else frozenset[str]()
        if isinstance(obj, datetime.date | datetime.timedelta):
            allowed = allowed | _PARTS
        if attribute in allowed and hasattr(obj, attribute):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`row["name"]`, `names[0]`, `text[:3]`."""
        if isinstance(obj, Mapping | str | list | tuple):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def call(*args: Any, **kwargs: Any) -> Any:
        """Call a function or method of the list, and nothing else."""
        self, _, called, *given = args
        assert_sole: Bounds = self
        if any(called is function for function in FUNCTIONS.values()):
            return assert_sole._checked(called(*given, **kwargs))
        owner = getattr(called, "__self__", None)
        name = getattr(called, "__name__", "")
        if name not in METHODS or not isinstance(owner, str | Mapping | datetime.date):
            raise SecurityError("only functions and methods can be called")
        if name == "replace":
            return _replace(str(owner), *given)
        result = called(*given, **kwargs)
        return assert_sole._checked(list(result) if name in ("keys", "values", "items") else result)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Work out an operator within bounds."""
        texts = isinstance(left, str) or isinstance(right, str)
        if operator == "*":
            for many, count in ((left, right), (right, left)):
                if isinstance(many, str | list | tuple) and isinstance(count, int):
                    _must_be_short(len(many) * count)
        elif operator == "%" and texts:
            raise TypeError("'%' is for numbers; use the filter format")
        elif operator == "**" and not (isinstance(right, int) and abs(right) <= _MOST_POWER):
            raise SecurityError(f"a power must be a whole number up to {_MOST_POWER}")
        elif operator == "+" and isinstance(left, str) != isinstance(right, str):
            raise TypeError("'+' joins two texts or adds two numbers; use ~ to join any two")
        return self._checked(super().call_binop(context, operator, left, right))

    def _checked(self, result: Any) -> Any:
        """Refuse what is too big already, before it grows further."""
        if isinstance(result, str | list | tuple | Mapping):
            _must_be_short(len(result))
        elif isinstance(result, int) and abs(result) >= 10**MOST_DIGITS:
            raise SecurityError(f"a number of more than {MOST_DIGITS} digits")
        elif isinstance(result, float) and not math.isfinite(result):
            raise ArithmeticError("the result is no number")
        return result

    def must_be_value(self, result: Any) -> None:
        """Refuse a result that is missing, no plain value, or too big all in all."""
        waiting, seen = [result], 0
        while waiting:
            value = waiting.pop()
            if isinstance(value, Undefined):
                str(value)  # says what is missing
            self._checked(value)
            seen += len(value) if isinstance(value, str) else 1
            _must_be_short(seen)
            if isinstance(value, Mapping):
                waiting += [*value.keys(), *value.values()]
            elif isinstance(value, list | tuple):
                waiting += value
            elif value is not None and not isinstance(value, _SOLE):
                raise TypeError(f"the result is a {type(value).__name__}, which is no value")
