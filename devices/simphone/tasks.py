"""The task catalogue: what can be asked of the simulated phone, and how to know that it is done.

A task is set up and checked through `Device.query` alone (adb commands that a real phone answers
as well), so a check proves itself on hardware. Each template varies its words and values with the
seed; a set-up always leaves the task undone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tapwright.devices.simphone.apps.catalogue import APPS
from tapwright.errors import UsageError
from tapwright.protocols import Device
from tapwright.types import CheckResult, QueryResult

Alarm = tuple[int, int, bool]  # hour 0..23, minute 0..59, enabled
Query = Callable[[Sequence[str]], QueryResult]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the oracle steers towards: `kind` names a route, the rest its values."""

    kind: str  # switch, slider, app, stopwatch, timer, alarm_switch, alarm_new
    page: str = ""
    row: str = ""
    label: str = ""
    on: bool = True
    hour: int = 0
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A check: the output of `argv` must match the regular expression `pattern`."""

    argv: tuple[str, ...]
    pattern: str

    def __call__(self, device: Device) -> CheckResult:
        """Ask the device; a command that failed is a check that failed."""
        result = device.query(self.argv)
        said = result.stdout.strip() or result.stderr.strip()
        found = re.search(self.pattern, result.stdout, re.MULTILINE)
        passed = result.exit_code == 0 and found is not None
        shown = found.group().strip() if found else said[:200]
        return CheckResult(passed, f"{' '.join(self.argv)} said {shown!r}")


@dataclass(frozen=True, slots=True)
class Task:
    """One task for one phone: words for the agent, set-up commands, check, route."""

    template: str
    instruction: str
    setup: tuple[tuple[str, ...], ...]
    check: Answer
    goal: Goal


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be asked, in several phrasings."""

    template: str
    phrases: tuple[str, ...]
    setup: tuple[tuple[str, ...], ...]
    check: Answer
    goal: Goal


@dataclass(frozen=True, slots=True)
class _Switch:
    words: str  # as a person says it
    page: str
    row: str
    label: str  # of the switch on its page
    table: str
    key: str
    values: tuple[str, str] = ("0", "1")  # off, on


SWITCHES = {
    "wifi": _Switch("Wi-Fi", "settings.wifi", "Wi-Fi", "Use Wi-Fi", "global", "wifi_on"),
    "bluetooth": _Switch(
        "Bluetooth", "settings.bluetooth", "Bluetooth", "Use Bluetooth", "global", "bluetooth_on"
    ),
    "airplane": _Switch(
        "airplane mode", "settings", "", "Airplane mode", "global", "airplane_mode_on"
    ),
    "dark_theme": _Switch(
        "dark theme",
        "settings.display",
        "Display",
        "Dark theme",
        "secure",
        "ui_night_mode",
        ("1", "2"),
    ),
    "night_light": _Switch(
        "Night Light",
        "settings.display",
        "Display",
        "Night Light",
        "secure",
        "night_display_activated",
    ),
    "battery_saver": _Switch(
        "battery saver", "settings.battery", "Battery", "Battery saver", "global", "low_power"
    ),
}
_ON = ("Turn on {}", "Switch {} on", "Enable {}", "Please turn {} on", "Make sure that {} is on")
_OFF = ("Turn off {}", "Switch {} off", "Disable {}", "Please turn {} off",
        "Make sure that {} is off")  # fmt: skip
_HOME = ("input", "keyevent", "HOME")


