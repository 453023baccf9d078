"""The phone's commands answer as Android's do, in words and in exit codes."""

from __future__ import annotations

import base64
import re

import pytest

from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.state import Alarm

ADB_IME = "com.android.adbkeyboard/.AdbIME"


@pytest.mark.parametrize(
    ("line", "words", "code"),
    [
        ("cat /sdcard/none", "cat: /sdcard/none: No such file or directory", 1),
        ("cat /sdcard", "cat: /sdcard: Is a directory", 1),
        ("echo x > /system/x", "can't create /system/x: Read-only file system", 1),
        ("echo x > /data/x", "can't create /data/x: Permission denied", 1),
        ("mkdir /sdcard/a/b", "mkdir: '/sdcard/a/b': No such file or directory", 1),
        ("rm /sdcard/Music", "rm: /sdcard/Music: Is a directory", 1),
        ("cd /nowhere", "cd: /nowhere: No such file or directory", 2),
        ("grep", "grep: no pattern", 2),
        ("grep '[' /dev/null", "grep: bad pattern", 2),
        ("test a b c d", "unexpected operator", 2),
        ("[ a", "[: missing ]", 2),
        ("sleep x", "sleep: bad number", 1),
        ("cat << EOF", "here documents are not known", 1),
        ("echo ${bad-", "unmatched", 1),
        ("echo $((1/0))", "zero divisor", 1),
        ("echo $((1+))", "unexpected", 1),
        ("input tap 1", "Invalid arguments for command: tap", 255),
        ("input tap a b", "NumberFormatException", 255),
        ("input swipe 1 2 3", "Invalid arguments for command: swipe", 255),
        ("input fly 1 2", "Unknown command: fly", 255),
        ("input keyevent NO_SUCH_KEY", "Unknown keycode: NO_SUCH_KEY", 255),
        ("settings get nowhere x", "Invalid namespace 'nowhere'", 255),
        ("settings put global x", "Bad arguments", 255),
        ("settings shake", "Invalid command: shake", 255),
        ("wm size 100x100", "cannot be changed", 255),
        ("am start -n com.no.such/.App", "Activity class {com.no.such/.App} does not exist", 1),
        ("am start -a no.such.ACTION", "unable to resolve Intent", 1),
        ("am dance", "unknown command 'dance'", 255),
        ("pm dance x", "unknown command", 255),
        ("ime set com.no/.Ime", "Unknown input method com.no/.Ime", 255),
        ("cmd nothing", "Can't find service: nothing", 20),
        ("content query --uri content://nowhere", "unknown uri", 1),
        ("content insert --uri content://x", "Unsupported operation: insert", 1),
        ("svc power shutdown", "unknown command", 1),
        ("uiautomator events", "Unsupported command", 1),
        ("date 010100002030", "Operation not permitted", 1),
        ("screencap -z", "invalid option", 1),
        ("screencap /system/x.png", "Read-only file system", 1),
        ("nonsense", "/system/bin/sh: nonsense: inaccessible or not found", 127),
        ("/usr/bin/python3", "/usr/bin/python3: inaccessible or not found", 127),
    ],
)  # fmt: skip
def test_refusals_have_android_s_words_and_codes(console, line, words, code):
    out, err, got = console.run(line)
    assert words in err and got == code, (out, err, got)
    assert console.phone.ledger == []


def test_text_has_its_percent_s_and_arrives_as_typed(console):
    console.out("input text 'a%sb'; input text \"it's 100% & <ok> \\$x\"; input keyboard text c")
    assert console.typed() == "a bit's 100% & <ok> $xc"


@pytest.mark.parametrize("text", ["ä", "中文", "😀", "a\tb", "a\nb"])
def test_text_without_keys_ends_in_a_null_pointer(console, text):
    out, err, code = console.run(f"input text '{text}'")
    assert "java.lang.NullPointerException" in err and (out, code) == ("", 255)
    assert console.phone.ledger == []


