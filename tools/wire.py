"""One request and its answer over the network, within a deadline and a size."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tapwright.errors import ToolError

if TYPE_CHECKING:
    import httpx

CONNECT = 5.0  # seconds for a connection, where the deadline leaves as many
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ServiceError(ToolError):
    """A service gave no usable answer.

    `status` is the answer's HTTP status, None where no answer came; `said` are the service's own
    words, shortened, empty where it had none.
    """

    def __init__(self, text: str, *, status: int | None = None, said: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.said = said


class Deadline:
    """A moment on the clock, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, 0 afterwards."""
        return max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request: `params` are added to the URL's query, `body` is sent as it is."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the header names in lower case, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    service: str,
    outgoing: Outgoing,
    deadline: Deadline,
    most: int,
    on_peer: Callable[[str], None] | None = None,
) -> Answer:
    """Send a request and read its answer, of `most` bytes at most; redirects are an answer too.

    `on_peer` is told the address that answers before anything is sent to it; what it raises ends
    the exchange. Where it is given no proxy is used, since the peer would be the proxy. Raise
    `ServiceError` where no whole answer comes.
    """
    import httpx  # not needed before the first request, and slow to import

    place = _place(outgoing.url)
    within = f"within {deadline.seconds:g} s"
    if not deadline.left():
        raise ServiceError(f"{service} did not answer {within}; try again later")
    phases = httpx.Timeout(deadline.left(), connect=min(CONNECT, deadline.left()))
    # A proxy from the environment is for the world outside, never for this machine.
    proxies = on_peer is None and place.partition(":")[0] not in _LOOPBACK
    watch = _Watch(deadline, on_peer)
    try:
        with (
            httpx.Client(timeout=phases, trust_env=proxies, follow_redirects=False) as client,
            watch.running(),
            client.stream(
                outgoing.method,
                outgoing.url,
                params=dict(outgoing.params) or None,
                headers={"user-agent": "tapwright", "accept-encoding": "gzip", **outgoing.headers},
                content=outgoing.body,
                extensions={"trace": watch.trace},
            ) as response,
        ):
            body = _read(service, response, most)
            headers = {key.lower(): value for key, value in response.headers.items()}
            return Answer(response.status_code, headers, body)
    except (httpx.TimeoutException, httpx.TransportError) as error:
        if watch.cut or isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout)):
            raise ServiceError(f"{service} did not answer {within}; try again later") from None
        if isinstance(error, httpx.UnsupportedProtocol):
            raise ServiceError(f"{service} has no address that can be asked: {place!r}") from None
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
            raise ServiceError(
                f"{service} at {place!r} cannot be reached ({_cause(error)}); "
                "check the network and try again"
            ) from None
        raise ServiceError(
            f"{service} broke off in the middle of its answer; try again later"
        ) from None
    except (httpx.InvalidURL, UnicodeError):
        raise ServiceError(f"{service} has no address that can be asked") from None


def _read(service: str, response: httpx.Response, most: int) -> bytes:
    """The body, unpacked by hand: a small packed answer may be a large one in disguise."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise ServiceError(f"{service} sent an answer packed in a way that was not asked for")
    unpack = None if packed in ("", "identity") else zlib.decompressobj(wbits=47)
    body = bytearray()
    for piece in response.iter_raw():
        try:
            body += piece if unpack is None else unpack.decompress(piece, most + 1 - len(body))
        except zlib.error:
            raise ServiceError(f"{service} sent an answer that cannot be unpacked") from None
        if len(body) > most:
            raise ServiceError(
                f"{service} sent more than {most // 1_000_000} MB, which is too much to be an "
                "answer; ask for less",
                status=response.status_code,
            )
    if unpack is not None and not unpack.eof:
        raise ServiceError(f"{service} broke off in the middle of its answer; try again later")
    return bytes(body)


class _Watch:
    """Ends an exchange at its deadline, however slowly its bytes drip in.

    The library's timeouts hold for one read each, so a byte every few seconds would never run
    into them.
    """

    def __init__(self, deadline: Deadline, on_peer: Callable[[str], None] | None) -> None:
        self.cut = False
        self._deadline = deadline
        self._on_peer = on_peer
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = threading.Timer(self._deadline.left(), self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the library what it does; the connection is there to be seen before its use."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        stream = info["return_value"]
        with self._lock:
            self._socket = stream.get_extra_info("socket")
            if self.cut:
                self._shut()
        if self._on_peer is not None and event == "connection.connect_tcp.complete":
            self._on_peer(str(stream.get_extra_info("server_addr")[0]))

    def _end(self) -> None:
        with self._lock:
            self.cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # gone already, which is what was wanted


def _place(url: str) -> str:
    """Host and port of a URL, for a person to read: no path, no query, no credentials."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2][:100]
    except ValueError:
        return ""


def _cause(error: BaseException) -> str:
    """Why no connection came about, from the operating system's own error where it is known."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ConnectionRefusedError):
            return "connection refused"
        if isinstance(seen, socket.gaierror):
            return "its name is not known"
        if isinstance(seen, TimeoutError):
            return "no answer"
        seen = seen.__cause__ or seen.__context__
    return "no connection"
