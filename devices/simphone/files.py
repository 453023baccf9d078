"""The phone's own files, in memory: nothing here ever touches this machine's disk."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
import threading
import time
from dataclasses import dataclass, field

CAPACITY = 512 * 1024 * 1024  # bytes in all files together; a client must not fill this machine
_ALIASES = ("/storage/emulated/0", "/storage/self/primary", "/mnt/sdcard")
_WRITABLE = ("/sdcard", "/data/local/tmp")
_FOLDERS = (
    "/", "/data", "/data/local", "/data/local/tmp", "/dev", "/proc", "/sdcard", "/sdcard/Alarms",
    "/sdcard/Android", "/sdcard/DCIM", "/sdcard/Documents", "/sdcard/Download", "/sdcard/Movies",
    "/sdcard/Music", "/sdcard/Pictures", "/storage", "/storage/emulated", "/system", "/system/bin",
)  # fmt: skip


@dataclass(slots=True)
class Node:
    """A file or a folder; `modified` in seconds since the epoch."""

    mode: int
    data: bytes = b""
    modified: float = field(default_factory=time.time)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.mode)


def _failure(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


class Files:
    """A tree of files with `/sdcard` and `/data/local/tmp` writable.

    Paths are absolute; failures are `OSError` with the errno a phone would give.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity  # bytes
        self._lock = threading.RLock()
        self._nodes = {path: Node(stat.S_IFDIR | 0o771) for path in _FOLDERS}
        self._nodes["/dev/null"] = Node(stat.S_IFCHR | 0o666)

    @staticmethod
    def resolve(path: str, folder: str = "/") -> str:
        """The one name of a path seen from `folder`: absolute, without `..`, links followed."""
        absolute = posixpath.normpath(posixpath.join(folder, path))
        absolute = "/" + absolute.lstrip("/")
        for alias in _ALIASES:
            if absolute == alias or absolute.startswith(alias + "/"):
                return "/sdcard" + absolute[len(alias) :]
        return absolute

    def find(self, path: str) -> Node:
        """The node at `path`; raise `OSError` (ENOENT) where there is none."""
        with self._lock:
            node = self._nodes.get(self.resolve(path))
        if node is None:
            raise _failure(errno.ENOENT, path)
        return node

    def exists(self, path: str) -> bool:
        """Whether there is anything at `path`."""
        with self._lock:
            return self.resolve(path) in self._nodes

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder at `path`."""
        return self.exists(path) and self.find(path).is_folder

    def read(self, path: str) -> bytes:
        """The whole file."""
        node = self.find(path)
        if node.is_folder:
            raise _failure(errno.EISDIR, path)
        return node.data

    def write(
        self,
        path: str,
        data: bytes,
        *,
        append: bool = False,
        mode: int = 0o660,
        modified: float | None = None,
    ) -> None:
        """Write a file whole, or add to its end."""
        real = self.resolve(path)
        if real == "/dev/null":
            return
        with self._lock:
            old = self._nodes.get(real)
            if old is not None and old.is_folder:
                raise _failure(errno.EISDIR, path)
            self._check_parent(real, path)
            if append and old is not None:
                data = old.data + data
            used = sum(len(node.data) for node in self._nodes.values())
            if used - (len(old.data) if old else 0) + len(data) > self._capacity:
                raise _failure(errno.ENOSPC, path)
            stamp = time.time() if modified is None else modified
            self._nodes[real] = Node(stat.S_IFREG | (mode & 0o777), data, stamp)

    def make_folder(self, path: str, *, parents: bool = False) -> None:
        """Make a folder; with `parents`, those above it too and none is too many."""
        real = self.resolve(path)
        with self._lock:
            if real in self._nodes:
                if parents and self._nodes[real].is_folder:
                    return
                raise _failure(errno.EEXIST, path)
            if parents:
                self.make_folder(posixpath.dirname(real), parents=True)
            self._check_parent(real, path)
            self._nodes[real] = Node(stat.S_IFDIR | 0o770)

    def names(self, path: str) -> list[str]:
        """The sorted names in a folder."""
        real = self.resolve(path)
        with self._lock:
            if not self.find(path).is_folder:
                raise _failure(errno.ENOTDIR, path)
            prefix = real.rstrip("/") + "/"
            inside = (each[len(prefix) :] for each in self._nodes if each.startswith(prefix))
            return sorted(name for name in inside if name and "/" not in name)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Delete a file, or with `recursive` a folder and all in it."""
        real = self.resolve(path)
        with self._lock:
            node = self.find(path)
            if node.is_folder and not recursive:
                raise _failure(errno.EISDIR, path)
            self._check_writable(real, path)
            below = real.rstrip("/") + "/"
            for each in [name for name in self._nodes if name == real or name.startswith(below)]:
                del self._nodes[each]

    def _check_parent(self, real: str, path: str) -> None:
        parent = self._nodes.get(posixpath.dirname(real))
        if parent is None:
            raise _failure(errno.ENOENT, path)
        if not parent.is_folder:
            raise _failure(errno.ENOTDIR, path)
        self._check_writable(real, path)

    @staticmethod
    def _check_writable(real: str, path: str) -> None:
        if any(real.startswith(root + "/") for root in _WRITABLE):
            return
        read_only = real.startswith("/system") or real.count("/") == 1
        raise _failure(errno.EROFS if read_only else errno.EACCES, path)
