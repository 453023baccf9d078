"""Qwen2-VL-2B's exact shapes, with random weights: do they load and take a step on this machine?

    python benchmarks/qwen2vl_2b.py [--tokens 16] [--pixels 1003520] [--folder FOLDER]

Makes the checkpoint (4.4 GB, in a temporary folder unless one is named), loads it through
`load_model` as any other, shows it a drawn screen of 1080x2400, and prints seconds and peak
memory. The replies are noise: this measures the machine, not a model.
"""

from __future__ import annotations

import argparse
import platform
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageDraw

from tapwright.model.load import load_model
from tapwright.model.tiny import make_checkpoint
from tapwright.protocols import Model
from tapwright.types import ImagePart, Message, Request, Size, TextPart

SCREEN = Size(1080, 2400)


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tokens", type=int, default=16, help="tokens to write (16)")
    parser.add_argument("--pixels", type=int, help="the picture's budget (the family's: 1003520)")
    parser.add_argument("--folder", type=Path, help="keep the checkpoint here, or use it again")
    options = parser.parse_args()
    if options.folder is not None:
        measure(options.folder, options.tokens, options.pixels)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.tokens, options.pixels)


def measure(folder: Path, tokens: int, pixels: int | None) -> None:
    """Make the checkpoint where it is missing, load it, take one step, print every figure."""
    import torch

    print(
        f"machine: {platform.processor() or platform.machine()}, torch {torch.__version__}, "
        f"{torch.get_num_threads()} threads"
    )
    if not (folder / "config.json").is_file():
        start = time.monotonic()
        # In a process of its own, so that the peak below is that of loading and running.
        maker = get_context("spawn").Process(
            target=make_checkpoint, args=(folder,), kwargs={"shapes": "2b"}
        )
        maker.start()
        maker.join()
        if maker.exitcode != 0:
            raise SystemExit("the checkpoint could not be made; the reason stands above")
        report("making the checkpoint", start)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"on disk: {size / 1e9:.2f} GB")
    start = time.monotonic()
    model = load_model(str(folder), pixels=pixels, on_progress=print)
    report("loading", start)
    start = time.monotonic()
    print(step(model, tokens))
    report("one step", start)


def step(model: Model, tokens: int) -> str:
    """One reply to a drawn screen, in figures."""
    shown = model.shown_size(SCREEN)
    messages = (
        Message("system", (TextPart("You drive a phone. Call one function."),)),
        Message("user", (ImagePart(drawn_screen()), TextPart("Turn on Wi-Fi."))),
    )
    reply = model.generate(Request(messages, max_new_tokens=tokens))
    return (
        f"picture shown at {shown.width}x{shown.height}; {reply.prompt_tokens} prompt tokens, "
        f"{reply.new_tokens} new tokens in {reply.seconds:.1f} s"
    )


def report(what: str, start: float) -> None:
    """Print what took how long, and the process's highest memory so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB
    print(f"{what}: {time.monotonic() - start:.1f} s, peak memory so far {peak / 1e9:.2f} GB")


def drawn_screen() -> Image.Image:
    """A screen with a bar and some rows."""
    image = Image.new("RGB", (SCREEN.width, SCREEN.height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SCREEN.width, 90), fill="black")
    for top in range(200, 2200, 180):
        pen.rounded_rectangle((60, top, 1020, top + 140), 30, fill="lightsteelblue")
        pen.text((100, top + 40), f"Row {top // 180}", fill="black")
    return image


if __name__ == "__main__":
    main()
