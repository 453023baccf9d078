"""The kernel's doors, rights and devices: shut by the filter, and by the namespaces alone."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tapwright.tools.code_interpreter import told
from tapwright.tools.sandbox import run_sealed
from tapwright.tools.sandbox_command import sandbox_command
from tapwright.tools.sandbox_filter import ARCHITECTURES
from tapwright.types import ImagePart

from ..waiting import until
from .sealed import NEEDS_BWRAP, SYSCALLS, left_over, listener, numbers, refused

__all__ = ["listener"]
pytestmark = NEEDS_BWRAP


def test_there_is_no_way_to_other_rights() -> None:
    code = """
import os
print(os.getuid(), os.geteuid(), os.getgroups())
for change in (os.setuid, os.setgid):
    try:
        change(0)
        print("ESCAPED")
    except OSError as error:
        print(error.errno)
open("/work/su", "w").close()
os.chmod("/work/su", 0o4755)
os.path.exists("/usr/bin/sudo")"""
    outcome = refused(code)
    assert outcome.printed.startswith("65534 65534 ")
    assert outcome.printed.endswith("22\n22\n") or outcome.printed.endswith("1\n1\n")
    assert outcome.value == "False"
    prctl = f"{SYSCALLS}\nlibc.prctl(39, 0, 0, 0, 0)"  # PR_GET_NO_NEW_PRIVS
    assert refused(prctl).value == "1"
    caps = "\n[libc.prctl(23, c, 0, 0, 0) for c in range(41)]"  # PR_CAPBSET_READ
    assert refused(SYSCALLS + caps).value == str([0] * 41)


@pytest.mark.parametrize(
    "name",
    [
        "mount", "umount2", "unshare", "setns", "pivot_root", "chroot", "keyctl", "add_key",
        "init_module", "finit_module", "delete_module", "bpf", "perf_event_open", "userfaultfd",
        "kexec_load", "mknodat", "reboot", "open_by_handle_at",
    ],
)  # fmt: skip
def test_a_door_of_the_kernel_is_shut(name: str) -> None:
    assert refused(f"{SYSCALLS}\ncall({numbers(name)[0]}, 0, 0, 0, 0, 0)").printed == "EPERM\n"


def test_io_uring_and_new_mounts_are_shut() -> None:
    lines = "\n".join(f"call({number}, 1, 0, 0)" for number in (425, 428, 430, 434, 442))
    assert refused(f"{SYSCALLS}\n{lines}").printed == "EPERM\n" * 5


def test_a_link_among_the_pictures_leads_nowhere(tmp_path: Path) -> None:
    from PIL import Image

    secret = tmp_path / "secret.png"
    Image.new("RGB", (3, 3)).save(secret)
    code = f"""
import os
os.symlink({str(secret)!r}, "a.png")
os.symlink("/etc/shadow", "b.png")
os.symlink("/dev/zero", "c.png")
os.makedirs("e.png")
None"""
    outcome = refused(code)
    assert (outcome.pictures, outcome.error, outcome.stopped) == ((), "", "")


def test_no_device_is_made() -> None:
    code = "import os\nos.mknod('/work/mem', 0o20666, os.makedev(1, 1))\nprint('ESCAPED')"
    assert "PermissionError" in refused(code).error


def test_nothing_is_typed_into_a_terminal() -> None:
    code = f"{SYSCALLS}\ncall({ARCHITECTURES[platform.machine()].ioctl}, 0, 0x5412, id(b'x'))"
    assert refused(code).printed == "EPERM\n"
    wide = f"{SYSCALLS}\nlibc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p]\n"
    answer = refused(f"{wide}[libc.ioctl(0, 0x1_0000_5412, b'x'), ctypes.get_errno()]").value
    assert answer == "[-1, 1]"


def test_no_descriptor_is_inherited(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ESCAPED", encoding="utf-8")
    with secret.open(encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), True)
        code = """
import os, stat
kinds = []
for number in range(1024):
    try:
        kinds.append((number, stat.S_ISFIFO(os.fstat(number).st_mode)))
    except OSError:
        continue
kinds"""
        seen = run_sealed(code).value
    assert seen.count("True") == 4 and "False" not in seen, seen  # three of its own, one to report


def test_nothing_runs_on_after_the_end() -> None:
    code = """
import threading, time
def stay():
    while True: time.sleep(0.1)
threading.Thread(target=stay).start()
'done'"""
    assert refused(code).value == "'done'"
    until(lambda: not left_over(), "processes are left over")


def test_a_forged_report_is_only_words() -> None:
    code = """
import os
for number in range(3, 200):
    try:
        os.write(number, b"picture 5 ../../etc/x\\nabcdevalue 99999999999 x\\nzzz")
    except OSError:
        continue
None"""
    outcome = refused(code)
    assert outcome.pictures == (("../../etc/x", b"abcde"),)
    assert not any(isinstance(part, ImagePart) for part in told(outcome))


def without_filter(code: str) -> str:
    """What the code prints where only the namespaces hold it, and no filter of calls."""
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    command = sandbox_command(bwrap, seccomp=9, arguments=["2", "1000000000", "10", "1000000"])
    at = command.index("--seccomp")
    done = subprocess.run(
        command[:at] + command[at + 2 :], input=code.encode(), env={}, capture_output=True
    )
    assert b"begun" in done.stderr, done.stderr
    return done.stdout.decode()


def test_the_namespaces_hold_by_themselves(
    tmp_path: Path, listener: tuple[int, list[object]]
) -> None:
    port, came = listener
    name = f"\0tapwright-{os.getpid()}-alone"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        attempts = {
            "loopback": f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)",
            "abstract": f"import socket; socket.socket(socket.AF_UNIX).connect({name!r})",
            "unmount": "from ctypes import CDLL; assert CDLL(None).umount2(b'/work', 2) == 0",
            "chroot": "import os; os.chroot('/work')",
            "unshare": "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
            "kill": f"import os; os.kill({os.getpid()}, 9)",
            "mknod": "import os; os.mknod('/work/m', 0o20666, os.makedev(1, 1))",
            "setuid": "import os; os.setuid(0)",
        }
        tries = "\n".join(
            f"try:\n    {code}\n    print('ESCAPED', {what!r})\nexcept Exception as error:\n"
            f"    print({what!r})"
            for what, code in attempts.items()
        )
        assert without_filter(tries).split() == list(attempts)
    assert came == []


def test_a_daemon_dies_with_the_sandbox_without_the_filter_too() -> None:
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 50)
        time.sleep(60)
    os._exit(0)
os.wait()
print("left one behind")"""
    assert without_filter(code) == "left one behind\n"
    until(lambda: not left_over(), "processes are left over")
