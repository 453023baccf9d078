"""What the system draws over every page: status bar, gesture bar, lock screen."""

from __future__ import annotations

from tapwright.devices.simphone.canvas import BLACK, WHITE, Canvas
from tapwright.devices.simphone.state import PhoneState
from tapwright.devices.simphone.ui import STATUS_BAR, Element, Page, Ui

WIFI_ICONS = ("wifi_strength_outline", "wifi_strength_1", "wifi_strength_2", "wifi_strength_3",
              "wifi_strength_4")  # fmt: skip


def signal(state: PhoneState) -> int:
    """How strong the joined network is, 1..4."""
    for network in state.wifi_networks:
        if network.name == state.wifi_network:
            return network.signal
    return 4


def battery_icon(state: PhoneState) -> str:
    """The icon nearest to the charge."""
    tenth = min(max(round(state.battery.level / 10), 1), 10) * 10
    if state.battery.charging:
        return f"battery_charging_{tenth}"
    return "battery" if tenth == 100 else f"battery_{tenth}"


def status_bar(ui: Ui) -> None:
    """Time at the left; radios and battery at the right."""
    state, ink = ui.state, ui.ink
    time = f"{state.now():%H:%M}"
    level = f"{state.battery.level}%"
    shown = [battery_icon(state)]
    if state.on("global", "wifi_on"):
        shown.append(WIFI_ICONS[signal(state)])
    elif state.on("global", "mobile_data") and not state.on("global", "airplane_mode_on"):
        shown.append("signal_cellular_3")
    if state.on("global", "bluetooth_on"):
        shown.append("bluetooth")
    if state.on("global", "airplane_mode_on"):
        shown.append("airplane")
    if state.on("global", "zen_mode"):
        shown.append("minus_circle")
    y = STATUS_BAR // 2 + 8

    def paint(canvas: Canvas) -> None:
        canvas.text((60, y), time, 46, ink, "Medium")
        canvas.text((ui.width - 56, y), level, 42, ink, "Medium", "right")
        for place, name in enumerate(shown):
            canvas.icon(ui.width - 186 - 64 * place, y, 54, name, ink)

    ui.add(Element("status_bar", "text", time, (0, 0, ui.width, STATUS_BAR), text=time), paint)


def gesture_bar(ui: Ui) -> None:
    """The pill at the bottom."""
    middle, y, ink = ui.width // 2, ui.size.height - 28, ui.ink
    box = (middle - 160, y - 7, middle + 160, y + 7)
    ui.add(Element("gesture_bar", "text", "", box), lambda c: c.round(box, 7, ink))


class Lock(Page):
    """The lock screen; a swipe up opens the phone."""

    name = "lock"
    package = "com.android.systemui"
    activity = ".Keyguard"
    wallpaper = True
    scrim = 70

    def build(self, ui: Ui) -> None:
        """A clock, the date and what to do."""
        now = ui.state.now()
        day = f"{now:%A}, {now:%B} {now.day}"
        middle, height = ui.width // 2, ui.size.height
        y = height // 4
        level = ui.state.battery.level
        charge = f"Charging, {level}%" if ui.state.battery.charging else f"Battery {level}%"

        def paint(canvas: Canvas) -> None:
            canvas.icon(middle, y - 220, 84, "lock", WHITE)
            canvas.text((middle, y), f"{now:%H:%M}", 260, WHITE, "Light", "middle")
            canvas.text((middle, y + 190), day, 58, WHITE, "Medium", "middle")
            canvas.text((middle, y + 280), charge, 46, WHITE, "Regular", "middle")
            canvas.icon(middle, height - 290, 90, "chevron_up", WHITE)
            canvas.text((middle, height - 190), "Swipe up to open", 56, WHITE, "Medium", "middle")

        box = (60, 200, ui.width - 60, height - 120)
        ui.add(Element("lock", "text", "Swipe up to open", box, text=day), paint)

    def swiped(self, ui: Ui, dx: int, dy: int) -> bool:
        """Open the phone on a long enough swipe up."""
        if dy > -300 or abs(dx) > -dy:
            return False
        ui.nav.unlock()
        return True


class Asleep(Page):
    """A dark screen that takes no touch."""

    name = "asleep"
    package = "com.android.systemui"
    activity = ".Keyguard"

    def build(self, ui: Ui) -> None:
        """Nothing but black."""
        ui.view.background = BLACK
