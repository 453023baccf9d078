"""What steps on whole cards teach beside the words of the replies."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import Qwen2VLForConditionalGeneration

from tapwright.training.cards.chunks import write_chunk
from tapwright.training.eye import CHARACTERS, PER_CELL, character_head
from tapwright.training.network import MIDDLE, begins, fetched_loss, looking_loss
from tapwright.training.reading import Cards
from tapwright.training.samples import Frames
from tapwright.training.shape import embedded_config
from tapwright.training.train import Trainer


@pytest.mark.slow
def test_values_learn_to_look_at_their_labels(tmp_path: Path) -> None:
    write_chunk(tmp_path / "cards", 0, 12)
    cards = Cards(tmp_path / "cards")
    trainer = Trainer(tmp_path, Frames([]), cards, lambda _: None)
    network, bound = trainer.network, []
    optimizer = torch.optim.Adam(network.model.parameters(), lr=1e-3)
    for _ in range(6):
        trainer.sources.seed(0)  # the same cards each time
        losses = trainer.sources.losses("tall cards")
        bound.append(losses.measures["bound"])
        assert 0 <= losses.measures["roles_right"] <= 1
        optimizer.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert bound[-1] < bound[0] - 0.5, bound


def test_the_letters_under_a_look_are_named_behind_it() -> None:
    late, cells = torch.zeros(1, 3, 2), torch.zeros(1, 2, PER_CELL, dtype=torch.long)
    cells[0, 0, 1], cells[0, 1, 3] = CHARACTERS.index("A"), CHARACTERS.index("7")
    late[0, 1, 0] = late[0, 2, 1] = 1.0  # the second token saw the first cell, the third the other
    head = character_head(2)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()
        named = head.weight.view(PER_CELL, len(CHARACTERS), 2)
        named[1, CHARACTERS.index("A"), 0] = named[3, CHARACTERS.index("7"), 1] = 9.0
    right, wrong = ([(0, 1, one, 1), (0, 2, 1 - one, 3)] for one in (0, 1))
    loss, measures = fetched_loss(head, late, torch.tensor(right), cells)
    assert measures == {"fetched_right": 1.0}
    other, measures = fetched_loss(head, late, torch.tensor(wrong), cells)
    assert measures == {"fetched_right": 0.0} and other > loss
    point = torch.tensor([(0, 1, 0, -1)])  # the digits of a point are read off no letter
    assert fetched_loss(head, late, point, cells)[1] == {}


def test_only_the_first_letter_of_a_value_is_a_first_look() -> None:
    rows = torch.tensor([0, 0, 0, 0, 1, 1])
    places = torch.tensor([4, 5, 6, 9, 10, 11])
    assert begins(rows, places).tolist() == [True, False, False, True, True, False]


def test_a_look_that_weighs_more_counts_more() -> None:
    """Of two looks, one of three times the other's weight makes three quarters of the loss."""
    names = ("im_end", "endoftext", "image_pad", "video_pad", "vision_start", "vision_end")
    config = embedded_config(64, {f"<|{name}|>": at for at, name in enumerate(names)})
    torch.manual_seed(0)
    language = Qwen2VLForConditionalGeneration(config).model.language_model
    states = torch.randn(1, 6, config.text_config.hidden_size)
    packed = {
        "positions": torch.arange(6).expand(3, 1, 6),
        "mask": torch.ones(1, 1, 6, 6, dtype=torch.bool).tril(),
        "pictured": torch.tensor([[False, True, True, False, False, False]]),
    }
    losses = []
    for cells in ((0, 0), (0, 1), (1, 0), (1, 1)):
        aims = torch.tensor([(0, 4, cells[0]), (0, 5, cells[1])])
        plain = looking_loss(language, MIDDLE, states, packed, aims)
        ones = looking_loss(language, MIDDLE, states, packed, aims, torch.ones(2))
        assert plain.item() == pytest.approx(ones.item())
        alone = looking_loss(language, MIDDLE, states, packed, aims[:1])
        heavy = looking_loss(language, MIDDLE, states, packed, aims, torch.tensor([3.0, 1.0]))
        assert heavy.item() == pytest.approx(plain.item() / 2 + alone.item() / 2, rel=1e-4)
        losses.append(heavy.item())
    assert len(set(losses)) == 4
