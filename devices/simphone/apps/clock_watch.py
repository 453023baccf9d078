"""The stopwatch and the timer; both run on the phone's own clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tapwright.devices.simphone.canvas import Canvas
from tapwright.devices.simphone.ui import Element, Ui
from tapwright.devices.simphone.ui_widgets import Look, button, row

PRESETS = (1, 5, 10)  # minutes


def stopwatch_tab(ui: Ui) -> None:
    """Digits, Start or Stop, and once it has run Reset and Lap."""
    watch, now = ui.state.stopwatch, ui.state.clock()
    seconds = watch.seconds(now)
    _dial(ui, "stopwatch.time", hundredths(seconds), watch.running)
    choices: list[tuple[str, str, str, Callable[[], None]]] = []
    if seconds > 0 and not watch.running:
        choices.append(("stopwatch.reset", "Reset", "restore", watch.reset))
    if watch.running:
        choices.append(("stopwatch.lap", "Lap", "flag", lambda: watch.laps.append(seconds)))
    word, icon = ("Stop", "pause") if watch.running else ("Start", "play")
    choices.append(("stopwatch.toggle", word, icon, lambda: watch.toggle(ui.state.clock())))
    _buttons(ui, choices)
    ui.begin_scroll()
    for number in range(len(watch.laps), 0, -1):
        total = watch.laps[number - 1]
        before = watch.laps[number - 2] if number > 1 else 0.0
        look = Look(
            "flag_outline", f"Lap {number}   {hundredths(total - before)}", hundredths(total)
        )
        row(ui, f"stopwatch.lap.{number}", look)
    ui.end_scroll()


def timer_tab(ui: Ui) -> None:
    """Three lengths to choose from; then what is left, Start or Pause, and Reset."""
    timer, now = ui.state.timer, ui.state.clock()
    left = timer.remaining(now)
    if timer.running and left == 0:
        timer.running, timer.elapsed = False, timer.total
    _dial(ui, "timer.time", _minutes(left), timer.running)
    if timer.total:
        word, icon = ("Pause", "pause") if timer.running else ("Start", "play")
        choices: list[tuple[str, str, str, Callable[[], None]]] = [
            ("timer.reset", "Reset", "restore", lambda: timer.set(0))
        ]
        if left > 0:
            choices.append(("timer.toggle", word, icon, lambda: timer.toggle(ui.state.clock())))
        _buttons(ui, choices)
        return
    wide = (ui.width - 160) // len(PRESETS)
    height = 150 if ui.landscape else 190
    for place, length in enumerate(PRESETS):
        x = 40 + place * (wide + 40)
        box = (x, ui.y + 20, x + wide, ui.y + 20 + height)
        element = Element(f"timer.{length}", "button", f"{length} min", box)
        button(ui, element, partial(timer.set, length * 60), filled=False)


def hundredths(seconds: float) -> str:
    """Minutes, seconds and hundredths."""
    whole = int(seconds * 100)
    return f"{whole // 6000:02d}:{whole // 100 % 60:02d}.{whole % 100:02d}"


def _minutes(seconds: float) -> str:
    whole = -int(-seconds // 1)  # a second counts until it is over
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _dial(ui: Ui, key: str, time: str, running: bool) -> None:
    """The digits, in a ring that is bright while the time runs."""
    theme, middle = ui.theme, ui.width // 2
    if ui.landscape:
        box = (middle - 400, ui.y, middle + 400, ui.y + 190)
    else:
        box = (middle - 390, ui.y + 20, middle + 390, ui.y + 800)
    ring = theme.primary if running else theme.raised

    def paint(canvas: Canvas) -> None:
        canvas.ring(box, 390, ring, theme.background, 22)
        at = (middle, (box[1] + box[3]) // 2)
        canvas.text(at, time, 140, theme.text, "Medium", "middle")

    ui.add(Element(key, "text", time, box, text=time), paint)
    ui.y = box[3] + (20 if ui.landscape else 60)


def _buttons(ui: Ui, choices: list[tuple[str, str, str, Callable[[], None]]]) -> None:
    """One or two wide buttons, the chief one last and filled."""
    wide = (ui.width - 80 - 40 * (len(choices) - 1)) // len(choices)
    height = 150 if ui.landscape else 210
    for place, (key, label, icon, tap) in enumerate(choices):
        x = 40 + place * (wide + 40)
        element = Element(key, "button", label, (x, ui.y, x + wide, ui.y + height))
        button(ui, element, tap, filled=place == len(choices) - 1, icon=icon)
    ui.y += height + 30
