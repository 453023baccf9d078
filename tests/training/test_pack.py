"""A packed sequence is exactly what its prompts are alone, or training teaches another task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from tapwright.agent.history import summary_text
from tapwright.model.tiny import write_settings
from tapwright.prompts import DIALECTS
from tapwright.prompts.texts import system_prompt
from tapwright.tools.phone import ACTION_SETS
from tapwright.training.network import CellHead, Network
from tapwright.training.pack import IGNORED, Packer, Question
from tapwright.training.pixels import patchify
from tapwright.training.shape import HEIGHT, WIDTH
from tapwright.training.system import system_text
from tapwright.training.train import new_model
from tapwright.types import Conversation, Frame, ImagePart, Size, TextPart, UserTurn

CALL = '*FUNCTION*: Click *ARGS*: {"point": (512,288)}'
QUESTIONS = [
    Question(summary_text("Turn on Wi-Fi", []), f"Tap Settings.\n{CALL}"),
    Question(summary_text("Open Maps", ["- Go home. Changed."]), f"Tap Maps.\n{CALL}"),
]


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Any]:
    work = tmp_path_factory.mktemp("work")
    tokenizer, model = new_model(work)
    return work, tokenizer, model.eval()


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    noise = np.random.default_rng(3).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return Image.fromarray(noise)


def test_each_packed_question_gets_the_logits_it_would_get_alone(
    untrained: tuple[Path, Any, Any], picture: Image.Image, tmp_path: Path
) -> None:
    _, tokenizer, model = untrained
    packer = Packer(tokenizer, system_text())
    write_settings(tmp_path)
    alone = [_alone(model, tokenizer, packer, question, picture) for question in QUESTIONS]

    network = Network(model, CellHead(256, 4))
    pictures = torch.from_numpy(np.asarray(picture).copy()).unsqueeze(0)
    packed = packer.pack([QUESTIONS], HEIGHT, WIDTH, 400)
    with torch.no_grad():
        *_, hidden = network.hidden(pictures, packed)
        logits = model.lm_head(hidden)[0]
    answered = (packed["labels"][0] != IGNORED).nonzero().flatten().tolist()
    starts = [at for at in answered if at - 1 not in answered]
    assert len(starts) == len(QUESTIONS)
    for start, wanted in zip(starts, alone, strict=True):
        assert torch.allclose(logits[start], wanted, atol=2e-2)
    assert (alone[0] - alone[1]).abs().max() > 2e-2  # or the comparison could not fail


def _alone(
    model: Any, tokenizer: Any, packer: Packer, question: Question, picture: Image.Image
) -> torch.Tensor:
    ids = torch.tensor([packer.prompt(question, HEIGHT * WIDTH // 784)])
    values, grids = patchify(torch.from_numpy(np.asarray(picture).copy()).unsqueeze(0))
    both = values.float().view(-1, 3, 1, 196).expand(-1, 3, 2, 196).reshape(-1, 1176)
    marks = (ids == tokenizer.convert_tokens_to_ids("<|image_pad|>")).long()
    with torch.no_grad():
        out = model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            mm_token_type_ids=marks,
            pixel_values=both,
            image_grid_thw=grids,
        )
    return out.logits[0, -1]


def test_training_prompts_are_the_prompts_of_the_loop(
    untrained: tuple[Path, Any, Any], picture: Image.Image, tmp_path: Path
) -> None:
    from tapwright.model.processor import load_processor

    work, tokenizer, _ = untrained
    for file in (work / "tokenizer").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    write_settings(tmp_path)
    processor = load_processor(tmp_path, HEIGHT * WIDTH, HEIGHT * WIDTH)
    screen = Size(1080, 2400)
    tools = ACTION_SETS["embedded"].tools(Frame.NORM_1000, screen, screen)
    text = TextPart(QUESTIONS[1].text)
    conversation = Conversation(
        system_prompt("phone_compact"),
        tuple(tool.spec for tool in tools),
        (UserTurn((ImagePart(picture.resize((1080, 2400))), text)),),
    )
    messages = DIALECTS["compact"].render(conversation)
    prompt = processor.encode(messages)
    trained = Packer(tokenizer, system_text()).prompt(QUESTIONS[1], HEIGHT * WIDTH // 784)
    assert prompt.input_ids[0].tolist() == trained
