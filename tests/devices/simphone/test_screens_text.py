"""Typing, keys, the ledger and the UI tree of the simulated phone."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ElementTree

import pytest

HARD = "Grüße an 你好 \"quoted\" & <b> 'x'\n%s\ttab 🙂"


def note(here):
    return here.press("Notes", "Note")


def test_typed_text_is_kept_character_for_character(hands):
    here = note(hands(1))
    before = here.phone.draw().tobytes()
    here.phone.type_text(HARD)
    here.phone.type_text("!")
    assert here.state.notes == HARD + "!"
    assert here.phone.draw().tobytes() != before
    here.phone.key("BACK")  # the keyboard goes first
    assert here.phone.page == "notes" and not any(e.kind == "key" for e in here.phone.elements())
    here.phone.key("BACK")
    assert here.phone.page == "launcher"
    here.press("Notes")
    assert here.find("Note").text == HARD + "!"


def test_text_goes_nowhere_without_a_focused_field_but_the_ledger_has_it(hands):
    here = hands(1).press("Notes")
    here.phone.type_text("lost")
    assert here.state.notes == ""
    assert [event.text for event in here.phone.ledger if event.kind == "text"] == ["lost"]


def test_the_keyboard_writes_every_character_of_a_plain_keyboard(hands):
    here = note(hands(2))
    here.press("h", "i", "Space", "Shift", "Y", "o", "Enter", "?123", "4", "2", "@", "=\\<", "~")
    here.press("?123", "ABC", "k", "Backspace", ".", ",")
    assert here.state.notes == "hi Yo\n42@~.,"
    reach = set(" \n")
    here.press("Shift")
    for labels in ((), ("Shift",), ("?123",), ("=\\<",)):
        here.press(*labels)
        keys = (each.label for each in here.phone.elements() if each.kind == "key")
        reach |= {label for label in keys if len(label) == 1}
    assert not set(string.printable.strip()) - reach


def test_keys_write_and_erase(hands):
    here = note(hands(2))
    for key in ("A", "7", "SPACE", "B", "DEL", "ENTER", "PERIOD"):
        assert here.phone.key(key) is True
    assert here.state.notes == "a7 \n."
    pressed = len(here.phone.ledger)
    assert here.phone.key("NO_SUCH_KEY") is False
    assert len(here.phone.ledger) == pressed


@pytest.mark.parametrize(("key", "volume"), [("VOLUME_UP", "8"), ("VOLUME_DOWN", "6")])
def test_volume_keys_change_the_media_volume(hands, key, volume):
    here = hands(2)
    here.state.put("system", "volume_music", 7)
    here.phone.key(key)
    assert here.state.get("system", "volume_music") == volume


def test_search_filters_the_rows_and_opens_what_it_finds(hands):
    here = hands(3).press("Settings", "Search settings")
    assert here.phone.page == "settings.search"
    here.press("b", "l", "u")
    rows = [each.label for each in here.phone.elements() if each.id.startswith("settings.")]
    assert rows == ["Bluetooth", "Search settings"]
    here.press("Enter")
    assert not any(each.kind == "key" for each in here.phone.elements())
    here.press("Bluetooth")
    assert here.phone.page == "settings.bluetooth"
    here.press("Back", "Search settings", "x", "x")
    assert "No results" in here.texts()


def test_another_input_method_hides_the_keys(hands):
    here = note(hands(3))
    here.state.put("secure", "default_input_method", "com.android.adbkeyboard/.AdbIME")
    assert not any(each.kind == "key" for each in here.phone.elements())
    here.phone.type_text("still typed")
    assert here.state.notes == "still typed"


def test_the_ledger_tells_what_arrived_where(hands):
    here = hands(6).press("Settings")
    here.phone.long_press(540, 1200, 800)
    here.phone.swipe(540, 1500, 540, 1000, 250)
    here.phone.key("HOME")
    kinds = [(event.kind, event.page) for event in here.phone.ledger]
    assert kinds[0] == ("tap", "launcher")
    assert kinds[1] == ("long_press", "settings")
    assert kinds[-1][0] == "key"
    first, press, swipe, key = here.phone.ledger
    assert first.target == "app.com.android.settings" and first.at == 1000.0
    assert (press.x, press.y, press.milliseconds) == (540, 1200, 800)
    assert (swipe.x, swipe.y, swipe.x2, swipe.y2, swipe.milliseconds) == (540, 1500, 540, 1000, 250)
    assert key.key == "HOME"


def test_the_ui_tree_is_xml_that_says_what_is_seen(hands):
    here = note(hands(6))
    here.phone.type_text(HARD + "\x00")
    tree = ElementTree.fromstring(here.phone.dump_xml())
    nodes = {node.get("resource-id"): node for node in tree.iter("node")}
    field = nodes["com.android.notes:id/notes.text"]
    assert field.get("text") == HARD + "\ufffd"
    assert field.get("focused") == "true" and field.get("class") == "android.widget.EditText"
    elements = here.phone.elements()
    assert len(nodes) == len(elements) == len({each.id for each in elements})
    for element, node in zip(elements, tree.iter("node"), strict=True):
        left, top, right, bottom = element.bounds
        assert node.get("bounds") == f"[{left},{top}][{right},{bottom}]"
        assert node.get("clickable") == str(element.clickable).lower()


def test_apps_are_launched_by_package_and_unknown_ones_are_not(hands):
    here = hands(6)
    assert here.phone.launch("com.android.deskclock") is True
    assert here.phone.page.startswith("clock.")
    assert here.phone.foreground == "com.android.deskclock/.DeskClock"
    assert here.phone.launch("com.example.none") is False
    assert here.phone.page.startswith("clock.")
    assert len(here.phone.apps) == 20
