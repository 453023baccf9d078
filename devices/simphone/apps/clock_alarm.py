"""Alarms: the list of cards, and the page on which a time is set."""

from __future__ import annotations

from functools import partial

from tapwright.devices.simphone.apps.catalogue import CLOCK
from tapwright.devices.simphone.canvas import Box, Canvas
from tapwright.devices.simphone.state import Alarm
from tapwright.devices.simphone.theme import Theme
from tapwright.devices.simphone.ui import STATUS_BAR, Element, Page, Ui
from tapwright.devices.simphone.ui_widgets import (
    SWITCH,
    button,
    note,
    paint_switch,
    round_button,
    toolbar,
)

CARD = 330
DIGITS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "Delete")


def alarm_tab(ui: Ui) -> None:
    """A card for each alarm and a button that adds one."""
    ui.begin_scroll()
    if not ui.state.alarms:
        ui.y += 40
        note(ui, "alarm.none", "No alarms yet. Tap + to add one.", 54)
    for number, alarm in enumerate(ui.state.alarms):
        _card(ui, number, alarm)
    ui.end_scroll(margin=260)
    middle, bottom = ui.width // 2, ui.bottom - 30
    box = (middle - 110, bottom - 220, middle + 110, bottom)
    element = Element("alarm.add", "button", "Add alarm", box)
    round_button(ui, element, "plus", lambda: ui.nav.open(TimePicker(ui)))


def _card(ui: Ui, number: int, alarm: Alarm) -> None:
    theme = ui.theme
    box = (40, ui.y + 10, ui.width - 40, ui.y + CARD - 20)
    time = f"{alarm.hour:02d}:{alarm.minute:02d}"
    ground = theme.container if alarm.enabled else theme.surface
    ink = theme.on_container if alarm.enabled else theme.faint
    says = alarm.label or alarm.days

    def paint(canvas: Canvas) -> None:
        canvas.round(box, 70, ground)
        canvas.text((box[0] + 60, box[1] + 120), time, 150, ink, "Medium")
        canvas.text((box[0] + 60, box[1] + 240), says, 48, ink)

    ui.add(
        Element(f"alarm.{number}", "card", f"Alarm {time}", box, text=says),
        paint,
        lambda: ui.nav.open(TimePicker(ui, alarm)),
    )
    right = box[2] - 50
    y = box[1] + 105
    switch = (right - SWITCH[0] - 40, y - 90, right + 40, y + 75)
    ui.add(
        Element(f"alarm.{number}.switch", "switch", time, switch, alarm.enabled),
        lambda c: paint_switch(c, right, y, alarm.enabled, theme),
        lambda: setattr(alarm, "enabled", not alarm.enabled),
    )
    bin_box = (right - SWITCH[0] - 40, y + 80, right + 40, box[3])
    ui.add(
        Element(f"alarm.{number}.delete", "button", f"Delete {time}", bin_box),
        lambda c: c.icon(right - 60, y + 130, 78, "trash_can_outline", ink),
        lambda: _delete(ui, alarm),
    )
    ui.y += CARD


def _delete(ui: Ui, alarm: Alarm) -> None:
    # By identity: two alarms at the same time are equal.
    ui.state.alarms[:] = [each for each in ui.state.alarms if each is not alarm]


