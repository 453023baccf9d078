"""`settings` and `content`: what the phone remembers, as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tapwright.devices.simphone.calls import Call

_TABLES = ("global", "secure", "system")
_ALARMS = "content://com.android.deskclock/alarms"
_WHERE = re.compile(r"\s*(\w+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|(-?\d+))\s*")
_FAILED = 255

Row = Sequence[tuple[str, str]]


def settings(call: Call) -> int:
    """`settings get|put|list|delete [--user N] TABLE [KEY [VALUE]]`."""
    words = list(call.args)
    if "--user" in words[:2]:
        at = words.index("--user")
        del words[at : at + 2]
    verb, table, *rest = [*words, "", ""]
    if verb not in ("get", "put", "list", "delete"):
        return call.fail(f"Invalid command: {verb}", _FAILED)
    if table not in _TABLES:
        return call.fail(f"Invalid namespace '{table}'", _FAILED)
    rest = words[2:]
    wanted = {"get": 1, "put": 2, "list": 0, "delete": 1}[verb]
    if len(rest) < wanted:
        return call.fail("Bad arguments", _FAILED)
    with call.system.lock:
        values = call.system.state.settings[table]
        if verb == "get":
            call.say(values.get(rest[0], "null"))
        elif verb == "put":
            values[rest[0]] = rest[1]
        elif verb == "delete":
            call.say(f"Deleted {int(values.pop(rest[0], None) is not None)} rows")
        else:
            for key in sorted(values):
                call.say(f"{key}={values[key]}")
    return 0


def content(call: Call) -> int:
    """`content query --uri URI [--projection A:B] [--where "A=1 AND B='x'"]`."""
    if call.args[:1] != ("query",):
        verb = call.args[0] if call.args else ""
        return call.fail(f"[ERROR] Unsupported operation: {verb}", 1)
    options = dict(zip(call.args[1::2], call.args[2::2], strict=False))
    uri = options.get("--uri", "")
    with call.system.lock:
        rows = _rows(call, uri)
    if rows is None:
        return call.fail(f"Error while accessing provider: unknown uri '{uri}'", 1)
    conditions = _conditions(options.get("--where", ""))
    if conditions is None:
        return call.fail("Error while accessing provider: cannot read --where", 1)
    chosen = [row for row in rows if all(dict(row).get(k) == v for k, v in conditions)]
    names = [name for name in options.get("--projection", "").split(":") if name]
    if not chosen:
        call.say("No result found.")
    for number, row in enumerate(chosen):
        shown = [(name, value) for name, value in row if not names or name in names]
        call.say(f"Row: {number} " + ", ".join(f"{name}={value}" for name, value in shown))
    return 0


def _rows(call: Call, uri: str) -> list[Row] | None:
    state = call.system.state
    if uri.rstrip("/") == _ALARMS:
        return [
            (
                ("_id", str(number)),
                ("hour", str(alarm.hour)),
                ("minutes", str(alarm.minute)),
                ("enabled", str(int(alarm.enabled))),
                ("label", alarm.label),
            )
            for number, alarm in enumerate(state.alarms, 1)
        ]
    table = uri.removeprefix("content://settings/").rstrip("/")
    if uri.startswith("content://settings/") and table in _TABLES:
        return [
            (("_id", str(number)), ("name", key), ("value", value))
            for number, (key, value) in enumerate(sorted(state.settings[table].items()), 1)
        ]
    return None


def _conditions(where: str) -> list[tuple[str, str]] | None:
    found: list[tuple[str, str]] = []
    for clause in filter(None, re.split(r"(?i)\s+and\s+", where)):
        match = _WHERE.fullmatch(clause)
        if match is None:
            return None
        found.append((match[1], next(each for each in match.groups()[1:] if each is not None)))
    return found
