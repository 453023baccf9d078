"""Small Unix tools around files and truth: `ls`, `rm`, `mkdir`, `test`, `sh`, `sleep`."""

from __future__ import annotations

import hashlib
import posixpath
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime

from tapwright.devices.simphone.calls import Call
from tapwright.devices.simphone.files import Node


def _split(call: Call) -> tuple[str, list[str]]:
    flags = "".join(word[1:] for word in call.args if word.startswith("-") and word != "-")
    return flags, [word for word in call.args if not word.startswith("-") or word == "-"]


def ls(call: Call) -> int:
    """`ls [-l] [-a] [-d] [-1] [PATH…]`."""
    flags, names = _split(call)
    files = call.system.files
    code = 0
    for name in names or ["."]:
        path = call.path(name)
        try:
            node = files.find(path)
            if node.is_folder and "d" not in flags:
                entries = [
                    (each, files.find(posixpath.join(path, each))) for each in files.names(path)
                ]
                if len(names) > 1:
                    call.say(f"{name}:")
            else:
                entries = [(name, node)]
        except OSError as error:
            code = call.fail(f"ls: {name}: {error.strerror}")
            continue
        for each, entry in entries:
            if each.startswith(".") and name != each and "a" not in flags:
                continue
            call.say(_long(each, entry) if "l" in flags else each)
    return code


def _long(name: str, node: Node) -> str:
    when = datetime.fromtimestamp(node.modified, UTC)
    return (
        f"{stat.filemode(node.mode)} 1 shell shell {len(node.data):>8} {when:%Y-%m-%d %H:%M} {name}"
    )


def rm(call: Call) -> int:
    """`rm [-f] [-r] PATH…`."""
    flags, names = _split(call)
    code = 0
    for name in names:
        try:
            call.system.files.remove(call.path(name), recursive="r" in flags or "R" in flags)
        except FileNotFoundError as error:
            if "f" not in flags:
                code = call.fail(f"rm: {name}: {error.strerror}")
        except OSError as error:
            code = call.fail(f"rm: {name}: {error.strerror}")
    return code


def mkdir(call: Call) -> int:
    """`mkdir [-p] PATH…`."""
    flags, names = _split(call)
    code = 0
    for name in names:
        try:
            call.system.files.make_folder(call.path(name), parents="p" in flags)
        except OSError as error:
            code = call.fail(f"mkdir: '{name}': {error.strerror}")
    return code


def touch(call: Call) -> int:
    """`touch PATH…`."""
    code = 0
    for name in _split(call)[1]:
        try:
            call.system.files.write(call.path(name), b"", append=True)
        except OSError as error:
            code = call.fail(f"touch: '{name}': {error.strerror}")
    return code


def cp(call: Call) -> int:
    """`cp FROM TO`, and `mv`, which removes FROM."""
    _, names = _split(call)
    if len(names) != 2:
        return call.fail(f"{call.name}: needs 2 arguments")
    source, target = (call.path(name) for name in names)
    files = call.system.files
    if files.is_folder(target):
        target = posixpath.join(target, posixpath.basename(source))
    try:
        files.write(target, files.read(source))
        if call.name == "mv":
            files.remove(source)
    except OSError as error:
        return call.fail(f"{call.name}: {error.filename}: {error.strerror}")
    return 0


def md5sum(call: Call) -> int:
    """`md5sum FILE…` and `sha256sum FILE…`."""
    code = 0
    for name in call.args or ("-",):
        try:
            data = call.read(name)
        except OSError as error:
            code = call.fail(f"{call.name}: {name}: {error.strerror}")
            continue
        digest = hashlib.new(call.name.removesuffix("sum"), data, usedforsecurity=False)
        call.say(f"{digest.hexdigest()}  {name}")
    return code


def pwd(call: Call) -> int:
    """`pwd`."""
    call.say(call.folder)
    return 0


def true(call: Call) -> int:
    """`true`."""
    return 0


def false(call: Call) -> int:
    """`false`."""
    return 1


def sleep(call: Call) -> int:
    """`sleep SECONDS`, cut short when the client goes."""
    try:
        call.pause(max(0.0, sum(float(word.removesuffix("s")) for word in call.args)))
    except ValueError:
        return call.fail(f"sleep: bad number '{' '.join(call.args)}'")
    return 0


def sh(call: Call) -> int:
    """`sh -c LINE [NAME ARG…]`, `sh FILE [ARG…]`, or lines from standard input."""
    words = list(call.args)
    if words[:1] == ["-c"]:
        if len(words) < 2:
            return call.fail("sh: -c: requires an argument")
        return call.run(words[1], words[2:] or ["sh"])
    try:
        data = call.read(words[0] if words else "-")
    except OSError as error:
        return call.fail(f"sh: {words[0]}: {error.strerror}", 127)
    return call.run(data.decode("utf-8", "surrogateescape"), words or ["sh"])


def test(call: Call) -> int:
    """`test EXPRESSION` and `[ EXPRESSION ]`: 0 true, 1 false, 2 not understood."""
    words = list(call.args)
    if call.name == "[":
        if words[-1:] != ["]"]:
            return call.fail("[: missing ]", 2)
        words.pop()
    verdict = _truth(call, words)
    if verdict is None:
        return call.fail(f"{call.name}: {' '.join(words)}: unexpected operator", 2)
    return 0 if verdict else 1


def _truth(call: Call, words: list[str]) -> bool | None:
    for joint, meet in (("-o", any), ("-a", all)):
        if joint in words[1:-1]:
            at = words.index(joint, 1)
            sides = [_truth(call, words[:at]), _truth(call, words[at + 1 :])]
            return None if None in sides else meet(bool(side) for side in sides)
    if words[:1] == ["!"]:
        inner = _truth(call, words[1:])
        return None if inner is None else not inner
    if not words:
        return False
    if len(words) == 1:
        return bool(words[0])
    if len(words) == 2:
        return _unary(call, *words)
    return _binary(*words) if len(words) == 3 else None


def _unary(call: Call, sign: str, word: str) -> bool | None:
    files, path = call.system.files, call.path(word)
    if sign in ("-n", "-z"):
        return bool(word) == (sign == "-n")
    if sign in ("-e", "-r", "-w", "-x"):
        return files.exists(path)
    if sign == "-f":
        return files.exists(path) and not files.is_folder(path)
    if sign == "-d":
        return files.is_folder(path)
    if sign == "-s":
        return files.exists(path) and bool(files.find(path).data)
    return None


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def _binary(left: str, sign: str, right: str) -> bool | None:
    if sign in ("=", "=="):
        return left == right
    if sign == "!=":
        return left != right
    if sign in _COMPARISONS and all(re.fullmatch(r"\s*-?\d+\s*", each) for each in (left, right)):
        return _COMPARISONS[sign](int(left), int(right))
    return None
