"""What a picture or a film is called in errors: short, printable, and without what may be a key."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit
from urllib.request import url2pathname

from tapwright.errors import MediaError

LONGEST = 120  # characters


def without_secrets(url: str) -> str:
    """A web address without user, password and query; raise `MediaError` for what is none."""
    parts = _parts(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def path_of(url: str) -> str:
    """The path that a `file:` address means; raise `MediaError` for what is none."""
    return url2pathname(_parts(url).path)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise MediaError(f"there can be no such address ({error}); check it") from None


def short(text: str) -> str:
    """`text` with at most `LONGEST` characters, all of them printable."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
