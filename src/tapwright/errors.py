"""Every error Tapwright raises on purpose, and whose fault each one is.

    TapwrightError
    ├── UsageError            the person's: a wrong option, an empty task, an unknown name (exit 2)
    │   └── ScriptError       a script that cannot be meant; its text names file, line and step
    ├── SetupError            the machine's: a missing package or program, little memory (exit 2)
    ├── DeviceError           the device's or the connection's (exit 6 once a run has started)
    │   ├── NoDevice          nothing is attached, or not the one that was asked for
    │   ├── SeveralDevices    more than one is attached and none was chosen
    │   ├── Unauthorized      the phone has not accepted this computer's key
    │   ├── Offline           adb lists the phone but cannot reach it
    │   ├── ServerDown        the adb server does not answer
    │   ├── DisplayGone       the desktop's display ended, or nobody answers there any more
    │   ├── StreamCut         the answer ended before its end was announced
    │   ├── DeadlineExceeded  no complete answer inside the time allowed
    │   ├── CommandFailed     the command ran and said no (exit code, stderr)
    │   ├── CorruptFrame      the bytes that came are not one whole picture
    │   ├── ScreenUnavailable blank, secure, locked or asleep: there is nothing to decide from
    │   └── ActionRefused     the device would not carry the act out; nothing was done
    │       ├── InputDenied   the phone forbids injected input
    │       ├── AppNotFound   no installed app of that name
    │       ├── WindowNotFound  no open window has such a title
    │       ├── SeveralWindows  more than one has, and nothing says which is meant
    │       └── TextNotTypable  no way to type these characters intact
    ├── ModelError            the model's or its files' (exit 6 once a run has started)
    │   ├── UnknownModel      no such model, or no known family for it
    │   ├── BrokenCheckpoint  a folder that is not a whole checkpoint
    │   ├── OutOfMemory       the weights do not fit
    │   └── ServerError       the server that runs the model
    │       ├── ServerUnreachable  nobody answers at its address, or not in time
    │       ├── ServerRefused      it says no: a wrong key, no such model, a request it cannot take
    │       └── ServerBroken       its answer is not one: HTML, a stream that stops, half a call
    ├── StepFailed            a script's step did not do what it says; the text says why (exit 3)
    │   ├── ExpressionError   an expression in it cannot be worked out; nothing was done
    │   ├── NotFound          nothing on the screen answers to its target
    │   ├── Ambiguous         several places answer to its target; nothing was done
    │   ├── NotReady          its target moves, is covered, greyed or off the screen; nothing done
    │   ├── Unexpected        it was done, and what should follow from it did not
    │   └── Uncertain         nobody knows whether it was done, and no check can tell (exit 5)
    ├── MediaError            the person's: a picture, film or recording that cannot be shown
    ├── ReplyError            told to the model: its reply could not be read
    │   └── NoCall            a reply in words that calls nothing: in a conversation, an answer
    ├── ToolError             told to the model: its call could not be carried out
    └── JournalError          a run folder that cannot be written or read

    Stopped                   the person's: they stopped the run with the pointer or a key; a
                              KeyboardInterrupt, so it ends whatever Ctrl-C ends

Errors are told apart by type, never by their text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class TapwrightError(Exception):
    """Base of every error that Tapwright raises on purpose."""


class UsageError(TapwrightError):
    """What the person asked for cannot be meant; nothing was started."""


class ScriptError(UsageError):
    """A script cannot be meant: `faults` has a line for each thing that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class SetupError(TapwrightError):
    """Something this machine lacks; the text names the cure."""


class DeviceError(TapwrightError):
    """The device or the way to it failed; the text says what to do next."""


class NoDevice(DeviceError):
    """No device is attached, or not the one that was asked for."""


class SeveralDevices(DeviceError):
    """More than one device is attached and none was chosen."""


class Unauthorized(DeviceError):
    """The phone has not accepted this computer's key."""


class Offline(DeviceError):
    """adb lists the phone but cannot reach it."""


class ServerDown(DeviceError):
    """The adb server does not answer."""


