"""Where a conversation is put together: the third front door of a Python program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwright.agent import assistant
    from tapwright.agent.chat_transcript import Transcript
    from tapwright.agent.chat_values import Answer, ChatSettings, OnEvent
    from tapwright.agent.forms import Said
    from tapwright.agent.policy import Confirmer
    from tapwright.protocols import Model
    from tapwright.tools.registry import Tool
    from tapwright.tools.secrets import Secrets
    from tapwright.tools.services import Services
    from tapwright.types import Family


class Assistant:
    """Answers questions about pictures with the help of tools, and remembers the conversation.

    `tools` are tools or names of known ones; None for those that suit the model's family.
    `settings` are budgets and habits, `confirmer` is whoever is asked before calls that need a
    person (no one unless given, and no one means no). With `out`, a folder, all is written down.
    """

    def __init__(
        self,
        model: Model,
        tools: Iterable[Tool | str] | None = None,
        *,
        settings: ChatSettings | None = None,
        confirmer: Confirmer | None = None,
        out: str | Path | None = None,
    ) -> None:
        from tapwright.agent.chat_transcript import Transcript

        if tools is None:
            offered = chat_tools(model.family)
            approved = looking_up(offered)
        else:
            offered, approved = found_tools(tools)
        self.talk = put_in_talk(
            model,
            offered,
            settings=settings,
            confirmer=approving(approved, confirmer),
            transcript=Transcript(out) if out is not None else None,
        )

    def ask(
        self,
        *said: Said,
        on_text: Callable[[str], None] | None = None,
        on_event: OnEvent | None = None,
    ) -> Answer:
        """Ask something and return the answer, which prints as its text.

        `said` is words (a string), pictures (a PIL image or a `Path`), or messages in
        qwen-vl-utils' form. Raise `UsageError` where nothing is asked and `MediaError` for a
        picture that cannot be shown; what goes wrong later is how the answer ended.
        """
        return self.talk.ask(*said, on_text=on_text, on_event=on_event)


def put_in_talk(
    model: Model,
    tools: Iterable[Tool],
    *,
    settings: ChatSettings | None = None,
    confirmer: Confirmer | None = None,
    secrets: Secrets | None = None,
    transcript: Transcript | None = None,
) -> assistant.Assistant:
    """The parts of a conversation that suit the model's family."""
    from tapwright.agent.assistant import Assistant as Talk
    from tapwright.agent.chat_values import ChatSettings
    from tapwright.agent.policy import Policy
    from tapwright.prompts import dialect
    from tapwright.tools.registry import Toolbox

    return Talk(
        model,
        Toolbox(tools, secrets),
        dialect(model.family.dialect),
        settings or ChatSettings(),
        Policy(confirmer),
        transcript,
    )


def chat_tools(family: Family, services: Services | None = None) -> list[Tool]:
    """The tools that a conversation is offered: those of the family, or all that look things up."""
    from tapwright.tools.finding import find_tools
    from tapwright.tools.services import Services

    where = services or Services()
    names = family.chat_tools or _built_in(where)
    return find_tools(names, services=where)


def looking_up(tools: Iterable[Tool], services: Services | None = None) -> set[str]:
    """The names of those built-in `tools` which change nothing: nobody is asked first.

    They look something up, or run in a sandbox. `tools` were found by name; a file's tool may
    have the name of a built-in one.
    """
    from tapwright.tools.builtin import tools_on_request

    harmless = {*_built_in(services), *(tool.spec.name for tool in tools_on_request())}
    return {tool.spec.name for tool in tools} & harmless


def approving(names: Collection[str], confirmer: Confirmer | None) -> Confirmer:
    """A confirmer that says yes to the tools called `names` and leaves the rest to `confirmer`."""
    from tapwright.agent.approved import Approved
    from tapwright.agent.policy import NoOne

    return Approved(names, confirmer or NoOne())


def _built_in(services: Services | None) -> list[str]:
    from tapwright.tools.finding import BUILT_IN, known_tools
    from tapwright.tools.services import Services

    known = known_tools(services or Services())
    return [tool.spec.name for tool, where in known if where == BUILT_IN and not tool.asks]


def found_tools(tools: Iterable[Tool | str]) -> tuple[list[Tool], set[str]]:
    """Tools, those given by name found, and the names of those that nobody is asked about."""
    from tapwright.tools.finding import find_tools

    wanted = list(tools)
    found = find_tools([name for name in wanted if isinstance(name, str)])
    given = [tool for tool in wanted if not isinstance(tool, str)]
    return [*found, *given], looking_up(found)
