"""A phone that a run drives is left alone by other runs of this user."""

from __future__ import annotations

import re

from tapwright.devices.android_ime import state_folder
from tapwright.errors import DeviceError, SetupError
from tapwright.locks import Lock, take


def hold_phone(serial: str) -> Lock | None:
    """Hold the phone until the lock is released or this process ends, however it ends.

    None on systems without such locks. Raise `DeviceError` where another process holds it,
    `SetupError` where no lock can be written.
    """
    folder = state_folder().parent / "phones"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return take(folder / (re.sub(r"[^\w.-]", "_", serial) + ".lock"))
    except BlockingIOError as error:
        raise DeviceError(
            f'the phone "{serial}" is in use by {error.strerror}: wait for its end, stop it, or '
            "choose another phone with --device SERIAL"
        ) from error
    except OSError as error:
        raise SetupError(
            f'cannot write into "{folder}" ({error.strerror}): set XDG_STATE_HOME to a folder '
            "that can be written"
        ) from error
