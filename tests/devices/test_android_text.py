"""Reading a field back from the UI tree, and judging what was typed by it."""

import pytest
from hypothesis import given, strategies as st

from tapwright.devices.android_text import _is_insertion
from tapwright.devices.android_tree import focused_text

FIELD = '<node class="android.widget.EditText" focused="true" password="{}" text="{}" />'


def dump(*nodes: str) -> str:
    head = "UI hierchary dumped to: /data/local/tmp/x.xml\n<?xml version='1.0' encoding='UTF-8'?>"
    return f'{head}<hierarchy rotation="0">{"".join(nodes)}</hierarchy>\n'


def test_the_focused_field_is_read_with_its_breaks_and_quotes():
    assert focused_text(dump(FIELD.format("false", "a&#10;b &quot;c&quot; 你"))) == 'a\nb "c" 你'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ERROR: could not get idle state.",
        dump(),
        dump('<node class="android.widget.EditText" focused="false" text="x" />'),
        dump(FIELD.format("true", "•••")),
        dump(FIELD.format("false", "a"), FIELD.format("false", "b")),
        dump(FIELD.format("false", "a"))[:-20],
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><hierarchy/>',
    ],
)
def test_what_cannot_be_known_is_not_guessed(text):
    assert focused_text(text) is None


@given(st.text(max_size=8), st.text(min_size=1, max_size=8), st.integers(0, 8))
def test_text_put_in_at_any_place_is_recognised(before, text, place):
    assert _is_insertion(before, text, before[:place] + text + before[place:])


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("hello", "hello", "hello"),  # it was there already and nothing came
        ("", "hello", "hell"),
        ("", "hello", ""),
        ("", "%s", " "),
        ("ab", "x", "axc"),
        ("abc", "x", "ab x"),
    ],
)
def test_text_that_did_not_arrive_whole_is_recognised(before, text, after):
    assert not _is_insertion(before, text, after)


def test_a_hint_in_an_empty_field_gives_way_to_the_text():
    assert _is_insertion("Search settings", "wifi", "wifi")
