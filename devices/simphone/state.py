"""What the simulated phone remembers. Everything drawn is derived from here, so that a change
made beside the screen (`settings put`) shows on it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tapwright.devices.simphone.apps.catalogue import APPS
from tapwright.devices.simphone.state_tables import properties, settings_tables

TABS = ("alarm", "clock", "timer", "stopwatch")
SETTINGS_ROWS = (
    "wifi", "bluetooth", "airplane", "display", "sound", "battery",
    "apps", "notifications", "storage", "security", "location", "about",
)  # fmt: skip
_NETWORKS = (
    "HomeNet", "Cafe Lumen", "FRITZ!Box 7590", "Studio 5G", "Library", "Blue Heron", "Guest",
    "Linksys 204", "Aurora", "Room 12", "Pixel Hotspot", "Office", "Garden", "TP-Link 88",
)  # fmt: skip
_DEVICES = (
    "Pixel Buds", "Car Audio", "JBL Flip", "Keyboard K3", "Smart Watch", "Living Room TV",
)  # fmt: skip


@dataclass(slots=True)
class Alarm:
    """An alarm: `hour` 0..23, `minute` 0..59."""

    hour: int
    minute: int
    enabled: bool = True
    label: str = ""
    days: str = "Every day"


@dataclass(slots=True)
class Stopwatch:
    """A stopwatch; times in seconds of the phone's clock, laps as total times."""

    running: bool = False
    elapsed: float = 0.0  # gathered before `started`
    started: float = 0.0
    laps: list[float] = field(default_factory=list)

    def seconds(self, now: float) -> float:
        """What it shows at `now`."""
        return self.elapsed + (now - self.started if self.running else 0.0)

    def toggle(self, now: float) -> None:
        """Start, or stop and keep the time."""
        self.elapsed = self.seconds(now)
        self.started = now
        self.running = not self.running

    def reset(self) -> None:
        """Back to zero, standing still."""
        self.running, self.elapsed, self.laps = False, 0.0, []


@dataclass(slots=True)
class Timer:
    """A countdown from `total` seconds."""

    total: float = 0.0
    running: bool = False
    elapsed: float = 0.0
    started: float = 0.0

    def remaining(self, now: float) -> float:
        """Seconds left at `now`, never below zero."""
        gone = self.elapsed + (now - self.started if self.running else 0.0)
        return max(0.0, self.total - gone)

    def set(self, total: float) -> None:
        """A new countdown, standing still."""
        self.total, self.running, self.elapsed = total, False, 0.0

    def toggle(self, now: float) -> None:
        """Start or pause."""
        self.elapsed = self.total - self.remaining(now)
        self.started = now
        self.running = not self.running


@dataclass(slots=True)
class Battery:
    """Charge in percent, 0..100."""

    level: int = 80
    charging: bool = False


@dataclass(frozen=True, slots=True)
class WifiNetwork:
    """A network in reach; `signal` 1..4."""

    name: str
    signal: int
    secured: bool = True


