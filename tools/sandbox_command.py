"""What a sandbox is made of: the command line of bubblewrap that builds it.

The sandbox sees the C library, the interpreter, and a few packages, all of them read-only, and
an empty folder to work in. No home, no project, no /proc, no network, no program but Python.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from tapwright.errors import SetupError

PACKAGES = ("numpy", "pillow", "matplotlib")  # those that are installed, with what they need
WORK_BYTES = 64_000_000  # of the folder to work in, which is memory
_NAME = re.compile(r"[\w.-]+")
_RUNNER = Path(__file__).with_name("sandbox_runner.py")
# /etc/ld.so.cache is where the loader looks first; /usr/lib holds the libraries themselves.
_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_SETTINGS = {
    "PATH": "/nowhere",
    "HOME": "/work",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "LD_LIBRARY_PATH": "/python/lib",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/work/.matplotlib",
    "OPENBLAS_NUM_THREADS": "1",  # its threads would take memory that the code may want
    "OMP_NUM_THREADS": "1",
}


def sandbox_command(bwrap: str, *, seccomp: int, arguments: list[str]) -> list[str]:
    """The program and its arguments that run the runner with `arguments` in a sandbox.

    `seccomp` is the descriptor that the filter is read from. Raise `SetupError` where the
    interpreter lies somewhere that cannot be shown.
    """
    python, shown = _interpreter()
    binds = [*_libraries(), *shown, *_packages(), ("--ro-bind", str(_RUNNER), "/runner.py")]
    return [
        bwrap,
        "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534",
        "--hostname", "sandbox", "--clearenv", "--new-session", "--die-with-parent",
        "--cap-drop", "ALL", "--seccomp", str(seccomp),
        *(word for setting in _SETTINGS.items() for word in ("--setenv", *setting)),
        *(word for bind in binds for word in bind),
        *(word for device in _DEVICES for word in ("--dev-bind", device, device)),
        "--size", str(WORK_BYTES), "--tmpfs", "/work", "--symlink", "work", "/tmp",
        "--remount-ro", "/", "--chdir", "/work",
        "--", python, "-I", "-S", "-B", "-u", "-X", "utf8", "/runner.py", *arguments,
    ]  # fmt: skip


def _libraries() -> Iterator[tuple[str, ...]]:
    for folder in (*_LIBRARIES, "/etc/ld.so.cache"):
        if Path(folder).exists():
            yield "--ro-bind", folder, folder
    for folder in ("/lib", "/lib32", "/lib64"):
        path = Path(folder)
        if path.is_symlink():
            yield "--symlink", str(path.readlink()), folder
        elif path.is_dir():
            yield "--ro-bind", folder, folder


@cache
def _interpreter() -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Where the sandbox finds Python, and what has to be shown for it."""
    program, prefix = Path(sys.executable).resolve(), Path(sys.base_prefix).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if prefix == Path("/usr"):
        return str(program), (("--ro-bind", str(program), str(program)),)
    if not (prefix / "lib" / version / "os.py").is_file():
        raise SetupError(
            f"no sandbox: Python's own library is not in '{prefix / 'lib' / version}'; "
            "install Tapwright with a Python from python.org, your system, pyenv or uv"
        )
    binds: list[tuple[str, ...]] = [
        ("--ro-bind", str(prefix / "lib"), "/python/lib"),
        ("--ro-bind", str(program), "/python/bin/python3"),
    ]
    # What a person installed there is theirs, except for the packages that are shown by name.
    for own in ("site-packages", "dist-packages"):
        for folder in (Path("lib") / version / own, Path("lib/python3") / own):
            if (prefix / folder).is_dir():
                place = f"/python/{folder}"
                binds.append(("--size", "4096", "--tmpfs", place, "--remount-ro", place))
    return "/python/bin/python3", tuple(binds)


@cache
def _packages() -> tuple[tuple[str, ...], ...]:
    """The folders and files of the packages, and of what they need."""
    shown: dict[str, str] = {}
    waiting, seen = list(PACKAGES), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        shown.update(_parts(found))
        for line in found.requires or ():
            needed = _NAME.match(line)
            if needed is not None and "extra ==" not in line:
                waiting.append(needed[0].lower())
    return tuple(("--ro-bind", path, f"/packages/{name}") for name, path in sorted(shown.items()))


def _parts(package: Distribution) -> Iterator[tuple[str, str]]:
    """What a package has put into the folder of packages, each with its path."""
    tops = {file.parts[0] for file in package.files or ()}
    for top in tops:
        if top in ("..", "__pycache__") or top.endswith((".dist-info", ".pth", os.sep)):
            continue
        path = Path(str(package.locate_file(top)))
        if path.exists():
            yield top, str(path)
