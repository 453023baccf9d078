"""Which URLs may be asked for a page."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError, UsageError
from tapwright.tools.hosts import Allowed

ALLOWED = Allowed(("example.org", "*.example.net", "bücher.de", "[::1]:8080", "shop.test:8443"))


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTP://EXAMPLE.org:80/a b".replace(" ", "%20"), "http://example.org/a%20b"),
        ("https://example.org./x?q=ü#part", "https://example.org/x?q=%C3%BC"),
        ("http://a.b.example.net/", "http://a.b.example.net/"),
        ("https://BÜCHER.de/", "https://xn--bcher-kva.de/"),
        ("https://xn--bcher-kva.de/", "https://xn--bcher-kva.de/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://shop.test:8443/", "https://shop.test:8443/"),
        ("http://example.org:443/", "http://example.org:443/"),
    ],
)
def test_an_allowed_host_is_asked_by_its_plain_url(url: str, asked: str) -> None:
    assert ALLOWED.target(url).url == asked


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://example.com/", "'example.com' is not allowed; pages may be read from: exam"),
        ("https://example.org.evil.com/", "is not allowed"),
        ("https://evilexample.org/", "is not allowed"),
        ("https://example.net/", "is not allowed"),
        ("https://evilexample.net/", "is not allowed"),
        ("https://example.org:22/", "'example.org:22' is not allowed"),
        ("https://shop.test/", "is not allowed"),
        ("http://127.0.0.1/", "is not allowed"),
        ("http://2130706433/", "is not allowed"),
        ("https://user:secret@example.org/", "no name, password or backslash"),
        ("https://evil.com\\@example.org/", "no name, password or backslash"),
        ("https://example.org\\.evil.com/", "no name, password or backslash"),
        ("ftp://example.org/", "is no web page"),
        ("file:///etc/passwd", "is no web page"),
        ("javascript:alert(1)", "is no web page"),
        ("example.org", "is no web page"),
        ("https:///x", "names no host"),
        ("https://example.org:99999/", "no web address"),
        ("https://[::1/", "no web address"),
        ("https://exa mple.org/", "spaces or control"),
        ("https://example.org/\r\nHost: evil.com", "spaces or control"),
        ("", "no web address"),
        ("https://example.org/" + "x" * 2_000, "no web address"),
    ],
)  # fmt: skip
def test_any_other_url_is_refused_with_the_reason(url: str, words: str) -> None:
    with pytest.raises(ToolError, match=words) as caught:
        ALLOWED.target(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.1.1", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.1.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "nonsense",
    ],
)  # fmt: skip
def test_a_star_opens_no_address_of_the_house(address: str) -> None:
    starred = ALLOWED.target("https://www.example.net/")
    with pytest.raises(ToolError, match="private network"):
        ALLOWED.check_peer(starred, address)
    ALLOWED.check_peer(ALLOWED.target("https://example.org/"), address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_star_opens_the_open_internet(address: str) -> None:
    ALLOWED.check_peer(ALLOWED.target("https://www.example.net/"), address)


def test_a_host_that_nobody_knows_is_told() -> None:
    allowed = Allowed(("*.invalid",))
    with pytest.raises(ToolError, match=r"'no\.such\.invalid' cannot be found"):
        allowed.resolve(allowed.target("http://no.such.invalid/"))


@pytest.mark.parametrize(
    "pattern", ["", "*", "*.", "a.*.org", "https://example.org", "example.org/x", "a@b", "a:99999"]
)
def test_a_pattern_that_is_no_host_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="no host for pages"):
        Allowed((pattern,))
