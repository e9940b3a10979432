"""The user database of Ekos (`userdb.sqlite`): tables profile, opticaltrains, telescope, filter.

An Ekos profile has optical trains; each new one begins with a train called "Primary", so a train is
named by both. The profile says where its INDI server is; without a host it is this computer's own.

A wheel's filters are the rows whose Vendor is its device name, slot 1 first; Offset is in focuser
steps, and Ekos adds new minus old to the position.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date

from rigd.equipment.imports.draft import Draft, Slot, list_names, plausible_figure, whole_steps
from rigd.equipment.imports.imported import Imported, ImportedTrain
from rigd.equipment.profile_tables import DeviceAddress, OpticProfile
from rigd.files.text import parse_name, parse_number

PROGRAM = "Ekos"
SIGNATURE = b"SQLite format 3\0"
KNOWN_SCHEMA = 315
"""The newest schema number whose columns are known."""
MAX_ROWS = 2000
_MAX_STEPS = 2_000_000
"""Virtual-machine instructions of one query: tables of people are small."""
_NEEDED = {
    "filter": {"id", "Vendor", "Color", "Offset"},
    "profile": {"id", "name", "host", "port"},
    "opticaltrains": {"id", "name", "scope", "reducer", "focuser", "filterwheel", "camera"},
    "telescope": {"Vendor", "Model", "Aperture", "FocalLength"},
    "Version": {"Version"},
}
_LATER = frozenset({"opticaltrains", "profile"})
"""Tables without which a database can still be read: older ones have no trains."""
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
    if kind is None and table in _LATER:
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
    profiles = {row["id"]: row for row in tables["profile"]}
    drafts = []
    used: set[str] = set()
    for number_, row in enumerate(tables["opticaltrains"], 1):
        owner = profiles.get(row.get("profile"), {})
        train = parse_name(row["name"]) or f"train {number_}"
        above = parse_name(owner.get("name"))
        draft = Draft(
            name=train if above is None else f"{above}/{train}", source=source, modified=modified
        )
        draft.optic = _optic(draft, row, tables["telescope"])
        draft.wheel = _place(draft, row["filterwheel"], owner)
        draft.focuser = _place(draft, row["focuser"], owner)
        draft.camera = _place(draft, row["camera"], owner)
        draft.mount = _place(draft, row.get("mount"), owner)
        if draft.wheel is not None:
            used.add(draft.wheel.device)
            draft.slots = _slots(draft, wheels.get(draft.wheel.device, []))
        drafts.append(draft)
    for wheel, rows in wheels.items():
        if not tables["opticaltrains"]:
            draft = Draft(name=wheel, source=source, modified=modified)
            draft.wheel = _place(draft, wheel, {})
            draft.slots = _slots(draft, rows)
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


def _slots(draft: Draft, rows: Sequence[_Row]) -> list[Slot]:
    focused_with = {lock for row in rows if (lock := _locked(row)) is not None}
    focusing = [row for row in rows if parse_number(row.get("UseAutoFocus"))]
    if focusing:
        names = list_names(parse_name(row["Color"]) or "without name" for row in focusing)
        draft.warnings.append(
            f"{draft.name}: Ekos focuses after each change to {names} (UseAutoFocus): rigd leaves "
            "the focuser to it there; where rigd's offsets shall count, switch it off"
        )
    return [_slot(draft, row, preferred=parse_name(row["Color"]) in focused_with) for row in rows]


def _slot(draft: Draft, row: _Row, *, preferred: bool) -> Slot:
    name = parse_name(row["Color"])
    offset = whole_steps(parse_number(row["Offset"]))
    if offset is None and row["Offset"] is not None:
        shown = str(row["Offset"])[:40]
        draft.not_understood.append(f"{draft.name}: filter {name}: Offset {shown!r}")
    if (lock := _locked(row)) is not None:
        draft.not_understood.append(f"{draft.name}: filter {name} focuses with {lock}")
    band = plausible_figure(parse_number(row.get("Wavelength")))
    stated = band != _UNSTATED_WAVELENGTH_NM
    return Slot(
        name=name,
        offset_steps=offset,
        band_centre_nm=band if stated else None,
        preferred=preferred,
    )


def _locked(row: _Row) -> str | None:
    lock = parse_name(row.get("LockedFilter"))
    return None if lock == "--" else lock


def _place(draft: Draft, device: object, owner: _Row) -> DeviceAddress | None:
    name = parse_name(device)
    if name is None or name == "--":
        return None
    port = whole_steps(parse_number(owner.get("port")))
    return draft.place("indi", name, parse_name(owner.get("host")), port)
