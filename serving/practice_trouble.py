"""Bad days of a web service, on command."""

from __future__ import annotations

import enum


class Trouble(enum.Enum):
    """What a practice service does in the place of answering well; the value is its name."""

    TIMEOUT = "timeout"  # no answer comes
    BUSY = "429"  # with `Retry-After`
    BROKEN = "500"
    BAD_JSON = "bad_json"
    HTML = "html"
    CUT = "cut"  # the connection ends in the middle of the answer
    HUGE = "huge"  # 50 MB
    REFUSED = "401"  # as if the key were wrong; its words hold the key that was sent
    UNKNOWN = "unknown"  # it knows nothing of what is asked for
