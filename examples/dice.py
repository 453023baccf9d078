"""A tool of your own: `tapwright tools call dice sides=20 --tools examples/dice.py`."""

import random

from tapwright import tool


@tool
def dice(sides: int = 6) -> str:
    """Roll a die."""
    return str(random.randint(1, sides))
