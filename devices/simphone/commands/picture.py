"""`screencap` and `wm`: what the screen shows and how large it is."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.png import MULTIPLE_DISPLAYS, spoil
from tapwright.devices.simphone.system import DISPLAY_ID, OUTER_DISPLAY_ID, AndroidSystem

if TYPE_CHECKING:
    from PIL import Image


def screencap(call: Call) -> int:
    """`screencap [-p] [-d DISPLAY] [FILE]`: PNG with `-p` or a name that ends so, else raw RGBA."""
    words = list(call.args)
    as_png, display, target = False, "", ""
    while words:
        word = words.pop(0)
        if word == "-d" and words:
            display = words.pop(0)
        elif word.startswith("-") and len(word) > 1:
            if set(word[1:]) - {"p", "a"}:
                return call.fail(f"screencap: invalid option -- {word[1:]}", 1)
            as_png = as_png or "p" in word
        else:
            target = word
    faults = call.system.faults
    two = any(each.fault is Fault.SECOND_DISPLAY for each in faults.active())
    known = (DISPLAY_ID, OUTER_DISPLAY_ID) if two else (DISPLAY_ID,)
    if display and display not in known:
        return call.fail(f"Display Id '{display}' is not valid.", 1)
    dark = two and display in ("", OUTER_DISPLAY_ID)
    if two and not display:
        call.streams.stderr(MULTIPLE_DISPLAYS)
    image = _picture(call.system, dark)
    png = as_png or target.endswith(".png")
    data = spoil(call.system.encoder.encode(image), faults) if png else _raw(image)
    if faults.take(Fault.ROTATE_MID_STEP):
        with call.system.lock:
            call.system.state.rotation = (call.system.state.rotation + 1) % 4
    if not target:
        call.write(data)
        return 0
    try:
        call.system.files.write(call.path(target), data)
    except OSError as error:
        return call.fail(f"Error opening file: {target} ({error.strerror})", 1)
    return 0


def _picture(system: AndroidSystem, dark: bool) -> Image.Image:
    from PIL import Image

    with system.lock:
        image = system.phone.draw()
        hidden = dark or system.state.secure_window or not system.state.awake
    if hidden or system.faults.take(Fault.BLACK_PNG):
        return Image.new("RGB", image.size)
    if system.faults.take(Fault.WRONG_SIZE_PNG):
        return image.resize((image.width // 2, image.height // 2))
    return image


def _raw(image: Image.Image) -> bytes:
    # width, height, format (1 = RGBA_8888), colour space, then the pixels
    header = struct.pack("<4I", image.width, image.height, 1, 0)
    return header + image.convert("RGBA").tobytes()


def wm(call: Call) -> int:
    """`wm size|density|dismiss-keyguard`; changing size or density is refused."""
    verb = call.args[0] if call.args else ""
    with call.system.lock:
        if verb == "size" and len(call.args) == 1:
            size = call.system.phone.size
            call.say(f"Physical size: {size.width}x{size.height}")
            return 0
        if verb == "density" and len(call.args) == 1:
            call.say(f"Physical density: {call.system.state.properties['ro.sf.lcd_density']}")
            return 0
        if verb == "dismiss-keyguard":
            if call.system.state.awake:
                call.system.state.locked = False
            return 0
    if verb in ("size", "density"):
        return call.fail("Error: this phone's panel cannot be changed", 255)
    return call.fail(f"Error: unknown command '{verb}'", 255)
