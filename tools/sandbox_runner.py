"""Runs foreign code: inside a sandbox, as a program of its own, and never anywhere else.

Started by `sandbox.py` with the code on its standard input. What is printed goes straight out;
the last expression's value, an error and pictures follow on another pipe, each as a line
`kind length name` with so many bytes behind it. The code can write there too, so that whoever
reads it trusts nothing.
"""

from __future__ import annotations

import ast
import linecache
import os
import resource
import stat
import sys
import traceback
import types
import warnings
from typing import Any

NAME = "<code>"
WORK = "/work"
MAX_TEXT = 20_000  # characters of a value or an error
MAX_PICTURES = 4
MAX_PICTURE = 4_000_000  # bytes
LAST_LINES = 16  # of a traceback


def main() -> None:
    """Run the code with the limits that the arguments name."""
    report, memory, seconds, size = map(int, sys.argv[1:])
    code = sys.stdin.buffer.read().decode("utf-8")
    _send(report, "begun", b"")
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_NPROC, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(limit, (most, most))
    sys.argv = [NAME]
    sys.path.append("/packages")
    linecache.cache[NAME] = (len(code), None, code.splitlines(keepends=True), NAME)
    # A figure that is shown comes back as a picture, which is not what this warning expects.
    warnings.filterwarnings("ignore", message=".*is non-interactive.*")
    value: object = None
    error = ""
    try:
        value = _run(code)
    except SystemExit as ended:
        error = "" if ended.code in (None, 0) else f"SystemExit: {ended.code}"
    except BaseException as raised:
        error = _told(raised)
    try:
        _report(report, value, error)
    except BaseException as raised:  # a value that cannot be shown, a figure that cannot be drawn
        _send(report, "error", _told(raised).encode("utf-8", "replace"))
    sys.stdout.flush()
    os._exit(0)  # threads that the code left behind are not waited for


def _run(code: str) -> object:
    """Run the code and return the value of its last line, where that is an expression."""
    space = types.ModuleType("__main__")
    sys.modules["__main__"] = space
    space.__dict__.update(exit=sys.exit, quit=sys.exit)
    tree = ast.parse(code, NAME)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, NAME, "exec"), space.__dict__)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), NAME, "eval"), space.__dict__)


def _told(error: BaseException) -> str:
    """The end of the traceback, without the lines of this program."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != NAME:
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace, limit=-8))
    return "\n".join(text.rstrip().splitlines()[-LAST_LINES:])[-MAX_TEXT:]


def _report(report: int, value: object, error: str) -> None:
    if error:
        _send(report, "error", error.encode("utf-8", "replace"))
    sent = 0
    if _is_picture(value):
        _send(report, "picture", _encoded(value), "value.png")
        sent += 1
    elif value is not None and not _is_figure(value):
        shown = repr(value)
        cut = f"… ({len(shown)} characters in all)" if len(shown) > MAX_TEXT else ""
        _send(report, "value", (shown[:MAX_TEXT] + cut).encode("utf-8", "replace"))
    files = _files()
    for path in files[: MAX_PICTURES - sent]:
        with open(path, "rb") as file:  # noqa: PTH123  (it starts faster without pathlib)
            data = file.read(MAX_PICTURE + 1)
        name = os.path.relpath(path, WORK)
        if len(data) > MAX_PICTURE:
            _send(report, "note", f"{name} is too large to be shown".encode("utf-8", "replace"))
            continue
        _send(report, "picture", data, name)
        sent += 1
    left_out = max(0, len(files) - MAX_PICTURES)
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    # A figure that was saved and left open would come twice.
    numbers = pyplot.get_fignums() if pyplot is not None and not files else []
    for number in numbers[: MAX_PICTURES - sent]:
        _send(report, "picture", _encoded(pyplot.figure(number)), f"figure {number}")
    left_out += max(0, len(numbers) - (MAX_PICTURES - sent))
    if left_out:
        _send(report, "note", f"{left_out} more pictures are left out".encode())


def _files() -> list[str]:
    """The picture files that the code saved, the oldest first; links and pipes are none."""
    found = []
    for folder, folders, names in os.walk(WORK):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith((".png", ".jpg", ".jpeg")):
                path = os.path.join(folder, name)  # noqa: PTH118
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    found.append((status.st_mtime_ns, path))
    return [path for _, path in sorted(found)]


def _is_picture(value: object) -> bool:
    module: Any = sys.modules.get("PIL.Image")
    return module is not None and isinstance(value, module.Image)


def _is_figure(value: object) -> bool:
    module: Any = sys.modules.get("matplotlib.artist")
    return module is not None and isinstance(value, module.Artist)


def _encoded(picture: Any) -> bytes:
    """A picture or a figure as PNG."""
    import io

    buffer = io.BytesIO()
    if hasattr(picture, "savefig"):
        picture.savefig(buffer, format="png", dpi=100)
    else:
        picture.save(buffer, format="PNG")
    return buffer.getvalue()


def _send(report: int, kind: str, data: bytes, name: str = "") -> None:
    plain = "".join(c if c.isprintable() else "?" for c in name)[:100]
    rest = memoryview(f"{kind} {len(data)} {plain}\n".encode("utf-8", "replace") + data)
    while rest:
        rest = rest[os.write(report, rest) :]


if __name__ == "__main__":
    main()
