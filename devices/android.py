"""An Android phone over adb: looked at through `screencap`, touched through `input`.

    with connect() as phone:
        phone.perform(Tap(Point(540, 1200)))

Nothing here turns a failure into a success: a picture is whole or an error, an act is delivered,
refused or unknown, and an unknown one is never repeated.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tapwright.actions import (
    Action,
    LongPress,
    OpenApp,
    Point,
    PressKey,
    Swipe,
    Tap,
    TypeText,
    Wait,
)
from tapwright.devices import android_apps
from tapwright.devices.adb_host import AdbHost
from tapwright.devices.adb_shell import AdbLink, shell_words
from tapwright.devices.android_display import ScreenFacts, glance, lit_display, probe, rotation_of
from tapwright.devices.android_ime import KeyboardSwitch
from tapwright.devices.android_input import (
    check_answer,
    is_refusal,
    milliseconds,
    touch_line,
)
from tapwright.devices.android_keys import KEYS, key_code
from tapwright.devices.android_lock import hold_phone
from tapwright.devices.android_text import Typist
from tapwright.devices.android_tree import LabelReader
from tapwright.devices.screencap import capture, is_uniform, looked_twice
from tapwright.errors import (
    ActionRefused,
    CommandFailed,
    CorruptFrame,
    DeadlineExceeded,
    ScreenUnavailable,
    StreamCut,
)
from tapwright.locks import Lock
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult, ScreenState, Size

if TYPE_CHECKING:
    from PIL import Image

MAX_WAIT = 60.0  # seconds
MAX_TOUCH = 30.0  # seconds a finger may stay down
_WAKE_LOOKS = 15  # looks at the lock after waking, 0.2 s apart


def connect(
    serial: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    timeout: float = 20.0,
    exclusive: bool = False,
    labels: bool = True,
) -> AndroidDevice:
    """The phone that is meant, ready to be used.

    `serial` is a serial of `adb devices` or a `HOST:PORT` to connect to; without it
    ANDROID_SERIAL, else the one phone there is. `host` and `port` are the adb server's (default
    port: ANDROID_ADB_SERVER_PORT, else 5037), started where none answers. `timeout` in seconds
    bounds each command. An `exclusive` phone is refused while another process has it so. Without
    `labels` it is never asked what lies under a touch. Raise a `DeviceError` that names the cure.
    """
    adb = AdbHost(host, port, timeout=timeout)
    adb.ensure_running()
    chosen = adb.choose(serial)
    # Held before the device is made, which gives a keyboard back that another may be using.
    hold = hold_phone(chosen) if exclusive else None
    return AndroidDevice(adb, chosen, labels=labels, hold=hold)


class AndroidDevice:
    """One phone. It is not safe to share between threads."""

    simulated = False  # whoever started a simulated phone sets this on its device
    keyboard_kept = False  # after `close`: the person's keyboard could not be given back

    def __init__(
        self, adb: AdbHost, serial: str, *,
        read_back: bool = True, labels: bool = True, hold: Lock | None = None,
    ) -> None:  # fmt: skip
        """Use the phone `serial` of a running server; typed text is read back if `read_back`.

        `labels` lets `label_at` ask the phone. `hold` is released when the device is closed.
        A keyboard that an earlier process borrowed and never gave back is restored here.
        """
        self.name = serial
        self._link = AdbLink(adb, serial)
        self._keyboard = KeyboardSwitch(self._link)
        self._typist = Typist(self._link, self._keyboard, read_back=read_back)
        self._labels = LabelReader(self._link, on=labels)
        self._hold = hold
        self._closed = threading.Event()
        self._size: Size | None = None
        self._display: str | None = None
        self._turned: tuple[int | None, int | None] = (None, None)  # as said, and as seen
        self._keyboard.restore()
        atexit.register(self.close)

    def __enter__(self) -> AndroidDevice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def observe(self) -> Observation:
        """Take a picture and say what it is good for.

        Raise `CorruptFrame` where no whole picture came, `ScreenUnavailable` where none can
        come because the screen is off or cannot be told from others.
        """
        facts = looked_twice(lambda: probe(self._link))
        try:
            image = self._picture()
        except (CorruptFrame, CommandFailed) as error:
            if facts.awake:
                raise
            raise ScreenUnavailable(
                f'the screen of "{self.name}" is off and gave no picture: wake it'
            ) from error
        size = Size(*image.size)
        rotation = rotation_of(size, facts)
        self._size, self._turned = size, (facts.rotation, rotation)
        return Observation(
            image=image,
            rotation=rotation,
            foreground=facts.foreground,
            state=_state(facts, is_uniform(image)),
            taken_at=time.time(),
        )

    def glance(self) -> tuple[str | None, int | None]:
        """What is in front and how the screen is turned, without a picture; None where unsaid.

        Both as the newest observation tells them, where nothing has changed since.
        """
        facts = looked_twice(lambda: glance(self._link))
        said, seen = self._turned
        # The picture's shape may have overruled the phone's word; the same word means no change.
        return facts.foreground, seen if facts.rotation == said else facts.rotation

    def label_at(self, point: Point) -> str | None:
        """The words under `point`, within 1.5 s; None where not known. It never raises."""
        return self._labels.at(point)

    def perform(self, action: Action) -> Effect:
        """Carry out one action and say what is known of it; never twice."""
        try:
            return self._carry_out(action)
        except ActionRefused as error:
            return Effect(Delivery.REFUSED, str(error))
        except CommandFailed as error:
            refused = is_refusal(error)
            return Effect(Delivery.REFUSED if refused else Delivery.UNKNOWN, str(error))
        except (StreamCut, DeadlineExceeded) as error:
            return Effect(Delivery.UNKNOWN, str(error))

    def apps(self) -> Sequence[AppInfo]:
        """The apps that can be opened, by package name."""
        return android_apps.installed(self._link)

    def query(self, argv: Sequence[str]) -> QueryResult:
        """Run a program on the phone, each argument arriving as it is."""
        output = self._link.shell(shell_words(argv))
        return QueryResult(
            output.text, output.stderr.decode("utf-8", errors="replace"), output.exit_code
        )

    def wake(self) -> None:
        """Switch the screen on and slide a lock without a PIN away.

        Raise `ScreenUnavailable` where it stays off or locked.
        """
        facts = probe(self._link)
        if not facts.awake:
            self._input(f"input keyevent {KEYS['WAKEUP']}", "waking it")
            facts = self._await_facts(lambda now: now.awake)
        if not facts.awake:
            raise ScreenUnavailable(f'the screen of "{self.name}" stays off: wake it by hand')
        if facts.locked:
            self._link.shell("wm dismiss-keyguard")
            facts = self._await_facts(lambda now: not now.locked)
        if facts.locked:
            raise ScreenUnavailable(
                f'"{self.name}" is locked with a PIN, pattern or password: unlock it by hand'
            )

    def close(self) -> None:
        """Give the person's keyboard back; closing twice is harmless."""
        if self._closed.is_set():
            return
        self._closed.set()
        atexit.unregister(self.close)
        try:
            self.keyboard_kept = self._keyboard.borrowed and not self._keyboard.restore()
        finally:
            if self._hold is not None:
                self._hold.release()

    def _carry_out(self, action: Action) -> Effect:
        if isinstance(action, Tap):
            x, y = self._on_screen(action.point)
            return self._input(f"input tap {x} {y}", "a tap")
        if isinstance(action, LongPress):
            x, y = self._on_screen(action.point)
            hold = milliseconds(action.seconds, MAX_TOUCH)
            return self._input(touch_line(x, y, x, y, hold), "a long press", hold / 1000)
        if isinstance(action, Swipe):
            (x1, y1), (x2, y2) = self._on_screen(action.start), self._on_screen(action.end)
            move = milliseconds(action.seconds, MAX_TOUCH)
            return self._input(touch_line(x1, y1, x2, y2, move), "a swipe", move / 1000)
        if isinstance(action, TypeText):
            return self._typist.type(action.text)
        if isinstance(action, PressKey):
            return self._input(f"input keyevent {key_code(action.key)}", f"the key {action.key}")
        if isinstance(action, OpenApp):
            if action.arguments:
                raise ActionRefused(f"'{action.name}' cannot be given arguments on a phone")
            app = android_apps.find(action.name, self.apps())
            return android_apps.launch(self._link, app)
        if isinstance(action, Wait):
            return self._wait(action.seconds)
        raise ActionRefused(f'an Android phone has no action "{type(action).__name__}"')

    def _input(self, line: str, what: str, seconds: float = 0.0) -> Effect:
        output = self._link.shell(line, timeout=self._link.host.timeout + seconds)
        check_answer(output, what)
        return Effect(Delivery.DELIVERED, line)

    def _wait(self, seconds: float) -> Effect:
        wanted = milliseconds(seconds, MAX_WAIT) / 1000
        if self._closed.wait(wanted):
            return Effect(Delivery.UNKNOWN, "the wait was cut short: the phone was let go")
        most = ", the most" if seconds > MAX_WAIT else ""
        return Effect(Delivery.DELIVERED, f"waited {wanted:g} s{most}")

    def _on_screen(self, point: Point) -> tuple[int, int]:
        """The point's coordinates; refused outside the picture that was last looked at."""
        size = self._size or self.observe().size
        if not (0 <= point.x < size.width and 0 <= point.y < size.height):
            raise ActionRefused(
                f"({point.x}, {point.y}) is outside the {size.width}x{size.height} screen: "
                "choose a point on it"
            )
        return int(point.x), int(point.y)

    def _picture(self) -> Image.Image:
        """A picture of the display that is lit; which one it is, is asked only where in doubt."""
        try:
            image, doubt = capture(self._link, self._display)
        except CommandFailed:
            if self._display is None:
                raise
            self._display, image, doubt = None, None, True  # that display may be gone
        if image is None or doubt or is_uniform(image):
            display = lit_display(self._link)
            if image is None or display != self._display:
                self._display = display
                image, _ = capture(self._link, display)
        return image

    def _await_facts(self, good: Callable[[ScreenFacts], bool]) -> ScreenFacts:
        pause = threading.Event()
        facts = probe(self._link)
        for _ in range(_WAKE_LOOKS):
            if good(facts):
                break
            pause.wait(0.2)
            facts = probe(self._link)
        return facts


def _state(facts: ScreenFacts, uniform: bool) -> ScreenState:
    """What a picture is good for; the first reason that rules it out."""
    if not facts.awake:
        return ScreenState.ASLEEP
    if facts.locked:
        return ScreenState.LOCKED
    if facts.secure:
        return ScreenState.SECURE
    return ScreenState.BLANK if uniform else ScreenState.LIT
