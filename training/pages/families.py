"""Which pages the embedded model is taught, and at which size it sees them."""

from __future__ import annotations

WIDTH, HEIGHT = 336, 420  # 12 x 15 visual tokens, as many as a phone's screen takes
# How often each page is drawn: one picture of the grid is like another, of two buttons none is.
PAGE_SHARES = {
    "click-test": 0.07,
    "click-test-2": 0.15,
    "click-dialog": 0.09,
    "click-dialog-2": 0.06,
    "focus-text": 0.06,
    "focus-text-2": 0.1,
    "click-color": 0.14,
    "click-tab": 0.05,
    "click-button-sequence": 0.1,
    "grid-coordinate": 0.06,
    "click-button": 0.08,
    "click-widget": 0.08,
}
FIRST_HELD = 900_000  # seeds from here on are for tests and never trained on
