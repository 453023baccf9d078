"""Lines for the phone's shell: what is typed arrives as it is, and nothing else is run."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tapwright.devices.adb_shell import shell_words
from tapwright.devices.adb_stream import ShellOutput
from tapwright.devices.android_input import (
    ascii_lines,
    check_answer,
    check_text,
    milliseconds,
    unmapped,
)
from tapwright.devices.android_keys import KEYS, key_code
from tapwright.errors import ActionRefused, CommandFailed, InputDenied, TextNotTypable, UsageError

MKSH = shutil.which("mksh")
PRINTF = shutil.which("printf")
needs_mksh = pytest.mark.skipif(MKSH is None, reason="mksh, the shell of Android, is not installed")
ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)


def typed(lines: list[str]) -> str:
    """What Android types for the lines: `%s` in one `input text` is a space."""
    out = []
    for line in lines:
        program, verb, argument = shlex.split(line)
        assert program == "input"
        if verb == "keyevent":
            out.append({"66": "\n", "61": "\t"}[argument])
        else:
            assert verb == "text"
            out.append(argument.replace("%s", " "))
    return "".join(out)


@given(st.text(st.sampled_from("%s ab\n\t'\"$`\\"), max_size=40))
def test_every_percent_sign_is_typed_as_it_is(text):
    assert typed(ascii_lines(text)) == text


@given(ASCII)
def test_printable_ascii_is_typed_as_it_is(text):
    assert typed(ascii_lines(text)) == text


def test_a_long_text_is_typed_in_several_calls():
    text = "abc %s" * 600
    lines = ascii_lines(text)
    assert typed(lines) == text
    assert max(map(len, lines)) < 500


@needs_mksh
@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_androids_shell_hands_on_every_argument_as_it_is(tmp_path_factory, arguments):
    # Should the quoting fail, the words find no program and nothing but an empty folder.
    work = tmp_path_factory.mktemp("shell")
    line = shell_words([PRINTF, r"%s\0", *arguments])
    done = subprocess.run(
        [MKSH, "-c", line], env={"PATH": ""}, cwd=work, capture_output=True, check=True, timeout=60
    )
    expected = "".join(f"{each}\0" for each in arguments or [""])
    assert done.stdout.decode("utf-8") == expected
    assert done.stderr == b""
    assert list(Path(work).iterdir()) == []


@needs_mksh
@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("$()`;&|<>*?~{}[]#!\\'\" %s\n\tab=-"), max_size=30))
def test_androids_shell_types_hostile_text_and_runs_none_of_it(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("shell")
    log = folder / "argv"
    stub = folder / "input"
    stub.write_text(f'#!{MKSH}\n{PRINTF} "%s\\0" "$@" >> "{log}"\n', encoding="utf-8")
    stub.chmod(0o755)
    line = " && ".join(ascii_lines(text))
    work = folder / "work"
    work.mkdir()
    subprocess.run([MKSH, "-c", line], env={"PATH": str(folder)}, cwd=work, check=True, timeout=60)
    words = log.read_bytes().decode().split("\0")[:-1] if log.exists() else []
    pairs = list(zip(words[::2], words[1::2], strict=True))
    got = "".join(
        {"66": "\n", "61": "\t"}[value] if verb == "keyevent" else value.replace("%s", " ")
        for verb, value in pairs
    )
    assert got == text
    assert list(Path(work).iterdir()) == []


@pytest.mark.parametrize("argv", [[], ["echo", "a\0b"], ["echo", "\ud83d"]])
def test_an_argument_that_no_command_line_can_hold_is_refused(argv):
    with pytest.raises(UsageError):
        shell_words(argv)


@pytest.mark.parametrize("text", ["a\0b", "a\rb", "\x1b[2J", "\x7f", "\x85", "\ud800", "x" * 4001])
def test_text_that_no_keyboard_types_is_refused(text):
    with pytest.raises(TextNotTypable):
        check_text(text)


def test_a_refusal_names_the_characters():
    with pytest.raises(TextNotTypable, match=r"U\+0000"):
        check_text("a\0b")


def test_only_printable_ascii_newline_and_tab_need_no_keyboard_app():
    assert unmapped("".join(map(chr, range(32, 127))) + "\n\t") == []
    assert unmapped("naïve 你好") == ["ï", "你", "好"]


def said(stdout: str = "", stderr: str = "", code: int = 0) -> ShellOutput:
    return ShellOutput(stdout.encode(), stderr.encode(), code)


def test_silence_with_exit_code_zero_is_consent():
    check_answer(said(), "a tap")
    check_answer(said(stderr="WARNING: linker: unused DT entry"), "a tap")


@pytest.mark.parametrize("code", [0, 255])
def test_denied_input_names_the_setting_whatever_the_exit_code(code):
    words = "java.lang.SecurityException: Injecting input events requires INJECT_EVENTS"
    with pytest.raises(InputDenied, match=r"USB debugging \(Security settings\)"):
        check_answer(said(stderr=words, code=code), "a tap")


@pytest.mark.parametrize(
    "output",
    [
        said(code=1),
        said("Error: Activity not started"),
        said(stderr="java.lang.NullPointerException: Attempt to get length of null array"),
        said("Usage: input [<source>] ..."),
    ],
)
def test_failure_in_words_or_exit_code_is_a_failure(output):
    with pytest.raises(CommandFailed):
        check_answer(output, "a tap")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0])
def test_a_duration_that_is_none_is_refused(seconds):
    with pytest.raises(ActionRefused):
        milliseconds(seconds, 60)


def test_durations_are_whole_milliseconds_within_bounds():
    assert [milliseconds(s, 60) for s in (0, 0.0004, 0.3, 59.9999, 1e9)] == [
        1,
        1,
        300,
        60000,
        60000,
    ]


@pytest.mark.parametrize("name", ["", "back", "KEYCODE_BACK", "BACKK", "ENTER; reboot", "4"])
def test_an_unknown_key_is_refused_and_a_near_one_named(name):
    with pytest.raises(ActionRefused, match='"BACK"' if "BACK" in name.upper() else "use"):
        key_code(name)


def test_known_keys_have_androids_codes():
    assert (KEYS["BACK"], KEYS["HOME"], KEYS["ENTER"], KEYS["DEL"]) == (4, 3, 66, 67)
    assert len(set(KEYS.values())) == len(KEYS)
