"""`tapwright chat`: answers, what is shown on the way, exit codes, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from tapwright.cli import main

from .parts import call

Cli = Callable[..., Result]
Script = Callable[..., str]
OFFLINE = ("--no-tools", "--tools", "mine.py")
TOOLS = """
from tapwright import tool

@tool
def flight(number: str) -> str:
    "Tell when a flight lands."
    return f"{number}\\nlands Beijing 20:30\\x1b[2J"

@tool(asks=True)
def send_mail(to: str) -> str:
    "Send a mail."
    return f"sent to {to}"

@tool
def hang() -> str:
    "Never answer."
    import threading
    threading.Event().wait(60)
    return "late"
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TOOLS, encoding="utf-8")
    Image.new("RGB", (60, 40), "white").save(tmp_path / "pass.png")


def events(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


LOOK = call("flight", "I read CA1723.", number="CA1723")


def test_a_question_about_a_picture_is_answered_with_a_tool(cli: Cli, script: Script) -> None:
    told = cli(
        "chat", "pass.png", "When does it land?", *OFFLINE, "--model", script(LOOK, ": At 20:30."),
        "--out", "talk",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert told.stdout == (
        "model   scripted\n"
        "tools   flight, send_mail, hang\n"
        "out     talk\n"
        'call    flight(number="CA1723")\n'
        "result  CA1723\n"
        "        lands Beijing 20:30?[2J\n"  # what could command a terminal does not
        "\nAt 20:30.\n\n"
    )
    records = [
        json.loads(line)
        for line in Path("talk/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [each["kind"] for each in records] == ["question", "exchange", "exchange", "answer"]
    assert records[0]["parts"] == [
        {"image": "images/001.jpg", "size": [60, 40]}, {"text": "When does it land?"},
    ]  # fmt: skip
    assert records[1]["called"][0]["call"] == {"name": "flight", "arguments": {"number": "CA1723"}}
    assert (records[-1]["text"], records[-1]["ended"]) == ("At 20:30.", "answered")
    assert Path("talk/images/001.jpg").exists()
    again = cli("chat", "?", "--model", script("x"), "--no-tools", "--out", "talk")
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    report = cli("report", "talk")
    assert report.stderr == "error: 'talk' holds a conversation, not a run on a device\n"


def test_json_gives_one_event_a_line(cli: Cli, script: Script) -> None:
    told = cli("chat", "When?", *OFFLINE, "--json", "--model", script(LOOK, "مرحبا \u200f20:30"))
    assert told.exit_code == 0, told.output
    seen = events(told)
    assert [each["event"] for each in seen] == ["start", "call", "result", "answer"]
    assert seen[0]["tools"] == ["flight", "send_mail", "hang"]
    assert (seen[1]["name"], seen[1]["arguments"]) == ("flight", {"number": "CA1723"})
    assert (seen[2]["delivery"], seen[2]["text"][:6]) == ("delivered", "CA1723")
    assert (seen[3]["text"], seen[3]["exit_code"], seen[3]["rounds"]) == ("مرحبا \u200f20:30", 0, 2)


@pytest.mark.parametrize(
    ("replies", "options", "code", "ended"),
    [
        ([call("send_mail", to="Ana")], [], 5, "denied"),
        ([call("send_mail", to="Ana"), "Sent."], ["--allow-tool", "send_mail"], 0, "answered"),
        ([LOOK] * 9, ["--max-rounds", 2], 4, "round_limit"),
        ([LOOK] * 9, ["--max-tokens", 1], 4, "token_limit"),
        ([LOOK] * 9, [], 4, "stuck"),
        (['✿FUNCTION✿: flight ✿ARGS✿: {"numb'] * 9, [], 4, "confused"),
        ([LOOK], [], 6, "model_failed"),
    ],
)
def test_every_end_has_its_exit_code(
    cli: Cli, script: Script, replies: list[str], options: list[Any], code: int, ended: str
) -> None:
    told = cli("chat", "Hello", *OFFLINE, "--json", "--model", script(*replies), *options)
    last = events(told)[-1]
    assert (told.exit_code, last["exit_code"], last["ended"]) == (code, code, ended), told.output
    plain = cli("chat", "Hello", *OFFLINE, "--model", script(*replies), *options)
    assert plain.exit_code == code
    assert plain.stdout.splitlines()[-1].startswith(f"{ended}: ") or code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.png", "?"], "error: there is no file 'none.png'"),
        (["mine.py", "?"], "error: 'mine.py' is not a picture (it begins with"),
        (
            ["What", "time"],
            "error: 'What' and 'time' are two questions; put one question in quotes",
        ),
        (["?", "--tool", "fly"], "error: no tool 'fly'; known are: flight, weather, parcel"),
        (["?", "--tools", "gone.py"], "error: cannot read the tools in"),
        (["?", "--tool", "weather", "--allow-tool", "x"], "error: --allow-tool 'x' is not offered"),
        (["?", "--system", "gone.txt"], "error: cannot read the instructions 'gone.txt'"),
        (["film.mp4", "?"], "error: "),
        (["pass.png"], "error: nothing was asked"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    cli: Cli, script: Script, arguments: list[str], said: str
) -> None:
    told = cli("chat", *arguments, "--model", script("never"))
    assert told.exit_code == 2, told.output
    assert told.stderr.splitlines()[-1].startswith(said)
    assert told.stderr.count("\n") == 1


def ask_lines(lines: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["chat", *arguments], input=lines)


def test_lines_on_stdin_are_questions_of_one_conversation(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    model = script("One.", "Two.", "Three.")
    lines = "first\n\n/picture pass.png\n/tools\nsecond\n/quit\nnever\n"
    told = ask_lines(lines, *OFFLINE, "--json", "--model", model, "--out", "talk")
    assert told.exit_code == 0, told.output
    seen = events(told)
    assert [each["text"] for each in seen if each["event"] == "answer"] == ["One.", "Two."]
    assert "flight: Tell when a flight lands." in [each.get("text") for each in seen]
    records = Path("talk/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["parts"] for line in records if '"question"' in line[:20]]
    assert [len(parts) for parts in asked] == [1, 2]  # the picture goes with one question only


def test_a_line_that_fails_is_told_and_the_next_is_answered(cli: Cli, script: Script) -> None:
    told = ask_lines(
        "/picture gone.png\n/sing\n/screen\nhello\n", "--no-tools", "--model", script("Hello!")
    )
    assert told.exit_code == 2
    assert "Hello!" in told.stdout
    assert [line.partition(";")[0] for line in told.stderr.splitlines()] == [
        "error: there is no file 'gone.png'",
        "error: no command '/sing'",
        "error: no phone is watched",
    ]


def test_practice_services_answer_and_say_that_they_invent(cli: Cli, script: Script) -> None:
    model = script(call("weather", city="Beijing"), call("flight", number="CA1723"), "Done.")
    told = cli("chat", "Weather?", "--practice", "--model", model, "--out", "talk")
    assert told.exit_code == 0, told.output
    assert "note    practice services: what the tools answer is invented" in told.stdout
    assert "result  Beijing, China" in told.stdout
    assert "result  CA1723 " in told.stdout
    from tapwright.serving.practice import PracticeServices

    kept = b"".join(file.read_bytes() for file in Path("talk").rglob("*") if file.is_file())
    for key in PracticeServices().environment.values():
        assert key.encode() not in kept


def test_a_question_that_speaks_of_sending_does_not_stop_a_tool_that_only_looks_up(
    cli: Cli, script: Script
) -> None:
    question = "I want to pay and send it: what is the weather in Beijing?"
    model = script(call("weather", city="Beijing"), "Warm.")
    assert cli("chat", question, "--practice", "--model", model).exit_code == 0
    # A tool of one's own is not known to be harmless.
    told = cli("chat", question, *OFFLINE, "--model", script(LOOK, "Warm."))
    assert told.exit_code == 5


SERVER = """
from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("gates")

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def gate(flight: str) -> str:
    "Tell the gate of a flight."
    return f"{flight} leaves from gate A10"

server.run()
"""


def test_the_tools_of_an_mcp_server_are_offered_and_called(
    cli: Cli, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    told = cli(
        "chat", "Which gate?", "--no-tools", "--mcp", f"HUSH=hush1234 {sys.executable} server.py",
        "--model", script(call("gate", flight="CA1723"), "Gate A10."), "--out", "talk",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "tools   gate" in told.stdout
    assert "result  CA1723 leaves from gate A10" in told.stdout
    assert "hush1234" not in Path("talk/meta.json").read_text(encoding="utf-8")


@pytest.mark.phone
def test_a_phone_is_watched_and_shown_again_only_when_asked(cli: Cli, script: Script) -> None:
    model = script("A home screen.", "The same.", "Again.")
    told = ask_lines(
        "What is it?\nAnd now?\n/screen\nAnd now?\n", "--no-tools", "--device", "sim",
        "--model", model, "--out", "talk",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    records = Path("talk/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["parts"] for line in records if '"question"' in line[:20]]
    assert [sum("image" in part for part in parts) for parts in asked] == [1, 0, 1]


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """A real `tapwright chat` in a process group of its own, as a shell would start it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tapwright.cli", "chat", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", cwd=folder, start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


def test_ctrl_c_cancels_and_says_so(script: Script, tmp_path: Path) -> None:
    model = script(call("hang"), "Never.")
    process = start("Hello", *OFFLINE, "--model", model, "--json", "--out", "talk", folder=tmp_path)
    try:
        assert process.stdout is not None
        while json.loads(process.stdout.readline())["event"] != "call":
            pass
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, err
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["ended"], last["text"]) == ("answer", "cancelled", "")
    assert "Traceback" not in err
    records = (tmp_path / "talk/transcript.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(records[-1])["ended"] == "cancelled"


def test_a_reader_that_goes_away_is_no_traceback(script: Script, tmp_path: Path) -> None:
    process = start("Hello", *OFFLINE, "--model", script(LOOK, "Hi."), folder=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    try:
        assert process.wait(timeout=60) in (0, 130)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()
