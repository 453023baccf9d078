"""What the adb side asks of the phone it serves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import TextField
from tapwright.types import AppInfo, Size

if TYPE_CHECKING:
    from PIL import Image


class Handset(Protocol):
    """A phone that can be looked at and touched."""

    @property
    def lock(self) -> AbstractContextManager[object]:
        """Held, again and again by the same thread, around what belongs together."""

    @property
    def state(self) -> PhoneState:
        """Settings, alarms and the rest."""

    @property
    def size(self) -> Size:
        """The panel's size in pixels, unrotated."""

    @property
    def foreground(self) -> str:
        """The app in front, as `package/.Activity`."""

    @property
    def apps(self) -> Sequence[AppInfo]:
        """The installed apps."""

    def draw(self) -> Image.Image:
        """The screen as it is now, RGB."""

    def tap(self, x: int, y: int) -> None:
        """Touch and lift."""

    def long_press(self, x: int, y: int, milliseconds: int) -> None:
        """Touch, hold for so many milliseconds, lift."""

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        """Move a finger in so many milliseconds."""

    def key(self, name: str) -> bool:
        """Press a key by its name without `KEYCODE_`; False where there is no such key."""

    def type_text(self, text: str) -> None:
        """Type into the focused field."""

    def launch(self, package: str) -> bool:
        """Bring an app to the front; False where it is not installed."""

    def force_stop(self, package: str) -> None:
        """End an app."""

    @property
    def focused(self) -> TextField | None:
        """The field that has the keyboard."""

    def dump_xml(self) -> str:
        """The UI tree as uiautomator writes it."""
