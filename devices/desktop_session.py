"""Can this machine's desktop be driven, is it lit now, and what to do where it is not.

must_be_drivable()          # before anything is opened
Watched(display).now()      # before a picture is decided from
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from tapwright.devices.desktop_x11 import START, close_quietly, gone_as_ours
from tapwright.errors import NoDevice, SetupError
from tapwright.types import ScreenState

Session = Literal["x11", "wayland", "none", "windows", "macos"]
SECONDS = 5.0  # for a program that is asked to answer
LOGIND_EVERY = 2.0  # seconds between two questions to the session manager
_SAVER_ON = 1

_WAYLAND = (
    "this is a Wayland session, which lets no program see the screen or move the pointer; log in "
    "to an Xorg session (on the login screen, the gear), or use a virtual display: --device xvfb"
)


def session(env: Mapping[str, str] | None = None, platform: str = sys.platform) -> Session:
    """Which kind of desktop this process was started on."""
    if platform == "win32":
        return "windows"
    if platform == "darwin":
        return "macos"
    given = os.environ if env is None else env
    # Under Wayland DISPLAY is XWayland's, which shows X programs alone and black for the rest.
    if given.get("WAYLAND_DISPLAY") or given.get("XDG_SESSION_TYPE") == "wayland":
        return "wayland"
    return "x11" if given.get("DISPLAY") else "none"


def must_be_drivable(display: str | None = None, env: Mapping[str, str] | None = None) -> None:
    """Raise where this machine's desktop cannot be driven at all; a stated `display` is X11.

    `SetupError` for Wayland and for permissions that macOS did not give, `NoDevice` without a
    display; the text names the cure.
    """
    if display:
        return
    kind = session(env)
    if kind == "wayland":
        raise SetupError(_WAYLAND)
    if kind == "none":
        raise NoDevice(f"there is no display here (DISPLAY is not set); {START}")
    if kind == "windows":
        be_aware_of_scale()
    if kind == "macos":
        for missing in missing_permissions():
            raise SetupError(missing)


class Watched:
    """Whether one desktop is lit, asked again and again; its connection is opened when needed."""

    def __init__(self, display: str | None = None) -> None:
        """Watch this machine's desktop, on X11 that of `display`."""
        self._display = display
        self._link: Any = None
        self._screen: X11State | None = None
        self._asked, self._locked = -math.inf, False

    def now(self) -> ScreenState:
        """`LIT`, `LOCKED` or `ASLEEP`, as far as the platform tells."""
        if sys.platform == "win32":
            return ScreenState.LOCKED if _windows_locked() else ScreenState.LIT
        if sys.platform == "darwin":
            return _mac_state()
        if time.monotonic() - self._asked > LOGIND_EVERY:
            self._locked, self._asked = _locked_by_logind(self._display), time.monotonic()
        return ScreenState.LOCKED if self._locked else self._x11().now()

    def wake(self) -> None:
        """Light the screen where that can be done."""
        if sys.platform.startswith("linux"):
            self._x11().wake()

    def close(self) -> None:
        """Let go of the desktop; a second time is harmless."""
        link, self._link, self._screen = self._link, None, None
        if link is not None:
            close_quietly(link)

    def _x11(self) -> X11State:
        from tapwright.devices.desktop_x11 import connect

        if self._screen is None:
            self._link = connect(self._display)
            self._screen = X11State(self._link)
        return self._screen


# --- X11 ----------------------------------------------------------------------------------------


