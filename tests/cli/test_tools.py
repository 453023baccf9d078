"""`tapwright tools`: what there is, what a model is told of it, and calls by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

Cli = Callable[..., Result]

TOOLS = """
import threading
from typing import Annotated, Literal

from PIL import Image
from pydantic import BaseModel, Field

from tapwright.errors import ToolError
from tapwright.tools import Context, tool
from tapwright.types import ImagePart, TextPart


class Leg(BaseModel):
    number: str


@tool(secrets=("TRIP_API_KEY",))
def trip(context: Context, legs: list[Leg], fast: bool = False, price: float = 1.5,
         way: Literal["train", "plane"] = "train", flight: str = "") -> str:
    "Plan a trip.\\n\\nSlowly."
    print("from inside")
    return f"{legs[0].number} {fast} {price} {way} {flight} {context.secret('TRIP_API_KEY')}"


@tool
def draw(count: Annotated[int, Field(ge=1)] = 1) -> object:
    "Draw."
    return [TextPart("here\\x1b[31m it is"), *[ImagePart(Image.new("RGB", (8, 8), "red"))] * count]


@tool
def refuse() -> str:
    "Refuse."
    raise ToolError("not today")


@tool
def crash() -> str:
    "Crash."
    raise ValueError("no")


@tool(timeout=0.05)
def hang() -> str:
    "Hang."
    threading.Event().wait(20)
"""


@pytest.fixture
def mine(cli: Cli) -> str:
    Path("mine.py").write_text(TOOLS, encoding="utf-8")
    return "mine.py"


def test_the_tools_are_listed_with_where_they_come_from_and_their_secrets(
    cli: Cli, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = cli("tools", "--tools", mine).stdout.splitlines()
    (trip,) = [line for line in lines if line.startswith("trip ")]
    assert trip.split(None, 1)[1] == ("Plan a trip. (in 'mine.py'); wants TRIP_API_KEY (not set)")
    assert any(line.startswith("weather ") and "(built in)" in line for line in lines)
    monkeypatch.setenv("TRIP_API_KEY", "sesame-123")
    told = cli("tools", "--tools", mine)
    assert "wants TRIP_API_KEY (set)" in told.stdout
    assert "sesame" not in told.output


def test_the_list_can_be_read_by_a_program(cli: Cli, mine: str) -> None:
    told = cli("tools", "--json", "--tools", mine)
    facts = {each["name"]: each for each in map(json.loads, told.stdout.splitlines())}
    assert facts["trip"]["secrets"] == {"TRIP_API_KEY": False}
    assert facts["trip"]["parameters"]["required"] == ["legs"]
    assert facts["hang"]["timeout"] == 0.05
    assert facts["weather"]["where"] == "built in"


def test_show_prints_the_schema(cli: Cli, mine: str) -> None:
    told = json.loads(cli("tools", "show", "trip", "--tools", mine).stdout)
    assert told["description"] == "Plan a trip.\n\nSlowly."
    assert told["parameters"]["properties"]["price"] == {"default": 1.5, "type": "number"}
    assert json.loads(cli("tools", "show", "weather").stdout)["name"] == "weather"


def test_a_call_by_hand_reads_values_by_their_types(
    cli: Cli, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIP_API_KEY", "sesame-123")
    told = cli("tools", "--tools", mine, "call", "trip", 'legs:=[{"number": "CA1"}]', "fast=yes",
               "price=2", "way=PLANE", "flight=007")  # fmt: skip
    assert told.stdout == "CA1 True 2.0 plane 007 [secret TRIP_API_KEY]\n"
    assert told.exit_code == 0
    assert "from inside" in told.stderr
    same = cli("tools", "call", "trip", "--tools", mine, 'legs=[{"number": "x=y"}]', "--json")
    assert json.loads(same.stdout) == {
        "delivery": "delivered",
        "said": "",
        "parts": [{"text": "x=y False 1.5 train  [secret TRIP_API_KEY]"}],
    }


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("refuse", 3, "refused: not today\n"),
        ("crash", 4, "unknown: crash failed: ValueError: no\n"),
        ("hang", 4, "unknown: hang did not answer in 0.05 s; what it did is unknown\n"),
    ],
)
def test_what_came_of_a_call_is_its_exit_code(
    cli: Cli, mine: str, name: str, code: int, said: str
) -> None:
    told = cli("tools", "call", name, "--tools", mine)
    assert (told.exit_code, told.stdout) == (code, "")
    assert told.stderr.endswith(said)


def test_a_missing_secret_is_refused_with_its_name(cli: Cli, mine: str) -> None:
    told = cli("tools", "call", "trip", "--tools", mine, 'legs=[{"number": "CA1"}]')
    assert told.exit_code == 3
    assert "trip needs TRIP_API_KEY, which is not set; set it in the environment" in told.stderr


def test_pictures_of_a_result_are_saved_and_none_is_overwritten(cli: Cli, mine: str) -> None:
    told = cli("tools", "call", "draw", "--tools", mine, "count=2", "--out", "new/pictures")
    assert told.stdout.splitlines() == [
        "here\ufffd[31m it is",
        "picture new/pictures/draw-1.png",
        "picture new/pictures/draw-2.png",
    ]
    cli("tools", "call", "draw", "--tools", mine, "--out", "new/pictures")
    assert len(list(Path("new/pictures").iterdir())) == 3
    assert Image.open("new/pictures/draw-3.png").size == (8, 8)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["call", "wether"], "no tool 'wether'; known are: "),
        (["call", "draw", "three"], "'three' is no argument; write FIELD=VALUE"),
        (["call", "draw", "=3"], "'=3' is no argument"),
        (["call", "draw", "count=three"], "draw: 'count' should be of type integer, not 'three'"),
        (["call", "draw", "count=0"], "draw: 'count' should keep to minimum 1, not 0"),
        (["call", "draw", "number=1"], "draw has no field 'number'; its fields: count"),
        (["call", "draw", "count=1", "count=2"], "'count' is given twice"),
        (["call", "draw", "count:={"], "'count:=' is followed by no JSON"),
        (["call", "trip"], "trip needs 'legs'"),
        (["show", "wether"], "no tool 'wether'"),
        (["--tools", "nowhere.py"], "cannot read the tools in 'nowhere.py'"),
        (["new", "1a"], "'1a' is no name for a tool"),
        (["fly"], "no such command 'fly'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    cli: Cli, mine: str, arguments: list[str], said: str
) -> None:
    told = cli("tools", "--tools", mine, *arguments)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr.startswith(f"error: {said}"), told.stderr
    assert told.stderr.count("\n") == 1


def test_a_package_begins_with_one_command(cli: Cli) -> None:
    told = cli("tools", "new", "dice_x")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "tapwright-dice-x/pyproject.toml"
    written = "tapwright-dice-x/src/tapwright_dice_x/__init__.py"
    called = cli("tools", "call", "dice_x", "--tools", written, "text=a bb")
    assert called.stdout == "words 2, the longest is bb\n"
    again = cli("tools", "new", "dice_x")
    assert again.exit_code == 2
    assert "'tapwright-dice-x' is there already" in again.stderr
