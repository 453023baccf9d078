"""Where a model's files lie: the package, a folder, the Hugging Face Hub or ModelScope."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tapwright.errors import ModelError, SetupError, UnknownModel
from tapwright.model import embedded

EMBEDDED = "embedded"
_MODELSCOPE = "modelscope:"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SETTINGS = ["*.json", "*.jinja", "*.txt"]
_WEIGHTS = ["*.safetensors"]
_NAMES = (
    "give 'embedded', a folder, a Hub id such as 'Qwen/Qwen2-VL-2B-Instruct', "
    "'modelscope:' and an id, or KIND:NAME of a served one (see `tapwright models`)"
)

Progress = Callable[[str], None]
"""Told in a few words what is being done."""


def find(name: str, revision: str | None = None, on_progress: Progress | None = None) -> Path:
    """The folder of the model's settings, fetched where need be; weights may still be missing.

    Raise `UnknownModel` where there is no such model, `SetupError` where the way to it failed.
    """
    if not name:
        raise UnknownModel(f"no model was named; {_NAMES}")
    if name == EMBEDDED:
        return embedded.folder()
    if name.startswith(_MODELSCOPE):
        return _modelscope(name, revision, _SETTINGS, on_progress)
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        raise UnknownModel(f"'{name}' is a file; {_NAMES}")
    if not _HUB_ID.fullmatch(name):
        raise UnknownModel(f"no folder '{name}', and it is no Hub id; {_NAMES}")
    return _hub(name, revision, _SETTINGS, on_progress)


def with_weights(
    name: str, folder: Path, revision: str | None = None, on_progress: Progress | None = None
) -> Path:
    """The folder with the weights too, fetched where need be; errors as `find`'s."""
    if name == EMBEDDED or Path(name).expanduser().is_dir():
        return folder
    patterns = _SETTINGS + _WEIGHTS
    if name.startswith(_MODELSCOPE):
        return _modelscope(name, revision, patterns, on_progress)
    return _hub(name, revision, patterns, on_progress)


def _hub(
    name: str,
    revision: str | None,
    patterns: list[str],
    on_progress: Progress | None = None,
) -> Path:
    """The local folder of a Hub repository's files that match `patterns`."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (  # type: ignore[attr-defined]
        GatedRepoError,
        HFValidationError,
        HTTPError,  # of whichever HTTP client the installed Hub library uses
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    _tell(on_progress, f"looking for '{name}' on the Hugging Face Hub")
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=patterns))
    except GatedRepoError as error:
        raise SetupError(
            f"'{name}' is only for people its owners let in; ask for access on its page, "
            "then run: hf auth login"
        ) from error
    except RevisionNotFoundError as error:
        raise UnknownModel(f"'{name}' has no revision '{revision}'") from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise UnknownModel(
            f"no model '{name}': no such folder here and no such repository on the Hub "
            f"(or it is private: run hf auth login); {_NAMES}"
        ) from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HTTPError, OSError) as error:
        raise SetupError(
            f"'{name}' is not on this machine and the Hub cannot be reached; check the network, "
            "give a folder instead, or use --model embedded, which needs neither"
        ) from error


def _modelscope(
    name: str, revision: str | None, patterns: list[str], on_progress: Progress | None
) -> Path:
    try:
        from modelscope import snapshot_download
    except ImportError as error:
        raise SetupError(
            "models from ModelScope need the package 'modelscope'; "
            'run: pip install "tapwright[modelscope]"'
        ) from error
    model_id = name.removeprefix(_MODELSCOPE)
    if not _HUB_ID.fullmatch(model_id):
        raise UnknownModel(f"'{model_id}' is no ModelScope id; ids look like 'owner/model'")
    _tell(on_progress, f"looking for '{model_id}' on ModelScope")
    try:
        return Path(snapshot_download(model_id, revision=revision, allow_patterns=patterns))
    except (OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"'{model_id}' could not be fetched from ModelScope: {reason}; "
            "check the id and the network"
        ) from error


def _tell(on_progress: Progress | None, text: str) -> None:
    if on_progress is not None:
        on_progress(text)
