"""The `sync:` service: push, pull, ls and stat on the phone's own files."""

from __future__ import annotations

import errno
import posixpath
import stat
import struct

from tapwright.devices.simphone.files import CAPACITY, Files, Node
from tapwright.devices.simphone.streams import Stream

_HEAD = struct.Struct("<4sI")
_STAT_V1 = struct.Struct("<4s3I")
_STAT_V2 = struct.Struct("<4sIQQIIIIQqqq")
_DENT_V1 = struct.Struct("<4s4I")
_CHUNK = 64 * 1024
_LONGEST_PATH = 1024


class SyncService:
    """One client's file session; requests are read as a stream of bytes, never by message."""

    def __init__(self, files: Files, stream: Stream) -> None:
        self._files = files
        self._stream = stream

    def run(self) -> None:
        """Answer requests until QUIT, or until the client goes (`ConnectionError`)."""
        while True:
            word, length = _HEAD.unpack(self._stream.read_exactly(_HEAD.size))
            if word == b"QUIT":
                return
            if length > _LONGEST_PATH:
                self._fail("path too long")
                return
            path = self._stream.read_exactly(length).decode("utf-8", "surrogateescape")
            if word == b"STAT":
                self._stat_v1(path)
            elif word in (b"STA2", b"LST2"):
                self._stat_v2(word, path)
            elif word == b"LIST":
                self._list(path)
            elif word == b"SEND":
                self._receive_file(path)
            elif word == b"RECV":
                self._send_file(path)
            else:
                self._fail(f"unknown command {word!r}")
                return

    def _fail(self, text: str) -> None:
        data = text.encode("utf-8", "surrogateescape")
        self._stream.write(_HEAD.pack(b"FAIL", len(data)) + data)

    def _find(self, path: str) -> Node | None:
        try:
            return self._files.find(path)
        except OSError:
            return None

    def _stat_v1(self, path: str) -> None:
        node = self._find(path)
        values = (node.mode, len(node.data), int(node.modified)) if node else (0, 0, 0)
        self._stream.write(_STAT_V1.pack(b"STAT", *values))

    def _stat_v2(self, word: bytes, path: str) -> None:
        node = self._find(path)
        if node is None:
            self._stream.write(_STAT_V2.pack(word, errno.ENOENT, *(0,) * 10))
            return
        when = int(node.modified)
        number = hash(self._files.resolve(path)) & 0xFFFFFFFF
        self._stream.write(
            _STAT_V2.pack(
                word, 0, 1, number, node.mode, 1, 2000, 2000, len(node.data), when, when, when
            )
        )

    def _list(self, path: str) -> None:
        try:
            names = self._files.names(path)
        except OSError:
            names = []  # the protocol has no word for failure here
        for name in names:
            node = self._find(posixpath.join(path, name))
            if node is not None:
                data = name.encode("utf-8", "surrogateescape")
                head = _DENT_V1.pack(
                    b"DENT", node.mode, len(node.data), int(node.modified), len(data)
                )
                self._stream.write(head + data)
        self._stream.write(_DENT_V1.pack(b"DONE", 0, 0, 0, 0))

    def _receive_file(self, target: str) -> None:
        path, _, mode = target.rpartition(",")
        gathered = bytearray()
        while True:
            word, length = _HEAD.unpack(self._stream.read_exactly(_HEAD.size))
            if word == b"DONE":
                break
            if word != b"DATA" or length > _CHUNK:
                self._fail("malformed data")
                return
            data = self._stream.read_exactly(length)
            if len(gathered) <= CAPACITY:  # past it, the file is refused below; only read on
                gathered += data
        if not path or not mode.isdecimal() or not stat.S_ISREG(int(mode) or stat.S_IFREG):
            self._fail("only plain files can be pushed")
            return
        try:
            folder = posixpath.dirname(self._files.resolve(path))
            self._files.make_folder(folder, parents=True)
            self._files.write(path, bytes(gathered), mode=int(mode), modified=length)
        except OSError as error:
            self._fail(f"couldn't create file: {error.strerror}")
            return
        self._stream.write(_HEAD.pack(b"OKAY", 0))

    def _send_file(self, path: str) -> None:
        try:
            data = self._files.read(path)
        except OSError as error:
            self._fail(f"open failed: {error.strerror}")
            return
        for start in range(0, len(data), _CHUNK):
            piece = data[start : start + _CHUNK]
            self._stream.write(_HEAD.pack(b"DATA", len(piece)) + piece)
        self._stream.write(_HEAD.pack(b"DONE", 0))
