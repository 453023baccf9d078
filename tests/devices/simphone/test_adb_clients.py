"""What real adb programs and adbutils see of the simulated phone."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import adbutils
import pytest
from PIL import Image

pytestmark = pytest.mark.phone


def test_adb_lists_the_phone_with_its_model_and_features(attached):
    listed = attached.adb("devices", "-l").stdout.decode()
    assert f"{attached.sim.serial} " in listed
    assert "model:Tapwright_Sim_1" in listed and " device " in listed
    features = attached.adb("features").stdout.decode().split()
    assert features == ["shell_v2", "cmd", "stat_v2", "fixed_push_mkdir"]
    assert attached.adb("get-state").stdout == b"device\n"


def test_the_shell_keeps_exit_codes_and_the_two_outputs_apart(attached):
    done = attached.adb("shell", "echo out; echo err >&2; exit 7")
    assert (done.stdout, done.stderr, done.returncode) == (b"out\n", b"err\n", 7)


def test_an_unknown_command_is_not_found(attached):
    done = attached.adb("shell", "frobnicate -x; echo code $?; no/such")
    assert done.stderr == (
        b"/system/bin/sh: frobnicate: inaccessible or not found\n"
        b"/system/bin/sh: no/such: inaccessible or not found\n"
    )
    assert (done.stdout, done.returncode) == (b"code 127\n", 127)


def test_nothing_of_this_machine_can_be_run_or_read(attached, tmp_path):
    marker = tmp_path / "marker"
    for line in (
        f"touch {marker}",
        f"echo x > {marker}",
        f"$(touch {marker})",
        f"sh -c 'touch {marker}'",
        f'python3 -c \'open("{marker}", "w")\'',
        f"cat {Path(__file__).resolve()}",
        f"/bin/sh -c 'echo > {marker}'",
        f"`/usr/bin/touch {marker}`",
    ):
        assert attached.adb("shell", line).returncode != 0, line
    assert not marker.exists()


def test_a_screenshot_is_the_whole_screen_bit_for_bit(attached):
    data = attached.adb("exec-out", "screencap -p").stdout
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        assert picture.tobytes() == attached.sim.phone.draw().tobytes()
    assert attached.adb("shell", "screencap -p").stdout == data


def test_a_raw_screenshot_has_its_header_and_all_pixels(attached):
    data = attached.adb("exec-out", "screencap").stdout
    assert data[:16] == bytes.fromhex("38040000600900000100000000000000")
    assert len(data) == 16 + 1080 * 2400 * 4


def test_three_megabytes_are_pushed_and_pulled_byte_for_byte(attached, tmp_path):
    content = os.urandom(3_000_000)
    here, back = tmp_path / "here", tmp_path / "back"
    here.write_bytes(content)
    os.utime(here, (1_700_000_000, 1_700_000_000))
    assert attached.adb("push", str(here), "/sdcard/a folder/big.bin").returncode == 0
    assert attached.adb("pull", "/sdcard/a folder/big.bin", str(back)).returncode == 0
    assert back.read_bytes() == content
    listed = attached.adb("ls", "/sdcard/a folder").stdout.decode().split()
    assert listed == ["000081a4", "002dc6c0", f"{1_700_000_000:08x}", "big.bin"]
    digest = attached.shell("wc -c < '/sdcard/a folder/big.bin'; md5sum '/sdcard/a folder/big.bin'")
    assert digest.split()[0] == "3000000"


def test_pushing_where_nothing_may_be_written_fails(attached, tmp_path):
    here = tmp_path / "x"
    here.write_bytes(b"x")
    for target in ("/system/x", "/data/x", "/x"):
        assert attached.adb("push", str(here), target).returncode == 1, target
    assert attached.adb("pull", "/sdcard/none", str(tmp_path / "y")).returncode == 1


def test_a_folder_is_pushed_with_all_in_it(attached, tmp_path):
    folder = tmp_path / "tree"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "ä b.txt").write_bytes(b"one")
    (folder / "two").write_bytes(b"two")
    assert attached.adb("push", str(folder), "/sdcard/tree").returncode == 0
    assert attached.shell("cat '/sdcard/tree/inner/ä b.txt' /sdcard/tree/two") == "onetwo"


def test_input_reaches_the_ledger(attached):
    attached.shell("input tap 540 1200; input swipe 540 1800 540 600 250")
    attached.shell("input swipe 100 1000 100 1000 700 && input keyevent HOME 3 KEYCODE_BACK")
    events = [(event.kind, event.x, event.y, event.key) for event in attached.sim.phone.ledger]
    assert events == [
        ("tap", 540, 1200, ""),
        ("swipe", 540, 1800, ""),
        ("long_press", 100, 1000, ""),
        ("key", 0, 0, "HOME"),
        ("key", 0, 0, "HOME"),
        ("key", 0, 0, "BACK"),
    ]


def test_a_setting_that_is_put_changes_the_screen(attached):
    attached.shell("am start -a android.settings.SETTINGS; settings put secure ui_night_mode 1")
    light = attached.sim.phone.draw().tobytes()
    attached.shell("cmd uimode night yes")
    assert attached.shell("settings get secure ui_night_mode") == "2"
    assert attached.sim.phone.draw().tobytes() != light


def test_lines_from_a_pipe_are_run_one_by_one(attached):
    lines = b"echo one\nfor i in 2 3\ndo\necho $i\ndone\nfalse\n"
    done = attached.adb("shell", input=lines)
    assert (done.stdout, done.returncode) == (b"one\n2\n3\n", 1)


def test_a_file_written_from_a_pipe_holds_all_of_it(attached):
    content = os.urandom(300_000)
    attached.adb("shell", "cat > /sdcard/piped", input=content)
    assert attached.adb("exec-out", "cat /sdcard/piped").stdout == content


def test_a_terminal_has_a_prompt_and_echoes(attached):
    pty = attached.adb("shell", "-tt", input=b"echo hi\rexit 5\r")
    assert b"sim1:/ $ echo hi\r\nhi\r\n" in pty.stdout
    assert pty.returncode == 5


def test_services_the_phone_lacks_are_refused(attached):
    for words in (("root",), ("reboot",), ("jdwp",), ("forward", "--list")):
        attached.adb(*words)
    assert attached.adb("remount").returncode != 0
    assert attached.shell("echo still here") == "still here"


def test_an_app_cannot_be_installed_and_adb_says_why(attached, tmp_path):
    package = tmp_path / "app.apk"
    package.write_bytes(os.urandom(200_000))
    done = attached.adb("install", str(package))
    assert done.returncode == 1 and b"INSTALL_FAILED_USER_RESTRICTED" in done.stderr
    assert attached.adb("uninstall", "com.android.settings").returncode == 1
    assert attached.adb("logcat", "-d").returncode == 0


def test_many_commands_at_once_keep_apart(attached):
    command = [attached.sim.adb.program, "-s", attached.sim.serial, "shell"]
    running = [
        subprocess.Popen(
            [*command, f"sleep 0.2; echo {n}; exit {n}"],
            env=attached.sim.adb.environment,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        for n in range(12)
    ]
    answers = [(each.communicate(timeout=60)[0], each.returncode) for each in running]
    assert answers == [(f"{n}\n".encode(), n) for n in range(12)]


def test_adbutils_finds_its_way_around(attached):
    client = adbutils.AdbClient(host="127.0.0.1", port=attached.sim.adb_port)
    device = client.device(attached.sim.serial)
    assert device.shell("echo $((6*7))") == "42"
    assert device.shell2("exit 3", v2=True).returncode == 3
    assert device.shell2("echo a; false").returncode == 1
    assert tuple(device.window_size()) == (1080, 2400)
    assert device.is_screen_on() is True
    assert device.battery().level == attached.sim.phone.state.battery.level
    assert "com.android.settings" in device.list_packages()
    device.app_start("com.android.deskclock")
    assert device.app_current().package == "com.android.deskclock"
    device.app_stop("com.android.deskclock")
    assert device.app_current().package == "com.android.launcher3"
    assert device.screenshot(error_ok=False).size == (1080, 2400)
    device.click(540, 1200)
    device.swipe(540, 1800, 540, 600, 0.1)
    assert [event.kind for event in attached.sim.phone.ledger] == ["tap", "swipe"]
    tree = device.dump_hierarchy()
    assert tree.startswith("<?xml") and attached.sim.phone.foreground.partition("/")[0] in tree
    device.sync.push(b"\x00\xff" * 50_000, "/data/local/tmp/x", check=True)
    assert device.sync.read_bytes("/data/local/tmp/x") == b"\x00\xff" * 50_000
    assert [each.path for each in device.sync.list("/data/local/tmp")] == ["uidump.xml", "x"]
    assert device.prop.model == "Tapwright Sim 1"


def test_a_phone_that_left_is_offline_and_can_be_found_again(attached):
    attached.sim.server.drop_connections()
    assert attached.adb("shell", "echo lost", timeout=15).stdout in (b"", b"lost\n")
    assert attached.sim.adb.connect(attached.sim.server.address) == attached.sim.serial
    assert attached.shell("echo back") == "back"


def test_the_program_named_is_the_program_used(attached):
    command = Path(f"/proc/{attached.sim.adb.pid}/cmdline")
    if not command.exists():
        pytest.skip("no /proc on this system")
    assert command.read_bytes().split(b"\0")[0].decode() == attached.sim.adb.program
