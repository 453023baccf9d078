"""Where a model's files are looked for, and what is said when they are not there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tapwright.errors import UnknownModel
from tapwright.model import embedded
from tapwright.model.fetch import find, with_weights


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert find(str(tmp_path)) == tmp_path
    assert with_weights(str(tmp_path), tmp_path) == tmp_path


def test_embedded_is_the_folder_in_the_package() -> None:
    assert find("embedded") == embedded.folder()
    assert (embedded.folder() / "__init__.py").is_file()


@pytest.mark.parametrize("name", ["", "nowhere", "/no/such/folder", "a/b/c", "https://x.y/z"])
def test_a_name_that_is_nothing_says_what_names_are(name: str) -> None:
    with pytest.raises(UnknownModel, match="give 'embedded', a folder, a Hub id"):
        find(name)


def test_a_file_is_not_a_model(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"")
    with pytest.raises(UnknownModel, match="is a file"):
        find(str(file))


def test_modelscope_without_its_package_names_the_command() -> None:
    code = "import sys; sys.modules['modelscope'] = None\n" + _ASK.replace(
        "someone/some-model", "modelscope:qwen/Qwen2-VL-2B-Instruct"
    )
    answer = _python(code, {})
    assert answer.startswith("SetupError") and 'pip install "tapwright[modelscope]"' in answer


class _Hub(BaseHTTPRequestHandler):
    """A Hub that answers every question in one way."""

    status = 404
    code = ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.code:
            self.send_header("X-Error-Code", self.code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _hub(status: int, code: str) -> Iterator[str]:
    handler = type("Handler", (_Hub,), {"status": status, "code": code})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_ASK = """
import sys
from tapwright.errors import TapwrightError
from tapwright.model.fetch import find
try:
    find("someone/some-model", "v9")
except TapwrightError as error:
    print(type(error).__name__, error)
"""


def _asked(endpoint: str, *, offline: str = "0") -> str:
    """What `find` says of a Hub; in a process of its own, which reads these settings once."""
    settings = {"HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": offline, "NO_PROXY": "127.0.0.1"}
    return _python(_ASK, settings)


def _python(code: str, settings: dict[str, str]) -> str:
    """What a Python program prints, run with these variables in its environment."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | settings,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (404, "RepoNotFound", "UnknownModel", "no model 'someone/some-model'"),
        (401, "RepoNotFound", "UnknownModel", "hf auth login"),
        (404, "RevisionNotFound", "UnknownModel", "no revision 'v9'"),
        (403, "GatedRepo", "SetupError", "ask for access"),
        (418, "", "SetupError", "Hub cannot be reached"),
    ],
)
def test_what_the_hub_refuses_is_told_apart(status: int, code: str, kind: str, said: str) -> None:
    with _hub(status, code) as endpoint:
        answer = _asked(endpoint)
    assert answer.startswith(kind) and said in answer


def test_a_hub_that_is_not_there_is_a_setup_error() -> None:
    answer = _asked("http://127.0.0.1:9")
    assert answer.startswith("SetupError") and "--model embedded" in answer


def test_an_offline_machine_is_a_setup_error() -> None:
    answer = _asked("http://127.0.0.1:9", offline="1")
    assert answer.startswith("SetupError") and "check the network" in answer