class DisplayGone(DeviceError):
    """The desktop's display ended, or nobody answers there any more."""


class StreamCut(DeviceError):
    """The answer ended before its end was announced: whether the act happened is unknown."""


class DeadlineExceeded(DeviceError):
    """No complete answer came in the time allowed: whether the act happened is unknown."""


class CommandFailed(DeviceError):
    """A command ran on the device and failed.

    `exit_code` is the shell's (None where the device reports none), `stdout` and `stderr` what
    it printed.
    """

    def __init__(
        self, text: str, *, exit_code: int | None = None, stdout: str = "", stderr: str = ""
    ) -> None:
        super().__init__(text)
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr


class CorruptFrame(DeviceError):
    """The bytes that came are not one whole picture."""


class ScreenUnavailable(DeviceError):
    """The screen is blank, secure, locked or asleep: there is nothing to decide from."""


class ActionRefused(DeviceError):
    """The device would not carry the act out; nothing was done on its screen."""


class InputDenied(ActionRefused):
    """The phone forbids injected input."""


class AppNotFound(ActionRefused):
    """No installed app answers to that name."""


class WindowNotFound(ActionRefused):
    """No open window has such a title."""


class SeveralWindows(ActionRefused):
    """More than one open window has such a title; the text names them all."""


class TextNotTypable(ActionRefused):
    """There is no way to type these characters intact on this device."""


class ModelError(TapwrightError):
    """The model or its files failed."""


class UnknownModel(ModelError):
    """No such model, or no known family for it."""


class BrokenCheckpoint(ModelError):
    """A folder that is not a whole checkpoint."""


class OutOfMemory(ModelError):
    """The weights do not fit into this machine's memory."""


class ServerError(ModelError):
    """The server that runs the model failed; the text names its address."""


class ServerUnreachable(ServerError):
    """Nobody answers at the server's address, or not in time."""


class ServerRefused(ServerError):
    """The server says no: a wrong key, no such model, a request that it cannot take."""


class ServerBroken(ServerError):
    """What the server sent is no answer: HTML, a stream that stops, half a call."""


class StepFailed(TapwrightError):
    """A script's step did not do what it says; the text says what was seen and what to do."""


class ExpressionError(StepFailed):
    """A `{{ expression }}` of a script cannot be worked out; the text quotes it.

    Nothing was done.
    """


class NotFound(StepFailed):
    """Nothing on the screen answers to the target; nothing was done."""


class Ambiguous(StepFailed):
    """Several places answer to the target; nothing was done.

    `places` are their middles, (x, y) in pixels of the picture.
    """

    def __init__(self, text: str, *, places: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__(text)
        self.places = places


class NotReady(StepFailed):
    """The target is there and cannot be used: moving, covered, greyed or off the screen.

    Nothing was done.
    """


class Unexpected(StepFailed):
    """The act was carried out, and what should follow from it did not."""


class Uncertain(StepFailed):
    """Whether the act happened is unknown, and no check can tell."""


class MediaError(TapwrightError):
    """A picture, film or recording that cannot be shown to a model; the text names it."""


class ReplyError(TapwrightError):
    """A model's reply could not be read; the text is what the model is told."""


class NoCall(ReplyError):
    """A reply in words in which nothing even looks like a call.

    In a conversation it is an answer: `answer` holds its words, thoughts set apart in `thought`.
    `cut` is True where the reply ran into its length limit, so that the answer lacks its end.
    """

    def __init__(self, text: str, *, answer: str, thought: str = "", cut: bool = False) -> None:
        super().__init__(text)
        self.answer = answer
        self.thought = thought
        self.cut = cut


class ToolError(TapwrightError):
    """A model's call could not be carried out; the text is what the model is told."""


class JournalError(TapwrightError):
    """A run folder cannot be written or read."""


class Stopped(KeyboardInterrupt):
    """The person stopped the run: the pointer in a corner, or the stop keys.

    A `KeyboardInterrupt`, so that it ends whatever Ctrl-C ends and nothing takes it for a fault.
    """
