"""What steps on whole cards teach beside the words of the replies."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tapwright.training.cards.chunks import write_chunk
from tapwright.training.reading import Cards
from tapwright.training.samples import Frames
from tapwright.training.train import Trainer


@pytest.mark.slow
def test_values_learn_to_look_at_their_labels(tmp_path: Path) -> None:
    write_chunk(tmp_path / "cards", 0, 12)
    cards = Cards(tmp_path / "cards")
    trainer = Trainer(tmp_path, Frames([]), cards, lambda _: None)
    network, bound = trainer.network, []
    optimizer = torch.optim.Adam(network.model.parameters(), lr=1e-3)
    for _ in range(4):
        trainer.sources.seed(0)  # the same cards each time
        losses = trainer.sources.losses("tall cards")
        bound.append(losses.measures["bound"])
        assert 0 <= losses.measures["roles_right"] <= 1
        optimizer.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert bound[-1] < bound[0] - 0.5, bound
