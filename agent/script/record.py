"""A person shows it once: their clicks and keys become a script with readable targets.

The screen is looked at all the time, so that there is a picture from right before every press;
what stood where the person pressed is read on it afterwards, while they go on.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from PIL import Image

from tapwright.actions import Direction
from tapwright.agent.script.draft import Draft, literal
from tapwright.agent.script.record_events import (
    Clicked,
    Dragged,
    Event,
    Gesture,
    Keys,
    PointerDown,
    Seen,
    Typed,
    Wheeled,
    WheelTurned,
    gestures,
)
from tapwright.agent.script.steps import Press, Step, TapOn, Target
from tapwright.errors import DeviceError
from tapwright.types import Observation

STOP_KEYS = ("ctrl", "shift", "f12")
SECRET_KEYS = ("ctrl", "shift", "f11")
EVERY = 0.08  # seconds between two looks
KEPT = 12  # looks: about as long as a caret takes to come and go
SURE = 0.01  # seconds before a press: a look that ended then cannot show what the press did
_COPY = ("ctrl", "c")


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How a recording is taken down.

    `secrets` maps names of environment variables to their values: where one of these is typed,
    the script gets its name. What is typed after `secret_keys` is one too, whatever it is.
    """

    stop_keys: tuple[str, ...] = STOP_KEYS
    secret_keys: tuple[str, ...] = SECRET_KEYS
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Looks:
    """Looks at the screen again and again, in a thread of its own; a context manager."""

    def __init__(self, observe: Callable[[], Observation], every: float = EVERY) -> None:
        self._observe = observe
        self._every = every
        self._kept: deque[tuple[float, Image.Image]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._look, name="tapwright looks", daemon=True)
        self.error: DeviceError | None = None  # why there are no more looks

    def __enter__(self) -> Looks:
        self._thread.start()
        self._begun.wait()
        if self.error is not None:
            raise self.error
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def before(self, moment: float) -> Seen | None:
        """The screen as it was last seen before `moment` (seconds of `time.monotonic`).

        Called where events are heard, so it only takes what is there: what keeps the hearing
        waiting makes the next event late.
        """
        with self._lock:
            kept = [look for ended, look in self._kept if ended <= moment - SURE]
        return Seen(kept[-1], tuple(kept[:-1])) if kept else None

    def _look(self) -> None:
        while not self._ended.is_set():
            try:
                look = self._observe().image.convert("RGB")
            except DeviceError as error:
                self.error = error
                self._begun.set()
                return
            with self._lock:
                self._kept.append((time.monotonic(), look))
            self._begun.set()
            self._ended.wait(self._every)


class Recorder:
    """Takes down what a person does into a draft; `on_step` is told of each step."""

    def __init__(
        self,
        draft: Draft,
        settings: RecordSettings | None = None,
        on_step: Callable[[Step], None] | None = None,
    ) -> None:
        self._draft = draft
        self._settings = settings or RecordSettings()
        self._on_step = on_step or (lambda step: None)
        self._secret = False  # what is typed next is one
        self._unused = [name for name, value in self._settings.secrets.items() if not value]

    def record(self, events: Iterable[Event], looks: Looks) -> None:
        """Take down `events` until the stop keys or their end.

        Raise `DeviceError` where the screen could no longer be looked at; what was taken down
        until then stays in the draft.
        """
        for gesture in gestures(with_look(event, looks) for event in events):
            if gesture == Keys(self._settings.stop_keys):
                break
            if gesture == Keys(self._settings.secret_keys):
                self._secret = True
                continue
            before = len(self._draft.steps)
            self._take(gesture)
            for step in self._draft.steps[before:]:
                self._on_step(step)
        else:
            self._forget_the_interrupt()
        if looks.error is not None:
            raise looks.error

    def _take(self, gesture: Gesture) -> None:
        """Put a gesture into the draft."""
        draft = self._draft
        match gesture:
            case Typed(text=text):
                draft.type(self._hidden(text))
            case Keys(keys=keys):
                draft.press(keys)
            case Wheeled(down=down, right=right):
                if down or right:
                    draft.scroll(_direction(down, right), max(abs(down), abs(right)))
            case Clicked() | Dragged() if gesture.seen is None:
                draft.notes.append("a click came before the first look and is left out")
            case Clicked(point, button, count, hold, seen) if seen is not None:
                act = TapOn(Target(), button, count, hold)
                draft.tap(seen.image, point, act, restless=seen.restless())
            case Dragged(start, end, _, seen) if seen is not None:
                draft.drag(seen.image, start, end, restless=seen.restless())

    def _hidden(self, text: str) -> str:
        """Typed text as the script has it: a secret by its name, all else as it is."""
        if self._secret:
            self._secret = False
            return self._placeholder(self._new_name())
        names = {value: name for name, value in self._settings.secrets.items() if value}
        if not names:
            return literal(text)
        longest_first = sorted(names, key=len, reverse=True)  # one may stand in another
        parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
        return "".join(
            self._placeholder(names[part]) if part in names else literal(part) for part in parts
        )

    def _placeholder(self, name: str) -> str:
        if name not in self._draft.secrets:
            self._draft.secrets.append(name)
        return f"{{{{ {name} }}}}"

    def _new_name(self) -> str:
        if self._unused:
            return self._unused.pop(0)
        names = ["SECRET", *(f"SECRET_{number}" for number in range(2, 1000))]
        name = next(name for name in names if name not in self._draft.secrets)
        self._draft.notes.append(f"the secret that was typed is called {name}: set that variable")
        return name

    def _forget_the_interrupt(self) -> None:
        """Ctrl-C at the terminal was the recording's end, and no step of it."""
        steps = self._draft.steps
        if steps and steps[-1].act == Press(_COPY):
            steps.pop()


class EventQueue:
    """Events from the thread that hears them, for the one that takes them down."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """Another event; may be called from any thread."""
        self._events.put(event)

    def end(self) -> None:
        """No more events will come."""
        self._events.put(None)

    def __iter__(self) -> Iterator[Event]:
        while True:
            event = self._events.get()
            if event is None:
                return
            yield event


def with_look(event: Event, looks: Looks) -> Event:
    """The event with the look from right before it, where it needs one.

    To be called where the event is heard: looks are not kept for long.
    """
    if isinstance(event, PointerDown | WheelTurned) and event.seen is None:
        return replace(event, seen=looks.before(event.time))
    return event


def _direction(down: int, right: int) -> Direction:
    if abs(right) > abs(down):
        return "right" if right > 0 else "left"
    return "down" if down > 0 else "up"