class TimePicker(Page):
    """Hours and minutes, written with a keypad: four digits, the hour's first."""

    name = "clock.time_picker"
    package = CLOCK
    activity = ".TimePicker"

    def __init__(self, ui: Ui, alarm: Alarm | None = None) -> None:
        super().__init__()
        self.alarm = alarm
        now = ui.state.now()
        self.hour = alarm.hour if alarm else now.hour
        self.minute = alarm.minute if alarm else now.minute
        self.part = "hour"
        self.fresh = True  # the next digit begins the chosen part anew

    def build(self, ui: Ui) -> None:
        """Two boxes, the keypad, Cancel and OK."""
        toolbar(ui, "Edit alarm" if self.alarm else "Set alarm")
        if ui.landscape:
            boxes, pad, buttons = (140, 360), (1300, STATUS_BAR + 40, 1060, 880), (140, 800, 1060)
        else:
            boxes, pad, buttons = (110, 360), (60, 810, 960, 1160), (60, 2060, 960)
        left, top = boxes
        self._part(ui, "hour", self.hour, (left, top, left + 390, top + 320))
        self._part(ui, "minute", self.minute, (left + 470, top, left + 860, top + 320))
        ink = ui.theme.text
        ui.add(
            Element("picker.colon", "text", ":", (left + 395, top, left + 465, top + 320)),
            lambda c: c.text((left + 430, top + 160), ":", 180, ink, "Medium", "middle"),
        )
        self._keypad(ui, pad)
        x, y, width = buttons
        half = (width - 40) // 2
        cancel = Element("picker.cancel", "button", "Cancel", (x, y, x + half, y + 190))
        button(ui, cancel, ui.nav.leave, filled=False)
        ok = Element("picker.ok", "button", "OK", (x + half + 40, y, x + width, y + 190))
        button(ui, ok, lambda: self._save(ui))

    def _part(self, ui: Ui, part: str, value: int, box: Box) -> None:
        theme, chosen = ui.theme, self.part == part
        label = "Hour" if part == "hour" else "Minute"
        # Half written, a part shows its one digit and a line where the other one goes.
        shown = f"{value:02d}" if self.fresh or not chosen else f"{value}_"

        def paint(canvas: Canvas) -> None:
            middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
            if chosen:
                canvas.ring(box, 56, theme.primary, theme.container, 8)
            else:
                canvas.round(box, 56, theme.raised)
            ink = theme.on_container if chosen else theme.text
            canvas.text(middle, shown, 210, ink, "Medium", "middle")
            canvas.text((middle[0], box[3] + 45), label, 46, theme.faint, "Regular", "middle")

        ui.add(
            Element(f"picker.{part}", "field", label, box, None, True, chosen, shown),
            paint,
            lambda: self._choose(part),
        )

    def _choose(self, part: str) -> None:
        self.part, self.fresh = part, True

    def _keypad(self, ui: Ui, pad: tuple[int, int, int, int]) -> None:
        left, top, width, height = pad
        wide, high = width // 3, height // 4
        theme = ui.theme
        for place, digit in enumerate(DIGITS):
            if not digit:
                continue
            x, y = left + wide * (place % 3), top + high * (place // 3)
            box = (x + 14, y + 14, x + wide - 14, y + high - 14)
            ui.add(
                Element(f"picker.{digit.lower()}", "key", digit, box),
                partial(_paint_digit, box=box, digit=digit, theme=theme),
                partial(self._press, digit),
            )

    def _press(self, digit: str) -> None:
        """Shift a digit in from the right; a part that is full passes the keypad on."""
        value = self.hour if self.part == "hour" else self.minute
        if digit == "Delete":
            self._put(value // 10, fresh=value < 10)
            return
        top = 23 if self.part == "hour" else 59
        new = int(digit) if self.fresh else value * 10 + int(digit)
        if new > top:
            return  # no such time; the digit is not taken
        full = not self.fresh or new * 10 > top
        self._put(new, fresh=False)
        if full and self.part == "hour":
            self._choose("minute")
        elif full:
            self.fresh = True

    def _put(self, value: int, *, fresh: bool) -> None:
        self.fresh = fresh
        if self.part == "hour":
            self.hour = value
        else:
            self.minute = value

    def _save(self, ui: Ui) -> None:
        alarms = ui.state.alarms
        if self.alarm is None:
            alarms.append(Alarm(self.hour, self.minute))
        else:
            self.alarm.hour, self.alarm.minute = self.hour, self.minute
            self.alarm.enabled = True
        alarms.sort(key=lambda each: (each.hour, each.minute))
        ui.nav.leave()


def _paint_digit(canvas: Canvas, box: Box, digit: str, theme: Theme) -> None:
    middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
    canvas.round(box, 100, theme.surface)
    if digit == "Delete":
        canvas.icon(*middle, 96, "backspace_outline", theme.text)
    else:
        canvas.text(middle, digit, 110, theme.text, "Medium", "middle")
