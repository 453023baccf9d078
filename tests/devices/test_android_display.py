"""What phones of several makes and versions say about their screens."""

import pytest

from tapwright.devices.android_display import ScreenFacts, read_facts, rotation_of
from tapwright.types import Size

MARK = "=====tapwright====="


def facts(power: str = "", window: str = "") -> ScreenFacts:
    return read_facts(f"{power}\n{MARK}\n{window}")


@pytest.mark.parametrize(
    ("power", "window", "awake"),
    [
        ("  mWakefulness=Awake", "", True),
        ("  mWakefulness=Asleep", "", False),
        ("  mWakefulness=Dozing", "", False),
        ("  mWakefulness=Dreaming", "", False),
        ("  getWakefulnessLocked()=Dozing", "", False),
        ("  mHoldingDisplaySuspendBlocker=true", "", True),
        ("  mHoldingDisplaySuspendBlocker=false", "", False),
        ("", "      screenState=SCREEN_STATE_OFF", False),
        ("", "    mAwake=false mScreenOnFully=false", False),
        ("", "", True),
    ],
)
def test_a_phone_is_asleep_when_it_says_so(power, window, awake):
    assert facts(power, window).awake is awake


@pytest.mark.parametrize(
    ("window", "locked"),
    [
        ("mShowingLockscreen=true mShowingDream=false mDreamingLockscreen=false", True),
        ("mShowingLockscreen=false mShowingDream=false mDreamingLockscreen=true", True),
        ("  KeyguardStateMonitor\n    mIsShowing=true\n    mInputRestricted=true", True),
        ("  KeyguardStateMonitor\n    mIsShowing=true\n    mInputRestricted=false", False),
        ("  KeyguardServiceDelegate\n    showing=true\n    inputRestricted=true", True),
        ("  KeyguardServiceDelegate\n    showing=false\n    inputRestricted=false", False),
        ("  mCurrentFocus=Window{12ab u0 Keyguard}", True),
        ("  mCurrentFocus=Window{12ab u0 com.a.b/com.a.b.Main}", False),
        ("", False),
    ],
)
def test_a_phone_is_locked_when_it_says_so(window, locked):
    assert facts(window=window).locked is locked


def block(number: int, key: str, flags: str, extra: str = "") -> str:
    return f"  Window #{number} Window{{{key} u0 a.b/a.b.C}}:\n      fl={flags}\n    {extra}\n"


@pytest.mark.parametrize(
    ("window", "secure"),
    [
        (block(0, "aa", "LAYOUT_IN_SCREEN SECURE SPLIT_TOUCH", "isOnScreen=true"), True),
        (block(0, "aa", "LAYOUT_IN_SCREEN SPLIT_TOUCH", "isOnScreen=true"), False),
        (block(0, "aa", "SECURE_SURFACE NOT_SECURE", "isOnScreen=true"), False),
        (
            block(0, "aa", "X", "isOnScreen=true") + block(1, "bb", "SECURE", "isOnScreen=false"),
            False,
        ),
        (block(0, "aa", "X", "isVisible=true") + block(1, "bb", "SECURE", "isVisible=true"), True),
        (block(0, "aa", "SECURE") + "  mCurrentFocus=Window{aa u0 a.b/a.b.C}", True),
        ("", False),
    ],
)
def test_only_a_shown_window_with_the_whole_flag_is_secure(window, secure):
    assert facts(window=window).secure is secure


@pytest.mark.parametrize(
    ("window", "package"),
    [
        ("  mCurrentFocus=Window{8c2 u0 com.android.settings/com.android.settings.Main}",
         "com.android.settings"),
        ("  mCurrentFocus=null\n  mFocusedApp=ActivityRecord{5a1 u0 com.a.b/.Main t42}", "com.a.b"),
        ("  mCurrentFocus=Window{8c2 u0 PopupWindow:1f}\n"
         "  mFocusedApp=ActivityRecord{5a1 u0 com.a.b/.Main t42}", "com.a.b"),
        ("  mFocusedApp=AppWindowToken{1 token=Token{2 ActivityRecord{3 u0 com.a.b/.M t1}}}",
         "com.a.b"),
        ("  mCurrentFocus=null", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_package_in_front_is_the_focused_one(window, package):
    assert facts(window=window).foreground == package


@pytest.mark.parametrize(
    ("said", "turns"),
    [
        ("mCurrentRotation=ROTATION_0", 0),
        ("mCurrentRotation=ROTATION_90", 1),
        ("mCurrentRotation=ROTATION_270", 3),
        ("mRotation=2 mAltOrientation=false", 2),
        ("mRotation=ROTATION_180", 2),
        ("", None),
    ],
)
def test_a_rotation_is_read_in_degrees_or_turns(said, turns):
    assert facts(window=f"  {said}").rotation == turns


@pytest.mark.parametrize(
    ("picture", "said", "natural", "turns"),
    [
        (Size(1080, 2400), 0, None, 0),
        (Size(2400, 1080), 1, None, 1),
        (Size(2400, 1080), 3, None, 3),
        (Size(1080, 2400), 2, None, 2),
        (Size(2400, 1080), 0, None, 1),  # turned since it was asked: the picture is the truth
        (Size(1080, 2400), 3, None, 0),
        (Size(2400, 1080), None, None, 1),
        (Size(1920, 1200), 0, Size(1920, 1200), 0),  # a tablet that is wide by nature
        (Size(1200, 1920), 0, Size(1920, 1200), 1),
    ],
)
def test_the_pictures_shape_outranks_what_the_phone_says(picture, said, natural, turns):
    assert rotation_of(picture, ScreenFacts(rotation=said, natural=natural)) == turns


def test_words_of_no_meaning_say_nothing():
    assert read_facts("\x00\ufffd garbage") == ScreenFacts()
