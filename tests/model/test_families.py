"""Which family a checkpoint belongs to."""

from __future__ import annotations

import dataclasses

import pytest

from tapwright.errors import UnknownModel
from tapwright.model.families import FAMILIES, family_named, family_of
from tapwright.types import Frame


@pytest.mark.parametrize(
    ("model_type", "name", "dialect", "frame", "factor", "history"),
    [
        ("qwen2_vl", "qwen2-vl", "qwen", Frame.NORM_1000, 28, "turns"),
        ("qwen2_5_vl", "qwen2.5-vl", "hermes", Frame.RESIZED_PX, 28, "summary"),
        ("qwen3_vl", "qwen3-vl", "hermes", Frame.NORM_999, 32, "summary"),
    ],
)
def test_a_model_type_tells_the_family(
    model_type: str, name: str, dialect: str, frame: Frame, factor: int, history: str
) -> None:
    family = family_of({"model_type": model_type})
    assert (family.name, family.dialect, family.frame) == (name, dialect, frame)
    assert (family.patch_factor, family.history) == (factor, history)


def test_the_embedded_checkpoint_is_told_apart_by_its_own_key() -> None:
    family = family_of({"model_type": "qwen2_vl", "tapwright_family": "tapwright-embedded"})
    assert (family.name, family.action_set) == ("tapwright-embedded", "embedded")
    assert family.min_pixels == family.max_pixels == 141_120
    assert family.context_tokens == 2048


def test_the_persons_choice_wins_over_the_checkpoint() -> None:
    config = {"model_type": "qwen2_vl", "tapwright_family": "tapwright-embedded"}
    assert family_of(config, "qwen3-vl").name == "qwen3-vl"


@pytest.mark.parametrize("config", [{"model_type": "llava"}, {}])
def test_an_unknown_model_type_names_the_families_and_the_option(config: dict[str, str]) -> None:
    with pytest.raises(UnknownModel) as caught:
        family_of(config)
    for word in ("--family", *FAMILIES):
        assert word in str(caught.value)


def test_an_unknown_family_names_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match=r"no model family 'qwen9'.*qwen2-vl"):
        family_named("qwen9")


def test_only_qwen3_puts_the_words_before_the_picture() -> None:
    assert [f.name for f in FAMILIES.values() if not f.image_first] == ["qwen3-vl"]


def test_families_are_data_that_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FAMILIES["qwen2-vl"].dialect = "hermes"  # type: ignore[misc]
