# ruff: noqa: RUF001 - characters that look like others are among the texts
"""Text typed on a simulated phone: what the phone stored is the text, or it was refused."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tapwright.actions import OpenApp, Point, Tap, TypeText
from tapwright.devices.android import connect
from tapwright.devices.android_ime import state_folder
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.system import ADB_IME, LATIN_IME
from tapwright.types import Delivery

pytestmark = pytest.mark.phone

INTACT = (
    "hello world",
    " leading and trailing ",
    "   ",
    "it's",
    'say "hi"',
    "'\"'\"'",
    "`id`",
    "$(id)",
    "$HOME ${PATH}",
    "$((1+1))",
    "a;b",
    "a && touch pwned",
    "a || b",
    "a | b > c < d",
    "a & b",
    "(a) {b} [c]",
    "*.txt ?",
    "~root",
    "#comment",
    "!history !!",
    "back\\slash \\n \\t \\\\",
    "100%",
    "%s",
    "100%s and %%s and %d%s%s",
    "%",
    "%%",
    "% s",
    "\\%s",
    "-n",
    "--help",
    "-d 1",
    "text",
    "keyevent 26",
    "a=b",
    "<html>&amp;</html>",
    "{{secret:name}}",
    "semi;colon'quote\"double`tick",
    "line one\nline two",
    "\n",
    "tab\there",
    "end with newline\n",
    "a\n\n\nb",
    "".join(map(chr, range(32, 127))),
    "x" * 1000,
    "%s" * 200,
    "你好，世界",
    "微信 100%s",
    "naïve café",
    "Straße",
    "日本語テキスト",
    "한국어",
    "العربية",
    "עברית",
    "emoji 🎉👍🏽",
    "👨‍👩‍👧‍👦 family",
    "e\u0301 combined",
    "quotes “curly” ‘single’",
    "it's 你's $(id) `x`",
    "zero\u200bwidth",
    "bidi \u202eoverride",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "dash — and … dots",
    "nbsp\u00a0here",
    "你" * 500,
)
REFUSED = ("a\0b", "bell\x07", "escape\x1b[2J", "carriage\rreturn", "\x7f", "\ud83d", "x" * 4001)


@pytest.fixture
def notes(sim, device):
    """The driver with the notes' field in focus."""
    device.perform(OpenApp("Notes"))
    device.perform(Tap(Point(500, 600)))
    return device


def keyboard(sim) -> str:
    return sim.phone.state.settings["secure"].get("default_input_method", LATIN_IME)


def test_nasty_texts_arrive_character_for_character(sim, notes):
    assert len(INTACT) >= 60
    for text in INTACT:
        before = sim.phone.state.notes = ""
        effect = notes.perform(TypeText(text))
        assert sim.phone.state.notes == before + text, effect
        assert effect.delivery is Delivery.DELIVERED, (text, effect)
        assert effect.said.startswith("typed; read back"), (text, effect)
        assert keyboard(sim) == LATIN_IME


def test_text_is_put_behind_what_is_there(sim, notes):
    for text in ("one", "one", "你好", "你好", "\n", "one"):
        before = sim.phone.state.notes
        assert notes.perform(TypeText(text)).delivery is Delivery.DELIVERED
        assert sim.phone.state.notes == before + text


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_what_cannot_be_typed_whole_is_refused_whole(sim, notes, text):
    effect = notes.perform(TypeText(text))
    assert effect.delivery is Delivery.REFUSED
    assert "U+" in effect.said or "4000" in effect.said
    assert sim.phone.state.notes == ""


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=30))
def test_any_text_arrives_whole_or_is_refused(sim, notes, text):
    sim.phone.state.notes = ""
    effect = notes.perform(TypeText(text))
    stored = sim.phone.state.notes
    if effect.delivery is Delivery.DELIVERED:
        assert stored == text
    else:
        assert effect.delivery is Delivery.REFUSED
        assert stored == ""


# --- the keyboard -------------------------------------------------------------------------------


def test_without_a_keyboard_app_other_text_is_refused_and_ascii_is_typed(sim, notes):
    sim.faults.inject(Fault.IME_MISSING)
    effect = notes.perform(TypeText("naïve 你"))
    assert effect.delivery is Delivery.REFUSED
    assert "U+4F60" in effect.said and "com.android.adbkeyboard" in effect.said
    assert sim.phone.state.notes == ""
    assert notes.perform(TypeText("plain")).delivery is Delivery.DELIVERED


