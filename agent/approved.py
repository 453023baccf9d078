"""A person's standing yes for tools that they named."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from tapwright.agent.policy import Confirmer
from tapwright.tools.registry import CheckedCall
from tapwright.types import Decision

logger = logging.getLogger(__name__)


class Approved:
    """Says yes to the tools called `names`, and asks `other` about everything else.

    A name stands for a plugin only: an act on a device is never approved beforehand.
    """

    def __init__(self, names: Iterable[str], other: Confirmer) -> None:
        self.names = frozenset(names)
        self.simulated_only = other.simulated_only
        self._other = other

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Agree where the tool was named, and say so in the log."""
        if call.tool.function is not None and call.tool.spec.name in self.names:
            logger.info("approved beforehand: %s (%s)", call.call.name, decision.rule)
            return True
        return self._other.confirm(call, decision)
