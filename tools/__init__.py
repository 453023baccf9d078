"""What a model can call: the registry and the phone actions."""

from __future__ import annotations

from tapwright.tools.context import Context
from tapwright.tools.phone import ACTION_SETS, ActionSet
from tapwright.tools.plugin import tool
from tapwright.tools.registry import CheckedCall, Tool, Toolbox

__all__ = ["ACTION_SETS", "ActionSet", "CheckedCall", "Context", "Tool", "Toolbox", "tool"]
