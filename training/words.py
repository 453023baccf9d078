"""The words that the embedded model's tokenizer is learned from."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tapwright.devices.simphone.apps.catalogue import APPS
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import variants
from tapwright.training.episodes import reply_for
from tapwright.types import ToolCall

# Said on screens and in tasks that a few random phones may not show.
_MORE_TEXT = """
Alarm Alarms Clock Timer Stopwatch Start Stop Pause Resume Reset Lap Laps Delete Cancel OK Add
alarm alarms timer stopwatch minute minutes hour hours second seconds start stop pause reset set
Turn on off Switch Enable Disable Please Make sure that is the Set Start Create Open Launch Go to
Hour Minute Every day AM PM Repeat Weekdays Snooze Label Snoozed Ring once Tomorrow Today
Airplane mode Wi-Fi Bluetooth Display Sound Battery Apps Notifications Storage Security Location
About phone Dark theme Night Light Battery saver Brightness level Adaptive brightness Vibrate
Search settings Use Wi-Fi Use Bluetooth Connected Not connected Available networks Saved devices
Refused Unknown Unreadable Changed No change. Task Next Say whether it is not here Scroll Wrong
page app Go back home high low done time picker field one of these numbers Type text Write note
"""
_MORE = _MORE_TEXT.split()


def corpus(system: str) -> Iterator[str]:
    """Texts in about the proportions in which the model meets them."""
    rng = random.Random(7)
    for round_ in range(30):
        yield f"system\n{system}"
        yield "user\n"
        yield "assistant\n"
        phone = Phone(round_, animate=False)
        alarms = [(rng.randrange(24), rng.randrange(60), True) for _ in range(3)]
        for variant in variants(rng, alarms):
            for phrase in variant.phrases:
                yield f"Task: {phrase}\nNext?"
            yield f"{variant.goal.label} is on.\n- {variant.goal.label} is off. Changed.\n"
            yield f"{variant.goal.label} is not here. Scroll.\n- Go home. No change.\n"
        for element in phone.elements():
            yield f"Tap {element.label}."
        for app in APPS:
            yield reply_for(f"Tap {app.label}.", ToolCall("Click", {"point": [512, 96]}))
            yield f"Task: Tap {app.label}\n- Tap {app.label}. Changed.\nNext?"
        for word in _MORE:
            yield word
            yield f" {word}"
        for move in ("Back", "Home", "Done", "Enter"):
            yield reply_for("Wrong page. Go back.", ToolCall(move, {}))
        for direction in ("up", "down", "left", "right"):
            yield reply_for("Scroll.", ToolCall("Swipe", {"direction": direction}))
        yield reply_for("Write.", ToolCall("Type", {"text": "note"}))
