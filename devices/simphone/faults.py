"""Misbehaviour on command: what a simulated phone can do wrong, switchable while it runs.

    faults = Faults()
    faults.inject(Fault.DROP, only="input tap", times=1)   # cut the next tap off in the middle
    faults.clear()                                          # be well again

A fault of the connection takes effect at the next connection, one of the screen's state at once,
and every other one at the next command. `stage` says when a command meets it: `before` it ran,
`during` (it ran, the answer is cut) or `after` (it ran and answered, only the end is missing).
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from tapwright.errors import UsageError


class Fault(enum.Enum):
    """Everything that can be wrong; the value is its name on a command line."""

    # the handshake
    OFFLINE = "offline"  # never answers CNXN
    UNAUTHORIZED = "unauthorized"  # refuses every key
    KEY_ACCEPTED_LATE = "key-accepted-late"  # asks for the key, then accepts it
    LEGACY = "legacy"  # announces no features: no exit codes, stdout and stderr in one
    # the connection
    RESET = "reset"  # RST
    HALF_CLOSE = "half-close"  # says that it will send no more, and stays
    DROP = "drop"  # closes the connection
    SLICER = "slicer"  # one byte in each segment
    LATENCY = "latency"  # waits `amount` seconds before each message
    BANDWIDTH = "bandwidth"  # sends `amount` bytes a second
    BAD_MAGIC = "bad-magic"  # wrong magic in the header of the next data message
    OVERSIZE = "oversize"  # a header that announces more than was agreed
    # a stream
    OPEN_REFUSED = "open-refused"  # CLSE(0, id) instead of OKAY
    NO_EXIT_PACKET = "no-exit-packet"  # ends the stream without the exit code
    NEVER_CLOSE = "never-close"  # sends the exit code and never the end
    HANG = "hang"  # answers nothing more
    HUGE_OUTPUT = "huge-output"  # `amount` bytes more on stdout
    GARBAGE_UTF8 = "garbage-utf8"  # bytes before the answer that are no text
    EXIT_NONZERO = "exit-nonzero"  # ends with exit code `amount`
    # the picture
    EMPTY_PNG = "empty-png"
    TRUNCATED_PNG = "truncated-png"
    CRLF_PNG = "crlf-png"  # a cooked terminal between: every LF is CR LF
    WARNING_PNG = "warning-png"  # a warning in words before the picture, on stdout
    BLACK_PNG = "black-png"
    WRONG_SIZE_PNG = "wrong-size-png"  # half of the size in each direction
    BOMB_PNG = "bomb-png"  # a header of 60000 x 60000 pixels
    # the phone's state
    ROTATE_MID_STEP = "rotate-mid-step"  # turns a quarter after each screenshot
    SECOND_DISPLAY = "second-display"  # a foldable: the first display is dark
    SECURE_WINDOW = "secure-window"
    ASLEEP = "asleep"
    LOCKED = "locked"
    # what the system refuses
    IME_MISSING = "ime-missing"
    IME_REFUSED = "ime-refused"
    AM_ERROR = "am-error"  # an error in words, exit code 0
    INPUT_DENIED = "input-denied"  # SecurityException: INJECT_EVENTS
    MONKEY_NO_ACTIVITY = "monkey-no-activity"
    UI_NOT_IDLE = "ui-not-idle"
    INPUT_IGNORED = "input-ignored"  # says yes, does nothing


Stage = Literal["before", "during", "after"]

_DEFAULT_AMOUNTS = {
    Fault.LATENCY: 0.05,
    Fault.BANDWIDTH: 1e6,
    Fault.DROP: 5,
    Fault.RESET: 5,
    Fault.HALF_CLOSE: 5,
    Fault.NO_EXIT_PACKET: 5,
    Fault.HANG: 5,
    Fault.HUGE_OUTPUT: 64 * 1024 * 1024,
    Fault.EXIT_NONZERO: 1,
}


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault that is on.

    `only`: words that the service or command line must contain (empty: every one); `times`: how
    often it happens (None: until cleared); `amount`: the fault's own figure (seconds, bytes, bytes
    a second, exit code; for a cut in the middle, the bytes of the answer that still get through).
    """

    fault: Fault
    only: str = ""
    times: int | None = None
    stage: Stage = "during"
    amount: float = 0


class Faults:
    """The faults of one phone that are on; safe to switch from any thread."""

    def __init__(self, *initial: Fault | Injection) -> None:
        self._lock = threading.Lock()
        self._on: dict[Fault, Injection] = {}
        self._listeners: list[Callable[[Fault, bool], None]] = []
        for fault in initial:
            if isinstance(fault, Injection):
                self.add(fault)
            else:
                self.inject(fault)

    def inject(
        self,
        fault: Fault,
        *,
        only: str = "",
        times: int | None = None,
        stage: Stage = "during",
        amount: float | None = None,
    ) -> None:
        """Switch `fault` on, in place of an earlier injection of it."""
        chosen = _DEFAULT_AMOUNTS.get(fault, 0) if amount is None else amount
        self.add(Injection(fault, only, times, stage, chosen))

    def add(self, injection: Injection) -> None:
        """Switch an injection on."""
        with self._lock:
            self._on[injection.fault] = injection
        self._tell(injection.fault, True)

    def clear(self, fault: Fault | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._lock:
            gone = [each for each in self._on if fault is None or each is fault]
            for each in gone:
                del self._on[each]
        for each in gone:
            self._tell(each, False)

    def active(self) -> tuple[Injection, ...]:
        """What is on now."""
        with self._lock:
            return tuple(self._on.values())

    def take(self, fault: Fault, words: str = "") -> Injection | None:
        """The injection that `words` meets, counted as one time; None where all is well."""
        with self._lock:
            injection = self._on.get(fault)
            if injection is None or injection.only not in words:
                return None
            if injection.times is not None:
                if injection.times <= 1:
                    del self._on[fault]
                else:
                    self._on[fault] = replace(injection, times=injection.times - 1)
            return injection

    def listen(self, listener: Callable[[Fault, bool], None]) -> None:
        """Call `listener(fault, on)` at every switch, and now for what is on already."""
        self._listeners.append(listener)
        for injection in self.active():
            listener(injection.fault, True)

    def _tell(self, fault: Fault, on: bool) -> None:
        for listener in self._listeners:
            listener(fault, on)


def parse_fault(text: str) -> Injection:
    """Read a fault as a command line writes it: `drop`, `drop:only=input tap,times=1,stage=after`.

    Raise `UsageError` that names the known faults or options.
    """
    name, _, rest = text.partition(":")
    try:
        fault = Fault(name)
    except ValueError:
        known = ", ".join(sorted(each.value for each in Fault))
        raise UsageError(f"no fault '{name}'; use one of: {known}") from None
    injection = Injection(fault, amount=_DEFAULT_AMOUNTS.get(fault, 0))
    for option in filter(None, rest.split(",")):
        key, _, value = option.partition("=")
        try:
            if key == "only":
                injection = replace(injection, only=value)
            elif key == "times":
                injection = replace(injection, times=int(value))
            elif key == "amount":
                injection = replace(injection, amount=float(value))
            elif key == "stage" and value in ("before", "during", "after"):
                injection = replace(injection, stage=value)  # type: ignore[arg-type]
            else:
                raise ValueError
        except ValueError:
            raise UsageError(
                f"fault option '{option}' cannot be read; use only=WORDS, times=N, "
                "stage=before|during|after or amount=NUMBER"
            ) from None
    return injection
