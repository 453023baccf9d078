"""What counts as going in circles."""

from __future__ import annotations

from PIL import Image

from tapwright.agent.stuck import StuckDetector
from tapwright.types import ToolCall

TAP, BACK, HOME = (ToolCall(name, {}) for name in ("Tap", "Back", "Home"))


def page(number: int) -> Image.Image:
    return Image.new("RGB", (80, 160), (number * 40, 0, 0))


def verdicts(*deeds: tuple[ToolCall, int]) -> list[str]:
    detector = StuckDetector()
    return [detector.note([call], page(number)) for call, number in deeds]


def test_three_of_the_same_are_a_hint_and_a_fourth_is_stuck() -> None:
    assert verdicts(*[(TAP, 1)] * 4) == ["", "", "hint", "stuck"]


def test_to_and_fro_twice_is_a_hint_and_the_next_is_stuck() -> None:
    there_and_back = [(TAP, 1), (BACK, 2)] * 3
    assert verdicts(*there_and_back) == ["", "", "", "hint", "stuck", "stuck"]


def test_the_same_act_on_other_screens_is_progress() -> None:
    assert verdicts(*[(TAP, number) for number in range(6)]) == [""] * 6


def test_other_acts_on_the_same_screen_are_trying() -> None:
    assert verdicts((TAP, 1), (BACK, 1), (HOME, 1), (TAP, 1)) == [""] * 4


def test_other_arguments_are_another_act() -> None:
    places = [ToolCall("Tap", {"point": [x, 5]}) for x in range(5)]
    assert verdicts(*[(place, 1) for place in places]) == [""] * 5


def test_the_order_of_arguments_does_not_matter() -> None:
    one, other = ToolCall("Tap", {"x": 1, "y": 2}), ToolCall("Tap", {"y": 2, "x": 1})
    assert verdicts((one, 1), (other, 1), (one, 1))[-1] == "hint"


def test_a_circle_that_was_warned_of_is_stuck_when_it_comes_back() -> None:
    deeds = [*[(TAP, 1)] * 3, (HOME, 2), (BACK, 3), *[(TAP, 1)] * 3]
    assert verdicts(*deeds)[-1] == "stuck"


def test_another_circle_gets_a_hint_of_its_own() -> None:
    deeds = [*[(TAP, 1)] * 3, *[(HOME, 2)] * 3]
    assert verdicts(*deeds) == ["", "", "hint", "", "", "hint"]


def test_screens_of_another_size_are_not_the_same() -> None:
    detector = StuckDetector()
    sizes = [(80, 160), (160, 80), (80, 160), (80, 80)]
    assert [detector.note([TAP], Image.new("RGB", size)) for size in sizes] == [""] * 4


def test_what_moves_by_itself_is_no_progress() -> None:
    detector = StuckDetector()
    moving = Image.new("L", (10, 19), 0)  # cells of 8 pixels, without the status bar's
    moving.paste(255, (2, 2, 4, 4))
    found = []
    for number in range(4):
        screen = page(0)
        screen.paste((0, number * 60, 0), (16, 24, 32, 40))
        found.append(detector.note([TAP], screen, moving))
    assert found == ["", "", "hint", "stuck"]