def test_the_adb_keyboard_types_only_when_it_is_the_one_in_use(console):
    message = base64.b64encode("中文 'ä' \"😀\"\n%s".encode()).decode()
    line = f"am broadcast -a ADB_INPUT_B64 --es msg {message}"
    # Android says so of every broadcast, heard or not.
    assert console.out(line).endswith("Broadcast completed: result=0\n")
    assert console.typed() == ""
    assert console.run(f"ime set {ADB_IME}")[2] == 255
    assert "now enabled" in console.out(f"ime enable {ADB_IME}")
    assert "already enabled" in console.out(f"ime enable {ADB_IME}")
    assert console.out("ime list -s").split() == [
        "com.android.inputmethod.latin/.LatinIME",
        ADB_IME,
    ]
    assert "selected" in console.out(f"ime set {ADB_IME}")
    assert console.out("settings get secure default_input_method").strip() == ADB_IME
    console.out(line)
    assert console.typed() == "中文 'ä' \"😀\"\n%s"
    console.out(
        "am broadcast -a ADB_INPUT_B64 --es msg '%%%'; am broadcast -a ADB_INPUT_TEXT --es msg ok"
    )
    assert console.typed().endswith("\n%sok")
    console.out(f"ime disable {ADB_IME}")
    assert console.out("settings get secure default_input_method").strip() != ADB_IME


def test_the_adb_keyboard_clears_the_field(console):
    console.out(f"am start -n com.android.notes/.Notes; ime enable {ADB_IME}; ime set {ADB_IME}")
    left, top, right, bottom = next(
        each.bounds for each in console.phone.elements() if each.kind == "field"
    )
    console.out(f"input tap {(left + right) // 2} {(top + bottom) // 3}; input text hello")
    assert console.phone.focused is not None and console.phone.focused.text == "hello"
    console.out("am broadcast -a ADB_CLEAR_TEXT")
    assert console.phone.focused.text == ""


def test_settings_are_got_put_listed_and_deleted(console):
    assert console.out("settings get global no_such_key") == "null\n"
    console.out("settings put global my_key 'a value'")
    assert console.out("settings get global my_key") == "a value\n"
    assert "my_key=a value\n" in console.out("settings list global")
    assert console.out("cmd settings get --user 0 global my_key") == "a value\n"
    assert console.out("settings delete global my_key") == "Deleted 1 rows\n"
    assert console.out("settings delete global my_key") == "Deleted 0 rows\n"
    console.out("svc wifi disable")
    assert console.out("settings get global wifi_on") == "0\n"
    console.out("cmd wifi set-wifi-enabled enabled; cmd bluetooth_manager enable")
    assert console.out("settings get global wifi_on; settings get global bluetooth_on") == "1\n1\n"
    assert console.out("cmd uimode night yes; cmd uimode night") == "Night mode: yes\n" * 2
    rows = console.out(
        "content query --uri content://settings/secure --where \"name='ui_night_mode'\""
    )
    assert re.fullmatch(r"Row: 0 _id=\d+, name=ui_night_mode, value=2\n", rows)


def test_alarms_are_rows_in_android_s_form(console):
    query = "content query --uri content://com.android.deskclock/alarms"
    console.phone.state.alarms[:] = []
    assert console.out(query) == "No result found.\n"
    console.phone.state.alarms[:] = [Alarm(7, 30, True, "Up"), Alarm(22, 5, False)]
    assert console.out(query) == (
        "Row: 0 _id=1, hour=7, minutes=30, enabled=1, label=Up\n"
        "Row: 1 _id=2, hour=22, minutes=5, enabled=0, label=\n"
    )
    assert console.out(f'{query} --projection hour:enabled --where "enabled=0 AND hour=22"') == (
        "Row: 0 hour=22, enabled=0\n"
    )
    assert console.run(f'{query} --where "hour > 3"')[2] == 1
    told = console.out("dumpsys alarm")
    assert "triggerTime=07:30" in told and "triggerTime=22:05" not in told


