"""Times of logs, converted to UTC where the zone is known: it is stated, never guessed."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STATE_ZONE = "state it (--zone, or zone in [[watch]])"
ASK_ZONE = f"the log's time zone is not stated: {STATE_ZONE}"

_SEVERAL = {"CST", "IST", "BST"}
# Only abbreviations that mean one thing to the programs that print them.
_ABBREVIATIONS_H = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "AEST": 10, "AEDT": 11, "AWST": 8, "NZST": 12,
    "NZDT": 13, "JST": 9, "SAST": 2,
}  # fmt: skip
_ALL_YEAR = {"WET": "Europe/Lisbon", "CET": "Europe/Brussels", "EET": "Europe/Athens"}
"""What Europeans call their zone in summer too. The tz database has each as a link to the city;
Debian's has the links in a package of their own.
"""
_NUMERIC = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_FRACTION = re.compile(r"([.,])(\d{6})\d+")


def zone_of_log(text: str) -> tzinfo | None:
    """Return the zone that an abbreviation or an offset such as +02:00 means; None if ambiguous."""
    text = text.strip().upper()
    if text in _ABBREVIATIONS_H:
        return timezone(timedelta(hours=_ABBREVIATIONS_H[text]))
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    sign = -1 if found[1] == "-" else 1
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    # No zone on earth is 15 hours or more away from UTC (the farthest is +14).
    return timezone(sign * offset) if offset < timedelta(hours=15) else None


def ask_zone(said: str) -> str:
    """Ask for the zone of a log that says none, or one that nobody can tell."""
    said = said.strip()
    if not said:
        return ASK_ZONE
    why = (
        "means several time zones" if said.upper() in _SEVERAL else "is no time zone that is known"
    )
    return f"{said[:40]!r} {why}: {STATE_ZONE}"


def parse_utc(text: object, zone: tzinfo | None) -> datetime | None:
    """Parse a time in ISO form as UTC; its own offset wins over `zone`; None if it has neither."""
    parsed = parse_wall_time(text)
    if parsed is None:
        return None
    return to_utc(parsed, zone)


def to_utc(time: datetime, zone: tzinfo | None) -> datetime | None:
    """Convert a datetime to UTC; None if it has no zone and none is given."""
    if time.tzinfo is None:
        if zone is None:
            return None
        time = time.replace(tzinfo=zone)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return None


def put_behind(time: datetime, before: datetime, zone: tzinfo) -> datetime:
    """Return a time of a log behind the one before it, if it was written twice that night.

    In the hour that a clock goes through twice, a local time without its offset is taken for the
    first of the two. No program writes a log backwards.
    """
    if time >= before:
        return time
    again = time.astimezone(zone).replace(fold=1).astimezone(UTC)
    return again if again >= before else time


def parse_wall_time(text: object) -> datetime | None:
    """Parse a time as written, naive if it was written so; None if it is no time after 1980."""
    if not isinstance(text, str) or len(text) > 60:
        return None
    clean = _FRACTION.sub(r"\1\2", text.strip().replace("/", "-"))
    try:
        parsed = datetime.fromisoformat(clean)
    except ValueError:
        return None
    return parsed if 1980 < parsed.year < 2200 else None


def parse_zone(text: str) -> tzinfo | None:
    """Parse a zone that a person states: an abbreviation, an offset, or a tz database name.

    A program that prints CET means one hour from UTC; a person who says it of a log of July does
    not, and an hour wrong would make two runs of one that stands in two logs.
    """
    name = _ALL_YEAR.get(text.strip().upper(), text.strip())
    named = zone_of_log(name)
    if named is not None:
        return named
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