def test_a_phone_that_refuses_the_switch_is_told_and_left_as_it_was(sim, notes):
    sim.faults.inject(Fault.IME_REFUSED, times=1)
    effect = notes.perform(TypeText("你好"))
    assert effect.delivery is Delivery.REFUSED
    assert "keyboard settings" in effect.said
    assert keyboard(sim) == LATIN_IME
    assert list(state_folder().glob("*.json")) == []


def test_the_persons_keyboard_is_back_and_ours_switched_off_again(sim, notes):
    assert notes.perform(TypeText("你好")).delivery is Delivery.DELIVERED
    assert keyboard(sim) == LATIN_IME
    secure = sim.phone.state.settings["secure"]
    assert ADB_IME not in secure.get("enabled_input_methods", "")
    assert list(state_folder().glob("*.json")) == []


def test_a_person_who_uses_that_keyboard_anyway_keeps_it(sim, notes):
    notes.query(["ime", "enable", ADB_IME])
    notes.query(["ime", "set", ADB_IME])
    assert notes.perform(TypeText("你好")).delivery is Delivery.DELIVERED
    assert keyboard(sim) == ADB_IME


def test_a_keyboard_that_could_not_be_given_back_is_said_and_given_back_later(sim, notes):
    sim.faults.inject(Fault.OPEN_REFUSED, only=f"ime set {LATIN_IME}")
    effect = notes.perform(TypeText("你好"))
    assert effect.delivery is Delivery.DELIVERED
    assert "not restored" in effect.said
    assert keyboard(sim) == ADB_IME
    sim.faults.clear()
    notes.close()
    assert keyboard(sim) == LATIN_IME


CRASH = """
import sys
from tapwright.actions import TypeText
from tapwright.devices.android import connect
connect(sys.argv[1], port=int(sys.argv[2])).perform(TypeText("你好"))
"""


def test_a_killed_process_leaves_the_keyboard_to_the_next_one(sim, notes):
    notes.close()
    sim.faults.inject(Fault.HANG, only="am broadcast", stage="before")
    command = [sys.executable, "-c", CRASH, sim.serial, str(sim.adb_port)]
    with subprocess.Popen(command, env=dict(os.environ)) as process:
        deadline = time.monotonic() + 60
        while keyboard(sim) != ADB_IME:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)  # the other process has no event to share
        process.send_signal(signal.SIGKILL)
    sim.faults.clear()
    assert keyboard(sim) == ADB_IME
    with connect(sim.serial, port=sim.adb_port):
        assert keyboard(sim) == LATIN_IME
    assert list(state_folder().glob("*.json")) == []


def test_a_damaged_memory_of_a_keyboard_is_no_obstacle(sim):
    folder = state_folder()
    folder.mkdir(parents=True)
    for content in ("", "[]", '{"previous": 5}', "\xff"):
        (folder / f"{sim.serial.replace(':', '_')}.json").write_text(content, encoding="utf-8")
        sim.phone.state.settings["secure"]["enabled_input_methods"] = f"{LATIN_IME}:{ADB_IME}"
        sim.phone.state.settings["secure"]["default_input_method"] = ADB_IME
        with connect(sim.serial, port=sim.adb_port):
            assert keyboard(sim) == LATIN_IME
        assert list(folder.glob("*.json")) == []


def test_a_keyboard_that_was_chosen_meanwhile_is_left_alone(sim):
    folder = state_folder()
    folder.mkdir(parents=True)
    note = {"previous": "gone.keyboard/.Ime", "ours": ADB_IME, "was_enabled": False}
    memory = folder / f"{sim.serial.replace(':', '_')}.json"
    memory.write_text(json.dumps(note), encoding="utf-8")
    with connect(sim.serial, port=sim.adb_port):
        assert keyboard(sim) == LATIN_IME
    assert not memory.exists()


def test_a_phone_whose_screen_never_rests_is_typed_on_without_reading_back(sim, notes):
    sim.faults.inject(Fault.UI_NOT_IDLE)
    effect = notes.perform(TypeText("plain"))
    assert effect.delivery is Delivery.DELIVERED
    assert "not read back" in effect.said
    assert sim.phone.state.notes == "plain"
