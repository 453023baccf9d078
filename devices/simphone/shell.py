"""Runs the phone's shell lines: expansion, redirection to the phone's files, and control flow.

Never a shell of this machine: a command is a function of `commands/`, or it is not found.
"""

from __future__ import annotations

import fnmatch
import io
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tapwright.devices.simphone.calls import Call, Command, Sink, Source, Streams
from tapwright.devices.simphone.expansion import Expander, Scope
from tapwright.devices.simphone.shell_builtins import BUILTINS, Complaint, ExitShell
from tapwright.devices.simphone.shell_syntax import parse_lines
from tapwright.devices.simphone.shell_tree import (
    AndOr,
    For,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
)
from tapwright.devices.simphone.system import AndroidSystem

NAME = "/system/bin/sh"
_BIN = ("/system/bin/", "/system/xbin/", "/vendor/bin/")
# A client must not be able to fill this machine's memory.
_LONGEST_TEXT = 1 << 20  # characters in a variable
_LARGEST_PIPE = 1 << 26  # bytes between two commands
_ENVIRONMENT = {
    "HOME": "/", "PATH": "/product/bin:/system/bin:/system/xbin", "SHELL": NAME, "USER": "shell",
    "EXTERNAL_STORAGE": "/sdcard", "TMPDIR": "/data/local/tmp", "HOSTNAME": "sim1",
}  # fmt: skip


