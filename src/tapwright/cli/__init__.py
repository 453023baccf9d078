"""The terminal: `tapwright run`, `devices`, `screenshot`, `phone`, `doctor` and the rest."""

from tapwright.cli.app import main

__all__ = ["main"]
