"""Progress bars and remarks of libraries, kept off the caller's own display."""

from __future__ import annotations

import logging as standard_logging
from collections.abc import Iterator
from contextlib import contextmanager

_TALKATIVE = ("torchao", "torch.utils._pytree")


@contextmanager
def no_bars() -> Iterator[None]:
    """Keep Transformers from drawing bars while weights are read or written."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def no_remarks() -> Iterator[None]:
    """Keep torchao, which Transformers imports wherever it is installed, from telling that its
    kernels are for other machines."""
    loggers = [standard_logging.getLogger(name) for name in _TALKATIVE]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(standard_logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
