"""The oracle's routes through the Clock app."""

from __future__ import annotations

from tapwright.devices.simphone.oracle_moves import Move, Screen, scroll, tap, towards
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import Goal


def clock_move(goal: Goal, phone: Phone, screen: Screen) -> Move:
    """The right move for a task of the Clock app."""
    if screen.page == "clock.time_picker":
        if goal.kind == "alarm_new":
            return _picker(goal, screen)
        return Move("Wrong page. Go back.", "back")
    if not screen.page.startswith("clock."):
        return towards("Clock", "clock", screen)
    if screen.page != goal.page:
        tab = screen.find(goal.row, "tab")
        return tap(tab) if tab else Move("Wrong page. Go back.", "back")
    if goal.kind == "stopwatch":
        return _run(screen, "Stopwatch", phone.state.stopwatch.running)
    if goal.kind == "timer":
        return _timer(goal, phone, screen)
    return _alarm(goal, phone, screen)


def _run(screen: Screen, name: str, running: bool) -> Move:
    start = screen.find("Start", "button")
    if running or start is None:
        return Move(f"{name} is on.", "done")
    return tap(start, f"{name} is off.")


def _timer(goal: Goal, phone: Phone, screen: Screen) -> Move:
    timer = phone.state.timer
    if timer.total == goal.minute * 60 and timer.remaining(phone.state.clock()) > 0:
        return _run(screen, "Timer", timer.running)
    preset = screen.find(goal.label, "button")
    return tap(preset) if preset else scroll(goal.label, False, screen)


def _alarm(goal: Goal, phone: Phone, screen: Screen) -> Move:
    switch = screen.find(goal.label, "switch")
    if switch is not None:
        state = "on" if switch.checked else "off"
        thought = f"{goal.label} is {state}."
        return Move(thought, "done") if switch.checked == goal.on else tap(switch, thought)
    there = any((a.hour, a.minute) == (goal.hour, goal.minute) for a in phone.state.alarms)
    add = screen.find("Add alarm", "button")
    if goal.kind == "alarm_new" and not there and add is not None:
        return tap(add, f"{goal.label} is not here. Add it.")
    return scroll(goal.label, False, screen)


def _picker(goal: Goal, screen: Screen) -> Move:
    """Hour, then minute, digit by digit; a part that shows something else is begun anew."""
    parts = {"Hour": f"{goal.hour:02d}", "Minute": f"{goal.minute:02d}"}
    fields = {name: screen.find(name, "field") for name in parts}
    shown = {name: field.text for name, field in fields.items() if field is not None}
    says = ":".join(shown.values())
    for name, wanted in parts.items():
        field = fields[name]
        if field is None or field.text == wanted:
            continue
        if not field.focused:
            return tap(field, f"{says}. Tap {name}.")
        if not field.text.endswith("_"):
            digit = wanted[0]
        elif field.text[0] == wanted[0]:
            digit = wanted[1]
        else:
            return tap(field, f"{says}. Tap {name}.")
        key = screen.find(digit, "key")
        if key is not None:
            return tap(key, f"{says}. Tap {digit}.")
    ok = screen.find("OK", "button")
    return tap(ok, f"{says}. Tap OK.") if ok else Move("Wrong page. Go back.", "back")
