"""Debian's Chromium on a virtual display of its own, showing one MiniWoB++ page at a time.

DevTools serve to open a page, to seed it and to read its reward and its boxes. Whoever plays
looks at the display and uses its mouse and keyboard, as a person would.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import TracebackType
from typing import Any

from tapwright.actions import Point
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import DeviceError, SetupError, UsageError
from tapwright.types import Size

PAGE = Size(168, 210)  # CSS pixels of the display: a page's 160x210 and a margin, as 4 to 5
WINDOW = Size(500, 320)  # what the pages were made for; some centre dialogs in it
LONGEST = 600_000  # milliseconds an episode may take; pages allow 10,000
_START, _ANSWER = 20.0, 15.0  # seconds to come up, and to answer
_FLAGS = (
    "--no-sandbox", "--test-type", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability",
    "--disable-client-side-phishing-detection", "--metrics-recording-only", "--no-pings",
    "--disable-breakpad",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--password-store=basic", "--disable-gpu",
    "--disable-dev-shm-usage", "--remote-debugging-address=127.0.0.1",
    "--remote-debugging-port=0", "--remote-allow-origins=*",
)  # fmt: skip
_READY = "document.readyState == 'complete' && typeof core == 'object' && !!core.cover_div"
# A click that comes before the page is drawn is lost.
_DRAWN = (
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
    "() => setTimeout(() => done(true), {wait}))))"
)


def page_folder() -> Path:
    """Where the pages lie; raise `SetupError` where the wheel is not installed."""
    try:
        wheel = distribution("miniwob")  # not its module: `miniwob.py` beside this file hides it
    except PackageNotFoundError:
        raise SetupError("the pages are missing: pip install --no-deps miniwob==1.1.0") from None
    return Path(str(wheel.locate_file("miniwob/html/miniwob")))


def page_names() -> list[str]:
    """All pages of the wheel, in the alphabet's order."""
    return sorted(page.stem for page in page_folder().glob("*.html"))


@dataclass(frozen=True, slots=True)
class Score:
    """What a page says of its episode: its raw reward is -1..1 and knows no time."""

    done: bool
    raw: float
    reward: float
    reason: str = ""


