"""The tools that ship: their order, names and what they need."""

from __future__ import annotations

from tapwright.tools.builtin import builtin_tools
from tapwright.tools.services import Services


def test_the_tools_come_in_their_order() -> None:
    names = [tool.spec.name for tool in builtin_tools()]
    assert names == [
        "flight", "weather", "parcel", "departures", "weather_hourly", "local_time", "convert_time",
        "convert", "exchange", "calculator",
    ]  # fmt: skip


def test_the_arguments_of_the_trained_tools_are_fixed() -> None:
    schemas = {tool.spec.name: tool.spec.parameters for tool in builtin_tools()}
    fields = {name: list(schemas[name]["properties"]) for name in ("flight", "weather", "parcel")}
    assert fields == {
        "flight": ["number", "date"],
        "weather": ["city", "days"],
        "parcel": ["number", "carrier"],
    }
    assert [schemas[name]["required"] for name in fields] == [["number"], ["city"], ["number"]]


def test_pages_are_read_only_where_hosts_are_named() -> None:
    assert "web_page" not in [tool.spec.name for tool in builtin_tools(Services())]
    named = builtin_tools(Services(page_hosts=("example.org",)))
    assert named[-1].spec.name == "web_page"


def test_a_tool_declares_the_key_that_it_needs() -> None:
    def secrets(services: Services) -> dict[str, tuple[str, ...]]:
        return {tool.spec.name: tool.secrets for tool in builtin_tools(services) if tool.secrets}

    assert secrets(Services()) == {
        "flight": ("AVIATIONSTACK_API_KEY",),
        "departures": ("AVIATIONSTACK_API_KEY",),
        "parcel": ("TRACK17_API_KEY",),
    }
    assert list(secrets(Services(flight_source="opensky"))) == ["parcel"]
