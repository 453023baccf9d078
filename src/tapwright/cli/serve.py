"""`tapwright serve`: a model behind an OpenAI-compatible API."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

import click

from tapwright.cli.load import ModelChoice, load_chosen
from tapwright.cli.options import model_options
from tapwright.cli.signals import terminate_as_interrupt
from tapwright.errors import UsageError


@click.command()
@model_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address it listens on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="Where it listens; 0 takes any free port.",
)  # fmt: skip
@click.option(
    "--name", default="", metavar="NAME", help="What clients call the model; as --model by default."
)
@click.option(
    "--api-key-env", "key_name", metavar="NAME",
    help="The environment variable with the key that clients must send.",
)  # fmt: skip
@click.option(
    "--queue", type=click.IntRange(0), default=8, show_default=True, metavar="N",
    help="Requests that may wait while one is answered; more get status 429.",
)  # fmt: skip
def serve(host: str, port: int, name: str, key_name: str | None, queue: int, **chosen: Any) -> None:
    """Offer a model to programs that speak OpenAI's API, until Ctrl-C.

    /v1/models and /v1/chat/completions, with pictures as data URIs, tools, and streaming. One
    request is answered at a time. Replies are greedy: temperature and seed change nothing.

    \b
        tapwright serve --port 8000
        tapwright serve --model Qwen/Qwen2-VL-7B-Instruct --api-key-env SERVE_KEY --host 0.0.0.0
    """
    from tapwright.serving.listening import LOOPBACK, address, listen, serve as serve_app

    key = _key(key_name)
    choice = {each.name: chosen.pop(f"model_{each.name}") for each in fields(ModelChoice)}
    with terminate_as_interrupt():
        listening = listen(host, port)  # first: that it cannot be had is known at once
        try:
            model = load_chosen(ModelChoice(**choice))
            from tapwright.serving.openai_api import ApiSettings, OpenAiApi

            api = OpenAiApi(model, ApiSettings(name, key, host, queue))
            click.echo(f"serving '{api.name}' at http://{address(listening)}/v1")
            if host not in LOOPBACK and not key:
                click.echo(f"warning: whoever reaches '{host}' can use this model", err=True)
            serve_app(api.app, listening, api.end)
        except KeyboardInterrupt:
            click.echo("ended", err=True)
        finally:
            listening.close()


def _key(name: str | None) -> str:
    if name is None:
        return ""
    key = os.environ.get(name, "")
    if not key:
        raise UsageError(f"'{name}' is not set in the environment; put the key there")
    return key
