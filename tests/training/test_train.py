"""The one training command: from nothing to a checkpoint that loads, and on from where it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from tapwright.errors import UsageError
from tapwright.model.load import load_model
from tapwright.training.command import command
from tapwright.training.episodes import episode, write_chunk
from tapwright.training.export import export
from tapwright.training.pages.families import PAGE_SHARES
from tapwright.training.pages.sampler import Pages
from tapwright.training.reading import Cards
from tapwright.training.samples import Frames
from tapwright.training.sources import Source, Sources
from tapwright.training.stages import FROM_CHECKPOINT, STAGES, stages_for
from tapwright.training.start import weights_of
from tapwright.training.train import Trainer
from tapwright.types import ImagePart, Message, Request, TextPart

MOMENT = ["--episodes", "2", "--cards", "20", "--eye-minutes", "0.01", "--hours", "0.0001"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """Work folder, checkpoint folder, and what two starts of the command said."""
    work, out = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("out") / "checkpoint"
    said = []
    for _ in range(2):
        result = CliRunner().invoke(command, ["--work", str(work), *MOMENT, "--out", str(out)])
        assert result.exit_code == 0, result.output
        said.append(result.output)
    return work, out, said


def test_a_second_start_goes_on_where_the_first_ended(
    trained: tuple[Path, Path, list[str]],
) -> None:
    work, _, (first, second) = trained
    assert "resumed" not in first
    assert "resumed at step" in second
    assert "eye done" in first and "eye done" not in second
    assert (work / "train.pt").exists()


def test_what_was_trained_loads_as_the_embedded_family_and_answers(
    trained: tuple[Path, Path, list[str]],
) -> None:
    _, out, _ = trained
    model = load_model(str(out))
    assert model.family.name == "tapwright-embedded"
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["Qwen2VLForConditionalGeneration"]
    sizes = [file.stat().st_size for file in out.glob("*.safetensors")]
    assert len(sizes) > 1 and max(sizes) < 15_000_000 and sum(sizes) < 25_000_000
    screen = Image.new("RGB", (1080, 2400), "white")
    parts = (ImagePart(screen), TextPart("Task: Turn on Wi-Fi\nNext?"))
    reply = model.generate(Request((Message("user", parts),), max_new_tokens=4))
    assert reply.prompt_tokens > 180 and reply.new_tokens >= 1


def test_pages_are_trained_on_only_where_some_were_recorded(
    trained: tuple[Path, Path, list[str]],
) -> None:
    work, _, _ = trained
    frames, cards = Frames([work / "frames"]), Cards(work / "cards")
    trainer = Trainer(work, frames, cards, print)
    mix: dict[Source, float] = {"pages": 0.5, "letters": 0.5}
    assert trainer.sources.at_hand(mix) == {"letters": 0.5}

    def recorded(page: str) -> Sources:
        pages = Pages([])
        pages.looks[page] = [(work, "a look")]
        return Sources(trainer.network, trainer.tokenizer, frames, cards, trainer.labels, pages)

    assert recorded(next(iter(PAGE_SHARES))).at_hand(mix) == mix
    assert recorded("a-page-that-is-not-drawn").at_hand(mix) == {"letters": 0.5}


def test_pages_that_training_goes_without_are_said(
    trained: tuple[Path, Path, list[str]],
) -> None:
    work, _, (first, second) = trained
    for name in ("whole", "last"):
        told = f"stage {name}: without pages; record them with benchmarks/miniwob.py --pages"
        assert told in first and str(work / "pages") in first
    assert "stage pieces: without" not in first + second


def test_progress_that_an_older_version_wrote_is_refused_in_words(
    trained: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    work, _, _ = trained
    shutil.copytree(work / "tokenizer", tmp_path / "tokenizer")
    state = torch.load(work / "train.pt", weights_only=True)
    del state["fetched"], state["slots"]
    torch.save(state, tmp_path / "train.pt")
    with pytest.raises(UsageError, match="without the heads fetched, slots; begin in another"):
        Trainer(tmp_path, Frames([work / "frames"]), Cards(work / "cards"), print)


def test_training_goes_on_from_a_checkpoint_and_its_heads_learn_first(
    trained: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    work, checkpoint, _ = trained
    for drawn in ("frames", "cards"):
        shutil.copytree(work / drawn, tmp_path / drawn)
    frames, cards = Frames([tmp_path / "frames"]), Cards(tmp_path / "cards")
    trainer = Trainer(tmp_path, frames, cards, print, checkpoint)
    shipped = weights_of(checkpoint)
    fresh = trainer.network.letters.weight.clone()
    heads, more = stages_for(0.02, FROM_CHECKPOINT)
    trainer.run((heads,))
    model = trainer.network.model.state_dict()
    assert all(torch.equal(weights, model[name]) for name, weights in shipped.items())
    assert trainer.step and not torch.equal(trainer.network.letters.weight, fresh)
    again = Trainer(tmp_path, frames, cards, print, checkpoint)  # goes on where that was cut off
    again.run((heads, more))
    assert again.step > trainer.step
    assert any((again.network.model.state_dict()[n] != w).any() for n, w in shipped.items())


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (None, "no checkpoint that training can go on from"),
        ("[]", "no checkpoint that training can go on from"),
        ('{"model_type": "qwen2_vl"}', "is of the family None; training goes on from 'embedded'"),
    ],
)
def test_what_training_cannot_go_on_from_is_refused_before_it_begins(
    config: str | None, why: str, tmp_path: Path
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
    work = tmp_path / "work"
    told = CliRunner().invoke(command, ["--work", str(work), "--from", str(tmp_path)])
    assert isinstance(told.exception, UsageError) and why in str(told.exception)
    assert not work.exists()


def test_an_export_takes_away_the_card_of_other_weights(
    trained: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    work, _, _ = trained
    (tmp_path / "scorecard.json").write_text("{}", encoding="utf-8")
    export(work, tmp_path)
    assert not (tmp_path / "scorecard.json").exists()


def test_an_export_of_nothing_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run: tapwright train"):
        export(tmp_path, tmp_path / "out")


def test_an_episode_is_the_same_each_time_and_its_lessons_fit_its_screens(tmp_path: Path) -> None:
    first, again = episode(11), episode(11)
    assert [frame for _, frame in first] == [frame for _, frame in again]
    assert all((a == b).all() for (a, _), (b, _) in zip(first, again, strict=True))
    for picture, frame in first:
        assert picture.shape == (560, 252, 3)
        for lesson in frame.lessons:
            assert "*FUNCTION*" in lesson.reply
    described = write_chunk(tmp_path, 11, 1)
    before = described.stat().st_mtime_ns
    assert write_chunk(tmp_path, 11, 1).stat().st_mtime_ns == before  # nothing is drawn twice


def test_stages_stretch_to_the_time_that_is_given() -> None:
    stretched = stages_for(10)
    assert sum(stage.minutes for stage in stretched) == pytest.approx(10)
    assert [stage.name for stage in stretched] == [stage.name for stage in STAGES]