class Browser:
    """Chromium on a virtual display of the page's own size; a context manager.

    `scale` is how many pixels of the display a CSS pixel takes.
    """

    def __init__(self, scale: int = 2) -> None:
        self.scale = scale
        self.screen = VirtualDisplay(Size(PAGE.width * scale, PAGE.height * scale), manager=False)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._link: Any = None
        self._number = 0
        self._page = ""

    def __enter__(self) -> Browser:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise SetupError("MiniWoB++ needs Chromium: apt-get install chromium")
        import websocket

        self.screen.open()
        self._folder = tempfile.TemporaryDirectory(prefix="tapwright-web-")
        first = (page_folder() / "click-test.html").as_uri()
        self.screen.start(
            ["nice", "-n", "10", program, *_FLAGS, f"--app={first}",
             "--window-position=0,0", f"--window-size={WINDOW.width},{WINDOW.height}",
             f"--force-device-scale-factor={self.scale}", f"--user-data-dir={self._folder.name}"],
            env={"HOME": self._folder.name},
        )  # fmt: skip
        address = self._address()
        self._link = websocket.create_connection(
            address, timeout=_ANSWER, http_no_proxy=["127.0.0.1"], suppress_origin=True
        )
        self._come_up()
        self._place()

    def _address(self) -> str:
        """The websocket of the window's page, once Chromium has written its port down."""
        import urllib.request

        deadline = time.monotonic() + _START
        port = Path(self._folder.name if self._folder else "") / "DevToolsActivePort"
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline:
            time.sleep(0.05)  # Chromium tells nobody when it has written the file
            if not port.is_file():
                continue
            number = port.read_text(encoding="ascii").split("\n")[0]
            if not number:
                continue
            with direct.open(f"http://127.0.0.1:{number}/json/list", timeout=_ANSWER) as answer:
                for target in json.load(answer):
                    if target["type"] == "page":
                        return str(target["webSocketDebuggerUrl"])
        raise DeviceError("Chromium did not come up; start it by hand to see why")

    def _come_up(self) -> None:
        """Wait until the first page stands; what it is asked before is lost with its beginnings."""
        deadline = time.monotonic() + _START
        while True:
            try:
                if self.run(_READY):
                    return
            except DeviceError:
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise DeviceError("Chromium does not show the first page")
            time.sleep(0.05)  # a page tells nobody here that it is shown

    def _place(self) -> None:
        """Put the window so that the page's corner is the display's, its title bar above it."""
        left = top = 0.0
        for _ in range(20):
            self._wait(30)
            left, top = self.run(
                "[screenX + (outerWidth - innerWidth) / 2, screenY + outerHeight - innerHeight]"
            )
            if (left, top) == (0, 0):
                return
            window = self.ask("Browser.getWindowForTarget")
            bounds = window["bounds"]
            moved = {"left": round(bounds["left"] - left), "top": round(bounds["top"] - top)}
            self.ask("Browser.setWindowBounds", windowId=window["windowId"], bounds=moved)
        raise DeviceError(f"the page's corner stands at ({left}, {top}), not at the display's")

    def ask(self, method: str, **parameters: Any) -> Any:
        """A DevTools command's result; raise `DeviceError` where Chromium refuses or is gone."""
        import websocket

        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        try:
            self._link.send(json.dumps(asked))
            while True:
                answer = json.loads(self._link.recv())
                if answer.get("id") == self._number:
                    break
        except (websocket.WebSocketException, OSError) as error:
            raise DeviceError(f'Chromium does not answer "{method}": {error}') from error
        if "error" in answer:
            raise DeviceError(f'Chromium refused "{method}": {answer["error"].get("message")}')
        return answer["result"]

    def run(self, script: str) -> Any:
        """The value of a script in the page; a promise is waited for."""
        told = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in told:
            what = told["exceptionDetails"].get("exception", {}).get("description", "")
            raise DeviceError(f'page "{self._page}" failed: {what.splitlines()[0] if what else ""}')
        return told["result"].get("value")

    def _wait(self, milliseconds: int) -> None:
        self.run(_DRAWN.format(wait=milliseconds))

    def open(self, page: str) -> None:
        """Show the START cover of `page`; raise `UsageError` for one that is not in the wheel."""
        if page not in page_names():
            raise UsageError(f'no page "{page}"; see --list')
        self.ask("Page.navigate", url=(page_folder() / f"{page}.html").as_uri())
        self._page = page
        deadline = time.monotonic() + _START
        while not self.run(_READY):
            if time.monotonic() > deadline:
                raise DeviceError(f'page "{page}" does not load')
            time.sleep(0.02)  # the page tells DevTools, not us
        self._wait(50)

    def prepare(self, seed: int) -> None:
        """Let the next episode be the one of `seed`, with time enough, and hide its score."""
        self.run(
            f"Math.seedrandom('{seed}'); core.EPISODE_MAX_TIME = {LONGEST}; core.hideDisplay();"
            "document.getElementById('click-canvas').style.display = 'none'; true"
        )

    def start(self) -> None:
        """Begin the episode without a click on the cover."""
        self.run("core.startEpisodeReal(); true")
        self.drawn()

    def drawn(self, milliseconds: int = 20) -> None:
        """Wait until what happened is drawn."""
        self._wait(milliseconds)

    @property
    def task(self) -> str:
        """The page's task in words."""
        return str(self.run("core.getUtterance()"))

    @property
    def running(self) -> bool:
        """Whether an episode is going on."""
        return bool(self.run("core.EP_TIMER !== null && core.cover_div.style.display == 'none'"))

    @property
    def score(self) -> Score:
        """What the page says of its episode."""
        done, raw, reward, reason = self.run(
            "[WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL, WOB_REWARD_GLOBAL, WOB_REWARD_REASON]"
        )
        return Score(bool(done), float(raw or 0), float(reward or 0), str(reason or ""))

    def point(self, x: float, y: float) -> Point:
        """The display's pixel at a CSS pixel."""
        return Point(int(x * self.scale), int(y * self.scale))

    def close(self) -> None:
        """End Chromium and its display."""
        if self._link is not None:
            self._link.close()
            self._link = None
        self.screen.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def seeds_of(text: str) -> Sequence[int]:
    """The seeds that `7`, `1,5,9` or `900000:900050` mean; raise `UsageError` for anything else."""
    try:
        if ":" in text:
            first, end = (int(part) for part in text.split(":"))
            found: Sequence[int] = range(first, end)
        else:
            found = [int(part) for part in text.split(",")]
    except ValueError:
        found = ()
    if not found:
        raise UsageError(f'"{text}" are no seeds; write them as 7, as 1,5,9 or as 900000:900050')
    return found
