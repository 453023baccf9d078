"""Secrets by name: read from the environment when a tool asks, and kept out of all that it says.

A model never sees a secret: a tool declares the names that it needs, `Context.secret` gives their
values to the tool alone, and every text that leaves a toolbox goes through a `Redactor`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Mapping

from tapwright.errors import ToolError
from tapwright.tools.redaction import Redactor

SHORTEST = 4  # characters; what is shorter stands in any text by chance
SHORTEST_GUESSED = 8  # for variables that only look like a secret
LONGEST = 8_000

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)


class Secrets:
    """Where secrets come from: `environment`, the process's own unless given.

    It is read anew for every call, so that a key set meanwhile is found.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._lock = threading.Lock()  # tools run in threads of their own
        self._granted: dict[str, str] = {}  # value to name: stays secret when the variable goes
        self._redactor = Redactor({})

    def __repr__(self) -> str:
        return "Secrets()"

    def is_set(self, name: str) -> bool:
        """Whether the environment holds a value for `name`."""
        return bool(self._environment.get(name, "").strip())

    def grant(self, name: str, tool: str) -> str:
        """The value of `name` for the tool of that name.

        Raise `ToolError` where it is not set, or is no value that could be kept out of a text.
        """
        value = self._environment.get(name, "").strip()
        if not value:
            raise ToolError(f"{tool} needs {name}, which is not set; set it in the environment")
        if not SHORTEST <= len(value) <= LONGEST:
            raise ToolError(
                f"{tool} needs {name}, whose value of {len(value)} characters is no key; "
                f"set a whole one of {SHORTEST} to {LONGEST} in the environment"
            )
        with self._lock:
            self._granted[value] = name
        return value

    def redactor(self, names: Iterable[str]) -> Redactor:
        """What takes every secret out of a text.

        Those are the values of `names`, all that were ever granted, and those of variables whose
        names end like a secret's: a tool may have read them past us.
        """
        wanted = set(names)
        values: dict[str, str] = {}
        for name, value in dict(self._environment).items():
            least = SHORTEST if name in wanted else SHORTEST_GUESSED
            known = name in wanted or _SECRET_NAME.search(name) is not None
            if known and least <= len(value.strip()) <= LONGEST:
                values[value.strip()] = name
        with self._lock:
            values.update(self._granted)
            if values != self._redactor.values:
                self._redactor = Redactor(values)
            return self._redactor
