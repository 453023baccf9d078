"""`tapwright mcp`: our phone and tools for any MCP client."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tapwright.cli.confirm import Confirm
from tapwright.cli.options import device_option, seed_option
from tapwright.cli.phones import SIMULATED, open_phone
from tapwright.cli.service_options import WEB_PAGE, chosen_services, service_options
from tapwright.cli.signals import terminate_as_interrupt
from tapwright.desktops import desktop_named
from tapwright.errors import UsageError

if TYPE_CHECKING:
    from tapwright.agent.policy import Confirmer
    from tapwright.protocols import Device
    from tapwright.serving.mcp_session import Session
    from tapwright.tools.registry import Tool


@click.command()
@device_option
@seed_option
@click.option("--no-phone", is_flag=True, help="Offer only the tools.")
@click.option(
    "--tool", "names", multiple=True, metavar="NAME",
    help="Offer a tool of `tapwright tools` too. May be given several times.",
)  # fmt: skip
@click.option(
    "--tools", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE.py",
    help="Offer every tool of a file too. May be given several times.",
)  # fmt: skip
@service_options()
@click.option(
    "--confirm", type=click.Choice(["ask", "never", "always"]), default="ask", show_default=True,
    help="Who is asked before paying, sending, deleting, installing, granting: the client's "
    "person, where the client can ask; no one (which means no); or nobody because all is allowed "
    "(simulated phones only).",
)  # fmt: skip
@click.option(
    "--http", "port", type=click.IntRange(0, 65535), metavar="PORT",
    help="Serve http://127.0.0.1:PORT/mcp instead of stdin and stdout; 0 takes any free port.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where the journal goes; a new folder under runs/ by default.",
)  # fmt: skip
def mcp(
    device: str | None,
    seed: int,
    no_phone: bool,
    names: tuple[str, ...],
    files: tuple[Path, ...],
    confirm: Confirm,
    port: int | None,
    out: Path | None,
    **services: Any,
) -> None:
    """Offer a phone and tools to an MCP client, until it goes away.

    The client sees screenshots, taps, types and opens apps under the same policy as a run, and
    every act is in a journal. With --http several clients share the one phone.

    \b
        {"mcpServers": {"phone": {"command": "tapwright", "args": ["mcp", "--device", "sim"]}}}
    """
    from tapwright.agent.journal import Journal
    from tapwright.agent.policy import Policy
    from tapwright.compose import new_folder
    from tapwright.serving.mcp_session import Session

    if services["page_hosts"]:
        names = (*names, WEB_PAGE)
    if no_phone and (device is not None or not (names or files)):
        raise UsageError("--no-phone wants --tool, --tools or --page-host, and no --device")
    if device is not None and desktop_named(device) is not None:
        raise UsageError(f"'{device}' is a desktop, and an MCP client is offered phones alone")
    policy = Policy(_confirmer(confirm, simulated=device == SIMULATED))
    tools = _tools(names, files, services)
    with ExitStack() as stack:
        stack.enter_context(terminate_as_interrupt())
        phone: Device | None = None
        if not no_phone:
            phone = stack.enter_context(open_phone(device, seed, exclusive=True))
        folder = out if out is not None else new_folder("mcp session")
        journal = Journal.open(folder)
        session = Session(phone, tools, policy, journal)
        session.begin()
        name = phone.name if phone else "no phone"
        click.echo(f"mcp: {name}, {len(session.specs)} tools, journal '{folder}'", err=True)
        why = "the session was ended here"
        try:
            if port is None:
                _over_stdio(session)
                why = "the client went away"
            else:
                _over_http(session, port)
        except KeyboardInterrupt:
            click.echo("mcp: ended", err=True)
        finally:
            session.end(why)


def _tools(names: tuple[str, ...], files: tuple[Path, ...], services: dict[str, Any]) -> list[Tool]:
    if not (names or files):
        return []
    from tapwright.tools.finding import find_tools
    from tapwright.tools.services import Services

    where = chosen_services(
        Services(), services["services"], services["page_hosts"], services["flights"]
    )
    return find_tools(names, files, where)


def _confirmer(how: Confirm, *, simulated: bool) -> Confirmer:
    from tapwright.agent.policy import Always, NoOne
    from tapwright.serving.mcp_session import AskClient

    if how == "always":
        if not simulated:
            raise UsageError("--confirm always is for simulated phones; use --confirm ask")
        return Always()
    return AskClient() if how == "ask" else NoOne()


def _over_stdio(session: Session) -> None:
    import anyio

    from tapwright.serving.mcp_server import serve_stdio

    anyio.run(serve_stdio, session)


def _over_http(session: Session, port: int) -> None:
    from tapwright.serving.listening import address, listen, serve
    from tapwright.serving.mcp_server import http_app

    listening = listen("127.0.0.1", port)
    click.echo(f"mcp http://{address(listening)}/mcp")
    serve(http_app(session), listening)
