"""A device that remembers what it was asked to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PIL import Image

from tapwright.actions import Action
from tapwright.tools import Context
from tapwright.types import (
    AppInfo,
    Delivery,
    Effect,
    Frame,
    Observation,
    QueryResult,
    Size,
)

from .loopback import Loopback, serving

SCREEN = Size(1080, 2400)
SHOWN = Size(672, 1484)


class RecordingDevice:
    """Does nothing and remembers it; `effect` is what it says of every act."""

    def __init__(self) -> None:
        self.name = "recording"
        self.performed: list[Action] = []
        self.effect = Effect(Delivery.DELIVERED)
        self.error: Exception | None = None

    def observe(self) -> Observation:
        return Observation(Image.new("RGB", (SCREEN.width, SCREEN.height)))

    def perform(self, action: Action) -> Effect:
        if self.error is not None:
            raise self.error
        self.performed.append(action)
        return self.effect

    def apps(self) -> Sequence[AppInfo]:
        return ()

    def query(self, argv: Sequence[str]) -> QueryResult:
        return QueryResult("")

    def close(self) -> None:
        pass


@pytest.fixture
def device() -> RecordingDevice:
    return RecordingDevice()


@pytest.fixture
def context_in(device: RecordingDevice) -> Callable[..., Context]:
    def make(frame: Frame = Frame.NORM_1000, screen: Size = SCREEN, shown: Size = SHOWN) -> Context:
        picture = Image.new("RGB", (screen.width, screen.height))
        return Context(device, Observation(picture), frame, shown)

    return make


@pytest.fixture
def context(context_in: Callable[..., Context]) -> Context:
    return context_in()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A real HTTP server whose answers a test states."""
    with serving() as server:
        yield server
