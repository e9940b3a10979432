"""The equipment profiles in the store: what there is, which each rig has in force, every change.

Each change is one transaction with its line in the journal, which has the profile before and after.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rigd.equipment.contradicting_numbers import find_contradicting_numbers
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.errors import ChangedMeanwhileError, InvalidValueError, NoProfileError, RefusedError
from rigd.store.database import Store, now_text
from rigd.store.profile_journal import Entry, What, find_last_change, write_entry
from rigd.store.sqlite import Database

MAX_NAME_CHARS = 120
"""Characters of a profile's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """A profile as it is kept."""

    number: int
    """Stays when it is renamed."""
    profile: EquipmentProfile
    archived: bool
    revision: int
    """Number of the journal line of its last change: another one is another state."""
    created_at: str
    changed_at: str
    rigs: tuple[str, ...]
    """The rigs that have it in force."""

    @property
    def name(self) -> str:
        """What its owner calls it; no two have the same."""
        return self.profile.name


def list_profiles(store: Store) -> tuple[StoredProfile, ...]:
    """Every profile, archived ones too, by name."""
    with store.transaction() as db:
        rows = list(db.query("select * from profiles order by name collate nocase"))
        return tuple(_make_stored(db, row) for row in rows)


def find_profile(store: Store, name: str) -> StoredProfile:
    """The profile of that name.

    Raises:
        NoProfileError: there is none.
    """
    with store.transaction() as db:
        return _make_stored(db, _row(db, name))


def read_profiles_in_force(store: Store) -> dict[str, StoredProfile]:
    """The profile in force of each rig that has one."""
    with store.transaction() as db:
        return _read_in_force(db)


def add(store: Store, profile: EquipmentProfile, by: str, what: What = What.CREATE) -> None:
    """Keep one more profile.

    Raises:
        RefusedError: there is one of that name.
        InvalidValueError: two of its numbers contradict each other.
    """
    _check_numbers(profile)
    with _writing(store) as db:
        _check_name(db, profile.name, None)
        number = _add(db, profile)
        write_entry(db, what, number, None, _state(db, number), by=by)


def put(
    store: Store,
    name: str,
    profile: EquipmentProfile,
    by: str,
    *,
    expect: int | None = None,
    what: What = What.EDIT,
) -> None:
    """A profile says something else from now on; a new name in it renames it.

    Args:
        store: the store.
        name: which.
        profile: what it says from now on.
        by: who changes it.
        expect: the revision that was looked at; None: whatever it is.
        what: how the journal calls it.

    Raises:
        NoProfileError, ChangedMeanwhileError, RefusedError: see there.
        InvalidValueError: two of its numbers contradict each other.
    """
    with _writing(store) as db:
        number = _check_revision(db, name, expect)
        before = _state(db, number)
        if before["toml"] == profile_text(profile):
            return
        _check_numbers(profile)
        _check_name(db, profile.name, number)
        _set(db, number, {"toml": profile_text(profile), "archived": before["archived"]})
        write_entry(db, what, number, before, _state(db, number), by=by)


def shelve(store: Store, name: str, by: str, *, archived: bool, expect: int | None = None) -> None:
    """Archive a profile, or restore it.

    Raises:
        NoProfileError, ChangedMeanwhileError: see there.
        RefusedError: a rig has it in force.
    """
    with _writing(store) as db:
        number = _check_revision(db, name, expect)
        before = _state(db, number)
        if bool(before["archived"]) == archived:
            return
        users = _rigs(db, number)
        if users:
            msg = f"{name!r} is in force on {', '.join(users)}: switch to another profile first"
            raise RefusedError(msg)
        _set(db, number, {"toml": before["toml"], "archived": archived})
        what = What.ARCHIVE if archived else What.RESTORE
        write_entry(db, what, number, before, _state(db, number), by=by)


def switch(store: Store, rig: str, name: str, by: str, *, expect: str | None = None) -> None:
    """Another profile is in force on a rig.

    Args:
        store: the store.
        rig: which rig.
        name: the profile that is in force from now on.
        by: who switches.
        expect: name of the profile that was seen in force; None: whatever it is.

    Raises:
        NoProfileError, ChangedMeanwhileError: see there.
        RefusedError: the profile is archived.
    """
    with _writing(store) as db:
        row = _row(db, name)
        number = int(str(row["id"]))
        before = _name_in_force(db, rig)
        if expect is not None and before != expect:
            msg = f"{before!r} is in force on {rig}, no longer {expect!r}"
            raise ChangedMeanwhileError(msg)
        if before == row["name"]:
            return
        if row["archived"]:
            msg = f"{name!r} is archived: restore it first"
            raise RefusedError(msg)
        _put_in_force(db, rig, number)
        then = None if before is None else {"profile": before, "id": _row(db, before)["id"]}
        now = {"profile": row["name"], "id": number}
        write_entry(db, What.SWITCH, number, then, now, by=by, rig=rig)


def undo(store: Store, by: str, *, expect: int | None = None) -> Entry:
    """Take back the last change that is not taken back yet; that again is a line of the journal.

    Args:
        store: the store.
        by: who takes it back.
        expect: number of the change that is meant; None: whatever is the last.

    Raises:
        InvalidValueError: there is nothing to take back.
        ChangedMeanwhileError: another change is the last.
        RefusedError: a rig would be without profile.
    """
    with _writing(store) as db:
        standing = find_last_change(db)
        if standing is None:
            raise InvalidValueError("there is no change of a profile to take back")
        number, last = standing
        if expect is not None and last.number != expect:
            msg = f"change {expect} is not the last one: that is {last.number}, a {last.what}"
            raise ChangedMeanwhileError(msg)
        _take_back(db, number, last)
        write_entry(
            db,
            What.UNDO,
            number,
            last.after,
            last.before,
            by=by,
            rig=last.rig,
            undoes=last.number,
        )
        return last


