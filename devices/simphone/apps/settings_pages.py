"""The pages for Wi-Fi, Bluetooth and the display. Each switch and slider writes the key
Android uses for it."""

from __future__ import annotations

from functools import partial

from tapwright.devices.simphone.apps.settings_base import (
    SettingsPage,
    brightness,
    set_brightness,
    setting_switch,
)
from tapwright.devices.simphone.apps.system import WIFI_ICONS
from tapwright.devices.simphone.state import PhoneState, WifiNetwork
from tapwright.devices.simphone.ui import Ui
from tapwright.devices.simphone.ui_widgets import (
    Look,
    heading,
    main_switch,
    note,
    row,
    slider_row,
    switch_row,
)

TIMEOUTS = (
    ("15000", "15 seconds"),
    ("30000", "30 seconds"),
    ("60000", "1 minute"),
    ("120000", "2 minutes"),
    ("600000", "10 minutes"),
)
BLUE, INDIGO, GREY = (26, 115, 232), (63, 81, 181), (95, 99, 104)


class Wifi(SettingsPage):
    """Wi-Fi on or off, and the networks in reach."""

    name = "settings.wifi"
    title = "Wi-Fi"

    def rows(self, ui: Ui) -> None:
        """Main switch, then networks when on."""
        state = ui.state
        on = state.on("global", "wifi_on")
        main_switch(ui, "wifi.switch", "Use Wi-Fi", on, lambda: state.toggle("global", "wifi_on"))
        if not on:
            note(ui, "wifi.off", "To see available networks, turn on Wi-Fi.")
            return
        heading(ui, "Available networks")
        for network in state.wifi_networks:
            joined = network.name == state.wifi_network
            says = "Connected" if joined else ("Secured" if network.secured else "Open")
            look = Look(WIFI_ICONS[network.signal], network.name, says, BLUE if joined else GREY)
            row(ui, f"wifi.{network.name}", look, partial(_join, ui, network))


def _join(ui: Ui, network: WifiNetwork) -> None:
    if network.name == ui.state.wifi_network:
        ui.nav.open(NetworkDetails(network))
    else:
        ui.state.wifi_network = network.name


class NetworkDetails(SettingsPage):
    """What is known of the joined network."""

    name = "settings.network"

    def __init__(self, network: WifiNetwork) -> None:
        super().__init__()
        self.network = network
        self.title = network.name

    def rows(self, ui: Ui) -> None:
        """Signal, security, address."""
        words = ("", "Weak", "Fair", "Good", "Excellent")
        row(ui, "network.signal", Look("wifi", "Signal strength", words[self.network.signal]))
        security = "WPA2-Personal" if self.network.secured else "None"
        row(ui, "network.security", Look("lock", "Security", security))
        row(ui, "network.address", Look("ip_network", "IP address", "192.0.2.17"))


class Bluetooth(SettingsPage):
    """Bluetooth on or off, and the devices that are paired."""

    name = "settings.bluetooth"
    title = "Bluetooth"

    def rows(self, ui: Ui) -> None:
        """Main switch, then devices when on."""
        state = ui.state
        on = state.on("global", "bluetooth_on")
        main_switch(
            ui,
            "bluetooth.switch",
            "Use Bluetooth",
            on,
            lambda: state.toggle("global", "bluetooth_on"),
        )
        if not on:
            note(ui, "bluetooth.off", "When Bluetooth is on, your phone can talk to other devices.")
            return
        heading(ui, "Saved devices")
        for name in state.bluetooth_devices:
            joined = name == state.bluetooth_device
            look = Look(
                "headphones" if "Buds" in name or "JBL" in name else "devices",
                name,
                "Connected" if joined else "Not connected",
                INDIGO if joined else GREY,
            )
            row(ui, f"bluetooth.{name}", look, partial(_connect, state, name))


def _connect(state: PhoneState, name: str) -> None:
    state.bluetooth_device = "" if state.bluetooth_device == name else name


class Display(SettingsPage):
    """Brightness, dark theme and what else belongs to the screen."""

    name = "settings.display"
    title = "Display"

    def rows(self, ui: Ui) -> None:
        """Slider and switches."""
        state = ui.state
        share = brightness(state)
        slider_row(
            ui,
            "display.brightness",
            Look("brightness_6", "Brightness level", f"{round(share * 100)}%"),
            share,
            lambda new: set_brightness(state, new),
        )
        switch_row(
            ui,
            "display.dark",
            Look("theme_light_dark", "Dark theme", "On" if state.dark else "Off"),
            state.dark,
            state.toggle_dark,
        )
        toggles = (
            ("system", "screen_brightness_mode", "brightness_auto", "Adaptive brightness"),
            ("secure", "night_display_activated", "weather_night", "Night Light"),
            ("system", "accelerometer_rotation", "screen_rotation", "Auto-rotate screen"),
        )
        for toggle in toggles:
            setting_switch(ui, *toggle)
        timeout = dict(TIMEOUTS).get(state.get("system", "screen_off_timeout"), "Custom")
        row(
            ui,
            "display.timeout",
            Look("timer_outline", "Screen timeout", timeout),
            lambda: ui.nav.open(ScreenTimeout()),
        )


class ScreenTimeout(SettingsPage):
    """How long the screen stays lit."""

    name = "settings.timeout"
    title = "Screen timeout"

    def rows(self, ui: Ui) -> None:
        """One row for each choice."""
        state = ui.state
        for value, title in TIMEOUTS:
            chosen = state.get("system", "screen_off_timeout") == value
            icon = "radiobox_marked" if chosen else "radiobox_blank"
            look = Look(icon, title, "Chosen" if chosen else "")
            row(ui, f"timeout.{value}", look, partial(_timeout, ui, value))


def _timeout(ui: Ui, value: str) -> None:
    ui.state.put("system", "screen_off_timeout", value)
    ui.nav.leave()
