"""Which values training never shows."""

from __future__ import annotations

import zlib


def part(value: str) -> int:
    """A number that hangs on the letters and digits of `value` alone, the same on every machine."""
    return zlib.crc32("".join(filter(str.isalnum, value)).upper().encode())


def held_city(name: str) -> bool:
    """Whether training never shows this city: a fifth of all."""
    return part(name) % 5 == 3


def held_number(number: str) -> bool:
    """Whether training never shows this flight or parcel number: half of all."""
    return part(number) % 2 == 1
