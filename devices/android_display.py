"""What a phone says about its screen: awake, locked, secure, in front, turned, and which is lit.

All of it is read from `dumpsys`, whose words differ between Android versions and makers; each
reader names the forms it knows. What is not said is not guessed: an unknown is None or False and
the picture decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from tapwright.devices.adb_shell import AdbLink
from tapwright.errors import CommandFailed, ScreenUnavailable
from tapwright.types import Size

_MARK = "=====tapwright====="
_PROBE = f"dumpsys power; echo {_MARK}; dumpsys window"

_WAKEFULNESS = re.compile(r"(?:mWakefulness|getWakefulnessLocked\(\))=(\w+)")
_LOCK_SHOWN = re.compile(r"mShowingLockscreen=true|mDreamingLockscreen=true")
_GUARD_WORDS = (
    ("KeyguardStateMonitor", "mIsShowing", "mInputRestricted"),
    ("KeyguardServiceDelegate", "showing", "inputRestricted"),
)
_FOCUS = re.compile(r"mCurrentFocus=Window\{(\w+) (?:u\d+ )?([^}]*)\}")
_FOCUSED_APP = re.compile(
    r"(?:mFocusedApp|mResumedActivity|topResumedActivity|ResumedActivity)[=:]"
    r".*?ActivityRecord\{\w+ u\d+ ([\w.]+)/"
)
_ROTATION = re.compile(r"\bm(?:Current)?Rotation=(?:ROTATION_)?(\d+)")  # degrees or turns
_NATURAL = re.compile(r"\binit=(\d+)x(\d+)")
_WINDOW_BLOCK = re.compile(r"^\s*Window #\d+ Window\{(\w+)", re.MULTILINE)
_FLAGS = re.compile(r"\bfl=([^\n]*)")
_VISIBLE = re.compile(r"\bisOnScreen=true|\bisVisible=true")
_VISIBILITY = re.compile(r"\bisOnScreen=|\bisVisible=")


@dataclass(frozen=True, slots=True)
class ScreenFacts:
    """One reading of the phone's own words about its screen."""

    awake: bool = True
    locked: bool = False
    secure: bool = False  # a window that is shown forbids capture
    foreground: str | None = None  # package
    rotation: int | None = None  # quarter turns
    natural: Size | None = None  # of the panel, unrotated


def probe(link: AdbLink) -> ScreenFacts:
    """Read the facts in one round trip; raise `CommandFailed` where the phone says none."""
    output = link.shell(_PROBE, what="dumpsys power; dumpsys window")
    if _MARK not in output.text:
        raise CommandFailed(
            f"the phone does not tell the state of its screen (exit code {output.exit_code}): "
            f'"{output.words.strip()[:100]}"',
            exit_code=output.exit_code,
            stdout=output.text,
        )
    return read_facts(output.text)


def glance(link: AdbLink) -> ScreenFacts:
    """Read only what is in front and how the screen is turned, which takes half as long."""
    window = link.shell("dumpsys window").text
    return ScreenFacts(foreground=_foreground(window), rotation=_rotation(window))


def read_facts(text: str) -> ScreenFacts:
    """The facts in the answer to the probe; a part that did not come counts as unsaid."""
    power, _, window = text.partition(_MARK)
    return ScreenFacts(
        awake=_awake(power, window),
        locked=_locked(window),
        secure=_secure(window),
        foreground=_foreground(window),
        rotation=_rotation(window),
        natural=_natural(window),
    )


def rotation_of(picture: Size, facts: ScreenFacts) -> int:
    """Quarter turns of a picture: its own shape decides, the phone's word settles which way."""
    natural = facts.natural
    if natural is None or natural.width == natural.height:
        upright = picture.height >= picture.width
    else:
        upright = (picture.width < picture.height) == (natural.width < natural.height)
    if facts.rotation is not None and (facts.rotation % 2 == 0) == upright:
        return facts.rotation
    return 0 if upright else 1


def lit_display(link: AdbLink) -> str | None:
    """The id for `screencap -d` of the display that is on; None where there is only one.

    Raise `ScreenUnavailable` where there are several and it cannot be told which is lit: the
    default one may be the dark inner panel of a foldable.
    """
    listed = link.shell("dumpsys SurfaceFlinger --display-id").text
    ids = re.findall(r"^Display (\d+)", listed, re.MULTILINE)
    if len(ids) < 2:
        return None
    lit = _lit_in(link.shell("cmd display get-displays").text)
    if lit is None:
        lit = _active_in(link.shell("dumpsys display").text)
    if lit is None:
        raise ScreenUnavailable(
            f"the phone has {len(ids)} displays and does not say which one is lit: "
            "unfold or wake it, or detach the other displays"
        )
    return lit


def _lit_in(text: str) -> str | None:
    for line in text.splitlines():
        if line.strip().startswith("Display id ") and ", state ON," in line:
            found = re.search(r'uniqueId "local:(\d+)"', line)
            if found:
                return found.group(1)
    return None


def _active_in(text: str) -> str | None:
    for found in re.finditer(r"DisplayViewport\{type=INTERNAL([^}]*)\}", text):
        if "isActive=true" in found.group(1):
            local = re.search(r"uniqueId='local:(\d+)'", found.group(1))
            if local:
                return local.group(1)
    return None


def _awake(power: str, window: str) -> bool:
    found = _WAKEFULNESS.search(power)
    if found:
        return found.group(1) == "Awake"
    if "mHoldingDisplaySuspendBlocker=" in power:
        return "mHoldingDisplaySuspendBlocker=true" in power
    return "screenState=SCREEN_STATE_OFF" not in window and "mScreenOnFully=false" not in window


def _locked(window: str) -> bool:
    if _LOCK_SHOWN.search(window):
        return True
    for words in _GUARD_WORDS:
        guard = re.search(words[0] + r"(.{0,600})", window, re.DOTALL)
        if guard and all(re.search(rf"\b{word}=true", guard.group(1)) for word in words[1:]):
            return True
    focus = _FOCUS.search(window)
    return focus is not None and "Keyguard" in focus.group(2)


def _secure(window: str) -> bool:
    """Whether a shown window has the secure flag; hidden apps behind it do not count."""
    focus = _FOCUS.search(window)
    starts = list(_WINDOW_BLOCK.finditer(window))
    for start, following in zip_longest(starts, starts[1:]):
        block = window[start.start() : following.start() if following else len(window)]
        flags = _FLAGS.search(block)
        if flags is None or "SECURE" not in re.split(r"[\s|]+", flags.group(1)):
            continue
        focused = focus is not None and focus.group(1) == start.group(1)
        if focused or _VISIBLE.search(block) or not _VISIBILITY.search(block):
            return True
    return False


def _foreground(window: str) -> str | None:
    for found in _FOCUS.finditer(window):
        package, slash, _ = found.group(2).partition("/")
        if slash:
            return package
    app = _FOCUSED_APP.search(window)
    return app.group(1) if app else None


def _rotation(window: str) -> int | None:
    found = _ROTATION.search(window)
    if found is None:
        return None
    turned = int(found.group(1))
    return (turned // 90 if turned > 3 else turned) % 4


def _natural(window: str) -> Size | None:
    found = _NATURAL.search(window)
    return Size(int(found.group(1)), int(found.group(2))) if found else None
