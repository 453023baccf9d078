"""The names of a desktop's keys: pyautogui's, in lower case, and what people write instead.

An unknown name is refused with the names that come near; it is never passed over.
"""

from __future__ import annotations

import difflib
import sys

from tapwright.actions import OTHER_KEY_NAMES, plain_key
from tapwright.errors import ActionRefused

# A key's name -> the X keysyms that can stand for it, the first that the keyboard has.
KEYSYMS: dict[str, tuple[str, ...]] = {
    "alt": ("Alt_L",),
    "altleft": ("Alt_L",),
    "altright": ("Alt_R", "ISO_Level3_Shift"),
    "apps": ("Menu",),
    "backspace": ("BackSpace",),
    "browserback": ("XF86_Back",),
    "browserforward": ("XF86_Forward",),
    "browserrefresh": ("XF86_Refresh",),
    "capslock": ("Caps_Lock",),
    "clear": ("Clear",),
    "ctrl": ("Control_L",),
    "ctrlleft": ("Control_L",),
    "ctrlright": ("Control_R",),
    "delete": ("Delete",),
    "down": ("Down",),
    "end": ("End",),
    "enter": ("Return",),
    "esc": ("Escape",),
    "execute": ("Execute",),
    "help": ("Help",),
    "home": ("Home",),
    "insert": ("Insert",),
    "left": ("Left",),
    "nexttrack": ("XF86_AudioNext",),
    "numlock": ("Num_Lock",),
    "pagedown": ("Page_Down",),
    "pageup": ("Page_Up",),
    "pause": ("Pause",),
    "playpause": ("XF86_AudioPlay",),
    "prevtrack": ("XF86_AudioPrev",),
    "printscreen": ("Print",),
    "right": ("Right",),
    "scrolllock": ("Scroll_Lock",),
    "select": ("Select",),
    "shift": ("Shift_L",),
    "shiftleft": ("Shift_L",),
    "shiftright": ("Shift_R",),
    "space": ("space",),
    "tab": ("Tab",),
    "up": ("Up",),
    "volumedown": ("XF86_AudioLowerVolume",),
    "volumemute": ("XF86_AudioMute",),
    "volumeup": ("XF86_AudioRaiseVolume",),
    "win": ("Super_L", "Meta_L"),
    "winleft": ("Super_L", "Meta_L"),
    "winright": ("Super_R", "Meta_R"),
    "add": ("KP_Add",),
    "decimal": ("KP_Decimal",),
    "divide": ("KP_Divide",),
    "multiply": ("KP_Multiply",),
    "separator": ("KP_Separator",),
    "subtract": ("KP_Subtract",),
    **{f"num{digit}": (f"KP_{digit}",) for digit in range(10)},
    **{f"f{number}": (f"F{number}",) for number in range(1, 25)},
}
# Apple's keyboards have these; elsewhere they are unknown, not something near.
_MAC = ("command", "fn", "option", "optionleft", "optionright")


def key_name(written: str, *, platform: str = sys.platform) -> str:
    """The key that `written` means: a name of `KEYSYMS`, or one printable character.

    A letter names its key, which a capital would shift. Raise `ActionRefused` with the nearest
    names where this platform's keyboard has no such key.
    """
    name = plain_key(written)
    known = (*KEYSYMS, *(_MAC if platform == "darwin" else ()))
    if name in known:
        return name
    if len(name) == 1 and name.isprintable():
        return name  # "plus" too is the key "+"
    if "+" in written and len(written) > 1:
        raise ActionRefused(f'"{written}" is several keys: press them as a hotkey')
    near = difflib.get_close_matches(name, [*known, *OTHER_KEY_NAMES], n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else 'write it as in "enter", "f5", "a"'
    raise ActionRefused(f'there is no key "{written}" on this keyboard: {hint}')
