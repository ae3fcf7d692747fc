"""The door to `twine check --strict`: what the uploader itself says of the files, in this process."""

from __future__ import annotations

import io
import logging
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path

from release_tools.readmes import Complaint

LOGGER = "twine.commands.check"
BROKEN = (zipfile.BadZipFile, tarfile.TarError, ValueError, KeyError, EOFError, OSError, RecursionError)


def load() -> None:
    """Import twine, and what it prints with, which takes longer than the check itself."""
    import rich.console  # noqa: F401 - imported for later
    import twine.commands.check  # noqa: F401 - as above


def complaints(paths: Iterable[Path]) -> Mapping[str, tuple[Complaint, ...]]:
    """Return by file name what twine objects to; mild is what it passes unless it is strict, as the index does."""
    found = {path.name: _complaints_of(path) for path in paths}
    return {name: said for name, said in found.items() if said}


def _complaints_of(path: Path) -> tuple[Complaint, ...]:
    from twine.commands import check
    from twine.exceptions import TwineException

    listener = _Listener()
    logger = logging.getLogger(LOGGER)
    logger.addHandler(listener)
    propagate, logger.propagate = logger.propagate, False
    try:
        with redirect_stdout(io.StringIO()):
            failed = check.check([str(path)], strict=True)
    except (TwineException, *BROKEN) as error:
        return (Complaint(message=str(error)),)
    finally:
        logger.propagate = propagate
        logger.removeHandler(listener)
    return tuple(listener.said) or ((Complaint(message="twine check failed"),) if failed else ())


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[Complaint] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(Complaint(message=record.getMessage(), mild=record.levelno < logging.ERROR))
