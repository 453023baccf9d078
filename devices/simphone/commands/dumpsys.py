"""`dumpsys`: the parts of Android's reports that programs read.

Each report has the lines that automation tools look for, worded as on Android 13 to 15, and not
the hundreds of others. The clock's stopwatch and timer have no command of their own on a real
phone: what is nearest is their entry in `dumpsys notification`, so that is where they are.
"""

from __future__ import annotations

from collections.abc import Callable

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.system import DISPLAY_ID, OUTER_DISPLAY_ID, AndroidSystem

_CLOCK = "com.android.deskclock"


def dumpsys(call: Call) -> int:
    """`dumpsys SERVICE [ARGUMENT…]`, `dumpsys -l`."""
    words = [word for word in call.args if word not in ("-t", "--priority")]
    if not words or words[0] == "-l":
        call.say("Currently running services:")
        for name in sorted(_REPORTS):
            call.say(f"  {name}")
        return 0
    report = _REPORTS.get(words[0])
    if report is None:
        return call.fail(f"Can't find service: {words[0]}", 0)
    with call.system.lock:
        call.say("\n".join(report(call.system, words[1:])))
    return 0


def two_displays(system: AndroidSystem) -> bool:
    """Whether the phone plays a foldable."""
    return any(each.fault is Fault.SECOND_DISPLAY for each in system.faults.active())


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _activity_name(foreground: str) -> str:
    return f"ActivityRecord{{5a1f7c2 u0 {foreground} t42}}"


def _focus(system: AndroidSystem) -> str:
    if system.state.locked:
        return "Window{9d3b1e4 u0 NotificationShade}"
    package, _, activity = system.phone.foreground.partition("/")
    full = package + activity if activity.startswith(".") else activity
    return f"Window{{8c2a0f3 u0 {package}/{full}}}"


def _window(system: AndroidSystem, words: list[str]) -> list[str]:
    state = system.state
    secure = " SECURE" if state.secure_window else ""
    package = system.phone.foreground.partition("/")[0]
    return [
        "WINDOW MANAGER WINDOWS (dumpsys window windows)",
        f"  Window #0 {_focus(system)}:",
        "    mDisplayId=0 rootTaskId=42 mSession=Session{3f2e1d0 4242:u0a10042}",
        f"    mOwnerUid=10042 showForAllUsers=false package={package}",
        f"      fl=LAYOUT_IN_SCREEN{secure} LAYOUT_INSET_DECOR SPLIT_TOUCH HARDWARE_ACCELERATED",
        "    isOnScreen=true",
        f"    isVisible={_yes(state.awake)}",
        "",
        f"  mCurrentFocus={_focus(system)}",
        f"  mFocusedApp={_activity_name(system.phone.foreground)}",
        f"  mRotation={state.rotation} mAltOrientation=false",
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)",
        f"    mAwake={_yes(state.awake)} mScreenOnEarly={_yes(state.awake)} "
        f"mScreenOnFully={_yes(state.awake)}",
        f"    mShowingLockscreen={_yes(state.locked)} mShowingDream=false mDreamingLockscreen="
        f"{_yes(state.locked and not state.awake)}",
        "    KeyguardServiceDelegate",
        f"      showing={_yes(state.locked)}",
        f"      screenState=SCREEN_STATE_{'ON' if state.awake else 'OFF'}",
        "      KeyguardStateMonitor",
        f"        mIsShowing={_yes(state.locked)}",
        "        mSimSecure=false",
        f"        mInputRestricted={_yes(state.locked)}",
    ]


def _power(system: AndroidSystem, words: list[str]) -> list[str]:
    awake = system.state.awake
    return [
        "POWER MANAGER (dumpsys power)",
        "",
        "Power Manager State:",
        "  mDirty=0x0",
        f"  mWakefulness={'Awake' if awake else 'Asleep'}",
        "  mWakefulnessChanging=false",
        f"  mIsPowered={_yes(system.state.battery.charging)}",
        f"  mBatteryLevel={system.state.battery.level}",
        f"  mHoldingWakeLockSuspendBlocker={_yes(awake)}",
        f"  mHoldingDisplaySuspendBlocker={_yes(awake)}",
        f"Display Power: state={'ON' if awake else 'OFF'}",
    ]


def _display(system: AndroidSystem, words: list[str]) -> list[str]:
    state, size = system.state, system.phone.size
    turned = state.rotation % 2 == 1
    width, height = (size.height, size.width) if turned else (size.width, size.height)
    mine = (
        f"DisplayViewport{{type=INTERNAL, valid=true, isActive=true, displayId=0, "
        f"uniqueId='local:{DISPLAY_ID}', physicalPort=0, orientation={state.rotation}, "
        f"logicalFrame=Rect(0, 0 - {width}, {height}), "
        f"physicalFrame=Rect(0, 0 - {width}, {height}), "
        f"deviceWidth={width}, deviceHeight={height}}}"
    )
    other = (
        f"DisplayViewport{{type=INTERNAL, valid=true, isActive=false, displayId=1, "
        f"uniqueId='local:{OUTER_DISPLAY_ID}', physicalPort=1, orientation=0, "
        f"logicalFrame=Rect(0, 0 - 1080, 1080), physicalFrame=Rect(0, 0 - 1080, 1080), "
        f"deviceWidth=1080, deviceHeight=1080}}"
    )
    viewports = f"{mine}, {other}" if two_displays(system) else mine
    return [
        "DISPLAY MANAGER (dumpsys display)",
        f"  mViewports=[{viewports}]",
        "  mDefaultDisplayDefaultColorMode=0",
        f"  mGlobalDisplayState={'ON' if state.awake else 'OFF'}",
        "  mCurrentOrientation=" + str(state.rotation),
    ]


