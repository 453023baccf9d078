"""The drawn desktop is a device like any other, and its ledger tells what every click hit."""

from __future__ import annotations

from tapwright.actions import Box, Click, Drag, Hotkey, Point, PressKey, Scroll, Tap, TypeText
from tapwright.devices.conformance import check_device
from tapwright.devices.drawn_desktop import DrawnDesktop
from tapwright.devices.drawn_scene import Part, Scene, Theme, Window
from tapwright.types import Delivery, Size

SAVE = Part("Save", Box(10, 10, 90, 36), "save", "button")
GREY = Part("Send", Box(100, 10, 180, 36), "send", "button", enabled=False)
NAME = Part("Name", Box(10, 50, 180, 76), "name", "field")


def desktop(*more: Window, scale: float = 1.0) -> DrawnDesktop:
    first = Window("Notes", 20, 20, Size(200, 120), (SAVE, GREY, NAME))
    return DrawnDesktop(Scene([first, *more], Theme(scale=scale), Size(400, 300)))


def test_it_is_a_device_like_any_other() -> None:
    assert check_device(desktop()) == []


def test_every_click_is_in_the_ledger() -> None:
    device = desktop()
    for x, y in ((60, 66), (150, 66), (5, 5)):
        assert device.perform(Tap(Point(x, y))).delivery is Delivery.DELIVERED
    assert device.perform(Click(Point(400, 10))).delivery is Delivery.REFUSED
    device.perform(Hotkey(("ctrl", "s")))
    device.perform(Drag((Point(60, 66), Point(5, 5))))
    assert device.query(["ledger"]).stdout.split("\n")[:-1] == [
        "save", "nothing", "nothing", "key ctrl+s", "drag save to nothing",
    ]  # fmt: skip


def test_what_is_typed_goes_where_the_last_click_was() -> None:
    device = desktop()
    device.perform(TypeText("lost"))
    device.perform(Tap(Point(60, 106)))
    device.perform(TypeText("Ana"))
    assert device.query(["field", "name"]).stdout == "Ana\n"
    device.perform(PressKey("delete"))
    assert device.query(["field", "name"]).stdout == "\n"


def test_a_modal_window_takes_every_click() -> None:
    device = desktop(Window("Question", 200, 150, Size(100, 80), (), modal=True))
    device.perform(Tap(Point(60, 66)))
    assert device.ledger == ["blocked"]


def test_scale_and_scrolling_move_what_is_clicked() -> None:
    assert desktop(scale=1.5).scene.hit(Point(75, 100)) == "save"
    rows = tuple(
        Part(f"Row {n}", Box(10, 30 * n, 90, 30 * n + 26), f"row {n}", "button") for n in range(9)
    )
    device = DrawnDesktop(Scene([Window("List", 0, 0, Size(150, 146), rows)], size=Size(200, 200)))
    assert device.scene.hit(Point(50, 40)) == "row 0"
    device.perform(Scroll(Point(50, 40), down=2))
    assert device.scene.hit(Point(50, 40)) == "row 2"
    device.perform(Scroll(Point(50, 40), down=-9))
    assert device.scene.hit(Point(50, 40)) == "row 0"


def test_only_what_can_be_seen_whole_is_readable() -> None:
    device = desktop(Window("Over", 55, 40, Size(60, 60), ()))
    assert [text for text, _ in device.scene.readable()] == ["Notes", "Send", "Name", "Over"]
