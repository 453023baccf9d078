"""placeholder"""

from __future__ import annotations

from tapwright.devices.simphone.apps.catalogue import CLOCK
from tapwright.devices.simphone.ui import Page, Ui
from tapwright.devices.simphone.ui_widgets import toolbar


class ClockPage(Page):
    name = "clock"
    package = CLOCK
    activity = ".DeskClock"

    def build(self, ui: Ui) -> None:
        toolbar(ui, "Clock", back=False)
