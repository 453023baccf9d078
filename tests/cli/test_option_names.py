"""Errors name cures as options; a cure that no command takes is none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tapwright.cli.options import model_options
from tapwright.cli.run import run

ROOT = Path(__file__).parent.parent.parent
# `var(--ink)` and `--ink: #000` are style sheets.
OPTION = re.compile(r"(?<!var\()(?<![\w-])--[a-z][\w-]*(?![\w-]*:)")
# Of programs on the phone, of those that serve models, of window managers, of loginctl.
FOREIGN = {
    *("--display-id", "--es", "--brief", "--mmproj", "--jinja", "--model-path"),
    *("--config-file", "--sm-disable", "--property", "--value"),
}


def texts(source: str) -> Iterator[str]:
    """Every string of a file that is no docstring."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def named(folder: str) -> dict[str, str]:
    """The options that the texts of a folder name, each with one file that does."""
    return {
        option: file.name
        for file in sorted((ROOT / folder).glob("*.py"))
        for text in texts(file.read_text(encoding="utf-8"))
        for option in OPTION.findall(text)
        if option not in FOREIGN
    }


def options_of(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts}


@model_options
def a_model(**chosen: object) -> None:
    """Only for its options."""


# A model's text must name a model's option: `--device` exists too, but means the phone.
@pytest.mark.parametrize(
    ("folder", "takes"),
    [
        ("model", click.command()(a_model)),
        ("agent", run),
        ("devices", run),
        ("src/tapwright", run),
    ],
)
def test_every_option_that_a_text_names_exists(folder: str, takes: click.Command) -> None:
    wrong = {
        option: file for option, file in named(folder).items() if option not in options_of(takes)
    }
    assert wrong == {}


def test_the_search_finds_options() -> None:
    assert {"--torch-device", "--quantization", "--pixels"} <= set(named("model"))
    assert "--device" in named("devices")
    assert not OPTION.findall("--page: #fff; color: var(--ink)")
