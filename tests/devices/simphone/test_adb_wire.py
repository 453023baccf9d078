"""The phone's port under hands that know no manners: strangers' bytes, early ends, floods."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading

import pytest

from tapwright.devices.simphone.channels import Input
from tapwright.devices.simphone.faults import Faults
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer
from tapwright.devices.simphone.transport import HEADER, Command, Link, LinkBroken, Message
from tapwright.errors import SetupError


@pytest.fixture
def server():
    with PhoneServer(Phone(3, animate=False)) as served:
        yield served


def dial(server):
    sock = socket.create_connection((server.host, server.port), 10)
    return Link(sock, Faults())


@pytest.fixture
def link(server):
    """A connection whose handshake is over."""
    dialled = dial(server)
    dialled.send(Message(Command.CNXN, 0x01000001, 4096, b"host::features=shell_v2\0"))
    assert dialled.receive().command == Command.CNXN
    yield dialled
    dialled.close()


def opened(link, name, mine=7):
    link.send(Message(Command.OPEN, mine, 0, name.encode() + b"\0"))
    answer = link.receive()
    assert answer.command == Command.OKAY and answer.arg1 == mine
    return answer.arg0


def collected(link, mine, theirs):
    """Everything a stream says until its end, each message acknowledged."""
    data = b""
    while (message := link.receive()).command != Command.CLSE:
        if message.command == Command.WRTE:
            data += message.payload
            assert len(message.payload) <= 4096
            link.send(Message(Command.OKAY, mine, theirs))
    return data


def test_the_banner_says_what_the_phone_can_do(server):
    dialled = dial(server)
    dialled.send(Message(Command.CNXN, 0x01000000, 4096, b"host::"))
    banner = dialled.receive()
    assert (banner.arg0, banner.arg1) == (0x01000001, 0x100000)
    assert banner.payload.startswith(b"device::ro.product.name=")
    assert banner.payload.endswith(b"features=shell_v2,cmd,stat_v2,fixed_push_mkdir")
    dialled.close()


def test_an_old_server_gets_its_checksums(server):
    with socket.create_connection((server.host, server.port), 10) as sock:
        sock.sendall(raw(Command.CNXN, 0x01000000, 4096, b"host::"))
        with sock.makefile("rb") as answer:
            header = HEADER.unpack(answer.read(HEADER.size))
            assert header[4] == sum(answer.read(header[3])) != 0


def test_answers_keep_to_the_size_that_was_agreed(link):
    assert len(collected(link, 7, opened(link, "exec:seq 3000"))) == 13_893


def test_a_client_that_acknowledges_nothing_gets_one_message_only(link):
    theirs = opened(link, "exec:seq 3000")
    assert link.receive().command == Command.WRTE
    link.send(Message(Command.OPEN, 9, 0, b"exec:echo second\0"))
    second = [link.receive() for _ in range(2)]
    assert [each.arg1 for each in second] == [9, 9]  # the first stream waits, the second goes on
    link.send(Message(Command.CLSE, 7, theirs))


@pytest.mark.parametrize(
    "name", ["tcp:22", "local:/tmp/x", "framebuffer:", "root:", "reboot:", "jdwp", "sync:x", ""]
)
def test_what_is_no_service_of_the_phone_is_refused(link, name):
    link.send(Message(Command.OPEN, 7, 0, name.encode() + b"\0"))
    answer = link.receive()
    assert (answer.command, answer.arg0, answer.arg1) == (Command.CLSE, 0, 7)


def test_nothing_is_opened_before_the_handshake(server):
    dialled = dial(server)
    dialled.send(Message(Command.OPEN, 7, 0, b"exec:input tap 1 2\0"))
    dialled.send(Message(Command.CNXN, 0x01000001, 4096, b"host::"))
    assert dialled.receive().command == Command.CNXN
    assert server.system.phone.ledger == []
    dialled.close()


def test_messages_for_no_stream_and_unknown_words_are_passed_over(link):
    for command in (Command.WRTE, Command.OKAY, Command.CLSE, Command.SYNC, 0x12345678):
        link.send(Message(command, 99, 98, b"x"))
    assert collected(link, 7, opened(link, "exec:echo fine")) == b"fine\n"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        HEADER.pack(Command.CNXN, 0, 0, 0, 0, 0),
        HEADER.pack(Command.CNXN, 0, 0, 0xFFFFFFFF, 0, Command.CNXN ^ 0xFFFFFFFF),
        HEADER.pack(Command.WRTE, 1, 1, 100, 0, Command.WRTE ^ 0xFFFFFFFF) + b"short",
    ],
    ids=["http", "bad magic", "huge", "cut"],
)
def test_what_is_not_the_protocol_ends_the_connection_and_nothing_else(server, link, data):
    with socket.create_connection((server.host, server.port), 10) as stranger:
        stranger.sendall(data)
        with contextlib.suppress(OSError):  # the phone may have hung up already
            stranger.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert stranger.recv(100) == b""
    assert collected(link, 7, opened(link, "exec:echo fine")) == b"fine\n"


def test_random_bytes_harm_nobody(server, link):
    dice = random.Random(5)
    for _ in range(60):
        with socket.create_connection((server.host, server.port), 10) as stranger:
            if dice.random() < 0.5:
                stranger.sendall(raw(Command.CNXN, 0x01000001, 4096, b"host::"))
            for _ in range(dice.randint(0, 5)):
                command = dice.choice(list(Command))
                stranger.sendall(
                    raw(command, dice.randint(0, 3), dice.randint(0, 3), dice.randbytes(9))
                )
    assert collected(link, 7, opened(link, "exec:echo fine")) == b"fine\n"


def raw(command, arg0, arg1, payload):
    return HEADER.pack(command, arg0, arg1, len(payload), 0, command ^ 0xFFFFFFFF) + payload


def sync(link, data):
    """Send bytes to a sync session, in crooked pieces, and return what comes back."""
    theirs = opened(link, "sync:")
    answer = b""
    for start in range(0, len(data), 5):
        link.send(Message(Command.WRTE, 7, theirs, data[start : start + 5]))
    while (message := link.receive()).command != Command.CLSE:
        if message.command == Command.WRTE:
            answer += message.payload
            link.send(Message(Command.OKAY, 7, theirs))
    return answer


def test_sync_reads_a_stream_of_bytes_however_it_is_cut(link):
    name = b"/sdcard/x,33188"
    data = struct.pack("<4sI", b"SEND", len(name)) + name
    data += struct.pack("<4sI", b"DATA", 1) + b"a" + struct.pack("<4sI", b"DATA", 2) + b"bc"
    data += struct.pack("<4sI", b"DONE", 1234)
    data += struct.pack("<4sI", b"RECV", 9) + b"/sdcard/x"
    data += struct.pack("<4sI", b"STAT", 9) + b"/sdcard/x"
    data += struct.pack("<4sI", b"STAT", 9) + b"/sdcard/y"
    data += struct.pack("<4sI", b"QUIT", 0)
    assert sync(link, data) == (
        struct.pack("<4sI", b"OKAY", 0)
        + struct.pack("<4sI", b"DATA", 3) + b"abc" + struct.pack("<4sI", b"DONE", 0)
        + struct.pack("<4s3I", b"STAT", 0o100644, 3, 1234)
        + struct.pack("<4s3I", b"STAT", 0, 0, 0)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (struct.pack("<4sI", b"SND2", 1) + b"x", b"unknown command"),
        (struct.pack("<4sI", b"STAT", 4000) + bytes(4000), b"path too long"),
        (struct.pack("<4sI", b"RECV", 2) + b"/x", b"No such file or directory"),
        (struct.pack("<4sI", b"RECV", 7) + b"/sdcard", b"Is a directory"),
    ],
)
def test_sync_says_why_it_fails(link, data, words):
    answer = sync(link, data + struct.pack("<4sI", b"QUIT", 0))
    assert answer[:4] == b"FAIL" and words in answer


def test_a_port_that_is_taken_is_named(server):
    with pytest.raises(SetupError, match=f"cannot listen on '127.0.0.1:{server.port}'"):
        PhoneServer(Phone(3), port=server.port)


def test_closing_ends_every_thread(server, link):
    opened(link, "exec:sleep 1000")
    server.close()
    server.close()
    assert not [each for each in threading.enumerate() if each.name.startswith("phone-")]
    with pytest.raises(LinkBroken):
        link.receive()


def test_input_is_read_by_the_line_by_the_count_or_to_the_end():
    pieces = iter([b"on", b"e\ntwo\nthr", b"ee", b""])
    source = Input(lambda: next(pieces, b""))
    assert source.readline() == b"one\n"
    assert source.read(2) == b"tw"
    assert source.readline() == b"o\n"
    assert source.read() == b"three"
    assert source.read() == source.readline() == b""
