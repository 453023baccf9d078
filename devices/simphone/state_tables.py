"""The settings and properties a simulated phone starts with, under their real Android names."""

from __future__ import annotations

import random


def settings_tables(seed: int) -> dict[str, dict[str, str]]:
    """The three tables of `settings get`, as a phone of this seed has them at first."""
    rng = random.Random(f"phone {seed} settings")

    def coin(share: float = 0.5) -> str:
        return "1" if rng.random() < share else "0"

    return {
        "global": {
            "adb_enabled": "1",
            "airplane_mode_on": "0",
            "animator_duration_scale": "1.0",
            "auto_time": "1",
            "bluetooth_on": coin(),
            "data_roaming": coin(0.2),
            "development_settings_enabled": "1",
            "device_name": "Tapwright Sim 1",
            "device_provisioned": "1",
            "low_power": coin(0.3),
            "mobile_data": "1",
            "transition_animation_scale": "1.0",
            "wifi_on": coin(),
            "window_animation_scale": "1.0",
            "zen_mode": coin(0.3),
        },
        "secure": {
            "android_id": f"{rng.getrandbits(64):016x}",
            "default_input_method": "com.android.inputmethod.latin/.LatinIME",
            "enabled_input_methods": "com.android.inputmethod.latin/.LatinIME",
            "location_mode": rng.choice(["0", "3"]),
            "lock_screen_show_notifications": coin(),
            "night_display_activated": coin(0.3),
            "ui_night_mode": rng.choice(["1", "1", "2"]),
            "user_setup_complete": "1",
        },
        "system": {
            "accelerometer_rotation": coin(),
            "font_scale": "1.0",
            "haptic_feedback_enabled": coin(),
            "screen_brightness": str(rng.randint(10, 250)),
            "screen_brightness_mode": coin(0.3),
            "screen_off_timeout": rng.choice(["15000", "30000", "60000", "120000", "600000"]),
            "sound_effects_enabled": coin(),
            "vibrate_when_ringing": coin(),
            "volume_music": str(rng.randint(0, 15)),
            "volume_ring": str(rng.randint(1, 7)),
        },
    }


def properties(seed: int) -> dict[str, str]:
    """What `getprop` knows of a phone of this seed."""
    rng = random.Random(f"phone {seed} properties")
    release, sdk = rng.choice([("13", "33"), ("14", "34"), ("15", "35")])
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    build = f"TW{rng.randint(1, 4)}A.25{month:02d}{day:02d}.00{rng.randint(1, 9)}"
    serial = "TW" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPRSTUVWXY") for _ in range(8))
    return {
        "ro.boot.serialno": serial,
        "ro.serialno": serial,
        "ro.build.display.id": build,
        "ro.build.id": build,
        "ro.build.type": "user",
        "ro.build.version.release": release,
        "ro.build.version.sdk": sdk,
        "ro.build.version.security_patch": f"2025-{rng.randint(1, 12):02d}-05",
        "ro.product.brand": "tapwright",
        "ro.product.cpu.abi": "arm64-v8a",
        "ro.product.device": "sim1",
        "ro.product.locale": "en-US",
        "ro.product.manufacturer": "Tapwright",
        "ro.product.model": "Tapwright Sim 1",
        "ro.product.name": "sim1",
        "ro.sf.lcd_density": "420",
        "sys.boot_completed": "1",
    }