def display_lines(system: AndroidSystem) -> list[str]:
    """The lines of `cmd display get-displays`."""
    size = system.phone.size
    power = "ON" if system.state.awake else "OFF"

    def line(number: int, name: str, unique: str, width: int, height: int, state: str) -> str:
        return (
            f'Display id {number}: DisplayInfo{{"{name}", displayId {number}, state {state}, '
            f'type INTERNAL, uniqueId "local:{unique}", app {width} x {height}, '
            f"real {width} x {height}, rotation {system.state.rotation}, density 420}}"
        )

    lines = ["Displays:", line(0, "Built-in Screen", DISPLAY_ID, size.width, size.height, power)]
    if two_displays(system):
        lines.append(line(1, "Outer Screen", OUTER_DISPLAY_ID, 1080, 1080, "OFF"))
    return lines


def _surface_flinger(system: AndroidSystem, words: list[str]) -> list[str]:
    inner = f'Display {DISPLAY_ID} (HWC display 0): port=0 pnpId=QCM displayName=""'
    outer = f'Display {OUTER_DISPLAY_ID} (HWC display 1): port=1 pnpId=QCM displayName=""'
    return [outer, inner] if two_displays(system) else [inner]


def _activity(system: AndroidSystem, words: list[str]) -> list[str]:
    record = _activity_name(system.phone.foreground)
    if words[:1] == ["top"]:
        package = system.phone.foreground.partition("/")[0]
        return [
            f"TASK {package} id=42 userId=0",
            f"  ACTIVITY {system.phone.foreground} 5a1f7c2 pid=4242",
        ]
    return [
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)",
        "Display #0 (activities from top to bottom):",
        f"    mResumedActivity: {record}",
        f"  ResumedActivity: {record}",
        f"  topResumedActivity={record}",
    ]


def _battery(system: AndroidSystem, words: list[str]) -> list[str]:
    battery = system.state.battery
    return [
        "Current Battery Service state:",
        f"  AC powered: {_yes(battery.charging)}",
        "  USB powered: false",
        "  Wireless powered: false",
        f"  status: {2 if battery.charging else 3}",
        "  health: 2",
        "  present: true",
        f"  level: {battery.level}",
        "  scale: 100",
        "  voltage: 4123",
        "  temperature: 271",
        "  technology: Li-ion",
    ]


def _alarm(system: AndroidSystem, words: list[str]) -> list[str]:
    lines = ["Current Alarm Manager state:", f"  nowRTC={system.state.now():%Y-%m-%d %H:%M:%S}"]
    enabled = [alarm for alarm in system.state.alarms if alarm.enabled]
    lines.append(f"  {len(enabled)} pending alarms:")
    for number, alarm in enumerate(enabled):
        lines.append(f"    RTC_WAKEUP #{number}: Alarm{{{number:07x} type 0 {_CLOCK}}}")
        lines.append(f"      tag=*walarm*:{_CLOCK}.ALARM_ALERT")
        lines.append(f"      Alarm clock: triggerTime={alarm.hour:02d}:{alarm.minute:02d}")
    return lines


def _notification(system: AndroidSystem, words: list[str]) -> list[str]:
    state = system.state
    now = state.clock()
    lines = ["Current Notification Manager state:", "  Notification List:"]
    seconds = state.stopwatch.seconds(now)
    if state.stopwatch.running or seconds > 0:
        lines += _record(
            "StopwatchNotification",
            2147483647,
            "Stopwatch" if state.stopwatch.running else "Stopwatch paused",
            {
                "running": _yes(state.stopwatch.running),
                "elapsedMillis": str(round(seconds * 1000)),
                "laps": str(len(state.stopwatch.laps)),
            },
        )
    timer = state.timer
    if timer.running or (timer.total > 0 and timer.elapsed > 0):
        lines += _record(
            "TimerNotification",
            2147483646,
            "Timer" if timer.running else "Timer paused",
            {
                "running": _yes(timer.running),
                "totalMillis": str(round(timer.total * 1000)),
                "remainingMillis": str(round(timer.remaining(now) * 1000)),
            },
        )
    return lines


def _record(channel: str, number: int, title: str, extras: dict[str, str]) -> list[str]:
    return [
        f"    NotificationRecord(0x0c1a2b3d: pkg={_CLOCK} user=UserHandle{{0}} id={number} "
        f"tag=null importance=2 key=0|{_CLOCK}|{number}|null|10042)",
        f"      channel={channel}",
        "      extras={",
        f"          android.title=String ({title})",
        *(f"          {name}={value}" for name, value in extras.items()),
        "      }",
    ]


def _input_method(system: AndroidSystem, words: list[str]) -> list[str]:
    return ["Current Input Method Manager state:", f"  mCurMethodId={system.keyboard()}"]


_REPORTS: dict[str, Callable[[AndroidSystem, list[str]], list[str]]] = {
    "SurfaceFlinger": _surface_flinger,
    "activity": _activity,
    "alarm": _alarm,
    "battery": _battery,
    "display": _display,
    "input_method": _input_method,
    "notification": _notification,
    "power": _power,
    "window": _window,
}
