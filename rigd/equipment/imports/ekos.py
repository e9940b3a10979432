"""The user database of Ekos (`userdb.sqlite`): tables opticaltrains, telescope, filter.

A wheel's filters are the rows whose Vendor is its device name, slot 1 first; Offset is in focuser
steps, and Ekos adds new minus old to the position.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date

from rigd.equipment.imports.draft import Draft, Slot, plausible_figure, whole_steps
from rigd.equipment.imports.imported import Imported, ImportedTrain
from rigd.equipment.profile_tables import DeviceAddress, OpticProfile
from rigd.files.text import parse_name, parse_number

PROGRAM = "Ekos"
SIGNATURE = b"SQLite format 3\0"
KNOWN_SCHEMA = 315
"""The newest schema number whose columns are known."""
SERVER = "indi"
MAX_ROWS = 2000
_MAX_STEPS = 2_000_000
"""Virtual-machine instructions of one query: tables of people are small."""
_NEEDED = {
    "filter": {"id", "Vendor", "Color", "Offset"},
    "opticaltrains": {"id", "name", "scope", "reducer", "focuser", "filterwheel", "camera"},
    "telescope": {"Vendor", "Model", "Aperture", "FocalLength"},
    "Version": {"Version"},
}
_UNSTATED_WAVELENGTH_NM = 500
"""What Ekos writes where nobody stated a wavelength."""

_Row = Mapping[str, object]


def read(content: bytes, source: str, modified: date | None) -> Imported:
    """Return every optical train; of older databases, every wheel.

    Raises:
        ValueError: damaged, of a newer version, or another program's database.
    """
    if content[18:20] != b"\1\1":
        msg = "the database keeps a write-ahead log beside it; import a copy made with VACUUM INTO"
        raise ValueError(msg)
    try:
        tables = _tables(content)
    except sqlite3.Error as error:
        msg = f"damaged, or not a database that can be read: {error}"
        raise ValueError(msg) from None
    _check_version(tables["Version"])
    remarks: list[str] = []
    warnings: list[str] = []
    trains: list[ImportedTrain] = []
    for draft in _drafts(tables, source, modified, remarks):
        trains.append(draft.train())
        remarks += draft.not_understood
        warnings += draft.warnings
    if not trains:
        msg = "has no optical train and no filter wheel"
        raise ValueError(msg)
    return Imported(
        program=PROGRAM,
        source=source,
        trains=tuple(trains),
        not_understood=tuple(remarks),
        warnings=tuple(warnings),
    )


def _tables(content: bytes) -> dict[str, list[_Row]]:
    # A copy in memory: nothing can be written to the file, and its program may keep it open.
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.row_factory = sqlite3.Row
        return {name: _rows(connection, name) for name in _NEEDED}


def _rows(connection: sqlite3.Connection, table: str) -> list[_Row]:
    kind = connection.execute(
        "SELECT type, rootpage FROM sqlite_master WHERE name = ? COLLATE NOCASE", (table,)
    ).fetchone()
    if kind is None and table == "opticaltrains":
        return []
    # A virtual table has no page of its own, and runs code of a module.
    if kind is None or kind["type"] != "table" or not kind["rootpage"]:
        msg = f"has no table {table}: not a user database of Ekos"
        raise ValueError(msg)
    columns = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
    if missing := sorted(_NEEDED[table] - columns):
        msg = f"table {table} has no column {', '.join(missing)}: of an unknown version"
        raise ValueError(msg)
    order = " ORDER BY id" if "id" in columns else ""
    connection.set_progress_handler(lambda: 1, _MAX_STEPS)
    query = f"SELECT * FROM {table}{order} LIMIT {MAX_ROWS + 1}"  # noqa: S608  # names are ours
    rows = [dict(row) for row in connection.execute(query)]
    connection.set_progress_handler(None, 0)
    if len(rows) > MAX_ROWS:
        msg = f"table {table} has more than {MAX_ROWS} rows"
        raise ValueError(msg)
    return list(rows)


def _check_version(rows: Sequence[_Row]) -> None:
    version = str(rows[0]["Version"]) if rows else ""
    # A version with points is that of the program, written before its first migration.
    if version.isdecimal() and int(version[:9]) > KNOWN_SCHEMA:
        msg = f"schema {version[:20]} is newer than {KNOWN_SCHEMA}, the newest known"
        raise ValueError(msg)
    if not version[:1].isdecimal():
        msg = f"its Version {version[:20]!r} is not a version"
        raise ValueError(msg)


def _drafts(
    tables: Mapping[str, Sequence[_Row]],
    source: str,
    modified: date | None,
    remarks: list[str],
) -> list[Draft]:
    wheels: dict[str, list[_Row]] = {}
    for row in tables["filter"]:
        if vendor := parse_name(row["Vendor"]):
            wheels.setdefault(vendor, []).append(row)
    drafts = []
    used: set[str] = set()
    for number_, row in enumerate(tables["opticaltrains"], 1):
        draft = Draft(
            name=parse_name(row["name"]) or f"train {number_}", source=source, modified=modified
        )
        draft.optic = _optic(draft, row, tables["telescope"])
        draft.wheel = _place(row["filterwheel"])
        draft.focuser = _place(row["focuser"])
        draft.camera = _place(row["camera"])
        draft.mount = _place(row.get("mount"))
        if draft.wheel is not None:
            used.add(draft.wheel.device)
            draft.slots = [_slot(draft, f) for f in wheels.get(draft.wheel.device, [])]
        drafts.append(draft)
    for wheel, rows in wheels.items():
        if not tables["opticaltrains"]:
            draft = Draft(name=wheel, source=source, modified=modified, wheel=_place(wheel))
            draft.slots = [_slot(draft, row) for row in rows]
            drafts.append(draft)
        elif wheel not in used:
            remarks.append(f"filters of {wheel}: no optical train uses this wheel")
    return drafts


def _optic(draft: Draft, train: _Row, telescopes: Sequence[_Row]) -> OpticProfile:
    scope = parse_name(train["scope"])
    if scope is None or scope == "--":
        return OpticProfile()
    # A scope is named "Vendor Model focal-length@F/ratio" after its row.
    rows = [row for row in telescopes if scope.startswith(_begin(row))]
    if len(rows) != 1:
        draft.not_understood.append(
            f"{draft.name}: scope {scope}: {len(rows)} rows of table telescope have this name"
        )
        return OpticProfile(name=scope)
    length, aperture = (
        plausible_figure(parse_number(rows[0]["FocalLength"])),
        plausible_figure(parse_number(rows[0]["Aperture"])),
    )
    reducer = plausible_figure(parse_number(train["reducer"]))
    name = (
        f"{parse_name(rows[0]['Vendor']) or ''} {parse_name(rows[0]['Model']) or ''}".strip()
        or None
    )
    if reducer is None or length is None:
        return OpticProfile(name=name)
    if reducer != 1:
        draft.warnings.append(
            f"{draft.name}: a reducer of {reducer:g}: state whether it rides on the focuser "
            "(focuser.moves, focuser.magnification)"
        )
    effective = length * reducer
    return OpticProfile(
        name=name,
        focal_length_mm=plausible_figure(effective),
        focal_ratio=None if aperture is None else plausible_figure(effective / aperture),
    )


def _begin(row: _Row) -> str:
    length = parse_number(row["FocalLength"])
    return f"{row['Vendor']} {row['Model']} {0 if length is None else length:.0f}@"


def _slot(draft: Draft, row: _Row) -> Slot:
    name = parse_name(row["Color"])
    offset = whole_steps(parse_number(row["Offset"]))
    if offset is None and row["Offset"] is not None:
        shown = str(row["Offset"])[:40]
        draft.not_understood.append(f"{draft.name}: filter {name}: Offset {shown!r}")
    if (lock := parse_name(row.get("LockedFilter"))) and lock != "--":
        draft.not_understood.append(f"{draft.name}: filter {name} focuses with {lock}")
    band = plausible_figure(parse_number(row.get("Wavelength")))
    stated = band != _UNSTATED_WAVELENGTH_NM
    return Slot(name=name, offset_steps=offset, band_centre_nm=band if stated else None)


def _place(device: object) -> DeviceAddress | None:
    name = parse_name(device)
    return None if name is None or name == "--" else DeviceAddress(server=SERVER, device=name)
