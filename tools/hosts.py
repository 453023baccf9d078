"""Which hosts may be asked for a page: names that a person allowed, at public addresses.

A pattern is an exact name ("example.org", "10.0.0.5", "localhost:8080") or "*.example.org" for
every name below example.org, which itself is not meant. Without a port the usual ports are meant,
80 and 443. A private or loopback address is asked only where the exact name is allowed: a pattern
with a star says nothing about the house's own network.
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from tapwright.errors import ToolError, UsageError
from tapwright.tools.wire import ServiceError

MAX_URL = 2_000  # characters
_PORTS = {"http": 80, "https": 443}
_SAFE = "/?&=%:;@!$'()*+,~-._#[]"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked: its host in ASCII, lower case."""

    url: str
    host: str
    port: int
    exact: bool  # allowed by its own name, not by a star

    @property
    def shown(self) -> str:
        """The URL for a message."""
        return self.url if len(self.url) <= 80 else f"{self.url[:79]}…"


class Allowed:
    """The hosts of `patterns`; raise `UsageError` for one that is no host."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_pattern(text) for text in patterns]
        self._names = ", ".join(patterns) or "none"

    def target(self, url: str) -> Target:
        """What `url` asks for; raise `ToolError` where it may not be asked."""
        text = url.strip()
        if not text or len(text) > MAX_URL:
            raise ToolError(f"{text[:60]!r} is no web address; it begins with https://")
        if any(letter.isspace() or unicodedata.category(letter) == "Cc" for letter in text):
            raise ToolError(f"{text[:60]!r} holds spaces or control characters; encode them")
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise ToolError(f"{text[:60]!r} is no web address") from None
        if parts.scheme not in _PORTS:
            raise ToolError(f"{text[:60]!r} is no web page; its address begins with https://")
        # A backslash is a slash to a browser and a letter to others: two hosts in one text.
        if "@" in parts.netloc or "\\" in text:
            raise ToolError("a web address may hold no name, password or backslash; leave them out")
        host, port = _ascii(host), port or _PORTS[parts.scheme]
        if not host:
            raise ToolError(f"{text[:60]!r} names no host")
        kinds = [star for star, name, ports in self._patterns
                 if port in ports and (_below(host, name) if star else host == name)]  # fmt: skip
        if not kinds:
            shown = host if port in _PORTS.values() else f"{host}:{port}"
            raise ToolError(
                f"the host {shown!r} is not allowed; pages may be read from: {self._names}"
            )
        netloc = f"[{host}]" if ":" in host else host
        if port != _PORTS[parts.scheme]:
            netloc = f"{netloc}:{port}"
        path, query = (quote(part, safe=_SAFE) for part in (parts.path or "/", parts.query))
        plain = urlunsplit((parts.scheme, netloc, path, query, ""))
        return Target(plain, host, port, exact=not all(kinds))

    def resolve(self, target: Target) -> None:
        """Raise `ToolError` where the host has no address, or one that may not be asked."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise ServiceError(
                f"the host {target.host!r} cannot be found; check the address and the network"
            ) from None
        for *_, place in found:
            self.check_peer(target, str(place[0]))

    def check_peer(self, target: Target, address: str) -> None:
        """Raise `ToolError` where `address`, which `target` has, may not be asked."""
        if not target.exact and not _is_public(address):
            raise ToolError(
                f"the host {target.host!r} is at {address}, an address of a private network, "
                "which no pattern with a star opens; it is not asked"
            )


def _pattern(text: str) -> tuple[bool, str, frozenset[int]]:
    """Whether a pattern has a star, its name, and the ports that it means."""
    star = text.startswith("*.")
    try:
        parts = urlsplit(f"//{text.removeprefix('*.')}")
        name, port = _ascii(parts.hostname or ""), parts.port
        if not name or "*" in name or parts.path or "@" in parts.netloc:
            raise ValueError(text)
    except (ValueError, ToolError):
        raise UsageError(
            f"{text!r} is no host for pages; write one such as example.org or *.example.org"
        ) from None
    return star, name, frozenset({port} if port else _PORTS.values())


def _ascii(host: str) -> str:
    """A host's name as the network knows it: lower case, punycode, no dot at its end."""
    name = host.strip(".").lower()
    if name.isascii():
        return name
    import httpx  # slow to import; it knows today's rules for names, the standard library not

    try:
        return httpx.URL(f"http://{unicodedata.normalize('NFKC', name)}").raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise ToolError(f"{host[:60]!r} is no name of a host") from None


def _below(host: str, name: str) -> bool:
    return host.endswith(f".{name}")


def _is_public(text: str) -> bool:
    """Whether an address is one of the open internet, also behind an address that wraps it."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            wrapped = address.teredo[1]
        if address in ipaddress.ip_network("64:ff9b::/96"):
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return _is_public(str(wrapped))
    return address.is_global and not address.is_multicast and not address.is_reserved
