"""Text from a screen or a model as a value of a kind, without guessing.

What can be read in two ways is an error that says so: "1,234" is no float, for it is a thousand
to some and one and a bit to others; "03/04/2026" is no date.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from tapwright.errors import UsageError

Kind = Literal["text", "int", "float", "bool", "date"]
Value = str | int | float | bool | datetime.date

_SIGNS = {"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"}
# One number with what may stand around it: a currency by sign or code, a percent sign.
_CURRENCY = r"(?:[$\u20ac\xa3\xa5\u20b9]|[A-Z]{3}|Fr\.|kr)"
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)\s*{_CURRENCY}?\s*(?P<inner>[+-]?)"
    rf"(?P<number>\d[\d.,' ]*)\s*(?:{_CURRENCY}|%)?"
)
_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*")
_DECIMAL = re.compile(
    r"(?P<whole>\d+|\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*)(?P<point>[.,])(?P<rest>\d+)"
)
_YES = frozenset({"yes", "true", "on", "checked", "enabled"})
_NO = frozenset({"no", "false", "off", "unchecked", "disabled"})
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")  # day first wherever it is written
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+([a-z]{3,9})\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


class NoNumberError(ValueError):
    """A text in which a number was expected holds something else, or more than that."""


def as_kind(text: str, kind: str) -> Any:
    """`text` as a value of `kind`; raise `ValueError`, quoting it, where it is none or ambiguous.

    Raise `UsageError` for an unknown kind.
    """
    try:
        read = _KINDS[kind]
    except KeyError:
        raise UsageError(f"no kind '{kind}'; use one of: {', '.join(_KINDS)}") from None
    return read(text.strip())


def _text(text: str) -> str:
    if not text:
        raise ValueError("there is no text")
    return text


def _int(text: str) -> int:
    sign, number = _amount(text)
    grouped = _GROUPED.fullmatch(number)
    if _PLAIN.fullmatch(number):
        value = int(number)
    elif grouped:
        value = int(number.replace(grouped["mark"], ""))
    else:
        decimal = _DECIMAL.fullmatch(number)
        if decimal is None or decimal["rest"].strip("0"):
            raise ValueError(f"'{text}' is no whole number")
        value = int(re.sub(r"\D", "", decimal["whole"]))
    return sign * value


def _float(text: str) -> float:
    sign, number = _amount(text)
    grouped = _GROUPED.fullmatch(number)
    if grouped and grouped["mark"] in ".," and number.count(grouped["mark"]) == 1:
        raise ValueError(
            f"'{text}' can be read in two ways, for '{grouped['mark']}' parts thousands or "
            "decimals; ask for an int, or for the text"
        )
    if _PLAIN.fullmatch(number):
        return sign * float(number)
    if grouped:
        return sign * float(number.replace(grouped["mark"], ""))
    decimal = _DECIMAL.fullmatch(number)
    if decimal is None or decimal["mark"] == decimal["point"]:
        raise NoNumberError(f"'{text}' is no number")
    return sign * float(re.sub(r"\D", "", decimal["whole"]) + "." + decimal["rest"])


def _amount(text: str) -> tuple[int, str]:
    """The sign and the digits of the one number that `text` is."""
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    found = _AMOUNT.fullmatch(text.strip().rstrip("."))
    if found is None or (found["sign"] and found["inner"]):
        raise NoNumberError(f"'{text}' is no number")
    return -1 if "-" in (found["sign"], found["inner"]) else 1, found["number"].strip()


def _bool(text: str) -> bool:
    word = text.strip(" .!'\"").casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(f"'{text}' is neither yes nor no")


def _date(text: str) -> datetime.date:
    plain = " ".join(text.casefold().split()).rstrip(".")
    if found := _ISO.fullmatch(plain):
        return _day(text, *found.groups())
    if found := _DOTTED.fullmatch(plain):
        return _day(text, *reversed(found.groups()))
    if found := _SLASHED.fullmatch(plain):
        one, other, year = found.groups()
        if int(one) <= 12 and int(other) <= 12 and one != other:
            raise ValueError(
                f"'{text}' can be read in two ways, for it does not say which is the month; "
                "ask for the text"
            )
        day, month = (one, other) if int(one) > 12 or one == other else (other, one)
        return _day(text, year, month, day)
    if found := _DAY_FIRST.fullmatch(plain):
        day, name, year = found.groups()
        return _day(text, year, _month(text, name), day)
    if found := _MONTH_FIRST.fullmatch(plain):
        name, day, year = found.groups()
        return _day(text, year, _month(text, name), day)
    raise ValueError(f"'{text}' is no date such as 2026-03-31 or 31 March 2026")


def _month(text: str, name: str) -> str:
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name):
            return str(number)
    raise ValueError(f"'{text}' names no month")


def _day(text: str, year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar") from None


_KINDS: Mapping[str, Callable[[str], Value]] = {
    "text": _text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "date": _date,
}
