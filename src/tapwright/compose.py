"""Where the concrete parts are put together: the front doors of a Python program."""

from __future__ import annotations
