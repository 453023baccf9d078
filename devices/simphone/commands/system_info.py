"""`getprop`, `cmd`, `svc`, `uiautomator`, `date` and other words with the system."""

from __future__ import annotations

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.commands.dumpsys import display_lines
from tapwright.devices.simphone.commands.packages import am, pm
from tapwright.devices.simphone.commands.tables import settings
from tapwright.devices.simphone.faults import Fault

_FAILED = 255
_DUMP = "/sdcard/window_dump.xml"


def getprop(call: Call) -> int:
    """`getprop [NAME [DEFAULT]]`."""
    with call.system.lock:
        properties = dict(call.system.state.properties)
    if call.args:
        call.say(properties.get(call.args[0], call.args[1] if len(call.args) > 1 else ""))
    else:
        for name in sorted(properties):
            call.say(f"[{name}]: [{properties[name]}]")
    return 0


def cmd(call: Call) -> int:
    """`cmd SERVICE …`: display, uimode, wifi, bluetooth_manager, package, activity, settings."""
    if not call.args:
        return call.fail("cmd: No service specified; use -l to list all services", 20)
    service, *words = call.args
    inner = Call(service, tuple(words), call.streams, call.system, call.folder, call.run)
    if service == "display":
        if words == ["get-displays"]:
            with call.system.lock:
                for line in display_lines(call.system):
                    call.say(line)
            return 0
        return call.fail(f"Unknown command: {' '.join(words)}", _FAILED)
    if service == "uimode":
        return _uimode(inner)
    if service == "wifi":
        return _switch(inner, "set-wifi-enabled", "wifi_on", {"enabled": "1", "disabled": "0"})
    if service == "bluetooth_manager":
        return _radio(inner, "bluetooth_on")
    if service == "package":
        return pm(inner)
    if service == "activity":
        return am(inner)
    if service == "settings":
        return settings(inner)
    return call.fail(f"cmd: Can't find service: {service}", 20)


def _uimode(call: Call) -> int:
    with call.system.lock:
        secure = call.system.state.settings["secure"]
        if call.args[:1] != ("night",):
            return call.fail(f"Unknown command: {' '.join(call.args)}", _FAILED)
        if len(call.args) > 1:
            modes = {"yes": "2", "no": "1", "auto": "0"}
            if call.args[1] not in modes:
                return call.fail("Error: mode must be 'yes', 'no', or 'auto'", _FAILED)
            secure["ui_night_mode"] = modes[call.args[1]]
        shown = {"2": "yes", "1": "no", "0": "auto"}.get(secure.get("ui_night_mode", "1"), "no")
        call.say(f"Night mode: {shown}")
    return 0


def _switch(call: Call, verb: str, key: str, values: dict[str, str]) -> int:
    if len(call.args) != 2 or call.args[0] != verb or call.args[1] not in values:
        return call.fail(f"Unknown command: {' '.join(call.args)}", _FAILED)
    with call.system.lock:
        call.system.state.settings["global"][key] = values[call.args[1]]
    return 0


def _radio(call: Call, key: str) -> int:
    values = {"enable": "1", "disable": "0"}
    if len(call.args) != 1 or call.args[0] not in values:
        return call.fail(f"Unknown command: {' '.join(call.args)}", _FAILED)
    with call.system.lock:
        call.system.state.settings["global"][key] = values[call.args[0]]
    return 0


def svc(call: Call) -> int:
    """`svc wifi|bluetooth|data enable|disable`, `svc power stayon|shutdown` (refused)."""
    keys = {"wifi": "wifi_on", "bluetooth": "bluetooth_on", "data": "mobile_data"}
    if len(call.args) == 2 and call.args[0] in keys:
        inner = Call("svc", call.args[1:], call.streams, call.system, call.folder, call.run)
        return _radio(inner, keys[call.args[0]])
    return call.fail(f"svc: unknown command '{' '.join(call.args)}'", 1)


def uiautomator(call: Call) -> int:
    """`uiautomator dump [--compressed] [FILE]`."""
    words = [word for word in call.args if not word.startswith("--")]
    if words[:1] != ["dump"]:
        return call.fail(f"Unsupported command: {' '.join(call.args)}", 1)
    if call.system.faults.take(Fault.UI_NOT_IDLE):
        # The real one ends well, too; only the words tell.
        call.fail("ERROR: could not get idle state.")
        return 0
    target = words[1] if len(words) > 1 else _DUMP
    data = call.system.phone.dump_xml().encode("utf-8")
    if target == "/dev/tty":
        call.write(data)
        call.say("UI hierchary dumped to: /dev/tty")
        return 0
    try:
        call.system.files.write(call.path(target), data)
    except OSError as error:
        return call.fail(f"ERROR: {target}: {error.strerror}", 1)
    # The spelling is Android's.
    call.say(f"UI hierchary dumped to: {target}")
    return 0


def date(call: Call) -> int:
    """`date [+FORMAT]` of the phone's own clock; setting it is refused."""
    with call.system.lock:
        now = call.system.state.now()
    words = [word for word in call.args if word != "-u"]
    if not words:
        call.say(now.strftime("%a %b %d %H:%M:%S UTC %Y"))
        return 0
    if not words[0].startswith("+"):
        return call.fail("date: cannot set date: Operation not permitted", 1)
    epoch = str(int((now - now.__class__(1970, 1, 1)).total_seconds()))
    call.say(
        now.strftime(words[0][1:].replace("%s", epoch).replace("%N", f"{now.microsecond:06d}000"))
    )
    return 0


def identity(call: Call) -> int:
    """`id`."""
    call.say(
        "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),1011(adb),"
        "1015(sdcard_rw),3003(inet) context=u:r:shell:s0"
    )
    return 0


def whoami(call: Call) -> int:
    """`whoami`."""
    call.say("shell")
    return 0


def uname(call: Call) -> int:
    """`uname [-a]`."""
    words = "Linux localhost 5.15.0-tapwright-sim #1 SMP PREEMPT aarch64 Toybox"
    call.say(words if "-a" in call.args else "Linux")
    return 0


def uptime(call: Call) -> int:
    """`uptime`."""
    seconds = int(call.system.state.uptime())
    call.say(
        f" up {seconds // 3600}:{seconds // 60 % 60:02d},  0 users,  load average: 0.1, 0.1, 0.1"
    )
    return 0


def logcat(call: Call) -> int:
    """`logcat`: this phone keeps no log; with `-d` or `-c` it ends, else it waits as usual."""
    if not {"-d", "-c", "-g"} & set(call.args):
        call.write(b"--------- beginning of main\n")
        while True:
            call.pause(3600)
    return 0
