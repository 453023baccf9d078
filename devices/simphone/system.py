"""Android around the phone: what shell commands ask and change, beside the screen itself."""

from __future__ import annotations

from tapwright.devices.simphone.faults import Fault, Faults
from tapwright.devices.simphone.files import Files
from tapwright.devices.simphone.handset import Handset
from tapwright.devices.simphone.png import PngEncoder
from tapwright.devices.simphone.state import PhoneState

LATIN_IME = "com.android.inputmethod.latin/.LatinIME"
ADB_IME = "com.android.adbkeyboard/.AdbIME"
DISPLAY_ID = "4619827259835644672"  # physical ids, as SurfaceFlinger numbers them
OUTER_DISPLAY_ID = "4619827551948147201"  # the dark one of a foldable

_SYSTEM_PACKAGES = ("android", "com.android.launcher3", "com.android.shell", "com.android.systemui")


class AndroidSystem:
    """One phone with its files, its keyboards and its faults.

    `lock` is the phone's own; it is held around everything that asks the phone more than once,
    since every client has a thread of its own.
    """

    def __init__(self, phone: Handset, faults: Faults) -> None:
        self.phone = phone
        self.faults = faults
        self.files = Files()
        self.encoder = PngEncoder()
        self.lock = phone.lock
        self.has_adb_keyboard = True
        faults.listen(self._switched)

    @property
    def state(self) -> PhoneState:
        """What the phone remembers."""
        return self.phone.state

    def identity(self) -> dict[str, str]:
        """Who the phone says it is when a server connects."""
        names = ("ro.product.name", "ro.product.model", "ro.product.device")
        known = self.state.properties
        # The banner's own separators would end a value early.
        return {name: known.get(name, "sim").translate(_BANNER_SAFE) for name in names}

    def keyboards(self) -> list[str]:
        """The ids of the installed input methods."""
        return [LATIN_IME, ADB_IME] if self.has_adb_keyboard else [LATIN_IME]

    def enabled_keyboards(self) -> list[str]:
        """The ids of the enabled input methods that are installed."""
        listed = self.state.settings["secure"].get("enabled_input_methods", LATIN_IME).split(":")
        return [each for each in self.keyboards() if each in listed]

    def keyboard(self) -> str:
        """The id of the input method in use."""
        chosen = self.state.settings["secure"].get("default_input_method", LATIN_IME)
        return chosen if chosen in self.enabled_keyboards() else LATIN_IME

    def packages(self) -> list[str]:
        """Every installed package, sorted."""
        extra = [each.partition("/")[0] for each in self.keyboards()]
        return sorted({*_SYSTEM_PACKAGES, *extra, *(app.package for app in self.phone.apps)})

    def has_activities(self, package: str) -> bool:
        """Whether the package can be opened from the launcher."""
        return any(app.package == package for app in self.phone.apps)

    def asleep(self) -> bool:
        """Whether the display is off."""
        return not self.state.awake

    def _switched(self, fault: Fault, on: bool) -> None:
        with self.lock:
            if fault is Fault.ASLEEP:
                self.state.awake = not on
            elif fault is Fault.LOCKED:
                self.state.locked = on
            elif fault is Fault.SECURE_WINDOW:
                self.state.secure_window = on
            elif fault is Fault.IME_MISSING:
                self.has_adb_keyboard = not on


_BANNER_SAFE = str.maketrans("=;:", "___")
