"""How prompts are written and replies are read: one file for each dialect."""

from __future__ import annotations

from tapwright.errors import UsageError
from tapwright.prompts.compact import CompactDialect
from tapwright.prompts.hermes import HermesDialect
from tapwright.prompts.native import NativeDialect
from tapwright.prompts.paper import PaperDialect
from tapwright.prompts.qwen import QwenDialect
from tapwright.prompts.texts import system_prompt
from tapwright.protocols import Dialect

__all__ = ["DIALECTS", "dialect", "system_prompt"]

DIALECTS: dict[str, Dialect] = {
    known.name: known
    for known in (
        QwenDialect(),
        QwenDialect("qwen_parallel", parallel=True),
        PaperDialect(),
        CompactDialect(),
        HermesDialect(),
        NativeDialect(),
    )
}


def dialect(name: str) -> Dialect:
    """The dialect called `name`; raise `UsageError` with the known names otherwise."""
    try:
        return DIALECTS[name]
    except KeyError:
        known = ", ".join(DIALECTS)
        raise UsageError(f"no dialect {name!r}; use one of: {known}") from None
