"""The small checkpoint that ships with Tapwright."""

from pathlib import Path


def folder() -> Path:
    """Where the checkpoint's files lie."""
    return Path(__file__).parent
