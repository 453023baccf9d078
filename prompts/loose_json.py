"""Reading the JSON that models write: strict first, then forgiving, always bounded.

A model writes `{"point": (348,291)}`, single quotes, trailing commas or box tokens. All of that
can be read without guessing; half an object cannot, and is an error that says so. Nothing here
evaluates what a model wrote.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import json5

MAX_TEXT = 100_000  # characters of a whole reply: ten times what models write at most
MAX_LOOSE = 16_384  # characters in which tuples are looked for once strict JSON has failed
MAX_JSON5 = 1_000  # characters left of the reply: json5 reads some thirty in a millisecond
MAX_DEPTH = 64
MAX_VALUES = 10_000
MAX_MARKS = 50_000  # commas and brackets, strings included: counted before anything is built
MAX_NUMBER = 2**53 - 1  # JSON keeps whole numbers exact up to here; 10**12 is a time in ms

_NUMBER = r"-?\d{1,12}(?:\.\d{1,12})?"
_LOOSE = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'  # a string, closed or not: never touched
    r"|'(?:[^'\\\n]|\\.)*'"
    rf"|(?P<tuple>\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\))"
    r"|(?P<box><\|box_(?:start|end)\|>)",
    re.DOTALL,
)
_TWO_POINTS = re.compile(
    r"<\|box_start\|>\s*(\([^()\"]{1,60}\)\s*,\s*\([^()\"]{1,60}\))\s*<\|box_end\|>"
)
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?:"|(?P<open>\\?\Z))|[\[\](){}]', re.DOTALL)


class LooseJsonError(ValueError):
    """The text is not JSON within the bounds; `truncated` where it only lacks its end."""

    def __init__(self, text: str, *, truncated: bool = False) -> None:
        super().__init__(text)
        self.truncated = truncated


def read_object(text: str, start: int = 0) -> tuple[dict[str, Any], str]:
    """Read the JSON object that begins at `text[start]`; return it and the text after it.

    Raise `LooseJsonError` where there is no whole object within the bounds.
    """
    value, rest = _read_value(text, start)
    if not isinstance(value, dict):
        raise LooseJsonError(f"expected a JSON object, not {type(value).__name__}")
    check_bounds(value)
    return value, rest


def _read_value(text: str, start: int) -> tuple[Any, str]:
    if len(text) - start > MAX_TEXT:
        raise LooseJsonError(f"longer than {MAX_TEXT} characters")
    if sum(text.count(mark, start) for mark in ",[{") > MAX_MARKS:
        raise LooseJsonError(f"more than {MAX_VALUES} values")
    try:
        value, end = _STRICT.raw_decode(text, start)
    except RecursionError:
        raise LooseJsonError(f"nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        strict = error
    else:
        return value, text[end:]

    if len(text) - start > MAX_LOOSE:
        raise LooseJsonError(f"not JSON: {strict.msg} at character {strict.pos - start}")
    tail = _bracket_tuples(text[start:])
    try:
        value, end = _STRICT.raw_decode(tail)
    except RecursionError:
        raise LooseJsonError(f"nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        strict = error
    else:
        return value, tail[end:]

    extent = _extent(tail)
    if extent is None:
        raise LooseJsonError("the JSON ends before its last bracket", truncated=True)
    if len(tail) <= MAX_JSON5:
        try:
            return json5.loads(tail[:extent]), tail[extent:]
        except (ValueError, RecursionError):
            pass
    raise LooseJsonError(f"not JSON: {strict.msg} at character {strict.pos}")


def _bracket_tuples(text: str) -> str:
    """Turn bare tuples outside strings into lists and drop box tokens."""
    text = _TWO_POINTS.sub(r"[\1]", text)

    def replace(match: re.Match[str]) -> str:
        if match["tuple"]:
            return "[" + match["tuple"][1:-1] + "]"
        return "" if match["box"] else match[0]

    return _LOOSE.sub(replace, text)


def _extent(text: str) -> int | None:
    """Where the bracket that opens `text` closes; None where it does not."""
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[0] in ("{", "[", "("):
            depth += 1
            if depth > MAX_DEPTH:
                raise LooseJsonError(f"nested deeper than {MAX_DEPTH} levels")
        elif match[0] in ("}", "]", ")"):
            depth -= 1
            if depth <= 0:
                return match.end()
    return None


def check_bounds(value: object) -> None:
    """Raise `LooseJsonError` where decoded JSON is too deep, too much, or not encodable."""
    waiting: list[tuple[object, int]] = [(value, 1)]
    seen = 0
    while waiting:
        item, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise LooseJsonError(f"nested deeper than {MAX_DEPTH} levels")
        if seen + len(waiting) > MAX_VALUES:
            raise LooseJsonError(f"more than {MAX_VALUES} values")
        if isinstance(item, dict):
            _check_room(item, seen)
            for key, inner in item.items():
                _check_text(key)
                waiting.append((inner, depth + 1))
        elif isinstance(item, list):
            _check_room(item, seen)
            waiting.extend((inner, depth + 1) for inner in item)
        elif isinstance(item, str):
            _check_text(item)
        elif isinstance(item, (int, float)):
            _check_number(item)


def _check_room(items: dict[str, object] | list[object], seen: int) -> None:
    if seen + len(items) > MAX_VALUES:
        raise LooseJsonError(f"more than {MAX_VALUES} values")


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which no device could be sent
        raise LooseJsonError("a string holds half a character (a lone surrogate)") from None


def _check_number(number: float) -> None:
    if not -MAX_NUMBER <= number <= MAX_NUMBER:  # NaN is not, either
        raise LooseJsonError(f"a number is NaN or beyond {MAX_NUMBER}")


def _refuse_constant(word: str) -> NoReturn:
    raise LooseJsonError(f"{word} is not a number that can be used")


def _bounded_int(digits: str) -> int:
    if len(digits) > 17:  # before `int`, whose cost grows with the square of the length
        raise LooseJsonError(f"a number is beyond {MAX_NUMBER}")
    return int(digits)


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_bounded_int, strict=False)
