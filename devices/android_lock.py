"""A phone that a run drives is left alone by other runs of this user."""

from __future__ import annotations

from tapwright.locks import Lock, hold


def hold_phone(serial: str) -> Lock | None:
    """Hold the phone until the lock is released or this process ends; raise as `hold` does."""
    return hold(
        "phones", serial, what=f'the phone "{serial}"',
        instead="choose another phone with --device SERIAL",
    )  # fmt: skip
