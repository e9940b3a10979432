"""The fits in the store: each rig's newest for a light path, and those before it."""

import json
from datetime import UTC, datetime

from rigd.learning.fit_record import FitResult, StoredFit
from rigd.store.database import Store
from rigd.store.runs import time_text

KEEP_FITS = 100
"""Older fits of a rig are deleted: some months of nights are enough to look back at. Pictures are
kept of the newest alone."""


def keep_fit(store: Store, rig: str, fit: FitResult) -> StoredFit:
    """Store a fit with what it came from."""
    at = time_text(datetime.now(UTC))
    pictures = json.dumps(dict(fit.pictures))
    row = [rig, fit.light_path_id, at, fit.cause, fit.basis, json.dumps(fit.result), pictures]
    with store.transaction() as db:
        db.execute("update fits set pictures = null where rig = ?", [rig])
        db.execute(
            "insert into fits (rig, epoch, at, cause, basis, result, pictures)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        db.execute(
            "delete from fits where rig = ? and id not in"
            " (select id from fits where rig = ? order by id desc limit ?)",
            [rig, rig, KEEP_FITS],
        )
    return StoredFit(
        at=at,
        light_path_id=fit.light_path_id,
        cause=fit.cause,
        basis=fit.basis,
        result=fit.result,
        pictures=fit.pictures,
    )


def read_last_light_path(store: Store, rig: str) -> str | None:
    """The light path of a rig's last fit: the one that it had when rigd last ran."""
    with store.transaction() as db:
        row = db.execute(
            "select epoch from fits where rig = ? order by id desc limit 1", [rig]
        ).fetchone()
    return None if row is None else str(row[0])


def read_newest_fit(store: Store, rig: str, light_path_id: str) -> StoredFit | None:
    """The newest fit of a rig's light path, void or not; None if there is none."""
    with store.transaction() as db:
        row = db.execute(
            "select at, cause, basis, result, pictures, void from fits where rig = ? and epoch = ?"
            " order by id desc limit 1",
            [rig, light_path_id],
        ).fetchone()
    if row is None:
        return None
    at, cause, basis, result, pictures, void = row
    return StoredFit(
        at=at,
        light_path_id=light_path_id,
        cause=cause,
        basis=basis,
        result=json.loads(result),
        pictures=json.loads(pictures or "{}"),
        void=bool(void),
    )


def move_to_light_path(store: Store, rig: str, old: str, new: str) -> None:
    """Move what was learnt with the profile in force to another light path: more is known of it.

    Another profile that says the same of its light path keeps what was learnt with it.
    """
    mine = (
        "rig = ? and epoch = ? and coalesce(profile_id, -1) in"
        " (-1, (select profile_id from profiles_in_force where rig = runs.rig))"
    )
    with store.transaction() as db:
        db.execute(f"update runs set epoch = ? where {mine}", [new, rig, old])  # noqa: S608 - ours
        left = db.execute(
            "select 1 from runs where rig = ? and epoch = ? limit 1", [rig, old]
        ).fetchone()
        if left is None:
            for table in ("fits", "audits"):
                db.execute(
                    f"update {table} set epoch = ? where rig = ? and epoch = ?",  # noqa: S608
                    [new, rig, old],
                )