def _switches(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del rng, alarms
    return [_switch(name, switch, on) for name, switch in SWITCHES.items() for on in (True, False)]


def _switch(name: str, switch: _Switch, on: bool) -> Variant:
    ask = ("settings", "get", switch.table, switch.key)
    put = ("settings", "put", switch.table, switch.key, switch.values[not on])
    return Variant(
        name,
        tuple(words.format(switch.words) for words in (_ON if on else _OFF)),
        (put, _HOME),
        Answer(ask, f"^{switch.values[on]}$"),
        Goal("switch", switch.page, switch.row, switch.label, on),
    )


_BRIGHT = (
    "Set the brightness to maximum",
    "Turn the brightness all the way up",
    "Make the screen as bright as it gets",
)
_DIM = (
    "Set the brightness to minimum",
    "Turn the brightness all the way down",
    "Make the screen as dim as it gets",
)


def _brightness(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del alarms
    key = ("system", "screen_brightness")
    put = ("settings", "put", *key, str(rng.randint(90, 160)))
    ask = ("settings", "get", *key)
    page = ("settings.display", "Display", "Brightness level")
    high, low = Answer(ask, r"^(24[5-9]|25[0-5])$"), Answer(ask, r"^(\d|1[0-2])$")
    return [
        Variant("brightness", _BRIGHT, (put, _HOME), high, Goal("slider", *page, on=True)),
        Variant("brightness", _DIM, (put, _HOME), low, Goal("slider", *page, on=False)),
    ]


_OPEN = ("Open {}", "Start {}", "Go to {}", "Launch the {} app")


def _open_app(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del rng, alarms
    return [
        Variant(
            "open_app",
            tuple(words.format(app.label) for words in _OPEN),
            (_HOME,),
            Answer(("dumpsys", "window", "windows"), rf"mCurrentFocus=.*{re.escape(app.package)}/"),
            Goal("app", app.package, "", app.label),
        )
        for app in APPS
    ]


_CLOCK_SAYS = ("dumpsys", "notification")
_STOPWATCH = (
    "Start the stopwatch",
    "Run the stopwatch",
    "Start timing with the stopwatch",
    "Make the stopwatch run",
)
_TIMER = ("Start a {} minute timer", "Set a timer for {} minutes", "Run a timer of {} minutes")
PRESETS = (1, 5, 10)  # minutes


def _stopwatch(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del rng, alarms
    check = Answer(_CLOCK_SAYS, r"android\.title=String \(Stopwatch\)")
    goal = Goal("stopwatch", "clock.stopwatch", "Stopwatch", "Stopwatch")
    return [Variant("stopwatch", _STOPWATCH, (_HOME,), check, goal)]


def _timer(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del rng, alarms
    return [
        Variant(
            "timer",
            tuple(words.format(length) for words in _TIMER),
            (_HOME,),
            Answer(_CLOCK_SAYS, rf"String \(Timer\)\n.*\n\s*totalMillis={length * 60000}$"),
            Goal("timer", "clock.timer", "Timer", f"{length} min", minute=length),
        )
        for length in PRESETS
    ]


_ALARMS = ("content", "query", "--uri", "content://com.android.deskclock/alarms")
_ALARM_ON = ("Turn on the {} alarm", "Switch the {} alarm on", "Enable the alarm at {}")
_ALARM_OFF = ("Turn off the {} alarm", "Switch the {} alarm off", "Disable the alarm at {}")
_ALARM_NEW = ("Set an alarm for {}", "Create an alarm at {}", "Add an alarm for {}")


def _alarm_switch(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    del rng
    times = [(hour, minute) for hour, minute, _ in alarms]
    return [
        _alarm(_ALARM_OFF if on else _ALARM_ON, "alarm_switch", hour, minute, not on)
        for hour, minute, on in alarms
        if times.count((hour, minute)) == 1
    ]


def _alarm_new(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    times = {(hour, minute) for hour, minute, _ in alarms}
    free = [(hour, minute) for hour in range(24) for minute in range(60)]
    hour, minute = rng.choice([time for time in free if time not in times])
    return [_alarm(_ALARM_NEW, "alarm_new", hour, minute, True)]


def _alarm(words: tuple[str, ...], kind: str, hour: int, minute: int, on: bool) -> Variant:
    time = f"{hour:02d}:{minute:02d}"
    return Variant(
        kind,
        tuple(phrase.format(time) for phrase in words),
        (_HOME,),
        Answer(_ALARMS, rf"hour={hour}, minutes={minute}, enabled={int(on)}\b"),
        Goal(kind, "clock.alarm", "Alarm", time, on, hour, minute),
    )


_MAKERS: tuple[Callable[[random.Random, Sequence[Alarm]], list[Variant]], ...] = (
    _switches,
    _brightness,
    _open_app,
    _stopwatch,
    _timer,
    _alarm_switch,
    _alarm_new,
)
TEMPLATES = (
    *SWITCHES,
    *("brightness", "open_app", "stopwatch", "timer", "alarm_switch", "alarm_new"),
)
RESERVED = 900_000  # seeds from here on are for evaluation; training never sees them


def variants(rng: random.Random, alarms: Sequence[Alarm]) -> list[Variant]:
    """All that can be asked of a phone that has `alarms`; `rng` draws the free values."""
    return [variant for make in _MAKERS for variant in make(rng, alarms)]


def make_task(template: str, seed: int, query: Query) -> Task:
    """The task of `template` for a seed; `query` asks the phone which alarms it has."""
    if template not in TEMPLATES:
        raise UsageError(f"no task template '{template}'; use one of: {', '.join(TEMPLATES)}")
    rng = random.Random(f"{template} {seed}")
    fitting = [v for v in variants(rng, read_alarms(query)) if v.template == template]
    if not fitting:
        raise UsageError(f"the phone with seed {seed} has nothing for the task '{template}'")
    chosen = rng.choice(fitting)
    return Task(
        chosen.template, rng.choice(chosen.phrases), chosen.setup, chosen.check, chosen.goal
    )


def read_alarms(query: Query) -> tuple[Alarm, ...]:
    """The alarms that a phone has, in the order it names them."""
    result = query(_ALARMS)
    rows = re.findall(r"hour=(\d+), minutes=(\d+), enabled=(\d)", result.stdout)
    return tuple((int(hour), int(minute), enabled == "1") for hour, minute, enabled in rows)


def set_up(task: Task, device: Device) -> None:
    """Bring the device to where the task starts; raise `UsageError` where it will not go."""
    for argv in task.setup:
        result = device.query(argv)
        if result.exit_code:
            raise UsageError(f"set-up '{' '.join(argv)}' failed: {result.stderr.strip()}")
