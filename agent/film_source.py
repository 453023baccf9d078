"""Where a film is: a file, an address that a person gave, or a data URI; always read from disk."""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tapwright.agent.source_names import path_of, short, without_secrets
from tapwright.errors import MediaError

MOST_FETCHED = 500_000_000  # bytes of a film on the web
LONGEST_FETCH = 300.0  # seconds


@contextmanager
def film_at(source: str | Path) -> Iterator[tuple[Path, str]]:
    """The file that holds the film, for as long as it is read, and its name for errors.

    Raise `MediaError` where there is no ordinary file with something in it.
    """
    text = str(source)
    if isinstance(source, str) and re.match(r"https?://|data:", text, re.IGNORECASE):
        with tempfile.TemporaryDirectory(prefix="tapwright-film-") as folder:
            file = Path(folder) / "film"
            if text[:5].lower() == "data:":
                shown = "the film in the data URI"
                file.write_bytes(_from_data(text))
            else:
                shown = short(without_secrets(text))
                _fetch(text, shown, file)
            yield _checked(file, shown), shown
        return
    if isinstance(source, str) and text.lower().startswith("file:"):
        source = path_of(text)
    path = Path(source).expanduser()
    shown = short(str(source))
    yield _checked(path, shown), shown


def _checked(path: Path, shown: str) -> Path:
    try:
        if path.is_dir():
            raise MediaError(f"'{shown}' is a folder; name a film in it")
        if not path.exists():
            raise MediaError(f"there is no file '{shown}'")
        if not path.is_file():  # a pipe or a device would never end
            raise MediaError(f"'{shown}' is no ordinary file; save the film first")
        if not path.stat().st_size:
            raise MediaError(f"'{shown}' is empty")
        with path.open("rb"):  # whether it may be read
            return path.resolve()
    except (OSError, ValueError) as error:
        raise MediaError(
            f"cannot read '{shown}': {getattr(error, 'strerror', None) or error}"
        ) from error


def _from_data(uri: str) -> bytes:
    head, _, body = uri.partition(",")
    if not head.lower().endswith(";base64") or len(body) > MOST_FETCHED:
        raise MediaError("the data URI holds no film in base64")
    try:
        return base64.b64decode(re.sub(r"\s+", "", body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MediaError(f"the data URI is not written in base64: {error}") from error


def _fetch(url: str, shown: str, file: Path) -> None:
    import httpx

    deadline = time.monotonic() + LONGEST_FETCH
    size = 0
    try:
        with (
            httpx.Client(timeout=10.0, follow_redirects=True, max_redirects=3) as client,
            client.stream("GET", url, headers={"Accept": "video/*,image/*"}) as response,
            file.open("wb") as out,
        ):
            if response.status_code != 200:
                raise MediaError(f"'{shown}' answers with {response.status_code}, not a film")
            for piece in response.iter_bytes():
                size += out.write(piece)
                if size > MOST_FETCHED:
                    raise MediaError(f"'{shown}' has more than {MOST_FETCHED} bytes")
                if time.monotonic() > deadline:
                    raise MediaError(f"'{shown}' did not come whole in {LONGEST_FETCH:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise MediaError(f"cannot fetch '{shown}': {why}") from error
