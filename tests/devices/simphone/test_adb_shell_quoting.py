"""The phone's shell reads quotes as Android's does: mksh itself is the oracle."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tapwright.devices.simphone.calls import Call, Streams
from tapwright.devices.simphone.commands import COMMANDS
from tapwright.devices.simphone.faults import Faults
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.shell import Shell
from tapwright.devices.simphone.system import AndroidSystem

MKSH = shutil.which("mksh")
needs_mksh = pytest.mark.skipif(MKSH is None, reason="mksh, the oracle, is not installed")
ARGV = r"""argv() { for a; do print -rn -- "$a"; print -n '\036'; done; print -n '\035'; }
"""

LINES = (
    "argv a b  c",
    "argv 'a b' \"c d\" e\\ f",
    "argv '' \"\" x",
    "argv 'it'\\''s' \"it's\" it\\'s",
    "argv \"a\\\"b\\\\c\\d\\$e\\`f\"",
    "argv a\\\\b a\\nb 'a\\nb' \"a\\nb\"",
    "argv $'tab\\tnew\\nline\\'quote'",
    "argv 'a'\"b\"c\\d",
    "argv a;argv b; argv c;",
    "argv a&&argv b||argv c && argv d",
    "false || argv yes; true && argv yes; false && argv no",
    "! false && argv negated",
    "argv a # argv b",
    "argv a#b '#' \\#c",
    "argv one\nargv two\n\n\nargv three",
    "argv a\\\nb c",
    "argv \"a\\\nb\"",
    "x=5; argv $x ${x} \"$x\" '$x' \\$x a${x}b $xb",
    "x='a  b   c'; argv $x \"$x\" x${x}y",
    "x=; argv $x \"$x\" end",
    "x=1 y=$x; argv $x $y",
    "x='*'; argv \"$x\"",
    "x=a; x=$x$x; argv $x",
    "argv ${u:-default} ${u-d} \"${u:-a  b}\" ${u:-a  b} ${u:+set}.",
    "x=v; argv ${x:-default} ${x:+other} ${#x} \"${x:+a b}\"",
    "x=v; argv ${u:-$x} \"${u:-\"$x y\"}\" ${u:-'q  r'}",
    "argv $(print a b) \"$(print a b)\" `print c  d`",
    "argv \"$(argv in | cat)\"".replace("argv in | cat", "print 'a  b'"),
    "argv $(print \"$(print inner)\") \"`print \\\"q\\\"`\"",
    "x=$(print 'a  b'); argv \"$x\" $x",
    "(exit 3); argv $?; true; argv $?",
    "$(false); argv $?; x=$(exit 4); argv $?; x=1; argv $?; true $(false); argv $?",
    "false | true; argv $?; true | false; argv $?; ! true | true; argv $?",
    "(x=1; argv $x); argv \"$x\"",
    "{ argv a; argv b; }",
    "if true; then argv yes; else argv no; fi",
    "if false; then argv 1; elif true; then argv 2; else argv 3; fi",
    "for i in a 'b c' $(print d e); do argv $i \"$i\"; done",
    "i=0; while [ $i != 3 ]; do argv $i; i=$((i+1)); done",
    "i=3; until [ $i = 0 ]; do i=$(( $i - 1 )); argv $i; done",
    "argv $((1+2*3)) $(((1+2)*3)) $((-7/2)) $((-7%3)) $((10 > 9)) $((1==2))",
    "argv if then fi for",
    "argv a=b --x=y",
    "argv '$(argv no)' \"\\$(argv no)\" \\`argv no\\`",
    "argv '; argv no' \"&& argv no\" '| argv no'",
    "argv äöü '中文' \"😀\"",
    "argv - -- -n",
    "argv !x a!b",
    "argv [a] 'a*' \"b?\" \\*",
    "argv ~x a~ '~' ",
    "argv %s 100% 'a%sb'",
    "argv {a b}",
    "argv \"$@\" \"$*\" $#",
    "argv $ \"$\" '$' a$ $. \"$.\"",
    "argv \\\\ '\\' \"\\\\\"",
    "exit 3; argv no",
    "argv \"unfinished",
    "argv 'unfinished",
    "argv a &&",
    "| argv",
    "argv a ;; argv b",
    "if true; then argv x",
    "argv a ) argv b",
    "&& argv",
    "argv a | ",
)  # fmt: skip


def ours(line: str) -> tuple[list[list[str]], bool]:
    """The argument lists that `line` gives to `argv`, and whether the line could be read."""
    seen: list[list[str]] = []

    def argv(call: Call) -> int:
        seen.append(list(call.args))
        return 0

    shell = Shell(AndroidSystem(Phone(0, animate=False), Faults()), _commands(argv))
    errors = io.BytesIO()
    shell.run(line, Streams(io.BytesIO(), lambda data: None, errors.write))
    return (
        seen,
        b"syntax error" not in errors.getvalue() and b"no closing quote" not in errors.getvalue(),
    )


def _commands(argv: object) -> dict[str, object]:
    return {**COMMANDS, "argv": argv, "print": COMMANDS["echo"]}


def theirs(line: str, folder: Path) -> tuple[list[list[str]], bool]:
    """The same from mksh, in an empty folder and with no programs to run."""
    done = subprocess.run(
        [str(MKSH), "-c", ARGV + line],
        capture_output=True, cwd=folder, env={"PATH": "/nonexistent"}, timeout=60,
    )  # fmt: skip
    calls = done.stdout.decode("utf-8").split("\x1d")[:-1]
    broken = b"syntax error" in done.stderr or b"no closing quote" in done.stderr
    return [call.split("\x1e")[:-1] for call in calls], not broken


@needs_mksh
@pytest.mark.parametrize("line", LINES)
def test_a_line_gives_the_arguments_that_mksh_gives(line: str, tmp_path: Path) -> None:
    assert ours(line) == theirs(line, tmp_path), line


@needs_mksh
def test_random_quoting_gives_the_arguments_that_mksh_gives(tmp_path: Path) -> None:
    dice = random.Random(7)
    alphabet = ["'", '"', "\\", " ", "a", "b", "$x", "$u", ";", "\n", "é", "=", "%", ",", "@", "#"]
    for _ in range(600):
        tail = "".join(dice.choice(alphabet) for _ in range(dice.randint(1, 14)))
        line = f"x='p  q'; argv {tail}"
        assert ours(line) == theirs(line, tmp_path), line
