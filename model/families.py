"""The model families Tapwright knows: what each was trained to read and write, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapwright.errors import UnknownModel
from tapwright.types import Family, Frame

# The two sizes at which the embedded checkpoint was trained: screens, and pictures to be read.
EMBEDDED_PIXELS = 252 * 560
EMBEDDED_READING = 420 * 952

# Budgets are in pixels of the resized picture: 4 to 1280 picture tokens of factor x factor each.
_KNOWN = (
    Family(
        name="qwen2-vl",
        model_types=("qwen2_vl",),
        dialect="qwen",
        action_set="paper",
        frame=Frame.NORM_1000,
        patch_factor=28,
        min_pixels=4 * 28 * 28,
        max_pixels=1280 * 28 * 28,
        films=True,
    ),
    Family(
        name="qwen2.5-vl",
        model_types=("qwen2_5_vl",),
        dialect="hermes",
        action_set="mobile_use",
        frame=Frame.RESIZED_PX,
        patch_factor=28,
        min_pixels=4 * 28 * 28,
        max_pixels=1280 * 28 * 28,
        context_tokens=128_000,
        history="summary",
    ),
    Family(
        name="qwen3-vl",
        model_types=("qwen3_vl", "qwen3_vl_moe"),
        dialect="hermes",
        action_set="mobile_use",
        frame=Frame.NORM_999,
        patch_factor=32,
        min_pixels=4 * 32 * 32,
        max_pixels=1280 * 32 * 32,
        context_tokens=262_144,
        history="summary",
        image_first=False,
    ),
    Family(
        name="tapwright-embedded",
        model_types=(),  # its config.json is Qwen2-VL's; the key `tapwright_family` tells it apart
        dialect="compact",
        action_set="embedded",
        frame=Frame.NORM_1000,
        patch_factor=28,
        min_pixels=EMBEDDED_PIXELS,
        max_pixels=EMBEDDED_PIXELS,
        reading_pixels=EMBEDDED_READING,
        context_tokens=2048,
        history="summary",
        chat_tools=("flight", "weather", "parcel"),  # what it was trained to call
    ),
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _KNOWN}
"""Every known family by its name."""


def family_named(name: str) -> Family:
    """The family called `name`; raise `UnknownModel`, naming the known ones, for any other."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise UnknownModel(
            f"no model family '{name}'; --family takes one of: {', '.join(FAMILIES)}"
        ) from None


def family_of(config: Mapping[str, Any], override: str | None = None) -> Family:
    """The family that a checkpoint's config.json belongs to.

    `override` is the name that a person chose; after it comes the file's own `tapwright_family`,
    then its `model_type`. Raise `UnknownModel` where none of them names a family.
    """
    chosen = override or config.get("tapwright_family")
    if chosen:
        return family_named(str(chosen))
    model_type = config.get("model_type")
    for family in FAMILIES.values():
        if model_type in family.model_types:
            return family
    raise UnknownModel(
        f"no model family for model_type '{model_type}'; "
        f"choose the nearest with --family: {', '.join(FAMILIES)}"
    )
