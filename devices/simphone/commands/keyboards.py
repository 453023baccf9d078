"""`ime`: the installed input methods and which one is in use."""

from __future__ import annotations

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.system import LATIN_IME

_FAILED = 255


def ime(call: Call) -> int:
    """`ime list [-a] [-s]`, `ime enable|disable|set ID`, `ime reset`."""
    verb, *words = call.args or ("",)
    system = call.system
    with system.lock:
        if verb == "list":
            for keyboard in system.keyboards() if "-a" in words else system.enabled_keyboards():
                if "-s" in words:
                    call.say(keyboard)
                else:
                    package, _, service = keyboard.partition("/")
                    call.say(f"{keyboard}:\n  mId={keyboard} mSettingsActivityName=null")
                    call.say(f"  packageName={package} serviceName={package}{service}")
            return 0
        if verb not in ("enable", "disable", "set", "reset"):
            return call.fail(f"Unknown command: {verb}", _FAILED)
        if system.faults.take(Fault.IME_REFUSED, " ".join(call.args)):
            call.fail(f"\nException occurred while executing '{verb}':")
            return call.fail(
                "java.lang.SecurityException: Requires WRITE_SECURE_SETTINGS permission: "
                "Neither user 2000 nor current process has "
                "android.permission.WRITE_SECURE_SETTINGS.",
                _FAILED,
            )
        return _change(call, verb, words[-1] if words else "")


def _change(call: Call, verb: str, keyboard: str) -> int:
    system, secure = call.system, call.system.state.settings["secure"]
    enabled = system.enabled_keyboards()
    if verb == "reset":
        secure["enabled_input_methods"] = secure["default_input_method"] = LATIN_IME
        call.say("Reset current and enabled IMEs for user #0")
        return 0
    usable = enabled if verb == "set" else system.keyboards()
    if keyboard not in usable:
        done = {"enable": "enabled", "disable": "disabled", "set": "selected"}[verb]
        return call.fail(f"Unknown input method {keyboard} cannot be {done} for user #0", _FAILED)
    if verb == "set":
        secure["default_input_method"] = keyboard
        call.say(f"Input method {keyboard} selected for user #0")
    elif verb == "enable":
        before = "already" if keyboard in enabled else "now"
        kept = enabled if keyboard in enabled else [*enabled, keyboard]
        secure["enabled_input_methods"] = ":".join(kept)
        call.say(f"Input method {keyboard}: {before} enabled for user #0")
    else:
        kept = [each for each in enabled if each != keyboard] or [LATIN_IME]
        secure["enabled_input_methods"] = ":".join(kept)
        if secure.get("default_input_method") == keyboard:
            secure["default_input_method"] = kept[0]
        call.say(f"Input method {keyboard}: now disabled for user #0")
    return 0
