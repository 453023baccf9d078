"""Text that comes in pieces, cut at the first stop word."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class StopText:
    """Text up to the first stop word; `on_text` is given it in pieces, and nothing behind it.

    What may still turn into a stop word is held back until it is known.
    """

    def __init__(
        self, stop: Iterable[str] = (), on_text: Callable[[str], None] | None = None
    ) -> None:
        self.text = ""
        self.stopped = False
        self._stop = tuple(word for word in stop if word)
        self._on_text = on_text
        self._held = ""

    def take(self, piece: str) -> None:
        """Take the next piece."""
        if not self.stopped:
            self._held += piece
            self._release(final=False)

    def close(self) -> None:
        """Give out what was held back; call once, at the end."""
        if not self.stopped:
            self._release(final=True)

    def _release(self, *, final: bool) -> None:
        found = [at for word in self._stop if (at := self._held.find(word)) >= 0]
        if found:
            self.stopped = True
            keep = min(found)
        elif final:
            keep = len(self._held)
        else:
            begun = (_begun(self._held, word) for word in self._stop)
            keep = len(self._held) - max(begun, default=0)
        piece, self._held = self._held[:keep], self._held[keep:]
        self.text += piece
        if piece and self._on_text is not None:
            self._on_text(piece)


def _begun(text: str, word: str) -> int:
    """The length of the longest end of `text` that begins `word`."""
    lengths = range(min(len(text), len(word) - 1), 0, -1)
    return next((length for length in lengths if text.endswith(word[:length])), 0)
