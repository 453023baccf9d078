"""Asking a service that has bad days."""

from __future__ import annotations

import gzip
import socket
import time
from email.utils import formatdate

import pytest

from tapwright.errors import ToolError
from tapwright.tools.http import Http, ServiceError

from .loopback import Loopback, Said, as_json, as_page

SERVICE = "the weather service"


def failure(http: Http, **more: object) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        http.json("/v1/x", {"access_key": "s3cret"}, **more)  # type: ignore[arg-type]
    text = str(caught.value)
    assert isinstance(caught.value, ToolError)
    assert text.startswith(SERVICE) and "\n" not in text and "s3cret" not in text
    return caught.value


def test_an_answer_comes_back_as_its_json(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json({"name": "Zürich", "n": 1.5})
    http = Http(SERVICE, f"{loopback.url}/", 5)
    assert http.json("/v1/x", {"q": "a b&c", "none": None, "n": 3}) == {"name": "Zürich", "n": 1.5}
    assert loopback.asked[0].path == "/v1/x"
    assert loopback.asked[0].query == {"q": "a b&c", "n": "3"}


def test_a_body_is_sent_as_json(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json([asked.method, asked.body.decode("utf-8")])
    answer = Http(SERVICE, loopback.url, 5).json(
        "/r", method="POST", body=[{"number": "RB1"}], headers={"17token": "key"}
    )
    assert answer == ["POST", '[{"number": "RB1"}]']
    assert loopback.asked[0].headers["17token"] == "key"
    assert loopback.asked[0].headers["content-type"] == "application/json"


def test_a_packed_answer_is_unpacked(loopback: Loopback) -> None:
    packed = gzip.compress(b'{"a": 1}')
    loopback.answer = lambda asked: Said(packed, headers={"content-encoding": "gzip"})
    assert Http(SERVICE, loopback.url, 5).json("/x") == {"a": 1}


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_passes_by_itself_is_tried_again(loopback: Loopback, status: int) -> None:
    loopback.answer = lambda asked: as_json({}, status if len(loopback.asked) < 3 else 200)
    assert Http(SERVICE, loopback.url, 5).json("/x") == {}
    assert len(loopback.asked) == 3


@pytest.mark.parametrize(
    ("status", "words", "asked"),
    [
        (400, "turned the request down (400): too near", 1),
        (401, "refuses the request (401): too near; check its key", 1),
        (403, "check its key", 1),
        (404, "does not know what was asked for (404): too near", 1),
        (429, "is asked too often (429): too near; try again later", 3),
        (500, "failed (500 internal server error): too near; try again later", 3),
        (504, "failed (504 gateway timeout)", 1),
        (599, "failed (599)", 1),
    ],
)
def test_a_refusal_is_told_with_the_services_own_words(
    loopback: Loopback, status: int, words: str, asked: int
) -> None:
    loopback.answer = lambda asked: as_json({"error": {"message": "too\n near"}}, status)
    error = failure(Http(SERVICE, loopback.url, 5))
    assert words in str(error)
    assert (error.status, error.said) == (status, "too near")
    assert len(loopback.asked) == asked


def test_a_short_wait_that_is_asked_for_is_kept(loopback: Loopback) -> None:
    first = as_json({}, 429, **{"retry-after": "1"})
    loopback.answer = lambda asked: first if len(loopback.asked) == 1 else as_json([])
    start = time.monotonic()
    assert Http(SERVICE, loopback.url, 5).json("/x") == []
    assert time.monotonic() - start >= 1


@pytest.mark.parametrize("wait", ["60", formatdate(time.time() + 3600, usegmt=True), "9" * 30])
def test_a_long_wait_is_told_and_not_waited_for(loopback: Loopback, wait: str) -> None:
    loopback.answer = lambda asked: as_json({}, 429, **{"retry-after": wait})
    start = time.monotonic()
    assert "try again in " in str(failure(Http(SERVICE, loopback.url, 8)))
    assert len(loopback.asked) == 1 and time.monotonic() - start < 2


def test_a_request_that_may_have_changed_something_is_not_repeated(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json({}, 500)
    failure(Http(SERVICE, loopback.url, 5), method="POST", body={})
    assert len(loopback.asked) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (as_page("<html>We are upgrading</html>"), "a web page that is not JSON"),
        (Said(b'{"a": 1'), "something that is not JSON"),
        (Said(b'{"a": NaN}'), "not JSON"),
        (Said(b"[" * 100_000), "not JSON"),
        (Said(b"\xff\xfe\x00"), "not JSON"),
        (Said(b""), "not JSON"),
        (Said(b'{"a"', announced=100), "broke off in the middle"),
        (Said(reset=True), "broke off in the middle"),
        (Said(b'{"a": "' + b"x" * 50_000_000 + b'"}'), "more than 2 MB"),
        (Said(gzip.compress(b"0" * 50_000_000), headers={"content-encoding": "gzip"}), "2 MB"),
        (Said(b"no gzip", headers={"content-encoding": "gzip"}), "cannot be unpacked"),
        (Said(b"x", headers={"content-encoding": "br"}), "packed in a way"),
    ],
)
def test_an_answer_that_is_none_is_told(loopback: Loopback, said: Said, words: str) -> None:
    loopback.answer = lambda asked: said
    assert words in str(failure(Http(SERVICE, loopback.url, 5)))


@pytest.mark.parametrize("drip", [30.0, 0.1])
def test_the_deadline_holds_however_slowly_bytes_come(loopback: Loopback, drip: float) -> None:
    loopback.answer = lambda asked: Said(b"x" * 1000, drip=drip)
    start = time.monotonic()
    assert "did not answer within 0.7 s" in str(failure(Http(SERVICE, loopback.url, 0.7)))
    assert time.monotonic() - start < 2


def test_nobody_at_the_address_is_told_with_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nothing else gets the port
        port = taken.getsockname()[1]
        error = failure(Http(SERVICE, f"http://127.0.0.1:{port}", 2))
    assert f"at '127.0.0.1:{port}' cannot be reached (connection refused)" in str(error)
    assert error.status is None


@pytest.mark.parametrize("base", ["nonsense", "http://[bad", "ftp://example.org", ""])
def test_an_address_that_is_none_is_told(base: str) -> None:
    failure(Http(SERVICE, base, 2))


def test_a_redirect_is_followed_within_its_host_only(loopback: Loopback) -> None:
    places = {"/old": "/new?b=1", "/away": "http://example.org/x", "/round": "/round"}

    def answer(asked: object) -> Said:
        path = loopback.asked[-1].path
        return Said(b"", 302, {"location": places[path]}) if path in places else as_json([1])

    loopback.answer = answer
    http = Http(SERVICE, loopback.url, 5)
    assert http.json("/old") == [1]
    assert loopback.asked[-1].query == {"b": "1"}
    with pytest.raises(ServiceError, match=r"another host, 'example.org'"):
        http.json("/away")
    with pytest.raises(ServiceError, match="circles"):
        http.json("/round")
