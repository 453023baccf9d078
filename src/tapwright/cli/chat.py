"""`tapwright chat`: pictures and questions, answered with the help of tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tapwright.cli.chatting import Plan, talk
from tapwright.cli.options import json_option, model_options, seed_option
from tapwright.cli.toolset import toolset_options


@click.command()
@click.argument("words", nargs=-1, metavar="[PICTURES...] [QUESTION]")
@model_options
@toolset_options
@click.option(
    "--no-tools", is_flag=True, help="Offer none of the tools that are offered by default."
)
@click.option(
    "--confirm", type=click.Choice(["ask", "never"]), default="ask", show_default=True,
    help="Who is asked before calls that can cost something: you, or no one (which means no).",
)  # fmt: skip
@click.option(
    "--device", metavar="sim|SERIAL|HOST:PORT|desktop|...",
    help="Watch a phone or a desktop: its screen is shown with every question, whenever it has "
    "changed.",
)  # fmt: skip
@click.option(
    "--watch", is_flag=True,
    help="With --device: keep the last half minute in mind, to be asked about what has vanished.",
)  # fmt: skip
@click.option(
    "--fps", type=click.FloatRange(0, min_open=True), metavar="N",
    help="Looks a second at films and at a watched phone; 2 by default, fewer where they are long.",
)  # fmt: skip
@seed_option
@click.option(
    "--language", type=click.Choice(["en", "zh"]),
    help="Of the instructions; by default that of your question. Answers come in yours anyway.",
)  # fmt: skip
@click.option(
    "--system", type=click.Path(path_type=Path), metavar="FILE",
    help="Your own instructions instead of ours.",
)  # fmt: skip
@click.option(
    "--max-rounds", type=click.IntRange(1), default=8, show_default=True, metavar="N",
    help="Replies for one question, the answer included.",
)  # fmt: skip
@click.option("--max-seconds", type=click.FloatRange(0, min_open=True), help="For one question.")
@click.option(
    "--max-tokens", type=click.IntRange(1), metavar="N",
    help="Of all prompts and replies for one question; no bound by default.",
)  # fmt: skip
@click.option(
    "--max-new-tokens", type=click.IntRange(1), default=512, show_default=True, metavar="N",
    help="Of one reply; a longer answer is cut and said to be so.",
)  # fmt: skip
@json_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Write the conversation down there, pictures included.",
)  # fmt: skip
def chat(words: tuple[str, ...], **chosen: Any) -> None:
    """Talk to an assistant: ask QUESTION about PICTURES or films (files or addresses on the web).

    Without a question you are asked for one after the other, on a terminal or from lines on
    stdin; /picture FILE shows a picture with the next one, /help tells the rest. Ctrl-C cancels
    the reply under way, Ctrl-D ends.

    Exit codes: 0 answered, 3 given up, 4 out of budget, cut off or confused, 5 a call was denied,
    6 model or phone lost, 130 Ctrl-C, 2 nothing was started.

    \b
        tapwright chat boarding-pass.png "When does it land, and what is the weather there?"
        tapwright chat --practice --tool flight "When does CA1723 land?"
    """
    talk(Plan.from_options(words, chosen))