@contextmanager
def dry_run(store: Store) -> Iterator[None]:
    """What is changed inside is looked at and then forgotten: nothing of it is kept."""
    with store.transaction() as db:
        db.execute("savepoint tried")
        try:
            yield
        finally:
            if db.conn.in_transaction:
                db.execute("rollback to tried")
                db.execute("release tried")


@contextmanager
def _writing(store: Store) -> Iterator[Database]:
    with store.transaction() as db:
        # A first write that changes nothing: whoever changes profiles waits here for the other.
        db.execute("delete from profiles where id < 0")
        yield db


def _take_back(db: Database, number: int, last: Entry) -> None:
    if last.rig is not None:
        if last.before is None:
            msg = f"rig {last.rig} had no profile before {last.profile!r}: switch to another"
            raise RefusedError(msg)
        back = _state(db, int(str(last.before["id"])))
        if back["archived"]:
            msg = f"{last.before['profile']!r} is archived: restore it first"
            raise RefusedError(msg)
        _put_in_force(db, last.rig, int(str(last.before["id"])))
    elif last.before is None:
        users = _rigs(db, number)
        if users:
            msg = f"{last.profile!r} is in force on {', '.join(users)}: switch first"
            raise RefusedError(msg)
        db.execute("delete from profiles where id = ?", [number])
    else:
        _set(db, number, last.before)


def _row(db: Database, name: str) -> dict[str, object]:
    rows = list(db.query("select * from profiles where name = ?", [name]))
    if not rows:
        known = [row["name"] for row in db.query("select name from profiles order by name")]
        names = ", ".join(repr(one) for one in known) or "none"
        msg = f"no profile is named {name[:120]!r} (there are: {names})"
        raise NoProfileError(msg)
    return rows[0]


def _check_revision(db: Database, name: str, expect: int | None) -> int:
    row = _row(db, name)
    if expect is not None and row["revision"] != expect:
        msg = f"{name!r} was changed meanwhile ({row['changed_at']}): look at it again first"
        raise ChangedMeanwhileError(msg)
    return int(str(row["id"]))


def _check_numbers(profile: EquipmentProfile) -> None:
    if wrong := find_contradicting_numbers(profile):
        raise InvalidValueError("; ".join(wrong))


def _check_name(db: Database, name: str, but: int | None) -> None:
    printable = name.isprintable() and name == name.strip()
    if not printable or not 0 < len(name) <= MAX_NAME_CHARS:
        msg = (
            f"profile name {name[:MAX_NAME_CHARS]!r}: one line of 1 to {MAX_NAME_CHARS} "
            "printable characters, without space at its ends"
        )
        raise InvalidValueError(msg)
    for row in db.query("select id, name, archived from profiles"):
        if row["name"].casefold() == name.casefold() and row["id"] != but:
            shelved = ", archived" if row["archived"] else ""
            msg = f"there is a profile named {row['name']!r} already{shelved}"
            raise RefusedError(msg)


def _add(db: Database, profile: EquipmentProfile) -> int:
    now = now_text()
    db.execute(
        "insert into profiles (name, toml, archived, revision, created_at, changed_at)"
        " values (?, ?, 0, 0, ?, ?)",
        [profile.name, profile_text(profile), now, now],
    )
    return int(db.execute("select id from profiles where name = ?", [profile.name]).fetchone()[0])


def _set(db: Database, number: int, state: Mapping[str, object]) -> None:
    text = str(state["toml"])
    db.execute(
        "update profiles set name = ?, toml = ?, archived = ? where id = ?",
        [parse_profile(text, "profile").name, text, int(bool(state["archived"])), number],
    )


def _state(db: Database, number: int) -> dict[str, object]:
    toml, archived = db.execute(
        "select toml, archived from profiles where id = ?", [number]
    ).fetchone()
    return {"toml": toml, "archived": bool(archived)}


def _put_in_force(db: Database, rig: str, number: int) -> None:
    db.execute(
        "insert into profiles_in_force (rig, profile_id) values (?, ?)"
        " on conflict (rig) do update set profile_id = excluded.profile_id",
        [rig, number],
    )


def _rigs(db: Database, number: int) -> tuple[str, ...]:
    rows = db.query("select rig from profiles_in_force where profile_id = ? order by rig", [number])
    return tuple(row["rig"] for row in rows)


def _name_in_force(db: Database, rig: str) -> str | None:
    rows = db.query(
        "select p.name from profiles_in_force f join profiles p on p.id = f.profile_id"
        " where f.rig = ?",
        [rig],
    )
    return next((str(row["name"]) for row in rows), None)


def _read_in_force(db: Database) -> dict[str, StoredProfile]:
    rows = db.query(
        "select f.rig as force_rig, p.* from profiles_in_force f"
        " join profiles p on p.id = f.profile_id"
    )
    return {str(row["force_rig"]): _make_stored(db, row) for row in list(rows)}


def _make_stored(db: Database, row: Mapping[str, object]) -> StoredProfile:
    return StoredProfile(
        number=int(str(row["id"])),
        profile=parse_profile(str(row["toml"]), f"profile {row['name']!r}"),
        archived=bool(row["archived"]),
        revision=int(str(row["revision"])),
        created_at=str(row["created_at"]),
        changed_at=str(row["changed_at"]),
        rigs=_rigs(db, int(str(row["id"]))),
    )
