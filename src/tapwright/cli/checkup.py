"""What `tapwright doctor` looks at: one function per matter, each with its cure."""

from __future__ import annotations

import platform
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import Literal

from tapwright.errors import DeviceError, ModelError, SetupError, UsageError

Health = Literal["good", "note", "bad"]
SMALLEST_FREE = 2.0  # GB; below it the embedded model and the simulated phone are cramped
SIZES = (("Qwen2-VL-2B", 5.1), ("Qwen2-VL-7B in 4 bits", 6.7), ("Qwen2-VL-7B", 19.1))  # GB
SECONDS = 20.0  # for a program to answer


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter: `bad` stops a run, a `note` does not; `cure` says what to do."""

    matter: str
    health: Health
    said: str
    cure: str = ""


def python() -> Finding:
    """Python itself; pip has seen to it that it is new enough."""
    said = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("python", "good", said)


def torch() -> Finding:
    """The engine that runs the model, and on what."""
    try:
        engine = import_module("torch")
    except (ImportError, OSError) as error:
        return Finding("torch", "bad", _line(error), "pip install torch (see docs/dependencies.md)")
    if engine.cuda.is_available():
        return Finding("torch", "good", f"{engine.__version__}, {engine.cuda.get_device_name(0)}")
    threads = engine.get_num_threads()
    return Finding("torch", "good", f"{engine.__version__}, CPU with {threads} threads")


def transformers() -> Finding:
    """The library that holds Qwen2-VL."""
    from tapwright.model.bars import no_remarks

    cure = "pip install 'transformers>=5.18,<6'"
    try:
        with no_remarks():
            library = import_module("transformers")
            _ = library.Qwen2VLForConditionalGeneration
    except (ImportError, AttributeError, RuntimeError) as error:
        return Finding("transformers", "bad", _line(error), cure)
    return Finding("transformers", "good", library.__version__)


def torchvision() -> Finding:
    """Not needed; a broken one, though, breaks Transformers' own imports."""
    if find_spec("torchvision") is None:
        return Finding("torchvision", "good", "absent; it is not needed")
    try:
        found = import_module("torchvision").__version__
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        cure = "pip uninstall torchvision (it is not needed), or install the one for your torch"
        return Finding("torchvision", "bad", f"broken: {_line(error)}", cure)
    return Finding("torchvision", "good", f"{found}; it is not needed")


def memory() -> Finding:
    """How much is free, and which models fit."""
    import psutil

    from tapwright.model.memory import bytes_free

    free = bytes_free("cpu") / 1e9
    said = f"{free:.1f} GB free of {psutil.virtual_memory().total / 1e9:.1f} GB"
    if free < SMALLEST_FREE:
        return Finding("memory", "note", said, "close other programs")
    fitting = [name for name, needed in SIZES if needed <= free]
    return Finding("memory", "good", f"{said}; enough for {', '.join(['embedded', *fitting])}")


def fonts() -> Finding:
    """What the simulated phone is drawn with."""
    missing = []
    for package in ("font-roboto", "fonticon-materialdesignicons7"):
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        cure = f"pip install {' '.join(missing)}"
        return Finding("fonts", "bad", f"missing: {', '.join(missing)}", cure)
    return Finding("fonts", "good", "Roboto and Material Design icons")


def adb_program() -> Finding:
    """The adb that a run would start."""
    from tapwright.devices.adb_server import find_adb

    cure = "install Android platform-tools (on Debian: apt-get install adb)"
    try:
        program = find_adb()
        done = subprocess.run(
            [program, "version"],
            capture_output=True, text=True, encoding="utf-8", errors="replace",
            timeout=SECONDS, check=True,
        )  # fmt: skip
    except (SetupError, OSError, subprocess.SubprocessError) as error:
        return Finding("adb", "bad", _line(error), cure)
    # "Android Debug Bridge version 1.0.41", then "Version 36.0.0-13206524": the second one counts.
    number = done.stdout.partition("\nVersion ")[2].split("\n")[0] or "found"
    return Finding("adb", "good", f"{number} at {program}")


def phones() -> Iterator[Finding]:
    """The adb server, and every phone it knows."""
    from tapwright.devices.adb_host import AdbHost

    try:
        host = AdbHost()
        host.ensure_running()
        attached = host.attached()
    except (DeviceError, SetupError, UsageError) as error:
        yield Finding("adb server", "bad", str(error), "adb kill-server, then adb start-server")
        return
    yield Finding("adb server", "good", f"answers on port {host.address[1]}")
    if not attached:
        yield Finding(
            "phones", "note", "none is attached",
            "turn on USB debugging and plug one in, or use --device sim",
        )  # fmt: skip
    for phone in attached:
        reason = None if phone.state == "device" else host.why_not(phone.serial)
        if reason is None:
            yield Finding("phone", "good", f"{phone.serial} is ready")
        else:
            yield Finding("phone", "note", f"{phone.serial} is {phone.state}", str(reason))


def sandbox() -> Finding:
    """Where the tool `code_interpreter` would run code; nothing else needs it."""
    from tapwright.tools.sandbox import check_sandbox

    try:
        return Finding("sandbox", "good", f"{check_sandbox()}; for the tool code_interpreter")
    except SetupError as error:
        cure = "only the tool code_interpreter needs one; see the README on code"
        return Finding("sandbox", "note", str(error).removeprefix("no sandbox: "), cure)


def embedded() -> Finding:
    """The weights that ship: there, whole, and able to write a token."""
    from PIL import Image

    from tapwright.types import ImagePart, Message, Request, TextPart

    start = time.monotonic()
    try:
        from tapwright.model.load import load_model

        model = load_model("embedded", device="cpu")
        picture = ImagePart(Image.new("RGB", (1080, 2400)))
        words = Message("user", (picture, TextPart("Next?")))
        reply = model.generate(Request((words,), max_new_tokens=4))
    except (ModelError, SetupError) as error:
        return Finding(
            "embedded model", "bad", str(error), "pip install --force-reinstall tapwright"
        )
    said = f"loads and writes {reply.new_tokens} tokens in {time.monotonic() - start:.1f} s"
    return Finding("embedded model", "good", said)


def packages() -> Finding:
    """Everything else that tapwright names as needed."""
    missing = []
    for line in requires("tapwright") or ():
        name = line.split(";")[0].strip()
        if "extra ==" in line:
            continue
        name = name[: next((at for at, c in enumerate(name) if c in "<>=!~ ["), len(name))]
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("packages", "bad", f"missing: {', '.join(missing)}", "pip install tapwright")
    return Finding("packages", "good", "all are installed")


def findings() -> Iterator[Finding]:
    """Every finding, the quick ones first."""
    from tapwright.cli.checkup_desktop import desktop

    for look in (python, packages, fonts, memory, adb_program, sandbox):
        yield look()
    yield from phones()
    yield from desktop()
    for look in (torch, torchvision, transformers, embedded):
        yield look()


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
