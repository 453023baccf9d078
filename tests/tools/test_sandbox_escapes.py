"""Files, secrets and networks of the host: code in the sandbox reaches none of them.

Code that gets out prints ESCAPED; what it would change outside is looked at from outside too.
"""

from __future__ import annotations

import ast
import os
import socket
from pathlib import Path

import pytest

from tapwright.tools.code_interpreter import code_interpreter
from tapwright.types import TextPart

from ..waiting import until
from .sealed import NEEDS_BWRAP, ROOT, listener, refused

__all__ = ["listener"]
pytestmark = NEEDS_BWRAP


def test_the_check_itself_notices_an_escape() -> None:
    with pytest.raises(AssertionError):
        refused("print('ESC' + 'APED')")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadow", "/etc/passwd", "/root/.ssh", "/home", "/root", "/proc/1/environ",
        "/proc/self/status", "/sys", "/run", "/var", "/mnt", "/usr/bin", "/dev/mem", "/dev/sda",
        "/dev/kmsg", "/dev/tty", "/dev/ptmx",
    ],
)  # fmt: skip
def test_a_file_of_the_host_is_not_there(path: str) -> None:
    assert "False" in refused(f"import os\nos.path.lexists({path!r})").value


def test_the_home_folder_and_its_keys_are_not_there(home: Path) -> None:
    (home / ".ssh").mkdir()
    (home / ".ssh/id_ed25519").write_text("ESCAPED", encoding="utf-8")
    told_ = refused(f"open({str(home / '.ssh/id_ed25519')!r}).read()")
    assert "FileNotFoundError" in told_.error


def test_the_projects_files_are_not_there(tmp_path: Path) -> None:
    for file in (ROOT / "pyproject.toml", ROOT / "tools/sandbox.py", tmp_path):
        assert "False" in refused(f"import os\nos.path.exists({str(file)!r})").value
    seen = refused("import os\n[n for n in os.listdir('/') if n not in ('etc', 'usr', 'dev')]")
    assert set(ast.literal_eval(seen.value)) <= {
        "work", "tmp", "lib", "lib32", "lib64", "python", "packages", "runner.py"
    }  # fmt: skip
    assert refused("import os\nos.listdir('/etc')").value == "['ld.so.cache']"


def test_the_environments_secrets_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVIATIONSTACK_API_KEY", "ESCAPED")
    assert "'HOME': '/work'" in refused("import os\ndict(os.environ)").value


@pytest.mark.parametrize("folder", ["/", "/usr/lib", "/python/lib", "/packages", "/etc", "/dev"])
def test_nothing_is_written_outside_the_work_folder(folder: str) -> None:
    code = f"open({folder!r} + '/tapwright-was-here', 'w').write('x')\nprint('ESCAPED')"
    error = refused(code).error
    assert "Read-only file system" in error or "FileNotFound" in error or "Permission" in error
    assert not (Path(folder) / "tapwright-was-here").exists()


def test_the_interpreters_packages_cannot_be_changed() -> None:
    import numpy

    before = Path(numpy.__file__).read_bytes()
    code = "import numpy\nopen(numpy.__file__, 'a').write('bad')\nprint('ESCAPED')"
    assert "Read-only file system" in refused(code).error
    assert Path(numpy.__file__).read_bytes() == before


CONNECT = "import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)\nprint('ESCAPED')"


def test_a_server_on_loopback_is_not_reached(listener: tuple[int, list[object]]) -> None:
    port, came = listener
    assert "PermissionError" in refused(CONNECT.format(port=port)).error
    socket.create_connection(("127.0.0.1", port), 1).close()
    until(lambda: len(came) == 1, "nobody came")


def test_names_are_not_looked_up() -> None:
    code = "import socket\nsocket.getaddrinfo('example.org', 80)\nprint('ESCAPED')"
    assert "gaierror" in refused(code).error
    udp = "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nprint('ESCAPED')"
    assert "PermissionError" in refused(udp).error


@pytest.mark.parametrize("abstract", [True, False])
def test_a_unix_socket_of_the_host_is_not_reached(tmp_path: Path, abstract: bool) -> None:
    name = f"\0tapwright-{os.getpid()}" if abstract else str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect({name!r})"
        assert "PermissionError" in refused(f"{code}\nprint('ESCAPED')").error
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_tool_is_what_runs_sealed() -> None:
    assert code_interpreter.function is not None
    parts = code_interpreter.function(code="import os\nos.getuid()")
    assert parts == [TextPart("65534")]
