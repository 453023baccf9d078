"""One exchange over the network."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError
from tapwright.tools.wire import Deadline, Outgoing, ServiceError, exchange

from .loopback import Loopback, Said, as_json


def test_the_address_that_answers_is_told_before_anything_is_sent(loopback: Loopback) -> None:
    seen: list[str] = []

    def refuse(address: str) -> None:
        seen.append(address)
        raise ToolError("not this one")

    with pytest.raises(ToolError, match="not this one"):
        exchange("it", Outgoing("GET", f"{loopback.url}/x"), Deadline(3), 1000, on_peer=refuse)
    assert (seen, loopback.asked) == (["127.0.0.1"], [])


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    answer = exchange("it", Outgoing("GET", f"{loopback.url}/x"), Deadline(3), 1000)
    assert (answer.status, answer.body) == (200, b"{}")


def test_an_answer_is_read_up_to_its_cap_and_no_further(loopback: Loopback) -> None:
    loopback.answer = lambda asked: Said(b"x" * 1000, 201, {"X-Odd": "Yes"})
    outgoing = Outgoing("GET", f"{loopback.url}/x")
    answer = exchange("it", outgoing, Deadline(3), 1000)
    assert (answer.status, len(answer.body), answer.headers["x-odd"]) == (201, 1000, "Yes")
    with pytest.raises(ServiceError, match="too much"):
        exchange("it", outgoing, Deadline(3), 999)


def test_nothing_is_asked_behind_the_deadline(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json({})
    with pytest.raises(ServiceError, match="did not answer within 0 s"):
        exchange("it", Outgoing("GET", loopback.url), Deadline(0), 1000)
    assert loopback.asked == []
