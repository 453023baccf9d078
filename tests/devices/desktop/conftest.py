"""A virtual display for each module of tests, and a desktop on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.virtual_display import VirtualDisplay


def _needs(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """Skips a test where a program that it drives is not installed."""
    return _needs


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualDisplay]:
    """A display of 1280x800 with a window manager, for the module; a test ends what it starts."""
    _needs("Xvfb", "openbox")
    with VirtualDisplay() as display:
        yield display


@pytest.fixture
def desktop(screen: VirtualDisplay) -> Iterator[DesktopDevice]:
    """The driver on that display, without the person's emergency stop."""
    with open_desktop(display=screen.display, stop=False) as device:
        yield device
