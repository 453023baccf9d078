"""Texts typed into real programs arrive as they are, byte for byte: two hundred of them."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tapwright.actions import FocusWindow, Hotkey, TypeText
from tapwright.devices.desktop import DesktopDevice
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.types import Delivery

from ...waiting import until

pytestmark = pytest.mark.desktop

# ruff: noqa: RUF001  (characters that look alike are what is tested)
WORDS = [
    "plain words", "MiXeD CaSe", "0123456789", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "$(rm -rf /) `id` ${HOME} && echo %s%n", "quotes ' and \" and “these” and «those»",
    "tab\there\tand\tthere", "  two blanks in front, two behind  ", "--option=\"a b\"",
    "C:\\Users\\Ana\\notes.txt", "Zürich, Köln, Straße", "Ærøskøbing, Åse, Øresund",
    "¿Qué? ¡Sí! Ñandú", "ção, são, maçã", "œuvre, ça, là, où, naïve", "Łódź, Gdańsk, żółć",
    "Příliš žluťoučký kůň", "Árvíztűrő tükörfúrógép", "İstanbul, ığdır, şeker",
    "Съешь ещё этих мягких булок", "Ξεσκεπάζω την ψυχοφθόρα", "Україна, їжак, ґанок",
    "שלום עולם", "مرحبا بالعالم", "فارسی: گچپژ", "नमस्ते दुनिया", "สวัสดีชาวโลก", "வணக்கம்",
    "你好，世界", "漢字と仮名交じり文", "カタカナ ひらがな", "안녕하세요 세계", "繁體中文測試",
    "😀😃😄", "👍🏽 👩‍💻 👨‍👩‍👧‍👦", "🇨🇭🇯🇵", "❤️ ✔️ ☂️", "e\u0301 a\u0308 n\u0303", "q\u0323\u0307",
    "price: 5 € or £4 or ¥600", "½ ⅓ ² ³ ± × ÷ √ ∑ ∞ ≠ ≤", "→ ← ↑ ↓ ⇒", "a\u00a0b\u2003c\u200bd",
    "\u200fright to left mark", "“—–…‘’”", "𝒜𝓫𝔠 𝟙𝟚", "𠮷野家 𩸽", "first\nsecond\n\nfourth",
    "ends\n",
    "ß ẞ ﬁ ﬂ ŉ ǆ",
]  # fmt: skip


def _two_hundred() -> list[str]:
    """The words alone, backwards, doubled and joined with their neighbours."""
    texts = list(WORDS)
    texts += [word[::-1] for word in WORDS]
    texts += [f"{word} {word}" for word in WORDS]
    texts += [f"{word}|{after}" for word, after in zip(WORDS, WORDS[1:] + WORDS[:1], strict=True)]
    return texts


ALL = pytest.param(_two_hundred(), id="all", marks=pytest.mark.slow)
SOME = pytest.param(WORDS[::3] + WORDS[46:48], id="some")
WORDS_ALL = pytest.param(WORDS, id="all", marks=pytest.mark.slow)
WORDS_SOME = pytest.param(["plain", "$(rm) `id` %s", "Zürich ¿Qué?", "你好 😀"], id="some")


def test_there_are_two_hundred_different_texts() -> None:
    assert len(_two_hundred()) == 200 == len(set(_two_hundred()))


@pytest.fixture
def program(screen: VirtualDisplay) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts programs on the display and ends them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str) -> subprocess.Popen[bytes]:
        started.append(screen.start(argv))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def _in_front(desktop: DesktopDevice, title: str) -> None:
    until(
        lambda: any(title in window.title for window in desktop.windows()),
        f"no window {title}", 15,
    )  # fmt: skip
    until(
        lambda: desktop.perform(FocusWindow(title)).delivery is Delivery.DELIVERED,
        f"{title} does not come to the front", 15,
    )  # fmt: skip


@pytest.mark.parametrize("texts", [SOME, ALL])
def test_texts_arrive_in_an_editors_file_byte_for_byte(
    desktop: DesktopDevice,
    program: Callable[..., object],
    needs: Callable[..., None],
    tmp_path: Path,
    texts: list[str],
) -> None:
    needs("mousepad")
    file = tmp_path / "typed.txt"
    file.write_text("", encoding="utf-8")
    program("mousepad", str(file))
    _in_front(desktop, "typed.txt")
    for text in texts:
        effect = desktop.perform(TypeText(text + "\n"))
        assert effect.delivery is Delivery.DELIVERED, effect
        assert "not reading" not in effect.said
    desktop.perform(Hotkey(("ctrl", "s")))
    hoped = "".join(text + "\n" for text in texts).encode()
    until(lambda: file.stat().st_size >= len(hoped), "the file was not saved")
    assert file.read_bytes().splitlines() == hoped.splitlines()
    assert file.read_bytes().rstrip(b"\n") == hoped.rstrip(b"\n")


@pytest.mark.parametrize("texts", [WORDS_SOME, WORDS_ALL])
def test_a_terminal_that_answers_no_pings_gets_every_character_too(
    desktop: DesktopDevice,
    program: Callable[..., object],
    needs: Callable[..., None],
    tmp_path: Path,
    texts: list[str],
) -> None:
    needs("xterm")
    file = tmp_path / "typed.txt"
    program("xterm", "-u8", "-T", "sink", "-e", "sh", "-c", f"cat > {file}")
    _in_front(desktop, "sink")
    until(file.exists, "the terminal's program did not start")
    for text in texts:
        assert desktop.perform(TypeText(text + "\n")).delivery is Delivery.DELIVERED
    desktop.perform(Hotkey(("ctrl", "d")))
    hoped = "".join(text + "\n" for text in texts).encode()
    until(lambda: file.stat().st_size >= len(hoped), "the terminal did not pass everything on")
    assert file.read_bytes().splitlines() == hoped.splitlines()
    assert file.read_bytes() == hoped


def test_a_program_that_is_busy_gets_every_character_when_it_wakes(
    desktop: DesktopDevice,
    program: Callable[..., subprocess.Popen[bytes]],
    needs: Callable[..., None],
    tmp_path: Path,
) -> None:
    needs("mousepad")
    file = tmp_path / "busy.txt"
    file.write_text("", encoding="utf-8")
    busy = program("mousepad", str(file))
    _in_front(desktop, "busy.txt")
    # More characters than there are spare keys, so that keys are lent twice.
    text = "".join(chr(0x4E00 + number) for number in range(60))
    busy.send_signal(signal.SIGSTOP)
    awake = threading.Timer(0.5, busy.send_signal, [signal.SIGCONT])
    awake.start()
    effect = desktop.perform(TypeText(text))
    awake.join()
    assert effect.delivery is Delivery.DELIVERED, effect
    desktop.perform(Hotkey(("ctrl", "s")))
    until(lambda: file.stat().st_size >= len(text) * 3, "the file was not saved")
    assert file.read_text(encoding="utf-8").rstrip("\n") == text
