"""The one who knows: the right next move for any task on any screen of the simulated phone.

It reads the phone's own elements, which no agent may; it exists to prove that every task can be
solved through real touches, and to write the lessons that the embedded model learns from. A move
depends on the screen and the task alone, so a wrong turn is answered as well as a right one.
"""

from __future__ import annotations

from tapwright.actions import Point
from tapwright.devices.simphone.oracle_clock import clock_move
from tapwright.devices.simphone.oracle_moves import Move, Screen, scroll, tap, towards
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import Goal
from tapwright.devices.simphone.ui import Element

SLIDER_END = 50  # pixels inside a slider's bounds where its ends can be touched


def next_move(goal: Goal, phone: Phone) -> Move:
    """The right move now."""
    screen = Screen(phone)
    if screen.page == "lock":
        return Move("The phone is locked. Swipe up.", "swipe", direction="up")
    if goal.kind == "app":
        return _open(goal, screen)
    if goal.kind in ("switch", "slider"):
        return _set(goal, screen)
    return clock_move(goal, phone, screen)


def _open(goal: Goal, screen: Screen) -> Move:
    if screen.package == goal.page:
        return Move(f"{goal.label} is open.", "done")
    icon = screen.find(goal.label, "app") if screen.page == "launcher" else None
    return tap(icon) if icon else Move("Wrong app. Go home.", "home")


def _set(goal: Goal, screen: Screen) -> Move:
    if screen.page == goal.page:
        target = screen.find(goal.label, "switch", "slider")
        if target is None:
            return scroll(goal.label, goal.page == "settings", screen)
        return _switch(goal, target) if goal.kind == "switch" else _slide(goal, target)
    if screen.page == "settings":
        row = screen.find(goal.row, "row")
        return tap(row) if row else scroll(goal.row, True, screen)
    return towards("Settings", "settings", screen)


def _switch(goal: Goal, target: Element) -> Move:
    state = "on" if target.checked else "off"
    thought = f"{goal.label} is {state}."
    if target.checked == goal.on:
        return Move(thought, "done")
    return tap(target, thought)


def _slide(goal: Goal, target: Element) -> Move:
    share = int(target.text.rstrip("%") or 0)
    end = "high" if goal.on else "low"
    if (share >= 97) if goal.on else (share <= 4):
        return Move(f"{goal.label} is {end}.", "done")
    left, top, right, bottom = target.bounds
    x = right - SLIDER_END if goal.on else left + SLIDER_END
    return Move(f"{goal.label} is not {end}.", "click", Point(x, (top + bottom) // 2))
