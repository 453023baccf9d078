"""What Tapwright asks of a device, a model, a dialect and a check: protocols, no base classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, cast, runtime_checkable

from tapwright.actions import Action
from tapwright.types import (
    AppInfo,
    CheckResult,
    Conversation,
    Effect,
    Family,
    Message,
    Observation,
    ParsedReply,
    QueryResult,
    Reply,
    Request,
    Size,
)

Kind = Literal["phone", "desktop", "environment"]


@runtime_checkable
class Device(Protocol):
    """A screen with hands. It never turns a failure into a success.

    `kind` says what it is where it is no phone (see `kind_of`), and with it which actions a
    model is offered.

    More is used where a device has it. Methods: `wake()` switches a dark screen on,
    `label_at(point)` tells the words under a touch for the policy, `bring_back(foreground)` puts
    a window in front again that a person left in order to answer, and `glance()` gives an
    observation's foreground and rotation without its picture (None for what it cannot tell),
    so that nothing is done on a screen which was left since it was looked at. Attributes: `stop`,
    whose `check()` raises `KeyboardInterrupt` once the person stopped the device and whose `why`
    tells how; `pointer`, where its last act left a desktop's pointer (a `Point`, None for
    unknown), which acts that name no place happen at; and `choices`, the named actions that an
    environment offers.
    """

    name: str  # what a person calls it: a serial, a window title

    def observe(self) -> Observation:
        """Look at the screen; raise `DeviceError` where there is no whole picture."""

    def perform(self, action: Action) -> Effect:
        """Carry out one action.

        Refusals and cut-off acts come back as an `Effect`; a device that is gone raises
        `DeviceError`.
        """

    def apps(self) -> Sequence[AppInfo]:
        """The installed apps that can be opened."""

    def query(self, argv: Sequence[str]) -> QueryResult:
        """Ask the device something beside the picture, for checks; `argv` is quoted by the driver.

        A command that fails is a result with its exit code; a device that is gone raises
        `DeviceError`.
        """

    def close(self) -> None:
        """Let go: keys and buttons released, keyboard restored."""


def kind_of(device: Device) -> Kind:
    """What a device is: a phone unless its attribute `kind` says otherwise."""
    return cast(Kind, getattr(device, "kind", "phone"))


@runtime_checkable
class Model(Protocol):
    """Writes a reply to a request; knows nothing of devices or tools."""

    name: str
    family: Family

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Write one reply; `on_text` is given the text in pieces as it appears.

        Raise `ModelError` where none can be had.
        """

    def count_tokens(self, request: Request) -> int:
        """How many tokens the request's messages take, pictures included."""

    def shown_size(self, size: Size) -> Size:
        """The size at which the model sees a picture of `size`."""


@runtime_checkable
class Dialect(Protocol):
    """How tools and calls are written for a model: both halves side by side."""

    @property
    def name(self) -> str:
        """What options call it."""

    @property
    def stop(self) -> tuple[str, ...]:
        """The words behind which a reply is over."""

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation as messages, tools included."""

    def parse(self, reply: Reply) -> ParsedReply:
        """Read a reply; raise `ReplyError`, worded for the model, where it cannot be read."""

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write the text that a model should have written for `parsed`."""


@runtime_checkable
class Check(Protocol):
    """A question to the device beside the picture; the model never sees it."""

    def __call__(self, device: Device) -> CheckResult:
        """Ask the device, through its public driver only."""
