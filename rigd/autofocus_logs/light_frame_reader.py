"""Light frames and how sharp their stars are, as other programs recorded them.

FITS headers (cards HFR, or HFD for the diameter), the image metadata of N.I.N.A.'s Session Metadata
plug-in (JSON or CSV: FilterName, ExposureStartUTC, Duration, HFR), Ekos' analyze log, plain tables
(columns filter, time, hfr).
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from rigd.autofocus_logs import ekos_analyze as ekos
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.log_facts import Cited, FrameFacts
from rigd.autofocus_logs.log_time import ASK_ZONE, parse_utc
from rigd.autofocus_logs.reader import read_content
from rigd.errors import InvalidValueError
from rigd.files.fits import SIGNATURE, find_picture_header
from rigd.files.fits import parse_cards as cards_of
from rigd.files.text import decode, parse_name, parse_number

KINDS = (
    FrameFacts(
        name="N.I.N.A.'s plug-in Session Metadata",
        facts=(
            Cited(
                "`ImageMetaData.json` or `.csv` in the folder of the pictures; the plug-in must be "
                "enabled, and either format in it.",
                "github:tcpalmer/nina.plugin.sessionmetadata@46e40d7 README.md",
            ),
        ),
        size="HFR",
        filter="FilterName",
        time="ExposureStartUTC and Duration",
    ),
    FrameFacts(
        name="Ekos' analyze log",
        facts=(
            Cited(
                "A line `CaptureComplete` for each frame, with its filter and half-flux radius.",
                "github:KDE/kstars@004f4d9 kstars/ekos/analyze/analyze.cpp",
            ),
            Cited(
                "The radius is measured if auto-compute HFR is on in the FITS options.",
                "github:KDE/kstars@1bf56b6 doc/ekos-analyze.docbook",
            ),
        ),
        size="of `CaptureComplete`; -1 was not measured",
        filter="its name",
        time="local, with an abbreviation of its zone; one that means several zones is asked for",
    ),
    FrameFacts(
        name="A table of your own",
        facts=(),
        size="column `hfr`",
        filter="column `filter`",
        time="column `time`",
        needs_zone=True,
        remark="A time with an offset from UTC needs no `--zone`.",
    ),
)
"""Files that are read and not measured."""
MAX_FRAMES = 50_000
MAX_HFR_PX = 1000.0
_LONGEST_S = 24 * 3600.0
_FILTER = ("filtername", "filter")
_TIME = ("exposurestartutc", "time", "time_utc", "date-obs", "timestamp", "exposurestart")
_SIZE = ("hfr", "hfr_px")
_DURATION = ("duration", "exposure_s", "exptime", "exposure")
_KIND = ("imagetype", "imagetyp")


def read_frames(
    path: Path, *, zone: tzinfo | None = None, named: str | None = None
) -> tuple[LightFrame, ...]:
    """Return the light frames of a file whose stars were measured.

    Args:
        path: FITS frames, or a table or log of them; recognised by its content.
        zone: The zone of times that the file writes without one.
        named: How an error names the file; without it, by its last part.

    Raises:
        InvalidValueError: The file is refused; the text names it and the reason in one line.
    """
    try:
        return _read(read_content(path), zone)
    except ValueError as error:
        msg = f"{named or path.name}: {error}"
        raise InvalidValueError(msg) from None


def frame_of_header(cards: Mapping[str, str], hfr_px: float | None = None) -> LightFrame:
    """Return the light frame that a header describes.

    Args:
        cards: Its keywords in small letters. HFD is the diameter of what HFR is the radius of.
        hfr_px: What was measured of its stars; without it, what the header says.

    Raises:
        InvalidValueError: no light frame, or without a filter, a time, or measured stars.
    """
    cards = dict(cards)
    if hfr_px is not None:
        cards["hfr"] = str(hfr_px)
    elif "hfr" not in cards and "hfd" in cards:
        diameter = parse_number(cards["hfd"])
        cards["hfr"] = "" if diameter is None else str(diameter / 2)
    if "filter" not in cards:
        raise InvalidValueError("its header names no filter")
    try:
        return _frames([cards], UTC)[0]
    except ValueError as error:
        raise InvalidValueError(str(error)) from None


def _read(content: bytes, zone: tzinfo | None) -> tuple[LightFrame, ...]:
    if content.startswith(SIGNATURE):
        cards = {
            name.lower(): text for name, text in cards_of(find_picture_header(content)).items()
        }
        return (frame_of_header(cards),)
    text = decode(content)
    if text is None:
        msg = "binary, or text in an unknown encoding"
        raise ValueError(msg)
    if ekos.is_this_format(text):
        found = ekos.read_frames(text, zone=zone)
        if not found:
            msg = "an analyze log without a measured frame, or its zone is not stated"
            raise ValueError(msg)
        return found
    if text.lstrip()[:1] == "[":
        return _frames(_records(text), zone)
    return _frames(_table(text), zone)


def _records(text: str) -> list[Mapping[str, object]]:
    try:
        listed = json.loads(text)
    except RecursionError:
        msg = "JSON nested too deeply to be image metadata"
        raise ValueError(msg) from None
    except ValueError as error:
        msg = f"broken or half-written JSON: {str(error)[:100]}"
        raise ValueError(msg) from None
    return [
        {str(key).lower(): value for key, value in one.items()}
        for one in listed[:MAX_FRAMES]
        if isinstance(one, dict)
    ]


def _table(text: str) -> Iterable[Mapping[str, object]]:
    lines = text.lstrip().splitlines()
    head = lines[0][:4000] if lines else ""
    delimiter = max(",;\t", key=head.count)
    names = [name.strip().strip('"').lower() for name in head.split(delimiter)]
    if not all(any(name in names for name in wanted) for wanted in (_FILTER, _TIME, _SIZE)):
        msg = "no light frames with a filter, a time and a half-flux radius (HFR) in it"
        raise ValueError(msg)
    for name in (*_FILTER, *_TIME, *_SIZE):
        if names.count(name) > 1:
            msg = f"a table with two columns {name!r}: which of them is meant?"
            raise ValueError(msg)
    try:
        rows = csv.reader(io.StringIO("\n".join(lines[1 : MAX_FRAMES + 1])), delimiter=delimiter)
        return [dict(zip(names, row, strict=False)) for row in rows]
    except csv.Error as error:
        msg = f"broken table: {error}"
        raise ValueError(msg) from None


def _frames(rows: Iterable[Mapping[str, object]], zone: tzinfo | None) -> tuple[LightFrame, ...]:
    frames, timeless, others = [], 0, set[str]()
    zoneless = nameless = False
    for row in rows:
        kind = parse_name(_first(row, _KIND))
        if kind is not None and "light" not in kind.lower():
            others.add(kind)
            continue
        name, hfr_px = parse_name(_first(row, _FILTER)), parse_number(_first(row, _SIZE))
        # N.I.N.A. writes 0 where no star was found.
        if hfr_px is None or not 0 < hfr_px < MAX_HFR_PX:
            continue
        if name is None:
            nameless = True
            continue
        end = _end(row, zone)
        if end is None:
            timeless += 1
            zoneless |= any(row.get(one) for one in _TIME)
            continue
        frames.append(LightFrame(filter=name, time=end, hfr_px=hfr_px))
    if frames:
        return tuple(frames)
    msg = "no light frame whose stars were measured (HFR)"
    if timeless:
        msg = ASK_ZONE if zoneless else "it does not say when it was taken"
    elif nameless:
        msg = "a light frame that does not name its filter"
    elif others:
        msg = f"no light frame: {', '.join(sorted(others))[:80]}"
    raise ValueError(msg)


def _end(row: Mapping[str, object], zone: tzinfo | None) -> datetime | None:
    named = next((name for name in _TIME if row.get(name)), None)
    if named is None:
        return None
    start = parse_utc(row[named], UTC if named.endswith("utc") else zone)
    seconds = parse_number(_first(row, _DURATION))
    if start is None or seconds is None or not 0 <= seconds < _LONGEST_S:
        return start
    return start + timedelta(seconds=seconds)


def _first(row: Mapping[str, object], names: Iterable[str]) -> object:
    return next((row[name] for name in names if name in row), None)