def test_the_stopwatch_and_the_timer_are_notifications(console):
    state = console.phone.state
    state.stopwatch.reset()
    state.timer.set(0)
    assert "NotificationRecord" not in console.out("dumpsys notification")
    state.stopwatch.toggle(state.clock() - 65)
    state.timer.set(300)
    state.timer.toggle(state.clock())
    told = console.out("dumpsys notification --noredact")
    assert "android.title=String (Stopwatch)\n" in told
    assert int(re.findall(r"elapsedMillis=(\d+)", told)[0]) // 1000 == 65
    assert re.search(r"String \(Timer\)\n.*\n\s*totalMillis=300000$", told, re.MULTILINE)
    state.stopwatch.toggle(state.clock())
    assert "android.title=String (Stopwatch paused)\n" in console.out("dumpsys notification")


def test_apps_are_started_stopped_and_found(console):
    assert "Events injected: 1" in console.out("monkey -p com.android.deskclock -c x.LAUNCHER 1")
    assert "com.android.deskclock/" in console.out("dumpsys activity activities | grep mResumed")
    assert "com.android.deskclock" in console.out("dumpsys activity top")
    console.out("am force-stop com.android.deskclock")
    assert "com.android.launcher3/" in console.out("dumpsys window | grep mCurrentFocus")
    out, _, code = console.run("monkey -p com.no.such 1")
    assert "No activities found to run" in out and code == 252
    assert console.out("pm path com.android.settings").startswith("package:/")
    assert console.run("pm path com.no.such") == ("", "", 1)
    assert console.out("pm list packages -3") == "package:com.android.adbkeyboard\n"
    listed = console.out("pm list packages deskclock; cmd package list packages notes")
    assert listed == "package:com.android.deskclock\npackage:com.android.notes\n"
    known = console.out("cmd package query-activities --brief -c x.LAUNCHER")
    assert len(re.findall(r"^    [\w.]+/\.\w+$", known, re.MULTILINE)) == len(console.phone.apps)
    assert console.out("am start -c android.intent.category.HOME").startswith("Starting: Intent")


def test_reports_that_programs_read(console):
    assert "mWakefulness=Awake" in console.out("dumpsys power")
    assert f"level: {console.phone.state.battery.level}\n" in console.out("dumpsys battery")
    assert (
        len(re.findall(r"^Display \d+ ", console.out("dumpsys SurfaceFlinger --display-id"))) == 1
    )
    assert "mCurMethodId=com.android.inputmethod.latin/.LatinIME" in console.out(
        "dumpsys input_method"
    )
    assert "  window\n" in console.out("dumpsys -l")
    assert console.out("wm size; wm density") == "Physical size: 1080x2400\nPhysical density: 420\n"
    console.phone.state.awake = False
    assert "state OFF," in console.out("cmd display get-displays")


def test_the_clock_on_the_wall_is_the_phone_s(console):
    assert console.out("date +%H:%M") == f"{console.phone.state.now():%H:%M}\n"
    assert console.out("date +%s").strip().isdigit()


def test_a_hint_of_the_user_interface_is_dumped_to_a_file_or_the_terminal(console):
    assert "dumped to: /sdcard/window_dump.xml" in console.out("uiautomator dump")
    assert console.out("cat /sdcard/window_dump.xml").startswith("<?xml")
    assert console.out("uiautomator dump /dev/tty").startswith("<?xml")


def test_whoever_listens_hears_of_each_switch(console):
    heard: list[tuple[Fault, bool]] = []
    console.system.faults.listen(lambda fault, on: heard.append((fault, on)))
    console.system.faults.inject(Fault.LOCKED)
    console.system.faults.clear(Fault.LOCKED)
    assert heard == [(Fault.LOCKED, True), (Fault.LOCKED, False)]
