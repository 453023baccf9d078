"""A simulated phone watched through the real adb: what was there for a moment is still known."""

from __future__ import annotations

import threading
import time

import pytest

from tapwright.agent.watching import Watched, WatchSettings
from tapwright.devices.android import connect
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.model.scripted import ScriptedModel

from .chat_parts import talk
from .parts import pictures

pytestmark = pytest.mark.phone


def test_a_screen_that_was_there_for_a_moment_is_shown() -> None:
    with SimulatedPhone(seed=7) as sim, connect(sim.serial, port=sim.adb_port) as phone:
        with Watched(phone, WatchSettings(fps=10)) as watch:
            _until(watch, 1)
            phone.query(["am", "start", "-a", "android.settings.SETTINGS"])  # beside the looks
            _until(watch, 2)
            phone.query(["input", "keyevent", "HOME"])
            _until(watch, 3)
            assistant = talk(["The settings."])
            answer = assistant.ask(*watch.parts(), "What was open just now?")
        assert answer.text == "The settings."
        model = assistant.model
        assert isinstance(model, ScriptedModel)
        seen = pictures(model.requests[0])
        assert len(seen) >= 3
        assert seen[0].size == (1080, 2400)
        assert seen[1].tobytes() != seen[0].tobytes()
        after = phone.observe()  # the phone is still ours, and nothing looks at it any more
        assert after.image.size == (1080, 2400)
    assert not [thread for thread in threading.enumerate() if thread.name == "watched"]


def _until(watch: Watched, pictures_kept: int) -> None:
    limit = time.monotonic() + 30
    while (film := watch.film()) is None or len(film.frames) < pictures_kept:
        assert time.monotonic() < limit
        threading.Event().wait(0.02)
