"""Which family a served model belongs to, told from its name on hubs and servers."""

from __future__ import annotations

import re

from tapwright.errors import UnknownModel
from tapwright.model.families import FAMILIES, family_named
from tapwright.types import Family

# What names are written with between their parts: `Qwen2.5-VL`, `qwen2_5_vl`, `qwen2.5vl:7b`.
_SEPARATOR = r"[-_ ]?"
_SPELLINGS = (
    ("qwen2.5-vl", re.compile(rf"(?<![a-z0-9])qwen{_SEPARATOR}2[._-]5{_SEPARATOR}vl(?![a-z])")),
    ("qwen3-vl", re.compile(rf"(?<![a-z0-9])qwen{_SEPARATOR}3{_SEPARATOR}vl(?![a-z])")),
    ("qwen2-vl", re.compile(rf"(?<![a-z0-9])qwen{_SEPARATOR}2{_SEPARATOR}vl(?![a-z])")),
    # DashScope's names of dated models; its undated ones (`qwen-vl-max`) change their family.
    ("qwen2-vl", re.compile(r"(?<![a-z0-9])qwen-vl-(?:max|plus)-(?:0809|2024-08-09)(?![0-9])")),
    ("tapwright-embedded", re.compile(r"(?<![a-z0-9])(?:tapwright-)?embedded(?![a-z0-9])")),
)


def family_of_name(name: str, override: str | None = None) -> Family:
    """The family of the served model `name`, or the one that a person chose.

    Raise `UnknownModel`, naming the known families, where the name does not tell.
    """
    if override:
        return family_named(override)
    spelled = name.casefold()
    told = {family for family, spelling in _SPELLINGS if spelling.search(spelled)}
    if len(told) == 1:
        return FAMILIES[told.pop()]
    raise UnknownModel(
        f"the name '{name}' does not tell the model's family; "
        f"choose it with --family: {', '.join(FAMILIES)}"
    )