class PhoneState:
    """Everything a phone of this seed remembers; mutable, guarded by the phone's lock."""

    def __init__(self, seed: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.seed = seed
        self.clock = clock
        self._booted = clock()
        self.settings: dict[str, dict[str, str]] = settings_tables(seed)
        self.properties: dict[str, str] = properties(seed)
        self.awake = True
        self.locked = False
        self.secure_window = False
        self.rotation = 0  # quarter turns, 0..3
        self.notes = ""
        self.recent_apps: list[str] = []  # packages, newest first
        self.stopwatch = Stopwatch()
        self.timer = Timer()
        self._look(self._dice("look"))
        self._radio(self._dice("radio"))
        self._clock_app(self._dice("clock"))

    def _dice(self, topic: str) -> random.Random:
        # One generator per topic, so that a new topic leaves every old picture as it was.
        return random.Random(f"phone {self.seed} {topic}")

    def _look(self, rng: random.Random) -> None:
        order = [app.package for app in APPS]
        rng.shuffle(order)
        self.launcher_order = tuple(order)  # the grid row by row, then the dock
        rows = list(SETTINGS_ROWS)
        rng.shuffle(rows)
        self.settings_order = tuple(rows)
        self.hue = rng.choice([0.02, 0.08, 0.25, 0.36, 0.46, 0.55, 0.6, 0.66, 0.73, 0.8, 0.9])
        self.wallpaper = rng.randrange(1 << 30)
        self.widget = rng.randrange(3)  # which of the launcher's clock widgets
        day = datetime(2025, 1, 1) + timedelta(days=rng.randrange(700))
        self._start = day.replace(hour=rng.randrange(24), minute=rng.randrange(60))
        self.battery = Battery(rng.randint(6, 100), rng.random() < 0.2)

    def _radio(self, rng: random.Random) -> None:
        names = rng.sample(_NETWORKS, rng.randint(3, 6))
        signals = sorted((rng.randint(1, 4) for _ in names), reverse=True)
        self.wifi_networks = [
            WifiNetwork(name, signal, rng.random() < 0.8)
            for name, signal in zip(names, signals, strict=True)
        ]
        self.wifi_network = names[0]  # the one it joins when Wi-Fi is on
        self.bluetooth_devices = rng.sample(_DEVICES, rng.randint(2, 4))
        self.bluetooth_device = ""  # the one it is connected to
        self._before_airplane: dict[str, str] = {}

    def _clock_app(self, rng: random.Random) -> None:
        self.clock_tab = rng.choice(TABS)
        times: set[tuple[int, int]] = set()
        for _ in range(rng.randint(0, 4)):
            times.add((rng.randint(4, 22), rng.choice([0, 0, 15, 30, 45, rng.randrange(60)])))
        self.alarms = [
            Alarm(hour, minute, rng.random() < 0.5, "", rng.choice(["Every day", "Mon to Fri"]))
            for hour, minute in sorted(times)
        ]

    def now(self) -> datetime:
        """The date and time that the phone shows."""
        return self._start + timedelta(seconds=self.clock() - self._booted)

    def uptime(self) -> float:
        """Seconds since the phone was started."""
        return self.clock() - self._booted

    # --- settings ---------------------------------------------------------------------------

    def get(self, table: str, key: str, default: str = "") -> str:
        """A setting's text, or `default` where it is not set."""
        return self.settings[table].get(key, default)

    def put(self, table: str, key: str, value: str | int) -> None:
        """Write a setting."""
        self.settings[table][key] = str(value)

    def on(self, table: str, key: str) -> bool:
        """Whether a switch-like setting is on; anything but a number other than 0 is off."""
        value = self.get(table, key)
        return value.isdecimal() and int(value) != 0

    def toggle(self, table: str, key: str) -> None:
        """Turn a 0/1 setting over."""
        self.put(table, key, 0 if self.on(table, key) else 1)

    def number(self, table: str, key: str, low: int, high: int) -> int:
        """A number setting, held between `low` and `high`; `low` where it is no number."""
        value = self.get(table, key)
        return min(max(int(value), low), high) if value.isdecimal() else low

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on (`secure ui_night_mode` is 2)."""
        return self.get("secure", "ui_night_mode") == "2"

    def toggle_dark(self) -> None:
        """Turn the dark theme over."""
        self.put("secure", "ui_night_mode", 1 if self.dark else 2)

    def toggle_airplane(self) -> None:
        """Turn airplane mode over; it takes Wi-Fi and Bluetooth down and gives them back."""
        radios = ("wifi_on", "bluetooth_on")
        if self.on("global", "airplane_mode_on"):
            self.settings["global"].update(self._before_airplane)
            self._before_airplane = {}
        else:
            self._before_airplane = {key: self.get("global", key, "0") for key in radios}
            self.settings["global"].update(dict.fromkeys(radios, "0"))
        self.toggle("global", "airplane_mode_on")
