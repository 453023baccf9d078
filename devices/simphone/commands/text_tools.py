"""Small Unix tools that print: `echo`, `cat`, `grep`, `head`, `wc` and their like."""

from __future__ import annotations

import posixpath
import re

from tapwright.devices.simphone.calls import Call

_ESCAPES = re.compile(r"\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|[abcefnrtv\\])")
_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
            "v": "\v", "\\": "\\"}  # fmt: skip


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] == "0":
            return chr(int(code, 8) & 0xFF)
        return chr(int(code[1:], 16)) if code[0] == "x" else _LETTERS.get(code, "")

    return _ESCAPES.sub(one, text)


def echo(call: Call) -> int:
    """`echo [-n] [-e|-E] WORDS`; like Android's shell it reads backslash escapes by itself."""
    words, newline, escapes = list(call.args), True, True
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags = words.pop(0)[1:]
        newline = newline and "n" not in flags
        escapes = flags.rfind("E") <= flags.rfind("e") if set(flags) & {"e", "E"} else escapes
    text = " ".join(words)
    if escapes:
        text, stop, _ = text.partition("\\c")
        text, newline = _unescape(text), newline and not stop
    call.write((text + ("\n" if newline else "")).encode("utf-8", "surrogateescape"))
    return 0


def printf(call: Call) -> int:
    r"""`printf FORMAT [WORD…]` with `%s`, `%d`, `%%` and escapes."""
    if not call.args:
        return call.fail("usage: printf FORMAT [ARGUMENT...]", 1)
    template, *words = call.args
    pieces = re.split(r"(%[sdb%])", _unescape(template))
    out: list[str] = []
    while True:
        took = False
        for piece in pieces:
            if piece == "%%":
                out.append("%")
            elif piece in ("%s", "%d", "%b"):
                word = words.pop(0) if words else ("0" if piece == "%d" else "")
                took = True
                out.append(_unescape(word) if piece == "%b" else word)
            else:
                out.append(piece)
        if not words or not took:
            break
    call.write("".join(out).encode("utf-8", "surrogateescape"))
    return 0


def _inputs(call: Call, names: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    found: list[tuple[str, bytes]] = []
    code = 0
    for name in names or ["-"]:
        try:
            found.append((name, call.read(name)))
        except OSError as error:
            code = call.fail(f"{call.name}: {name}: {error.strerror}")
    return found, code


def cat(call: Call) -> int:
    """`cat [FILE…]`."""
    inputs, code = _inputs(call, [word for word in call.args if word != "-u"])
    for _, data in inputs:
        call.write(data)
    return code


def _count_and_names(call: Call, default: int) -> tuple[int, list[str]] | None:
    words, count = list(call.args), str(default)
    names: list[str] = []
    while words:
        word = words.pop(0)
        if word in ("-n", "-c") and words:
            count = words.pop(0)
        elif word.startswith("-n"):
            count = word[2:]
        elif re.fullmatch(r"-\d+", word):
            count = word[1:]
        else:
            names.append(word)
    return (int(count), names) if re.fullmatch(r"[+-]?\d+", count) else None


def head(call: Call) -> int:
    """`head [-n N] [FILE…]`; `-c N` counts bytes."""
    wanted = _count_and_names(call, 10)
    if wanted is None:
        return call.fail("head: not a number")
    inputs, code = _inputs(call, wanted[1])
    for _, data in inputs:
        if "-c" in call.args:
            call.write(data[: wanted[0]])
        else:
            call.write(b"".join(data.splitlines(keepends=True)[: wanted[0]]))
    return code


def tail(call: Call) -> int:
    """`tail [-n N] [FILE…]`; `-c N` counts bytes."""
    wanted = _count_and_names(call, 10)
    if wanted is None:
        return call.fail("tail: not a number")
    count = abs(wanted[0])
    inputs, code = _inputs(call, wanted[1])
    for _, data in inputs:
        lines = data.splitlines(keepends=True)
        kept = data[-count:] if "-c" in call.args else b"".join(lines[-count:])
        call.write(kept if count else b"")
    return code


def wc(call: Call) -> int:
    """`wc [-l|-w|-c] [FILE…]`."""
    flags = "".join(word[1:] for word in call.args if word.startswith("-"))
    inputs, code = _inputs(call, [word for word in call.args if not word.startswith("-")])
    for name, data in inputs:
        counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        shown = " ".join(str(counts[each]) for each in "lwc" if not flags or each in flags)
        call.say(shown if name == "-" else f"{shown} {name}")
    return code


def grep(call: Call) -> int:
    """`grep [-ivcoqEFnw] PATTERN [FILE…]`: 0 where a line matched, 1 where none did."""
    words = list(call.args)
    flags = ""
    pattern: str | None = None
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)
        if word == "-e" and words:
            pattern = words.pop(0)
        elif word == "--":
            break
        else:
            flags += word[1:]
    if pattern is None:
        if not words:
            return call.fail("grep: no pattern", 2)
        pattern = words.pop(0)
    try:
        regex = _regex(pattern, flags)
    except re.error:
        return call.fail(f"grep: bad pattern '{pattern}'", 2)
    inputs, code = _inputs(call, words)
    hits = 0
    for name, data in inputs:
        hits += _grep_one(call, regex, flags, data, f"{name}:" if len(words) > 1 else "")
    return 2 if code else int(hits == 0)


def _regex(pattern: str, flags: str) -> re.Pattern[str]:
    if "F" in flags:
        pattern = re.escape(pattern)
    elif "E" not in flags:
        # In a basic pattern the bare signs are letters and the escaped ones are operators.
        pattern = re.sub(
            r"\\([+?|(){}])|([+?|(){}])", lambda m: m[1] if m[1] else "\\" + m[2], pattern
        )
    pattern = pattern.replace("[[:space:]]", r"\s").replace("[[:digit:]]", r"\d")
    pattern = rf"\b(?:{pattern})\b" if "w" in flags else pattern
    return re.compile(pattern, re.IGNORECASE if "i" in flags else 0)


def _grep_one(call: Call, regex: re.Pattern[str], flags: str, data: bytes, prefix: str) -> int:
    hits = 0
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").splitlines(), 1):
        match = regex.search(line)
        if (match is None) != ("v" in flags):
            continue
        hits += 1
        if "q" in flags or "c" in flags or "l" in flags:
            continue
        shown = match[0] if match and "o" in flags else line
        call.say(f"{prefix}{number}:{shown}" if "n" in flags else prefix + shown)
    if "c" in flags:
        call.say(f"{prefix}{hits}")
    return hits


def basename(call: Call) -> int:
    """`basename PATH`."""
    call.say(posixpath.basename((call.args or ("",))[0].rstrip("/")))
    return 0


def dirname(call: Call) -> int:
    """`dirname PATH`."""
    call.say(posixpath.dirname((call.args or ("",))[0].rstrip("/")) or ".")
    return 0


def seq(call: Call) -> int:
    """`seq [FIRST] LAST`, of at most 100000 numbers."""
    if not all(re.fullmatch(r"-?\d+", word) for word in call.args) or not call.args:
        return call.fail("seq: not a number")
    first, last = (1, int(call.args[0])) if len(call.args) == 1 else map(int, call.args[:2])
    for number in range(first, min(last, first + 99_999) + 1):
        call.say(str(number))
    return 0
