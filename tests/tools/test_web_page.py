"""Reading pages from allowed hosts, redirects and bad days included."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError, UsageError
from tapwright.tools.services import Services
from tapwright.tools.web_page import MAX_TEXT, tools

from .loopback import Asked, Loopback, Said, as_page

WORDS = "<p>The river Rhine begins in the Alps and ends in the sea, far away from there.</p>"
PAGE = (
    "<html><head><title>The Rhine</title></head><body><nav><a href='/'>Home</a></nav>"
    f"<article><h1>The Rhine</h1>{WORDS}{WORDS.replace('begins', 'starts')}</article>"
    "<footer>Imprint</footer></body></html>"
)


def read(loopback: Loopback, path: str, hosts: tuple[str, ...] = (), timeout: float = 3) -> str:
    names = hosts or (f"127.0.0.1:{loopback.port}",)
    (web_page,) = tools(Services(page_hosts=names, timeout=timeout))
    assert web_page.function is not None
    return str(web_page.function(path if "://" in path else f"{loopback.url}{path}"))


def test_a_page_gives_its_title_address_length_and_text(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_page(PAGE)
    title, address, length, empty, *text = read(loopback, "/rhine?l=ü#top").splitlines()
    assert (title, address, empty) == ("The Rhine", f"{loopback.url}/rhine?l=%C3%BC", "")
    body = "\n".join(text)
    assert length == f"{len(body)} characters"
    assert any("begins in the Alps" in line for line in text)
    assert "Imprint" not in "\n".join(text) and "<p>" not in "\n".join(text)


def test_a_page_in_another_encoding_is_read(loopback: Loopback) -> None:
    body = PAGE.replace("river", "Fluß").encode("latin-1")
    kind = {"content-type": "text/html; charset=iso-8859-1"}
    loopback.answer = lambda asked: Said(body, headers=kind)
    assert "Fluß" in read(loopback, "/")


def test_plain_text_is_read_and_long_text_is_cut(loopback: Loopback) -> None:
    kind = {"content-type": "text/plain"}
    loopback.answer = lambda asked: Said(b"x" * (MAX_TEXT + 5), headers=kind)
    said = read(loopback, "/")
    assert f"{MAX_TEXT + 5} characters" in said
    assert said.endswith(f"x\n… (the first {MAX_TEXT} of {MAX_TEXT + 5} characters)")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(b"%PDF", headers={"content-type": "application/pdf"}), "but application/pdf"),
        (Said(b"{}", headers={"content-type": "application/json"}), "but application/json"),
        (as_page("", 404), r"answers 404 \(not found\)"),
        (as_page("", 599), "answers 599"),
        (as_page("<html><body><script>run()</script></body></html>"), "shows no text"),
        (as_page("x" * 50_000_000), "more than 2 MB"),
        (Said(b"<p>", announced=99, headers={"content-type": "text/html"}), "broke off"),
        (Said(b"x" * 99, drip=9), "did not answer within 1 s"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_told(loopback: Loopback, said: Said, words: str) -> None:
    loopback.answer = lambda asked: said
    with pytest.raises(ToolError, match=words) as caught:
        read(loopback, "/x", timeout=1 if said.drip else 5)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "place",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd",
     "http://user@www.example.org/", "//evil.example/", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_a_redirect_is_held_against_the_same_rules(loopback: Loopback, place: str) -> None:
    loopback.answer = lambda asked: Said(b"", 302, {"location": place})
    with pytest.raises(ToolError, match="leads elsewhere"):
        read(loopback, "/go")
    assert len(loopback.asked) == 1


def test_a_redirect_to_an_allowed_place_is_followed_and_a_circle_ends(loopback: Loopback) -> None:
    def answer(asked: Asked) -> Said:
        places = {"/old": "/new", "/round": "/round"}
        if asked.path in places:
            return Said(b"", 301, {"location": places[asked.path]})
        return as_page(PAGE)

    loopback.answer = answer
    assert f"{loopback.url}/new" in read(loopback, "/old")
    with pytest.raises(ToolError, match="circles"):
        read(loopback, "/round")


def test_a_star_opens_no_private_address(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_page(PAGE)
    with pytest.raises(ToolError, match="an address of a private network"):
        read(loopback, "/", hosts=(f"*.0.0.1:{loopback.port}",))
    assert loopback.asked == []


def test_the_tool_is_there_only_where_hosts_are_allowed() -> None:
    assert tools(Services()) == ()
    (web_page,) = tools(Services(page_hosts=("example.org",)))
    assert "example.org" in web_page.spec.description
    with pytest.raises(UsageError, match="no host for pages"):
        tools(Services(page_hosts=("https://example.org/",)))
