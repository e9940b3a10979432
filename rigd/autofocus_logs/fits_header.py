"""FITS headers of light frames: where the focuser stood, which is not an autofocus result.

Cards: FOCUSPOS or FOCPOS, FOCUSTEM or FOCTEMP, FILTER, DATE-OBS (UTC by the FITS standard).
"""

from collections.abc import Mapping
from datetime import UTC, tzinfo

from rigd.autofocus_logs.log_facts import Cited, LogFacts
from rigd.autofocus_logs.log_time import parse_utc
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, plausible_temperature_c
from rigd.files.fits import find_picture_header, parse_cards
from rigd.files.text import parse_name, parse_number

FACTS = LogFacts(
    program="FITS frames as logs",
    facts=(
        Cited(
            "`DATE-OBS` is in UTC where no card says otherwise.",
            "github:astropy/astropy astropy/io/fits/fitstime.py `TIMESYS`",
        ),
    ),
    filter="FILTER",
    temperature="FOCUSTEM or FOCTEMP",
    curve="none",
    time="UTC",
    needs_zone=False,
    needs_frame=False,
    remark="Shown, and never learnt from: a frame says where the focuser stood, not where focus "
    "was found.",
)
NO_RESULT = "a light frame: it says where the focuser stood, not where focus was found"


def read(
    header: bytes,
    source: str,
    *,
    zone: tzinfo | None = None,
    coordinates: Coordinates | None = None,
) -> tuple[AutofocusRun, ...]:
    """Return the one entry of a frame, never `ok`.

    Raises:
        ValueError: it says no focuser position, or was cut in its header.
    """
    del zone  # the standard says UTC
    found = parse_cards(find_picture_header(header))
    position = _first(found, "FOCUSPOS", "FOCPOS")
    if position is None:
        msg = "a FITS frame without a focuser position (FOCUSPOS, FOCPOS)"
        raise ValueError(msg)
    temperature = _first(found, "FOCUSTEM", "FOCTEMP")
    return (
        AutofocusRun(
            filter=parse_name(found.get("FILTER")),
            position_steps=position,
            temperature_c=plausible_temperature_c(temperature),
            time=parse_utc(found.get("DATE-OBS"), UTC),
            coordinates=coordinates,
            source=source,
            ok=False,
            reason=NO_RESULT,
        ),
    )


def _first(texts: Mapping[str, str], *names: str) -> float | None:
    readings = (parse_number(texts.get(name)) for name in names)
    return next((reading for reading in readings if reading is not None), None)
