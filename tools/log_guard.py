"""Keeping secrets out of the log while a plugin works: its own records, and those of the libraries
that it uses, which write down whole addresses with the keys in them."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from contextvars import ContextVar

from tapwright.tools.redaction import Redactor

LONGEST_RECORD = 4_000  # characters

# Whose secrets are kept out of the records of the call that is running, if one is.
guarded_by: ContextVar[Callable[[], Redactor] | None] = ContextVar("guarded_by", default=None)

_lock = threading.Lock()
_before: list[Callable[..., logging.LogRecord]] = []


def guard_logs() -> None:
    """See to it, once in a process, that records made within `guarded_by` hold no secrets.

    Handlers are many and filters of loggers miss their children's records, so it is done where
    records are made.
    """
    with _lock:
        if not _before:
            _before.append(logging.getLogRecordFactory())
            logging.setLogRecordFactory(_clean_record)


def _clean_record(*given: object, **named: object) -> logging.LogRecord:
    record = _before[0](*given, **named)
    redactor_of = guarded_by.get()
    if redactor_of is None:
        return record
    redactor = redactor_of()
    if not redactor.values:
        return record
    try:
        said = record.getMessage()
    except Exception as error:  # arguments that do not fit; the foreign text must not come through
        said = f"a log record that cannot be written: {type(error).__name__}"
    record.msg, record.args = redactor.text(said, LONGEST_RECORD), ()
    if record.exc_info and record.exc_info[1] is not None:
        lines = traceback.format_exception(record.exc_info[1], limit=-8)
        record.exc_text = redactor.text("".join(lines), LONGEST_RECORD).rstrip("\n")
        record.exc_info = None
    return record
