"""Recognises the format of an autofocus log and reads its runs, or says in one line why not.

The limits of runs, points and characters are our choice: no real log comes near them, and a broken
or hostile file costs bounded time and memory.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from rigd.autofocus_logs import asiair, ccdciel, focusmax, sgp, table, theskyx
from rigd.autofocus_logs import ekos_analyze as ekos
from rigd.autofocus_logs import ekos_focus_log as ekosfocus
from rigd.autofocus_logs import fits_header as fits
from rigd.autofocus_logs import kstars_log as kstars
from rigd.autofocus_logs import nina_log as ninalog
from rigd.autofocus_logs import nina_report as nina
from rigd.autofocus_logs.formats import LogFormat
from rigd.autofocus_logs.line_log import LineLog
from rigd.autofocus_logs.log_facts import LogFacts
from rigd.autofocus_logs.log_file import KNOWN_BY_BYTES, LogFile
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, NoRunError
from rigd.errors import InvalidValueError
from rigd.files.fits import MAX_HEADER_BYTES, SIGNATURE
from rigd.files.packing import refuse_packed
from rigd.files.text import (
    HEAD_BYTES,
    decode,
    decode_lines,
    find_encoding,
    make_printable,
)

MAX_BYTES = 32 * 1024 * 1024
"""Of a file that is read at once: a report, a table. Logs of lines may be larger."""
RECOGNISED_BYTES = 1 << 18
"""How much of a log tells its format."""


class UnknownFormatError(InvalidValueError):
    """The file cannot be read, or is no autofocus log of a known kind."""


class _Read(Protocol):
    def __call__(
        self, text: str, source: str, *, zone: tzinfo | None, coordinates: Coordinates | None
    ) -> tuple[AutofocusRun, ...]: ...


@dataclass(frozen=True, slots=True)
class _Format:
    name: LogFormat
    is_this_format: Callable[[str], bool]
    facts: LogFacts
    lines: type[LineLog] | None = None
    """Of a log that is read line by line."""
    whole: _Read | None = None
    """Of a file that is read at once."""


FITS_FACTS = fits.FACTS
"""Of frames, which are no format of a text."""
# The first that recognises a text reads it: a plain table, which many logs resemble, is last.
FORMATS = (
    _Format(LogFormat.NINA_REPORT, nina.is_this_format, nina.FACTS, whole=nina.read),
    _Format(LogFormat.NINA_LOG, ninalog.is_this_format, ninalog.FACTS, ninalog.NinaLog),
    _Format(LogFormat.EKOS, ekos.is_this_format, ekos.FACTS, ekos.EkosAnalyzeLog),
    _Format(
        LogFormat.EKOS_FOCUS, ekosfocus.is_this_format, ekosfocus.FACTS, ekosfocus.EkosFocusLog
    ),
    _Format(LogFormat.KSTARS, kstars.is_this_format, kstars.FACTS, kstars.KstarsLog),
    _Format(LogFormat.ASIAIR, asiair.is_this_format, asiair.FACTS, asiair.AsiairLog),
    _Format(LogFormat.CCDCIEL, ccdciel.is_this_format, ccdciel.FACTS, ccdciel.CcdcielLog),
    _Format(LogFormat.SGP, sgp.is_this_format, sgp.FACTS, sgp.SgpLog),
    _Format(LogFormat.FOCUSMAX, focusmax.is_this_format, focusmax.FACTS, focusmax.FocusmaxLog),
    _Format(LogFormat.THESKYX, theskyx.is_this_format, theskyx.FACTS, whole=theskyx.read),
    _Format(LogFormat.TABLE, table.is_this_format, table.FACTS, whole=table.read),
)


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
    with _naming(make_printable(named or path.name)):
        log = open_log(path, zone=zone, coordinates=coordinates)
        if log is None:
            return _read_whole(path, zone, coordinates)
        try:
            runs = log.read_on() + log.finish()
        except OSError as error:
            raise UnknownFormatError(error.strerror or "cannot be read") from None
        if not runs:
            raise ValueError(log.log.WITHOUT_RUNS)
        return runs


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Put a file's name before what is wrong with it."""
    try:
        yield
    except (UnknownFormatError, NoRunError) as error:
        msg = f"{name}: {error}"
        raise UnknownFormatError(msg) from None
    except ValueError as error:
        msg = f"{name}: {error}"
        raise InvalidValueError(msg) from None


def open_log(
    path: Path, *, zone: tzinfo | None = None, coordinates: Coordinates | None = None
) -> LogFile | None:
    """Return a log of lines, of which nothing is read yet; None if the file is read at once.

    Raises:
        UnknownFormatError: The file cannot be read, or is no autofocus log of a known kind.
    """
    try:
        head = read_head(path)
    except ValueError as error:
        raise UnknownFormatError(str(error)) from None
    if head.startswith(SIGNATURE):
        return None
    encoding = find_encoding(head[:HEAD_BYTES])
    if encoding is None:
        raise UnknownFormatError("binary, or text in an unknown encoding")
    found = _find_format(decode_lines(head, encoding))
    if found.lines is None:
        return None
    source = f"{found.name} {make_printable(path.name)}"
    log = found.lines(source=source, zone=zone, coordinates=coordinates)
    return LogFile(path=path, encoding=encoding, log=log, head=head[:KNOWN_BY_BYTES])


def _find_format(text: str) -> _Format:
    found = next((one for one in FORMATS if one.is_this_format(text)), None)
    if found is None:
        known = ", ".join([one.name for one in FORMATS] + ["FITS"])
        msg = f"no autofocus log of a known kind ({known})"
        raise UnknownFormatError(msg)
    return found


def _read_whole(
    path: Path, zone: tzinfo | None, coordinates: Coordinates | None
) -> tuple[AutofocusRun, ...]:
    content = read_content(path)
    if content.startswith(SIGNATURE):
        try:
            return fits.read(
                content, f"FITS {make_printable(path.name)}", zone=zone, coordinates=coordinates
            )
        except ValueError as error:
            # Any picture is a FITS file: without a focuser position it was never meant as a log.
            raise UnknownFormatError(str(error)) from None
    text = decode(content)
    if text is None:
        raise UnknownFormatError("binary, or text in an unknown encoding")
    found = _find_format(text)
    if found.whole is None:
        raise UnknownFormatError("it changed while it was read")
    return found.whole(
        text, f"{found.name} {make_printable(path.name)}", zone=zone, coordinates=coordinates
    )


def read_head(path: Path) -> bytes:
    """Return the beginning of a file.

    Raises:
        ValueError: it cannot be read, or is empty.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("not a file")
        with path.open("rb") as file:
            head = file.read(RECOGNISED_BYTES)
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from None
    if not head.strip(b" \t\r\n\0"):
        raise ValueError("the file is empty")
    refuse_packed(head)
    return head


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
            refuse_packed(head)
            if status.st_size > MAX_BYTES:
                msg = f"{status.st_size} bytes, the limit is {MAX_BYTES} bytes"
                raise ValueError(msg)
            return head + file.read(MAX_BYTES)
    except OSError as error:
        msg = error.strerror or "cannot be read"
        raise ValueError(msg) from None
