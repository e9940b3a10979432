"""Recognises the format of an autofocus log and reads its runs, or says in one line why not.

The readers' limits of runs, points and characters are our choice: no real log comes near them, and
a broken or hostile file costs bounded time and memory.
"""

import stat
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from rigd.autofocus_logs import asiair, ccdciel, focusmax, sgp, table, theskyx
from rigd.autofocus_logs import ekos_analyze as ekos
from rigd.autofocus_logs import ekos_focus_log as ekosfocus
from rigd.autofocus_logs import fits_header as fits
from rigd.autofocus_logs import nina_log as ninalog
from rigd.autofocus_logs import nina_report as nina
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError
from rigd.files.fits import MAX_HEADER_BYTES, SIGNATURE
from rigd.files.text import decode

MAX_BYTES = 32 * 1024 * 1024
"""No autofocus log of a night is larger."""


class UnknownFormatError(InvalidValueError):
    """The file cannot be read, or is no autofocus log of a known kind."""


class _Read(Protocol):
    def __call__(
        self, text: str, source: str, *, zone: tzinfo | None, coordinates: Coordinates | None
    ) -> tuple[AutofocusRun, ...]: ...


# The first that recognises a text reads it: a plain table, which many logs resemble, is last.
FORMATS: tuple[tuple[str, Callable[[str], bool], _Read], ...] = (
    ("N.I.N.A.", nina.is_this_format, nina.read),
    ("N.I.N.A. log", ninalog.is_this_format, ninalog.read),
    ("Ekos", ekos.is_this_format, ekos.read),
    ("Ekos focus log", ekosfocus.is_this_format, ekosfocus.read),
    ("ASIAIR", asiair.is_this_format, asiair.read),
    ("CCDciel", ccdciel.is_this_format, ccdciel.read),
    ("SGP", sgp.is_this_format, sgp.read),
    ("FocusMax", focusmax.is_this_format, focusmax.read),
    ("TheSkyX", theskyx.is_this_format, theskyx.read),
    ("table", table.is_this_format, table.read),
)


def format_of(source: str) -> str:
    """Return the format that a run's source names; the whole source where it names none."""
    named = [name for name, _, _ in FORMATS if source.startswith(f"{name} ")]
    return max(named, key=len, default=source)


def read_path(
    path: Path,
    *,
    zone: tzinfo | None = None,
    coordinates: Coordinates | None = None,
    named: str | None = None,
) -> tuple[AutofocusRun, ...]:
    """Return the autofocus runs of one file, in its order.

    Args:
        path: A log, report or table of any known format; recognised by its content.
        zone: The zone of times that the log writes without one.
        coordinates: What the positions count from, where the log cannot say it.
        named: How an error names the file; without it, by its last part.

    Raises:
        UnknownFormatError: The file cannot be read, or is no autofocus log of a known kind.
        InvalidValueError: The file is refused; the text names it and the reason in one line.
    """
    named = named or path.name
    try:
        content = read_content(path)
    except ValueError as error:
        msg = f"{named}: {error}"
        raise UnknownFormatError(msg) from None
    try:
        return _read(content, path, zone, coordinates)
    except UnknownFormatError as error:
        msg = f"{named}: {error}"
        raise UnknownFormatError(msg) from None
    except ValueError as error:
        msg = f"{named}: {error}"
        raise InvalidValueError(msg) from None


def _read(
    content: bytes, path: Path, zone: tzinfo | None, coordinates: Coordinates | None
) -> tuple[AutofocusRun, ...]:
    if not content.strip():
        msg = "the file is empty"
        raise UnknownFormatError(msg)
    if content.startswith(SIGNATURE):
        try:
            return fits.read(content, f"FITS {path.name}", zone=zone, coordinates=coordinates)
        except ValueError as error:
            # Any picture is a FITS file: without a focuser position it was never meant as a log.
            raise UnknownFormatError(str(error)) from None
    text = decode(content)
    if text is None:
        msg = "binary, or text in an unknown encoding"
        raise UnknownFormatError(msg)
    for name, is_this_format, read in FORMATS:
        if is_this_format(text):
            return read(text, f"{name} {path.name}", zone=zone, coordinates=coordinates)
    known = ", ".join([name for name, _, _ in FORMATS] + ["FITS"])
    msg = f"no autofocus log of a known kind ({known})"
    raise UnknownFormatError(msg)


def read_content(path: Path) -> bytes:
    """Return a file's content, of a FITS file its header.

    Raises:
        ValueError: it cannot be read, or is larger than any log.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            msg = "not a file"
            raise ValueError(msg)
        with path.open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                return head + file.read(MAX_HEADER_BYTES)
            if status.st_size > MAX_BYTES:
                msg = f"{status.st_size} bytes, the limit is {MAX_BYTES} bytes"
                raise ValueError(msg)
            return head + file.read(MAX_BYTES)
    except OSError as error:
        msg = error.strerror or "cannot be read"
        raise ValueError(msg) from None
