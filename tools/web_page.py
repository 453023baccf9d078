"""Reading a web page: its text, from hosts that a person has allowed.

What a model or a page names is not trusted: a URL is asked only where its host stands in
`Services.page_hosts` (`hosts.py`), its addresses are public, and so is the one that answers; each
redirect is held against the same rules. No cookies, no scripts, no proxy from the environment.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urljoin

from tapwright.errors import ToolError
from tapwright.tools.hosts import Allowed, Target
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services
from tapwright.tools.wire import Answer, Deadline, Outgoing, exchange

MAX_PAGE = 2_000_000  # bytes
MAX_TEXT = 12_000  # characters that a model is shown
MAX_TITLE = 200
MAX_REDIRECTS = 5
_PAGES = ("text/html", "application/xhtml+xml")
_MOVED = frozenset({301, 302, 303, 307, 308})


def tools(services: Services) -> tuple[Tool, ...]:
    """The tool `web_page`; none where no host is allowed."""
    if not services.page_hosts:
        return ()
    allowed = Allowed(services.page_hosts)

    def web_page(url: Annotated[str, "its address, beginning with https://"]) -> str:
        """Read the text of a web page."""
        target, answer = _fetched(url, allowed, Deadline(services.timeout))
        return _told(target, answer)

    # The model is told the hosts, so that it does not try others.
    web_page.__doc__ = f"Read the text of a web page on: {', '.join(services.page_hosts)}."
    return (tool(web_page),)


def _fetched(url: str, allowed: Allowed, deadline: Deadline) -> tuple[Target, Answer]:
    target = allowed.target(url)
    for _ in range(MAX_REDIRECTS + 1):
        allowed.resolve(target)
        answer = exchange(
            f"the page {target.shown!r}",
            Outgoing("GET", target.url, {}, {"accept": "text/html, text/plain;q=0.8"}),
            deadline,
            MAX_PAGE,
            on_peer=partial(allowed.check_peer, target),
        )
        place = answer.headers.get("location", "")
        if answer.status not in _MOVED or not place:
            return target, answer
        try:
            following = urljoin(target.url, place)
        except ValueError:
            raise ToolError(f"{target.shown!r} leads to an address that is none") from None
        try:
            target = allowed.target(following)
        except ToolError as error:
            raise ToolError(f"{target.shown!r} leads elsewhere: {error}") from None
    raise ToolError(f"{target.shown!r} is led to in circles; open another page")


def _told(target: Target, answer: Answer) -> str:
    """The page's title, address, length and text; raise `ToolError` where there is none."""
    if not 200 <= answer.status < 300:
        try:
            words = HTTPStatus(answer.status).phrase.lower()
        except ValueError:
            words = "an unknown status"
        raise ToolError(f"{target.shown!r} answers {answer.status} ({words}); there is no page")
    kind, _, rest = answer.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = rest.lower().partition("charset=")[2].strip(" \"'").partition(";")[0]
    if kind == "text/plain":
        title, text = "", _decoded(answer.body, charset or "utf-8")
    elif kind in _PAGES or (not kind and answer.body.lstrip()[:1] == b"<"):
        title, text = _extracted(target, answer.body, charset)
    else:
        raise ToolError(f"{target.shown!r} is no web page but {kind[:60] or 'of an unknown kind'}")
    text = text.strip()
    if not text:
        raise ToolError(f"{target.shown!r} shows no text; it may be made by scripts alone")
    head = [" ".join(title.split())[:MAX_TITLE]] if title.strip() else []
    tail = ""
    if len(text) > MAX_TEXT:
        tail = f"\n… (the first {MAX_TEXT} of {len(text)} characters)"
    return "\n".join([*head, target.url, f"{len(text)} characters", "", text[:MAX_TEXT] + tail])


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _extracted(target: Target, body: bytes, charset: str) -> tuple[str, str]:
    """The title and the text of a page, without its menus and footers."""
    import trafilatura  # slow to import, and most conversations read no page

    # Where the server names no encoding, the page's own words and bytes tell it.
    page = _decoded(body, charset) if charset else body
    found = trafilatura.bare_extraction(
        page, url=target.url, include_comments=False, include_tables=True, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return "", ""
    return found.title or "", found.text or ""
