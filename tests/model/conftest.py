"""A tiny checkpoint of the real class, made once and loaded once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tapwright.model.load import load_model
from tapwright.model.qwen2_vl import Qwen2VL
from tapwright.model.tiny import make_checkpoint


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole checkpoint; tests that change files take `copied` instead."""
    folder = make_checkpoint(tmp_path_factory.mktemp("tiny") / "checkpoint")
    file = folder / "generation_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    # Random weights may end a reply anywhere; an end token they cannot write keeps lengths known.
    file.write_text(json.dumps(settings | {"eos_token_id": 10_000}), encoding="utf-8")
    return folder


@pytest.fixture
def copied(checkpoint: Path, tmp_path: Path) -> Path:
    """A copy of the checkpoint, to be spoiled."""
    return Path(shutil.copytree(checkpoint, tmp_path / "copy"))


@pytest.fixture
def configure(copied: Path) -> Callable[..., Path]:
    """Changes keys of the copy's config.json and gives its folder."""

    def change(**keys: Any) -> Path:
        file = copied / "config.json"
        config = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(config | keys), encoding="utf-8")
        return copied

    return change


@pytest.fixture(scope="session")
def model(checkpoint: Path) -> Qwen2VL:
    """The checkpoint, in float32 so that figures are the same on every processor."""
    loaded = load_model(str(checkpoint), device="cpu", dtype="float32")
    assert isinstance(loaded, Qwen2VL)
    return loaded


@pytest.fixture(scope="session")
def screen() -> Image.Image:
    """A drawn picture of 280x560: 200 picture tokens."""
    image = Image.new("RGB", (280, 560), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((70, 180, 140, 280), fill="navy")
    pen.ellipse((0, 0, 90, 110), fill="orange")
    return image
