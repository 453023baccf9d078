"""The phone's small Unix tools, and its shell under lines that are made to hurt."""

from __future__ import annotations

import io
import threading
import time

import pytest

from tapwright.devices.simphone.calls import Interrupted, Streams
from tapwright.devices.simphone.commands import COMMANDS
from tapwright.devices.simphone.files import Files
from tapwright.devices.simphone.shell import Shell


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("echo a | cat", "a\n"),
        ("printf '%s-%d\\n' a 1 b 2", "a-1\nb-2\n"),
        ("echo 'a\\tb' \"c\\nd\"; echo -n x; echo -E 'a\\tb'", "a\tb c\nd\nxa\\tb\n"),
        ("echo one > /sdcard/f; echo two >> /sdcard/f; cat < /sdcard/f", "one\ntwo\n"),
        ("cd /sdcard && echo x > f && pwd && ls f Music", "/sdcard\nf\nMusic:\n"),
        ("seq 5 | head -n 2; seq 5 | tail -1; seq 3 | wc -l", "1\n2\n5\n3\n"),
        ("seq 20 | grep -c 1; seq 9 | grep -v '[1-7]'", "11\n8\n9\n"),
        ("seq 9 | grep -E '^(1|2)$'; seq 9 | grep '1|2'", "1\n2\n"),
        ("mkdir -p /sdcard/a/b; touch /sdcard/a/b/c; ls /sdcard/a/*; ls /sdcard/a/b", "c\nc\n"),
        ("cd /sdcard; echo 1 > x1; echo 2 > x2; cat x*; echo q*", "1\n2\nq*\n"),
        ("cp /dev/null /sdcard/e; [ -s /sdcard/e ] || test -f /sdcard/e && echo empty", "empty\n"),
        ("ls /nope 2>/dev/null || echo failed", "failed\n"),
        ("ls /nope 2>&1", "ls: /nope: No such file or directory\n"),
        ("sh -c 'echo $0 $1' name arg; sh -c 'exit 3'; echo $?", "name arg\n3\n"),
        ("echo 'echo from a file' > /sdcard/s.sh; sh /sdcard/s.sh", "from a file\n"),
        ("whoami; basename /a/b; dirname /a/b", "shell\nb\n/a\n"),
        ("A=1 sh -c 'echo $A'; echo [$A]", "1\n[]\n"),
        ("export B=2; sh -c 'echo $B'; unset B; echo [$B]", "2\n[]\n"),
        ("/system/bin/echo full path; exec echo gone; echo never", "full path\ngone\n"),
        ("echo a & echo b; [ 3 -gt 2 -a x = x ] && test ! 1 -eq 2 && echo not", "a\nb\nnot\n"),
        ("uname; getprop ro.product.model; getprop no.such x", "Linux\nTapwright Sim 1\nx\n"),
        ("mv /sdcard/a /sdcard/b 2>&1", "mv: /sdcard/a: No such file or directory\n"),
        ("! ! true; echo $?; ! true; echo $?", "0\n1\n"),
        ("ls /storage/emulated/0/Music/.. | head -2; ls -d /sdcard", "Alarms\nAndroid\n/sdcard\n"),
    ],
)  # fmt: skip
def test_small_tools(console, line, out):
    assert console.run(line)[0] == out


def test_a_client_cannot_fill_this_machine_s_memory(console):
    _, err, _ = console.run("x=aaaaaaaa; while true; do x=$x$x || exit 1; done")
    assert "x: too long" in err
    console.system.files = Files(capacity=10_000_000)
    console.system.files.write("/sdcard/big", bytes(1_000_000))
    _, err, _ = console.run(f"cat {'/sdcard/big ' * 70} | wc -c")
    assert "File too large" in err
    line = "for i in 1 2 3 4 5 6 7 8 9 10; do cat /sdcard/big >> /sdcard/bigger || exit 7; done"
    assert console.run(line)[2] == 7


def test_a_full_phone_takes_no_more():
    files = Files(capacity=1000)
    files.write("/sdcard/big", bytes(990))
    with pytest.raises(OSError, match="No space left on device"):
        files.write("/sdcard/more", bytes(11))
    files.write("/sdcard/more", bytes(10))


@pytest.mark.parametrize(
    "line",
    [
        "while true; do true; done",
        "sleep 1000",
        "logcat",
        "until false; do echo x; done >/dev/null",
    ],
)
def test_whatever_runs_for_ever_ends_when_the_client_goes(console, line):
    gone = threading.Event()
    timer = threading.Timer(0.1, gone.set)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Interrupted):
        Shell(console.system, COMMANDS).run(
            line, Streams(io.BytesIO(), lambda data: None, lambda data: None, gone)
        )
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    "line",
    ["(" * 5000, "$(" * 5000, "{ " * 5000, "`" * 999, "if " * 3000, "${a:-" * 3000, "! " * 9000],
    ids=["parentheses", "substitutions", "braces", "backticks", "if", "parameters", "not"],
)
def test_lines_made_to_break_a_parser_are_only_refused(console, line):
    _, err, code = console.run(line)
    assert err and code != 0
