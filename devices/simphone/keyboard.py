"""The on-screen keyboard: letters, then two pages of digits and symbols."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from tapwright.devices.simphone import keys
from tapwright.devices.simphone.canvas import Box, Canvas
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import GESTURE_BAR, Element, TextField, Ui

ROWS: dict[str, tuple[str, str, str]] = {
    "letters": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "symbols": ("1234567890", "@#$_&-+()/", "*\"':;!?"),
    "more": ("~`|^={}\\%", "[]<>€£¥°§•", "¿¡±µ÷«»"),
}
_SWITCH = {
    "letters": ("symbols", "?123"),
    "symbols": ("letters", "ABC"),
    "more": ("letters", "ABC"),
}
_ROW, _ROW_LANDSCAPE = 170, 108
_STRIP = 70  # what an input method without keys shows


@dataclass(slots=True)
class Keyboard:
    """Which page of keys is shown, and whether the next letter is a capital."""

    layout: str = "letters"
    shift: bool = False

    def height(self, state: PhoneState) -> int:
        """How many pixels at the bottom of the screen the keyboard takes."""
        if not _has_keys(state):
            return _STRIP + GESTURE_BAR
        return 4 * (_ROW_LANDSCAPE if state.rotation % 2 else _ROW) + 20 + GESTURE_BAR

    def build(self, ui: Ui, text_field: TextField) -> None:
        """Add the keys that write into `text_field`."""
        height = self.height(ui.state)
        top = ui.size.height - height
        ground = (0, top, ui.width, ui.size.height)
        theme = ui.theme
        ui.add(Element("keyboard", "text", "", ground), lambda c: c.rect(ground, theme.surface))
        if not _has_keys(ui.state):
            at = (ui.width // 2, top + _STRIP // 2)
            ui.add(
                Element("keyboard.strip", "text", "ADB Keyboard", ground),
                lambda c: c.text(at, "ADB Keyboard", 44, theme.faint, "Regular", "middle"),
            )
            return
        self._character_rows(ui, text_field, top + 10)
        self._bottom_row(ui, text_field, top + 10)

    def _character_rows(self, ui: Ui, text_field: TextField, top: int) -> None:
        unit, high = ui.width // 10, self._row(ui)
        for number, characters in enumerate(ROWS[self.layout]):
            left = (ui.width - unit * len(characters)) // 2
            y = top + number * high
            for place, character in enumerate(characters):
                shown = character.upper() if self.shift else character
                box = (left + place * unit, y, left + (place + 1) * unit, y + high)
                _key(ui, box, shown, partial(self._write, text_field, shown))
        y = top + 2 * high
        side = (ui.width - unit * 7) // 2
        if self.layout == "letters":
            icon = "arrow_up_bold" if self.shift else "arrow_up_bold_outline"
            _key(ui, (0, y, side, y + high), "Shift", self._turn, icon, active=self.shift)
        else:
            other, label = ("more", "=\\<") if self.layout == "symbols" else ("symbols", "?123")
            _key(ui, (0, y, side, y + high), label, lambda: self._show(other), active=False)
        box = (ui.width - side, y, ui.width, y + high)
        icon = "backspace_outline"
        _key(ui, box, "Backspace", lambda: keys.erase(text_field), icon, active=False)

    def _bottom_row(self, ui: Ui, text_field: TextField, top: int) -> None:
        unit, high = ui.width // 10, self._row(ui)
        y = top + 3 * high
        other, label = _SWITCH[self.layout]
        wide = unit * 3 // 2
        _key(ui, (0, y, wide, y + high), label, lambda: self._show(other), active=False)
        x = wide
        _key(ui, (x, y, x + unit, y + high), ",", lambda: self._write(text_field, ","))
        x += unit
        space = (x, y, ui.width - wide - unit, y + high)
        _key(ui, space, "Space", lambda: self._write(text_field, " "), " ")
        x = space[2]
        _key(ui, (x, y, x + unit, y + high), ".", lambda: self._write(text_field, "."))
        icon = "keyboard_return" if text_field.lines > 1 else "check_bold"
        box = (x + unit, y, ui.width, y + high)
        _key(ui, box, "Enter", lambda: self._write(text_field, "\n"), icon, active=True)

    @staticmethod
    def _row(ui: Ui) -> int:
        return _ROW_LANDSCAPE if ui.landscape else _ROW

    def _write(self, text_field: TextField, text: str) -> None:
        keys.write(text_field, text)
        self.shift = False

    def _turn(self) -> None:
        self.shift = not self.shift

    def _show(self, layout: str) -> None:
        self.layout, self.shift = layout, False


def _has_keys(state: PhoneState) -> bool:
    return "adbkeyboard" not in state.get("secure", "default_input_method").lower()


def _key(
    ui: Ui, box: Box, label: str, tap: keys.Press, icon: str = "", *, active: bool | None = None
) -> None:
    """One key; `active` is None for characters, else whether a command key is lit."""
    theme = ui.theme
    left, top, right, bottom = box
    cap = (left + 6, top + 9, right - 6, bottom - 9)
    ground = theme.background if active is None else theme.raised
    ink = theme.text
    if active:
        ground, ink = theme.primary, theme.on_primary

    def paint(canvas: Canvas) -> None:
        canvas.round(cap, 26, ground)
        middle = ((left + right) // 2, (top + bottom) // 2)
        if icon.strip():
            canvas.icon(*middle, 72, icon, ink)
        elif not icon:
            size = 68 if len(label) == 1 else 50
            canvas.text(middle, label, size, ink, "Medium", "middle")

    ui.add(Element(f"key.{label}", "key", label, box), paint, tap)