class X11State:
    """Asks an X server, on a connection of its own, whether its screen is lit."""

    def __init__(self, link: Any) -> None:
        """Use a python-xlib connection, which stays the caller's."""
        self._link = link
        self._name = str(link.get_display_name())
        with gone_as_ours(self._name):
            self._saver = link.has_extension("MIT-SCREEN-SAVER")
            self._power = link.has_extension("DPMS")
            self._status = link.intern_atom("_SCREENSAVER_STATUS")  # XScreenSaver's own
            self._lock = link.intern_atom("LOCK")

    def now(self) -> ScreenState:
        """`LOCKED` by XScreenSaver, `ASLEEP` with monitors off or a saver on, else `LIT`."""
        root = self._link.screen().root
        with gone_as_ours(self._name):
            told = root.get_full_property(self._status, 0)
            if told is not None and len(told.value) and told.value[0] == self._lock:
                return ScreenState.LOCKED
            if self._power:
                power = self._link.dpms_info()
                if power.state and power.power_level != 0:
                    return ScreenState.ASLEEP
            if self._saver and root.screensaver_query_info().state == _SAVER_ON:
                return ScreenState.ASLEEP
        return ScreenState.LIT

    def wake(self) -> None:
        """Light the screen, as a key of the person's would; what is locked stays locked."""
        from Xlib import X

        with gone_as_ours(self._name):
            self._link.force_screen_saver(X.ScreenSaverReset)
            if self._power:
                self._link.dpms_force_level(0)
            self._link.sync()


def _locked_by_logind(display: str | None) -> bool:
    """Whether the session manager says that this session is locked; a virtual display has none."""
    own = os.environ.get("XDG_SESSION_ID")
    program = shutil.which("loginctl")
    if own is None or program is None or (display and display != os.environ.get("DISPLAY")):
        return False
    argv = [program, "show-session", own, "--property=LockedHint", "--value"]
    return _said(argv) == "yes"


def _said(argv: list[str]) -> str:
    """What a program printed, in one line; empty where it failed."""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, encoding="utf-8", errors="replace",
            timeout=SECONDS, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


# --- Windows ------------------------------------------------------------------------------------

_DESKTOP_READ = 0x0001
_PER_MONITOR_V2 = -4  # DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2


def be_aware_of_scale() -> None:
    """Tell Windows that this process means real pixels, on every monitor; harmless twice.

    Without it, pictures and mouse are in different units wherever a monitor is scaled.
    """
    if sys.platform != "win32":
        return
    calls: list[Callable[[], object]] = [
        lambda: ctypes.windll.user32.SetProcessDpiAwarenessContext(
            ctypes.c_void_p(_PER_MONITOR_V2)
        ),
        lambda: ctypes.windll.shcore.SetProcessDpiAwareness(2),
        lambda: ctypes.windll.user32.SetProcessDPIAware(),
    ]
    for call in calls:
        try:
            call()
        except (AttributeError, OSError):
            continue  # an older Windows has only the later ones
        return


def _windows_locked() -> bool:
    """Whether the secure desktop (lock screen, UAC) has the input."""
    if sys.platform != "win32":
        return False
    user = ctypes.windll.user32
    desktop = user.OpenInputDesktop(0, False, _DESKTOP_READ)
    if not desktop:
        return True
    user.CloseDesktop(desktop)
    return False


# --- macOS --------------------------------------------------------------------------------------


def missing_permissions() -> list[str]:
    """What macOS does not let this program do, each with where it is allowed; empty elsewhere."""
    if sys.platform != "darwin":
        return []
    where = "allow your terminal under System Settings > Privacy & Security"
    missing = []
    services = ctypes.CDLL(
        "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
    )
    graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
    services.AXIsProcessTrusted.restype = ctypes.c_bool
    graphics.CGPreflightScreenCaptureAccess.restype = ctypes.c_bool
    if not graphics.CGPreflightScreenCaptureAccess():
        missing.append(
            f"macOS does not let this program see the screen; {where} > Screen & System Audio "
            "Recording, then start it again"
        )
    if not services.AXIsProcessTrusted():
        missing.append(
            f"macOS does not let this program use mouse and keyboard; {where} > Accessibility, "
            "then start it again"
        )
    return missing


def _mac_state() -> ScreenState:
    """Locked, asleep or lit, as the window server tells; pyobjc comes with pyautogui there."""
    import importlib

    try:
        quartz = importlib.import_module("Quartz")
    except ImportError as missing:
        raise SetupError(
            "the desktop on macOS needs pyobjc; pip install 'tapwright[desktop]'"
        ) from missing
    told = quartz.CGSessionCopyCurrentDictionary() or {}
    if told.get("CGSSessionScreenIsLocked"):
        return ScreenState.LOCKED
    if quartz.CGDisplayIsAsleep(quartz.CGMainDisplayID()):
        return ScreenState.ASLEEP
    return ScreenState.LIT
