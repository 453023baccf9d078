"""What the pages of Settings share: the page itself, switch rows, and the second lines."""

from __future__ import annotations

from tapwright.devices.simphone.apps.catalogue import SETTINGS
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import Page, Ui
from tapwright.devices.simphone.ui_widgets import Look, switch_row, toolbar


class SettingsPage(Page):
    """A page with a toolbar over rows that scroll."""

    package = SETTINGS
    activity = ".SubSettings"
    title = ""

    def build(self, ui: Ui) -> None:
        """Toolbar and rows."""
        toolbar(ui, self.title)
        ui.begin_scroll()
        self.rows(ui)
        ui.end_scroll()

    def rows(self, ui: Ui) -> None:
        """Add what is special to this page."""
        raise NotImplementedError


def setting_switch(ui: Ui, table: str, key: str, icon: str, title: str) -> None:
    """A row whose switch is a 0/1 setting."""
    on = ui.state.on(table, key)
    look = Look(icon, title, "On" if on else "Off")
    switch_row(ui, f"switch.{key}", look, on, lambda: ui.state.toggle(table, key))


def wifi_summary(state: PhoneState) -> str:
    """The joined network, or Off."""
    return state.wifi_network if state.on("global", "wifi_on") else "Off"


def bluetooth_summary(state: PhoneState) -> str:
    """The connected device, On or Off."""
    if not state.on("global", "bluetooth_on"):
        return "Off"
    return state.bluetooth_device or "On"


def display_summary(state: PhoneState) -> str:
    """Theme and brightness in short."""
    theme = "Dark theme on" if state.dark else "Dark theme off"
    return f"{theme}, {round(brightness(state) * 100)}%"


def sound_summary(state: PhoneState) -> str:
    """Media volume and vibration in short."""
    volume = round(state.number("system", "volume_music", 0, 15) / 15 * 100)
    return f"Volume {volume}%"


def notifications_summary(state: PhoneState) -> str:
    """Whether the phone is quiet."""
    return "Do Not Disturb on" if state.on("global", "zen_mode") else "Do Not Disturb off"


def storage_summary(state: PhoneState) -> str:
    """How full the phone is."""
    return f"{used(state)}% used"


def location_summary(state: PhoneState) -> str:
    """On or Off."""
    return "On" if state.on("secure", "location_mode") else "Off"


def used(state: PhoneState) -> int:
    """How full the storage is, in percent."""
    return 25 + state.wallpaper % 60


def brightness(state: PhoneState) -> float:
    """Screen brightness, 0..1."""
    return state.number("system", "screen_brightness", 0, 255) / 255


def set_brightness(state: PhoneState, share: float) -> None:
    """Write the brightness, 0..1."""
    state.put("system", "screen_brightness", round(share * 255))
