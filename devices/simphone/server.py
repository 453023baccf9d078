"""The simulated phone on the network: what `adb connect` reaches."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading

from tapwright.devices.simphone.connection import Connection
from tapwright.devices.simphone.faults import Faults
from tapwright.devices.simphone.handset import Handset
from tapwright.devices.simphone.services import Services
from tapwright.devices.simphone.system import AndroidSystem
from tapwright.devices.simphone.transport import Link
from tapwright.errors import SetupError

_log = logging.getLogger(__name__)


class PhoneServer:
    """Serves one phone over TCP, to any number of adb servers, from `__init__` until `close`.

    It listens on loopback unless told otherwise: there is no authentication, and whoever reaches
    the port can use the phone (which holds nothing but its own make-believe state and can run
    nothing on this machine).
    """

    def __init__(
        self,
        phone: Handset,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
    ) -> None:
        self.faults = Faults() if faults is None else faults
        self.system = AndroidSystem(phone, self.faults)
        self._services = Services(self.system)
        self._lock = threading.Lock()
        self._links: set[Link] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((host, port))
        except OSError as error:
            self._listener.close()
            raise SetupError(
                f"cannot listen on '{host}:{port}' ({error.strerror}); choose another port"
            ) from error
        self._listener.listen()
        self.host, self.port = self._listener.getsockname()[:2]
        self._acceptor = threading.Thread(target=self._accept, name="phone-accept", daemon=True)
        self._acceptor.start()

    @property
    def address(self) -> str:
        """What to give to `adb connect`; where it listens everywhere, the loopback address."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"{host}:{self.port}"

    def __enter__(self) -> PhoneServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and wait for its threads; closing twice is harmless."""
        self._closing.set()
        # It may be closed already, and some systems refuse this on a listening socket.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        self.drop_connections()
        for thread in self._threads:
            thread.join()

    def drop_connections(self) -> None:
        """Cut every connection, as a phone that leaves the Wi-Fi does; new ones are welcome."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.close()

    def serve_forever(self) -> None:
        """Wait until `close` is called or the person presses Ctrl-C (which is raised)."""
        while not self._closing.wait(3600):
            pass

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, peer = self._listener.accept()
            except OSError:
                return
            _log.debug("connection from %s", peer)
            link = Link(sock, self.faults)
            thread = threading.Thread(
                target=self._carry, args=(link,), name="phone-link", daemon=True
            )
            with self._lock:
                self._links.add(link)
                self._threads = [each for each in self._threads if each.is_alive()]
                self._threads.append(thread)
            thread.start()

    def _carry(self, link: Link) -> None:
        connection = Connection(
            link,
            self.faults,
            self.system.identity(),
            self._services.accepts,
            self._services.serve,
        )
        try:
            connection.run()
        finally:
            with self._lock:
                self._links.discard(link)
