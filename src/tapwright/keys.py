"""The names of the keys that devices press, so that a script is judged before it runs.

The drivers hold what each name sends; a test holds both lists to the same names.
"""

from __future__ import annotations

# A desktop's keys, as `actions.plain_key` spells them; any one printable character is one, too.
DESKTOP_KEYS = frozenset({
    "add", "alt", "altleft", "altright", "apps", "backspace", "browserback", "browserforward",
    "browserrefresh", "capslock", "clear", "ctrl", "ctrlleft", "ctrlright", "decimal",
    "delete", "divide", "down", "end", "enter", "esc", "execute", "help", "home", "insert",
    "left", "multiply", "nexttrack", "numlock", "pagedown", "pageup", "pause", "playpause",
    "prevtrack", "printscreen", "right", "scrolllock", "select", "separator", "shift",
    "shiftleft", "shiftright", "space", "subtract", "tab", "up", "volumedown", "volumemute",
    "volumeup", "win", "winleft", "winright",
    *(f"f{number}" for number in range(1, 25)),
    *(f"num{digit}" for digit in range(10)),
})  # fmt: skip
# Keys that only Apple's keyboards have.
MAC_KEYS = frozenset({"command", "fn", "option", "optionleft", "optionright"})
# A phone's keys: Android's names without `KEYCODE_`.
PHONE_KEYS = frozenset({
    "APP_SWITCH", "BACK", "BRIGHTNESS_DOWN", "BRIGHTNESS_UP", "CALL", "CAMERA", "COPY", "CUT",
    "DEL", "DPAD_CENTER", "DPAD_DOWN", "DPAD_LEFT", "DPAD_RIGHT", "DPAD_UP", "ENDCALL",
    "ENTER", "ESCAPE", "FORWARD_DEL", "HOME", "MEDIA_NEXT", "MEDIA_PLAY_PAUSE",
    "MEDIA_PREVIOUS", "MEDIA_STOP", "MENU", "MOVE_END", "MOVE_HOME", "NOTIFICATION",
    "PAGE_DOWN", "PAGE_UP", "PASTE", "POWER", "SEARCH", "SLEEP", "SPACE", "TAB",
    "VOLUME_DOWN", "VOLUME_MUTE", "VOLUME_UP", "WAKEUP",
})  # fmt: skip
