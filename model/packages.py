"""Which optional packages this machine has."""

from __future__ import annotations

from importlib.util import find_spec


def is_installed(package: str) -> bool:
    """Whether `package`, by the name that is imported, can be found; it is not imported."""
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # the package above a dotted name is missing
        return False
