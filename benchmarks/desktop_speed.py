"""How fast the desktop's picture and hands are, beside what others use, in one run.

    python benchmarks/desktop_speed.py [--samples 30]

B1: from the screen to an RGB array, 1920x1080 on a virtual display. B11: one click, until the
system has it. Every way is asked in turn, each round in another order, so that a busy machine
is unfair to all of them alike; ratios are of medians and of minima.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tapwright.actions import Click, Point
from tapwright.devices.desktop import open_desktop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Delivery, Size

SIZE = Size(1920, 1080)
Ways = dict[str, Callable[[], Any]]


def main() -> int:
    """Run both benchmarks and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=30, help="of each way, at least (30)")
    samples = max(30, parser.parse_args().samples)
    with VirtualDisplay(SIZE) as screen:
        # The libraries compared take their display from the environment when they are imported.
        os.environ.update(screen.env)
        if shutil.which("xterm"):
            screen.start(["xterm", "-geometry", "200x60"])
        with open_desktop(display=screen.display, stop=False) as desktop:
            _heading(samples)
            _table("B1: the screen as an RGB array", _captures(desktop), samples, "ours")
            _table("B11: one click", _clicks(desktop), samples, "ours")
    return 0


def _captures(desktop: Any) -> Ways:
    import mss
    import numpy as np
    from PIL import Image, ImageGrab

    taker = mss.MSS()

    def mss_pillow() -> Any:
        shot = taker.grab(taker.monitors[0])
        return np.asarray(Image.frombytes("RGB", shot.size, shot.bgra, "raw", "BGRX"))

    ways: Ways = {
        "ours": desktop.frame,
        "PIL.ImageGrab": lambda: np.asarray(ImageGrab.grab().convert("RGB")),
        "mss -> PIL": mss_pillow,
        "pyautogui.screenshot (ImageGrab)": _pyautogui(scrot=False),
        "(copying 8.3 MB)": np.zeros((SIZE.height, SIZE.width, 4), np.uint8).copy,
    }
    if shutil.which("scrot"):
        ways["pyautogui.screenshot (scrot)"] = _pyautogui(scrot=True)
    shapes = {name: way().shape[:2] for name, way in ways.items()}
    if set(shapes.values()) != {(SIZE.height, SIZE.width)}:
        sys.exit(f"the ways do not give the same picture: {shapes}")
    return ways


def _pyautogui(*, scrot: bool) -> Callable[[], Any]:
    """pyautogui.screenshot() by one of the two ways between which it chooses at import."""
    import numpy as np
    import pyautogui
    import pyscreeze

    def take() -> Any:
        pyscreeze.RUNNING_X11, pyscreeze.SCROT_EXISTS = True, scrot
        pyscreeze.GNOMESCREENSHOT_EXISTS = not scrot  # Pillow then captures by itself
        return np.asarray(pyautogui.screenshot().convert("RGB"))

    return take


def _clicks(desktop: Any) -> Ways:
    import pyautogui
    from Xlib import X
    from Xlib.display import Display

    pyautogui.FAILSAFE = False
    link = Display(os.environ["DISPLAY"])
    x, y = 1500, 900
    click = Click(Point(x, y))

    def theirs(pause: float) -> Callable[[], Any]:
        def press() -> None:
            pyautogui.PAUSE = pause
            pyautogui.click(x, y)

        return press

    def raw() -> None:
        link.xtest_fake_input(X.MotionNotify, 0, x=x, y=y)
        link.xtest_fake_input(X.ButtonPress, 1)
        link.xtest_fake_input(X.ButtonRelease, 1)
        link.sync()

    told = desktop.perform(click)
    if told.delivery is not Delivery.DELIVERED:  # a refusal would be the fastest of all
        sys.exit(f"our click was not delivered: {told.said}")
    return {
        "ours": lambda: desktop.perform(click),
        "pyautogui.click, as it comes": theirs(0.1),
        "pyautogui.click, PAUSE = 0": theirs(0.0),
        "XTEST by python-xlib": raw,
    }


def _table(title: str, ways: Ways, samples: int, ours: str) -> None:
    """Time every way `samples` times, in turn, and print a line for each."""
    walls: dict[str, list[float]] = {name: [] for name in ways}
    cpus: dict[str, float] = dict.fromkeys(ways, 0.0)
    order, picks = list(ways), random.Random(0)
    for way in ways.values():
        way()
    for _ in range(samples):
        picks.shuffle(order)
        for name in order:
            before = time.process_time(), time.perf_counter()
            ways[name]()
            walls[name].append((time.perf_counter() - before[1]) * 1000)
            cpus[name] += (time.process_time() - before[0]) * 1000
    print(f"\n{title}: milliseconds, {samples} samples of each")
    print(f"  {'':34} {'p50':>9} {'p90':>9} {'min':>9} {'CPU':>9} {'x p50':>8} {'x min':>8}")
    middle, least = statistics.median(walls[ours]), min(walls[ours])
    for name, times in sorted(walls.items(), key=lambda item: statistics.median(item[1])):
        p50, p90 = statistics.median(times), statistics.quantiles(times, n=10)[-1]
        print(
            f"  {name:34} {p50:9.3f} {p90:9.3f} {min(times):9.3f} {cpus[name] / samples:9.3f} "
            f"{p50 / middle:8.1f} {min(times) / least:8.1f}"
        )


def _heading(samples: int) -> None:
    named = ("mss", "pyautogui", "pyscreeze", "pillow", "python-xlib", "opencv-python-headless")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in named)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{os.cpu_count()} cores, load {load}; Xvfb {SIZE.width}x{SIZE.height}")


if __name__ == "__main__":
    sys.exit(main())
