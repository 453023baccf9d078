"""The adb stream reader against a loopback server that says exactly what a test tells it to."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings, strategies as st

from tapwright.devices.adb_stream import (
    AdbSocket,
    Deadline,
    LegacyEnding,
    OutputTooLarge,
    ServerSaidNo,
)
from tapwright.errors import CommandFailed, DeadlineExceeded, DeviceError, ServerDown, StreamCut


@contextmanager
def speaking(script: Callable[[socket.socket], None]) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            conn, _ = listener.accept()
            with conn, suppress(OSError):  # the reader has hung up, as it may
                script(conn)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            thread.join(5)


def packet(kind: int, data: bytes) -> bytes:
    return bytes([kind]) + struct.pack("<I", len(data)) + data


def read(data: bytes, *, slices: int = 0, limit: int = 1 << 20, seconds: float = 5):
    def script(conn: socket.socket) -> None:
        if not slices:
            conn.sendall(data)
        else:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(data), slices):
                conn.sendall(data[at : at + slices])

    with speaking(script) as address, AdbSocket(address, Deadline(seconds, "a test")) as stream:
        return stream.shell_v2(limit)


def test_an_answer_holds_both_streams_and_the_exit_code():
    got = read(packet(1, b"one") + packet(2, b"bad") + packet(1, b"two") + packet(3, b"\x07"))
    assert (got.stdout, got.stderr, got.exit_code) == (b"onetwo", b"bad", 7)


def test_packets_may_come_one_byte_at_a_time():
    got = read(packet(1, b"sliced") + packet(3, b"\0"), slices=1)
    assert (got.stdout, got.exit_code) == (b"sliced", 0)


def test_unknown_packets_are_skipped():
    assert read(packet(9, b"what") + packet(1, b"x") + packet(3, b"\0")).stdout == b"x"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        packet(1, b"all of it"),
        packet(1, b"all of it")[:-2],
        packet(1, b"x") + b"\x03\x01\0\0\0",
        packet(1, b"x") + packet(3, b""),
        packet(1, b"x") + packet(3, b"\0\0"),
        b"\x01\x00",
    ],
)
def test_a_stream_without_a_whole_exit_packet_is_cut(data):
    with pytest.raises(StreamCut, match="a test"):
        read(data)


def test_a_packet_that_claims_more_than_the_cap_is_refused_before_it_is_read():
    with pytest.raises(OutputTooLarge):
        read(b"\x01\xff\xff\xff\xff")


def test_many_small_packets_are_capped_as_one_answer():
    with pytest.raises(OutputTooLarge):
        read(packet(1, b"x" * 100) * 20, limit=1000)


def test_a_dripping_device_does_not_outlive_the_deadline():
    def drip(conn: socket.socket) -> None:
        for _ in range(100):
            conn.sendall(packet(1, b"."))
            time.sleep(0.05)  # the pace of the drip is the test

    started = time.monotonic()
    with (
        speaking(drip) as address,
        AdbSocket(address, Deadline(0.3, "a drip")) as stream,
        pytest.raises(DeadlineExceeded, match=r'"a drip" in 0\.3 s'),
    ):
        stream.shell_v2(1 << 20)
    assert time.monotonic() - started < 4.5  # the drip itself takes 5


def test_a_silent_device_meets_the_deadline():
    release = threading.Event()

    def silent(_: socket.socket) -> None:
        release.wait(3)

    with speaking(silent) as address:
        with (
            AdbSocket(address, Deadline(0.2, "nothing")) as stream,
            pytest.raises(DeadlineExceeded),
        ):
            stream.exactly(1)
        release.set()


def test_a_reset_is_a_cut():
    def reset(conn: socket.socket) -> None:
        conn.recv(5)
        conn.sendall(packet(1, b"half"))
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with (
        speaking(reset) as address,
        AdbSocket(address, Deadline(2, "a reset")) as stream,
        pytest.raises(StreamCut),
    ):
        stream.close_stdin()
        stream.shell_v2(1000)


def test_a_port_where_nothing_listens_is_a_server_that_is_down():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    with pytest.raises(ServerDown, match="adb start-server"):
        AdbSocket(address, Deadline(1, "a test"))


def answered(reply: bytes, request: str = "host:version") -> str:
    def script(conn: socket.socket) -> None:
        conn.recv(4096)
        conn.sendall(reply)

    with speaking(script) as address, AdbSocket(address, Deadline(2, request)) as stream:
        stream.request(request)
        return stream.block()


def test_a_request_is_answered_with_a_block():
    assert answered(b"OKAY00040029") == "0029"


def test_fail_carries_its_reason():
    with pytest.raises(ServerSaidNo, match="device offline") as caught:
        answered(b"FAIL000edevice offline")
    assert caught.value.stderr == "device offline"


@pytest.mark.parametrize("reply", [b"", b"OK", b"HTTP/1.1 400", b"OKAYzzzz", b"OKAY0010short"])
def test_an_answer_that_is_not_adb_or_not_whole_is_cut(reply):
    with pytest.raises(StreamCut):
        answered(reply)


def test_a_request_longer_than_four_hex_digits_is_never_sent():
    with pytest.raises(CommandFailed, match="65535"):
        answered(b"OKAY00040029", "x" * 70_000)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_make_the_reader_do_anything_but_answer_or_raise_a_device_error(data):
    try:
        got = read(data, limit=4096)
    except DeviceError:
        return
    assert 0 <= got.exit_code <= 255


def test_a_legacy_answer_is_whole_only_with_its_ending():
    ending = LegacyEnding()
    marker = ending.wrap("x").removeprefix("x; echo ").removesuffix("$?")
    assert ending.unwrap(f"hello\n{marker}5\n".encode(), "x").exit_code == 5
    assert ending.unwrap(f"no newline{marker}0\r\n".encode(), "x").stdout == b"no newline"
    for cut in (b"", b"hello\n", f"hello\n{marker}".encode(), f"{marker}0\nmore".encode()):
        with pytest.raises(StreamCut):
            ending.unwrap(cut, "x")
