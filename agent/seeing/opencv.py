"""OpenCV, which finds pictures in pictures and is not part of the plain installation."""

from __future__ import annotations

from tapwright.errors import SetupError


def must_have_opencv() -> None:
    """Raise `SetupError`, with the command that brings it, where OpenCV cannot be loaded."""
    try:
        import cv2  # noqa: F401
    except ImportError as error:
        raise SetupError(
            f"looking for things on a screen needs OpenCV ({error}); "
            "run: python -m pip install 'tapwright[ocr]'"
        ) from error
