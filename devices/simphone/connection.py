"""One adb server's connection to the phone: the handshake, then streams by the dozen."""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
from collections.abc import Callable

from tapwright.devices.simphone.faults import Fault, Faults
from tapwright.devices.simphone.streams import Stream, StreamClosed
from tapwright.devices.simphone.transport import (
    MAX_PAYLOAD,
    VERSION,
    Command,
    Link,
    LinkBroken,
    Message,
)

FEATURES = ("shell_v2", "cmd", "stat_v2", "fixed_push_mkdir")

_AUTH_TOKEN, _AUTH_SIGNATURE, _AUTH_PUBLIC_KEY = 1, 2, 3
_log = logging.getLogger(__name__)

Service = Callable[[Link, Stream, str], None]


class Connection:
    """Carries one connection until either side ends it.

    `serve(link, stream, name)` runs a service in a thread of its own; `accepts(name)` says whether
    there is such a service.
    """

    def __init__(
        self,
        link: Link,
        faults: Faults,
        identity: dict[str, str],
        accepts: Callable[[str], bool],
        serve: Service,
    ) -> None:
        self._link = link
        self._faults = faults
        self._identity = identity
        self._accepts = accepts
        self._serve = serve
        self._ids = itertools.count(1)
        self._streams: dict[int, Stream] = {}
        self._workers: list[threading.Thread] = []
        self._max_payload = MAX_PAYLOAD
        self._welcome = False  # the handshake is over

    def run(self) -> None:
        """Handle messages until the connection ends; never raises."""
        try:
            while True:
                self._handle(self._link.receive())
        except LinkBroken as error:
            _log.debug("connection over: %s", error)
        finally:
            self._link.close()
            for stream in list(self._streams.values()):
                stream.gone()
            for worker in self._workers:
                worker.join()

    def _handle(self, message: Message) -> None:
        if message.command == Command.CNXN:
            self._greet(message)
        elif message.command == Command.AUTH:
            self._authorize(message)
        elif not self._welcome:
            return  # nobody talks to a phone before it has said its name
        elif message.command == Command.OPEN:
            self._open(message)
        elif (stream := self._streams.get(message.arg1)) is not None:
            if message.command == Command.WRTE:
                stream.arrived(message.payload)
            elif message.command == Command.OKAY:
                stream.acknowledged()
            elif message.command == Command.CLSE:
                stream.gone()
                self._streams.pop(message.arg1, None)

    def _greet(self, message: Message) -> None:
        self._max_payload = min(MAX_PAYLOAD, message.arg1)
        self._link.checksums = message.arg0 < VERSION
        if self._faults.take(Fault.OFFLINE):
            return
        if self._faults.take(Fault.UNAUTHORIZED) or self._faults.take(Fault.KEY_ACCEPTED_LATE):
            self._ask_for_key()
            return
        self._introduce()

    def _ask_for_key(self) -> None:
        self._link.send(Message(Command.AUTH, _AUTH_TOKEN, 0, secrets.token_bytes(20)))

    def _authorize(self, message: Message) -> None:
        if message.arg0 == _AUTH_PUBLIC_KEY:
            # The person at the phone is asked now; with the fault cleared, they say yes.
            refuses = any(each.fault is Fault.UNAUTHORIZED for each in self._faults.active())
            if not refuses:
                self._introduce()
        elif message.arg0 == _AUTH_SIGNATURE:
            self._ask_for_key()

    def _introduce(self) -> None:
        features = () if self._faults.take(Fault.LEGACY) else FEATURES
        values = {**self._identity, "features": ",".join(features)}
        banner = "device::" + ";".join(f"{key}={value}" for key, value in values.items())
        self._link.send(Message(Command.CNXN, VERSION, MAX_PAYLOAD, banner.encode("utf-8")))
        self._welcome = True

    def _open(self, message: Message) -> None:
        name = message.payload.rstrip(b"\0").decode("utf-8", "surrogateescape")
        refused = self._faults.take(Fault.OPEN_REFUSED, name)
        if refused or not self._accepts(name):
            self._link.send(Message(Command.CLSE, 0, message.arg0))
            return
        stream = Stream(self._link, next(self._ids), message.arg0, self._max_payload)
        self._streams[stream.local_id] = stream
        self._link.send(Message(Command.OKAY, stream.local_id, stream.remote_id))
        worker = threading.Thread(
            target=self._work, args=(stream, name), name=f"phone-{name[:20]}", daemon=True
        )
        self._workers = [each for each in self._workers if each.is_alive()]
        self._workers.append(worker)
        worker.start()

    def _work(self, stream: Stream, name: str) -> None:
        try:
            self._serve(self._link, stream, name)
        except StreamClosed:
            _log.debug("the client left '%s'", name)
        except ConnectionError as error:
            _log.debug("connection lost in '%s': %s", name, error)
        finally:
            self._streams.pop(stream.local_id, None)
