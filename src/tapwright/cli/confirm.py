"""Asking the person before an act that the policy will not allow by itself."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, Protocol

import click

from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.agent.policy import Confirmer
    from tapwright.tools.registry import CheckedCall
    from tapwright.types import Decision

Confirm = Literal["ask", "never", "always"]


class Pausable(Protocol):
    """A view that can leave the terminal to a question."""

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal to someone else for a while."""


class AskPerson:
    """Asks on the terminal; anything but a clear yes is a no."""

    simulated_only = False

    def __init__(self, view: Pausable) -> None:
        self._view = view

    def confirm(self, call: CheckedCall, decision: Decision) -> bool:
        """Show the call and why it needs a yes, and wait for the answer."""
        from tapwright.cli.views import call_words

        with self._view.paused():
            click.echo(f"\nthe model wants to {call_words(call.call)}", err=True)
            click.echo(f"this needs your yes: {decision.reason} (rule '{decision.rule}')", err=True)
            try:
                return click.confirm("do it?", default=False, err=True)
            except click.Abort:
                click.echo(err=True)
                raise KeyboardInterrupt from None


def confirmer(how: Confirm, view: Pausable, *, simulated: bool) -> Confirmer:
    """Whoever is asked: the person where one is there, no one, or the standing yes.

    Raise `UsageError` for a standing yes on a phone that is not simulated.
    """
    from tapwright.agent.policy import Always, NoOne

    if how == "always":
        if not simulated:
            raise UsageError("--confirm always is for simulated phones; use --confirm ask")
        return Always()
    if how == "ask" and sys.stdin.isatty():
        return AskPerson(view)
    return NoOne()
