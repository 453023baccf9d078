"""Which hosts' pages may be read and who is asked for flights, chosen on the command line."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result

from tapwright.cli.running import Plan
from tapwright.cli.toolset import ToolChoice, open_tools, tools_again
from tapwright.errors import JournalError, UsageError
from tapwright.serving.practice import PracticeServices

from .parts import call

Cli = Callable[..., Result]
Script = Callable[..., str]


class Pages(SimpleHTTPRequestHandler):
    """The files of a folder, without a log."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "fares.txt").write_text("Bergen to Algiers, 120 euros", encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_read_by_hand_on_a_host_that_is_allowed_and_on_no_other(
    cli: Cli, host: str
) -> None:
    page = f"url=http://{host}/fares.txt"
    told = cli("tools", "call", "web_page", page, "--page-host", host)
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "Bergen to Algiers, 120 euros")
    told = cli("tools", "--page-host", "example.org", "call", "web_page", page)
    assert told.exit_code == 3
    assert f"the host '{host}' is not allowed; pages may be read from: example.org" in told.stderr


def test_hosts_before_and_behind_the_command_are_all_meant(cli: Cli) -> None:
    told = cli("tools", "--page-host", "a.org", "show", "web_page", "--page-host", "*.b.org")
    assert json.loads(told.stdout)["description"].endswith("a web page on: a.org, *.b.org.")
    assert "web_page" not in cli("tools").stdout


def test_a_host_allows_a_model_to_read_its_pages_without_asking(
    cli: Cli, script: Script, host: str
) -> None:
    model = script(call("web_page", url=f"http://{host}/fares.txt"), "120 euros.")
    told = cli("chat", "What is the fare?", "--no-tools", "--page-host", host, "--model", model)
    assert told.exit_code == 0, told.output
    assert "tools   web_page\n" in told.stdout
    assert "Bergen to Algiers, 120 euros" in told.stdout


def test_among_the_default_tools_a_page_is_read_once(cli: Cli, script: Script) -> None:
    told = cli("chat", "Hello", "--page-host", "example.org", "--model", script("Hello."))
    assert told.exit_code == 0, told.output
    (tools,) = [line for line in told.stdout.splitlines() if line.startswith("tools ")]
    assert tools.count("web_page") == 1 and "weather" in tools


@pytest.mark.parametrize("command", ["run", "chat", "mcp"])
def test_web_page_without_a_host_says_what_to_add(cli: Cli, command: str) -> None:
    asked = () if command == "mcp" else ("x",)
    told = cli(command, *asked, "--tool", "web_page")
    assert told.exit_code == 2
    assert told.stderr.startswith("error: the tool 'web_page' reads only pages of hosts that you")
    assert "--page-host HOST" in told.stderr


def test_what_is_no_host_is_said_before_anything_starts(cli: Cli) -> None:
    for command in (("run", "x"), ("mcp", "--no-phone")):
        told = cli(*command, "--page-host", "https://example.org/")
        assert told.exit_code == 2
        assert "'https://example.org/' is no host for pages" in told.stderr


def test_flights_may_be_asked_of_opensky_without_a_key(cli: Cli) -> None:
    listed = cli("tools", "--flights", "opensky", "--json").stdout.splitlines()
    facts = {each["name"]: each for each in map(json.loads, listed)}
    assert facts["flight"]["secrets"] == {}
    assert "AVIATIONSTACK_API_KEY" in cli("tools").stdout
    with PracticeServices() as practice:
        told = cli(
            "tools", "call", "flight", "number=CA1723",
            "--flights", "opensky", "--services", practice.services.opensky,
        )  # fmt: skip
    assert "OpenSky" in told.output  # it flies only at some hours, which both answers tell
    assert "AVIATIONSTACK" not in told.output


def test_both_reach_the_tools_of_a_run() -> None:
    with open_tools(ToolChoice(("flight",), page_hosts=("a.org",), flights="opensky")) as chosen:
        flight, web_page = chosen.tools
    assert (flight.secrets, web_page.spec.name) == ((), "web_page")
    assert {"flight", "web_page"} <= chosen.approved


def test_a_run_that_is_gone_on_with_keeps_its_flights_but_wants_its_hosts_again() -> None:
    plan = Plan("x", tools=ToolChoice(("flight",), page_hosts=("10.0.0.5",), flights="opensky"))
    noted = Plan.from_notes("x", json.loads(json.dumps(plan.notes()))).tools
    assert noted.page_hosts == ("10.0.0.5",)
    with pytest.raises(UsageError, match=r"begun with --page-host '10\.0\.0\.5'; give that again"):
        tools_again(noted, ToolChoice())
    again = tools_again(noted, ToolChoice(page_hosts=("b.org",)))
    assert (again.page_hosts, again.flights) == (("b.org",), "opensky")
    assert tools_again(noted, ToolChoice(page_hosts=("b.org",), flights="aviationstack")) == (
        ToolChoice(("flight",), page_hosts=("b.org",), flights="aviationstack")
    )


def test_notes_name_no_source_of_flights_that_is_not_known() -> None:
    with pytest.raises(JournalError, match="flights"):
        Plan.from_notes("x", {"tools": {"flights": "evil"}})