class Shell:
    """One shell: its variables, its folder and the exit code of its last command."""

    def __init__(
        self,
        system: AndroidSystem,
        commands: Mapping[str, Command],
        arguments: Sequence[str] = (NAME,),
    ) -> None:
        self.system = system
        self.commands = commands
        self.arguments = tuple(arguments)  # $0 and what follows
        self.variables = dict(_ENVIRONMENT)
        self.folder = "/"
        self.status = 0
        self._substituted = 0  # exit code of the last `$(line)` in the command being run

    def run(self, line: str, streams: Streams) -> int:
        """Run a line and return its exit code; what cannot be read is told on stderr.

        Raise `Interrupted` when the client goes.
        """
        try:
            return self.run_line(line, streams)
        except ExitShell as exiting:
            self.status = exiting.code
        return self.status

    def run_line(self, line: str, streams: Streams) -> int:
        """As `run`, but `exit` raises `ExitShell`, for a shell that reads several lines."""
        try:
            for script in parse_lines(line):
                self._script(script, streams)
        except ShellSyntaxError as error:
            self._complain(str(error), 1, streams)
        except RecursionError:
            self._complain("nested too deeply", 1, streams)
        return self.status

    def _complain(self, text: str, code: int, streams: Streams) -> None:
        streams.stderr(f"{NAME}: {text}\n".encode("utf-8", "surrogateescape"))
        self.status = code

    def _script(self, script: Script, streams: Streams) -> int:
        for entry in script:
            self._and_or(entry, streams)
        return self.status

    def _and_or(self, entry: AndOr, streams: Streams) -> None:
        self._pipeline(entry.first, streams)
        for operator, pipeline in entry.rest:
            if (self.status == 0) == (operator == "&&"):
                self._pipeline(pipeline, streams)

    def _pipeline(self, pipeline: Pipeline, streams: Streams) -> None:
        # The parts run one after the other, each to its end: no command here runs for ever.
        source: Source = streams.stdin
        for node in pipeline.nodes[:-1]:
            piped = io.BytesIO()
            child = self._child()
            child._in_child(node, replace(streams, stdin=source, stdout=_sink(piped)))
            source = io.BytesIO(piped.getvalue())
        last = replace(streams, stdin=source)
        if len(pipeline.nodes) > 1:
            self.status = self._child()._in_child(pipeline.nodes[-1], last)
        else:
            self._node(pipeline.nodes[0], last)
        if pipeline.negated:
            self.status = 0 if self.status else 1

    def _child(self) -> Shell:
        child = Shell(self.system, self.commands, self.arguments)
        child.variables, child.folder, child.status = dict(self.variables), self.folder, self.status
        return child

    def _in_child(self, node: Node, streams: Streams) -> int:
        try:
            self._node(node, streams)
        except ExitShell as exiting:
            self.status = exiting.code
        return self.status

    def _node(self, node: Node, streams: Streams) -> None:
        streams.check()
        try:
            if isinstance(node, Simple):
                self._simple(node, streams)
            else:
                self._compound(node, self._redirected(node.redirects, streams))
        except Complaint as complaint:
            self._complain(str(complaint), complaint.code, streams)
        except ConnectionError:
            raise
        except OSError as error:  # from a redirection: the phone's files are full
            self._complain(f"write error: {error.strerror}", 1, streams)

    def _compound(self, node: Node, streams: Streams) -> None:
        if isinstance(node, Group):
            if node.subshell:
                self.status = self._child()._in_child(replace(node, subshell=False), streams)
            else:
                self._script(node.body, streams)
        elif isinstance(node, If):
            for condition, body in node.branches:
                if self._script(condition, streams) == 0:
                    self._script(body, streams)
                    return
            self.status = 0
            self._script(node.otherwise, streams)
        elif isinstance(node, For):
            expander = self._expander(streams)
            for value in [field for word in node.words for field in expander.fields(word)]:
                self.variables[node.name] = value
                self._script(node.body, streams)
        elif not isinstance(node, Simple):
            while (self._script(node.condition, streams) == 0) != node.until:
                self._script(node.body, streams)
            self.status = 0

    def _simple(self, node: Simple, streams: Streams) -> None:
        self._substituted = 0
        expander = self._expander(streams)
        words = [field for word in node.words for field in expander.fields(word)]
        given: dict[str, str] = {}
        for variable, word in node.assignments:
            given[variable] = expander.text(word)
            if len(given[variable]) > _LONGEST_TEXT:
                raise Complaint(f"{variable}: too long")
            if not words:  # the next assignment may use this one
                self.variables[variable] = given[variable]
        streams = self._redirected(node.redirects, streams)
        if not words:
            self.status = self._substituted
            return
        name, *arguments = words
        if name in BUILTINS:
            self.variables.update(given)
            self.status = BUILTINS[name](self, arguments, streams) & 0xFF
            return
        base = posixpath.basename(name)
        short = base if name.startswith(_BIN) and name.count("/") == 3 else name
        command = self.commands.get(short)
        if command is None:
            raise Complaint(f"{name}: inaccessible or not found", 127)

        def start(line: str, words: Sequence[str]) -> int:
            inner = self._child()
            inner.variables.update(given)
            inner.arguments = tuple(words)
            return inner.run(line, streams)

        call = Call(short, tuple(arguments), streams, self.system, self.folder, start)
        self.status = command(call) & 0xFF

    def _expander(self, streams: Streams) -> Expander:
        def output_of(line: str) -> str:
            caught = io.BytesIO()
            self._substituted = self._child().run(line, replace(streams, stdout=_sink(caught)))
            return caught.getvalue().decode("utf-8", "surrogateescape").rstrip("\n")

        return Expander(Scope(self._parameter, self.arguments[1:], output_of, self._matches))

    def _parameter(self, name: str) -> str | None:
        if name == "?":
            return str(self.status)
        if name == "#":
            return str(len(self.arguments) - 1)
        if name in ("$", "!"):
            return "4242"  # one process is as good as another here
        if name == "-":
            return ""
        if name.isdecimal():
            return self.arguments[int(name)] if int(name) < len(self.arguments) else None
        return self.folder if name == "PWD" else self.variables.get(name)

    def _matches(self, pattern: str) -> list[str]:
        head, _, tail = pattern.rpartition("/")
        files = self.system.files
        folder = files.resolve(head or ("/" if pattern.startswith("/") else "."), self.folder)
        # A pattern in the middle of a path is beyond this shell: it stays as it is written.
        if any(char in head for char in "*?[") or not files.is_folder(folder):
            return []
        prefix = pattern[: len(pattern) - len(tail)]
        names = [name for name in files.names(folder) if fnmatch.fnmatchcase(name, tail)]
        return [prefix + name for name in names if tail[:1] == "." or name[:1] != "."]

    def _redirected(self, redirects: Sequence[Redirect], streams: Streams) -> Streams:
        sinks: dict[int, Sink] = {1: streams.stdout, 2: streams.stderr}
        stdin = streams.stdin
        for redirect in redirects:
            target = self._expander(streams).text(redirect.target)
            path = self.system.files.resolve(target, self.folder)
            try:
                if redirect.operator == "<":
                    stdin = io.BytesIO(self.system.files.read(path))
                elif redirect.operator == ">&" and target in ("1", "2"):
                    sinks[redirect.number] = sinks[int(target)]
                elif redirect.operator in (">", ">>"):
                    sinks[redirect.number] = self._file_sink(path, redirect.operator == ">")
                else:
                    raise Complaint(f"{redirect.operator}{target}: bad file descriptor")
            except OSError as error:
                verb = "open" if redirect.operator == "<" else "create"
                raise Complaint(f"can't {verb} {target}: {error.strerror}") from error
        return replace(streams, stdin=stdin, stdout=sinks[1], stderr=sinks[2])

    def _file_sink(self, path: str, afresh: bool) -> Sink:
        files = self.system.files
        files.write(path, b"", append=not afresh)
        return lambda data: files.write(path, data, append=True)


def _sink(buffer: io.BytesIO) -> Sink:
    def write(data: bytes) -> None:
        if buffer.tell() + len(data) > _LARGEST_PIPE:
            raise Complaint("write error: File too large")
        buffer.write(data)

    return write
