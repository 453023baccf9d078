"""Which page an app begins with."""

from __future__ import annotations

from tapwright.devices.simphone.apps.catalogue import BY_PACKAGE, CLOCK, NOTES, SETTINGS
from tapwright.devices.simphone.apps.clock import ClockPage
from tapwright.devices.simphone.apps.notes import Notes
from tapwright.devices.simphone.apps.settings_main import SettingsMain
from tapwright.devices.simphone.apps.stub import Stub
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import Page


def first_page(package: str, state: PhoneState) -> Page:
    """The page an app shows when opened; `KeyError` where it is not installed."""
    if package == SETTINGS:
        return SettingsMain()
    if package == CLOCK:
        return ClockPage(state)
    if package == NOTES:
        return Notes()
    return Stub(BY_PACKAGE[package])
