"""The system calls that a sandbox refuses, as a seccomp program for the kernel.

Namespaces already keep code away from everything of the host's. This takes the kernel's larger
doors away too, so that a fault in one of them is out of reach, and forbids new processes, which
is what bounds memory: the limits of one process are then those of the whole sandbox.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # where `struct seccomp_data` has them
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000
_X32 = 0x4000_0000  # a second way to number x86-64's calls
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into a terminal

# Calls with one number on every architecture, all of them young.
_COMMON = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431,
    "fsmount": 432, "fspick": 433, "pidfd_open": 434, "pidfd_getfd": 438, "mount_setattr": 442,
    "memfd_secret": 447,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Architecture:
    """How a processor numbers its system calls; `audit` is its own number."""

    audit: int
    clone: int
    ioctl: int
    refused: dict[str, int]


ARCHITECTURES = {
    "x86_64": Architecture(
        0xC000_003E, clone=56, ioctl=16,
        refused={
            "fork": 57, "vfork": 58, "socket": 41, "shmget": 29, "semget": 64, "msgget": 68,
            "mq_open": 240, "memfd_create": 319, "ptrace": 101, "process_vm_readv": 310,
            "process_vm_writev": 311, "kcmp": 312, "add_key": 248, "request_key": 249,
            "keyctl": 250, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
            "unshare": 272, "setns": 308, "mknod": 133, "mknodat": 259, "init_module": 175,
            "delete_module": 176, "finit_module": 313, "kexec_load": 246, "kexec_file_load": 320,
            "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "open_by_handle_at": 304,
            "name_to_handle_at": 303, "fanotify_init": 300, "reboot": 169, "swapon": 167,
            "swapoff": 168, "acct": 163, "syslog": 103, "iopl": 172, "ioperm": 173,
            "modify_ldt": 154, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305,
            "adjtimex": 159, "sethostname": 170, "setdomainname": 171, "quotactl": 179,
            "vhangup": 153, "personality": 135, "lookup_dcookie": 212,
        },
    ),
    "aarch64": Architecture(
        0xC000_00B7, clone=220, ioctl=29,
        refused={
            "socket": 198, "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180,
            "memfd_create": 279, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
            "kcmp": 272, "add_key": 217, "request_key": 218, "keyctl": 219, "mount": 40,
            "umount2": 39, "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268,
            "mknodat": 33, "init_module": 105, "delete_module": 106, "finit_module": 273,
            "kexec_load": 104, "kexec_file_load": 294, "bpf": 280, "perf_event_open": 241,
            "userfaultfd": 282, "open_by_handle_at": 265, "name_to_handle_at": 264,
            "fanotify_init": 262, "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89,
            "syslog": 116, "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266,
            "adjtimex": 171, "sethostname": 161, "setdomainname": 162, "quotactl": 60,
            "vhangup": 58, "personality": 92, "lookup_dcookie": 18,
        },
    ),
}  # fmt: skip
_CLONE3 = 435


def filter_program(machine: str) -> bytes | None:
    """The program for `machine`, as `platform.machine()` names it; None for an unknown one."""
    known = ARCHITECTURES.get(machine)
    if known is None:
        return None
    return b"".join(struct.pack("=HBBI", *step) for step in _steps(known))


def _steps(machine: Architecture) -> Iterator[tuple[int, int, int, int]]:
    """Instructions: code, how many to skip where it holds, where it does not, and a value."""
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, machine.audit
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, _X32
    yield _RETURN, 0, 0, _ERROR | _EPERM
    for number in sorted({*machine.refused.values(), *_COMMON.values()}):
        yield _EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _ERROR | _EPERM
    # Its arguments lie in memory, where a filter cannot look; told that it is missing, the C
    # library takes the older call.
    yield _EQUAL, 0, 1, _CLONE3
    yield _RETURN, 0, 0, _ERROR | _ENOSYS
    yield _EQUAL, 0, 4, machine.clone
    yield _LOAD, 0, 0, _FIRST
    yield _ANY_BIT, 1, 0, _CLONE_THREAD
    yield _RETURN, 0, 0, _ERROR | _EPERM
    yield _RETURN, 0, 0, _ALLOW
    yield _EQUAL, 0, 5, machine.ioctl
    yield _LOAD, 0, 0, _SECOND
    for request in _TERMINAL_INPUT:
        yield _EQUAL, 0, 1, request
        yield _RETURN, 0, 0, _ERROR | _EPERM
    yield _RETURN, 0, 0, _ALLOW
