"""`pm`, `am`, `monkey`: installed packages and starting them."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Sequence

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.system import ADB_IME

_FAILED = 255
_MONKEY_ABORTED = 252
_MATCH = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true"
_SETTINGS_PAGES = "android.settings."
_SYSTEM_PREFIXES = ("android", "com.android.")


def pm(call: Call) -> int:
    """`pm list packages [-3|-s] [FILTER]`, `pm path PACKAGE`."""
    words = list(call.args)
    packages = call.system.packages()
    if words[:2] == ["list", "packages"]:
        flags = [word for word in words[2:] if word.startswith("-")]
        filters = [word for word in words[2:] if not word.startswith("-")]
        for package in packages:
            ours = package.startswith(_SYSTEM_PREFIXES) and package != ADB_IME.partition("/")[0]
            if ("-3" in flags and ours) or ("-s" in flags and not ours):
                continue
            if all(each in package for each in filters):
                path = f"{_apk(package)}=" if "-f" in flags else ""
                call.say(f"package:{path}{package}")
        return 0
    if words[:1] == ["path"] and len(words) == 2:
        if words[1] not in packages:
            return 1
        call.say(f"package:{_apk(words[1])}")
        return 0
    if words[:1] == ["query-activities"]:
        return _query_activities(call)
    if words[:1] == ["resolve-activity"]:
        return _resolve(call, words[-1])
    if words[:1] in (["install"], ["uninstall"]):
        # `adb install` has no exit code to go by: it takes anything but Success for the reason.
        call.say("Failure [INSTALL_FAILED_USER_RESTRICTED: the apps of this phone are fixed]")
        return 1
    return call.fail(f"Error: unknown command '{' '.join(words)}'", _FAILED)


def _apk(package: str) -> str:
    return f"/system/app/{package.rpartition('.')[2]}/base.apk"


def _query_activities(call: Call) -> int:
    """The launcher's entries, whatever intent is asked for: this phone has no other activities."""
    apps = sorted(call.system.phone.apps, key=lambda app: app.package)
    call.say(f"{len(apps)} activities found:")
    for number, app in enumerate(apps):
        call.say(f"  Activity #{number}:")
        call.say(f"    {_MATCH}")
        call.say(f"    {app.package}/.MainActivity")
    return 0


def _resolve(call: Call, package: str) -> int:
    if not call.system.has_activities(package):
        call.say("No activity found")
        return 0
    call.say(_MATCH)
    call.say(f"{package}/.MainActivity")
    return 0


def monkey(call: Call) -> int:
    """`monkey -p PACKAGE [-c CATEGORY] [-v…] COUNT`: opens the package."""
    words = list(call.args)
    package = ""
    for index, word in enumerate(words[:-1]):
        if word == "-p":
            package = words[index + 1]
    call.say("".join(f"  bash arg: {word}\n" for word in words).rstrip("\n"))
    absent = call.system.faults.take(Fault.MONKEY_NO_ACTIVITY, package)
    if absent or not package or not call.system.phone.launch(package):
        call.say("** No activities found to run, monkey aborted.")
        return _MONKEY_ABORTED
    call.say("Events injected: 1")
    call.say("## Network stats: elapsed time=12ms (0ms mobile, 0ms wifi, 12ms not connected)")
    return 0


def am(call: Call) -> int:
    """`am start|force-stop|broadcast|get-current-user …`."""
    verb, *words = [*call.args, ""] if not call.args else call.args
    if call.system.faults.take(Fault.AM_ERROR, " ".join(call.args)):
        # Some versions tell of a failure in words and end well all the same.
        call.say("Error: Activity not started, unable to resolve Intent")
        return 0
    if verb in ("start", "start-activity"):
        return _start(call, words)
    if verb == "force-stop" and words:
        call.system.phone.force_stop(words[-1])
        return 0
    if verb == "broadcast":
        return _broadcast(call, words)
    if verb == "get-current-user":
        call.say("0")
        return 0
    if verb in ("kill", "kill-all"):
        return 0
    return call.fail(f"Error: unknown command '{verb}'", _FAILED)


_WITH_VALUE = frozenset(
    ("-a", "-n", "-d", "-t", "-c", "-p", "-f", "--user", "--display", "-R", "--es", "-e", "--ei",
     "--ez", "--el", "--ef", "--eu")
)  # fmt: skip
_EXTRAS = frozenset(("--es", "-e", "--ei", "--ez", "--el", "--ef", "--eu"))


def _intent(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    options: dict[str, str] = {}
    extras: dict[str, str] = {}
    index = 0
    while index < len(words):
        word = words[index]
        if word in _EXTRAS and index + 2 < len(words):
            extras[words[index + 1]] = words[index + 2]
            index += 3
        elif word in _WITH_VALUE and index + 1 < len(words):
            options[word] = words[index + 1]
            index += 2
        else:
            if not word.startswith("-"):
                options["target"] = word
            index += 1
    return options, extras


def _start(call: Call, words: Sequence[str]) -> int:
    options, _ = _intent(words)
    action = options.get("-a", "")
    component = options.get("-n", "")
    target = options.get("target", "")
    package = component.partition("/")[0] or options.get("-p", "") or target.partition("/")[0]
    if not package and action.startswith(_SETTINGS_PAGES):
        package = "com.android.settings"
    if not package and options.get("-c") == "android.intent.category.HOME":
        package = "com.android.launcher3"
    parts = [f"act={action}"] if action else []
    parts += [f"cmp={component}"] if component else [f"pkg={package}"] if package else []
    call.say(f"Starting: Intent {{ {' '.join(parts)} }}")
    if call.system.phone.launch(package):
        return 0
    if component:
        call.fail("Error type 3")
        return call.fail(f"Error: Activity class {{{component}}} does not exist.", 1)
    intent = " ".join(parts)
    return call.fail(f"Error: Activity not started, unable to resolve Intent {{ {intent} }}", 1)


def _broadcast(call: Call, words: Sequence[str]) -> int:
    options, extras = _intent(words)
    action = options.get("-a", "")
    flags = " flg=0x400000"
    call.say(f"Broadcasting: Intent {{ act={action}{flags}{' (has extras)' if extras else ''} }}")
    if action.startswith("ADB_"):
        # What cannot be decoded the real keyboard only logs; the broadcast counts as delivered.
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            _adb_keyboard(call, action, extras)
    call.say("Broadcast completed: result=0")
    return 0


def _adb_keyboard(call: Call, action: str, extras: dict[str, str]) -> None:
    """Android's answer says `result=0` whether or not a keyboard was there to hear it."""
    phone = call.system.phone
    with call.system.lock:
        if call.system.keyboard() != ADB_IME:
            return
        ignored = call.system.faults.take(Fault.INPUT_IGNORED, action)
        if ignored:
            return
        if action == "ADB_INPUT_B64" and "msg" in extras:
            phone.type_text(base64.b64decode(extras["msg"], validate=True).decode("utf-8"))
        elif action == "ADB_INPUT_TEXT" and "msg" in extras:
            phone.type_text(extras["msg"])
        elif action == "ADB_CLEAR_TEXT" and (field := phone.focused) is not None:
            field.write("")
