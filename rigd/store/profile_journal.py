"""The journal of the profiles: every change with before, after, who and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


class What(StrEnum):
    """Kinds of change."""

    CREATE = "create"
    IMPORT = "import"
    CLONE = "clone"
    EDIT = "edit"
    RENAME = "rename"
    ARCHIVE = "archive"
    RESTORE = "restore"
    SWITCH = "switch"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the journal."""

    number: int
    at: str
    by: str
    what: What
    profile: str
    """Its name after the change, or before it went."""
    rig: str | None
    """Of a switch."""
    before: Mapping[str, object] | None
    """`toml` and `archived`, or of a switch the `profile` in force; None: there was none."""
    after: Mapping[str, object] | None
    undoes: int | None = None


def read_profile_journal(store: Store, most: int, rig: str | None = None) -> tuple[Entry, ...]:
    """The newest changes, newest first; of one rig: its switches, and what it has in force."""
    with store.transaction() as db:
        mine, values = "", []
        if rig is not None:
            mine = (
                "where rig = ? or (rig is null and profile_id in"
                " (select profile_id from profiles_in_force where rig = ?))"
            )
            values = [rig, rig]
        rows = db.query(
            f"select * from profile_journal {mine} order by id desc limit ?",  # noqa: S608 - ours
            [*values, most],
        )
        return tuple(_entry(row) for row in rows)


def was_ever_stored(store: Store, profile: EquipmentProfile) -> bool:
    """Whether some profile ever said exactly this."""
    with store.transaction() as db:
        texts = db.execute(
            "select 1 from profile_journal where rig is null and json_extract(after, '$.toml') = ?",
            [profile_text(profile)],
        )
        return texts.fetchone() is not None


def find_last_change(db: Database) -> tuple[int, Entry] | None:
    """The last change that is not taken back, with the number of its profile."""
    rows = db.query(
        "select * from profile_journal where what != 'undo' and id not in"
        " (select undoes from profile_journal where undoes is not null)"
        " order by id desc limit 1"
    )
    for row in rows:
        return int(row["profile_id"]), _entry(row)
    return None


def write_entry(
    db: Database,
    what: What,
    number: int,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    *,
    by: str,
    rig: str | None = None,
    undoes: int | None = None,
) -> None:
    """Write a line, and make it the revision of the profile that it changed."""
    now = now_text()
    name = db.execute("select name from profiles where id = ?", [number]).fetchone()
    shown = name[0] if name else parse_profile(str((before or {})["toml"]), "profile").name
    line = db.execute(
        "insert into profile_journal"
        " (at, by, what, profile, profile_id, rig, before, after, undoes)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            now,
            by,
            what,
            shown,
            number,
            rig,
            None if before is None else json.dumps(dict(before)),
            None if after is None else json.dumps(dict(after)),
            undoes,
        ],
    ).lastrowid
    if rig is None:
        db.execute(
            "update profiles set revision = ?, changed_at = ? where id = ?", [line, now, number]
        )


def _entry(row: Mapping[str, object]) -> Entry:
    before, after = row["before"], row["after"]
    return Entry(
        number=int(str(row["id"])),
        at=str(row["at"]),
        by=str(row["by"]),
        what=What(str(row["what"])),
        profile=str(row["profile"]),
        rig=None if row["rig"] is None else str(row["rig"]),
        before=None if before is None else json.loads(str(before)),
        after=None if after is None else json.loads(str(after)),
        undoes=None if row["undoes"] is None else int(str(row["undoes"])),
    )
