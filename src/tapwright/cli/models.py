"""`tapwright models`: the families that are known, and what --model takes."""

from __future__ import annotations

import json

import click

from tapwright.cli.options import json_option

_WAYS = (
    ("embedded", "the small checkpoint that ships with tapwright"),
    ("OWNER/NAME", "a checkpoint of the Hugging Face Hub, such as Qwen/Qwen2-VL-7B-Instruct"),
    ("modelscope:OWNER/NAME", "a checkpoint of ModelScope"),
    ("FOLDER", "a checkpoint on this machine, in the Hugging Face folder format"),
    ("KIND:NAME[@URL]", "a model that a server runs; the kinds of servers are below"),
    ("scripted:FILE", "no model: one reply per line, each a JSON string; for tests and replays"),
)


@click.command()
@json_option
def models(as_json: bool) -> None:
    """List the model families, and what --model takes."""
    from tapwright.model.families import FAMILIES
    from tapwright.model.served_kinds import KINDS

    if as_json:
        for family in FAMILIES.values():
            told = {
                "name": family.name,
                "model_types": family.model_types,
                "dialect": family.dialect,
                "action_set": family.action_set,
                "coordinates": family.frame.value,
                "pixels": [family.min_pixels, family.max_pixels],
            }
            click.echo(json.dumps(told))
        for kind in KINDS.values():
            click.echo(json.dumps({"kind": kind.name, "url": kind.url, "key": kind.key}))
        return
    click.echo("--model takes")
    for way, words in _WAYS:
        click.echo(f"  {way:<22} {words}")
    click.echo("\nKIND of a server (NAME is the model's name there)")
    for kind in KINDS.values():
        click.echo(
            f"  {kind.name:<22} {kind.words}, at {kind.url} without URL; its key, "
            f"{'needed' if kind.needs_key else 'where it wants one'}: {kind.key}"
        )
    click.echo(
        "\n--family takes (chosen by the checkpoint's config.json, or by a served model's name, "
        "unless given)"
    )
    for family in FAMILIES.values():
        click.echo(
            f"  {family.name:<22} prompt {family.dialect}, actions {family.action_set}, "
            f"points in {family.frame.value}, at most {family.max_pixels} pixels"
        )
