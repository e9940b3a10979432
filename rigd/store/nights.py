"""One night of a rig, read beside the writer: no filter change waits for a report."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from time import monotonic

from rigd.alert_settings import AlertKind
from rigd.errors import StoreError
from rigd.focus.state.effects import Severity
from rigd.store.alert_journal import COMPUTER
from rigd.store.device_history import device_change, profile_change
from rigd.store.frame_audits import inspection_of
from rigd.view.night import (
    EarlyFrames,
    FocuserSample,
    Night,
    NightAlert,
    NightFacts,
    NightLine,
    NightRun,
    OffsetThen,
)
from rigd.view.night_changes import NightChange

LIMIT_S = 10.0
"""How long all of it may take; a night of thousands of lines takes tenths of a second."""
MOST = 2000
"""Rows of one kind; a night with one sample a minute has 1440."""
_STEPS = 10_000
"""SQLite looks at the clock after so many of its own steps."""


def read_night(
    path: Path, rig: str, night: Night, names: Mapping[str, str], limit_s: float = LIMIT_S
) -> NightFacts:
    """What is stored of a night.

    Args:
        path: the database; the daemon may write to it meanwhile.
        rig: whose night.
        night: which one.
        names: the name of every filter of the rig now, by key.
        limit_s: after so long it is given up.

    Raises:
        StoreError: it cannot be read, or not within the limit.
    """
    end_s = monotonic() + limit_s
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=limit_s)) as db:
            db.row_factory = sqlite3.Row
            db.set_progress_handler(lambda: monotonic() > end_s, _STEPS)
            return _Reader(db, rig, night, names).read()
    except sqlite3.Error as error:
        why = f"not within {limit_s:g} s" if monotonic() > end_s else str(error)
        msg = f"store {path}: the night cannot be read: {why}"
        raise StoreError(msg) from error


class _Reader:
    def __init__(
        self, db: sqlite3.Connection, rig: str, night: Night, names: Mapping[str, str]
    ) -> None:
        self._db, self._rig, self._names = db, rig, names
        self._began, self._ended = night.bounds
        self._left_out: list[str] = []

    def read(self) -> NightFacts:
        """All of it."""
        lines = self._diary()
        changes = tuple(line for line in lines if line.result is not None)
        return NightFacts(
            samples=self._samples(),
            changes=changes,
            warnings=tuple(
                line for line in lines if line.result is None and line.weight == Severity.WARNING
            ),
            lines=len(lines),
            early_frames=self._early_frames(),
            soft_frames=self._soft_frames(),
            runs=self._runs(),
            offsets_before=self._offsets(self._began),
            offsets_after=self._offsets(self._ended),
            equipment=self._equipment(),
            alerts=self._alerts(),
            left_out=tuple(self._left_out),
        )

    def _rows(self, what: str, sql: str, *values: object) -> list[sqlite3.Row]:
        """The newest rows of a query that is ordered with the newest first, oldest first."""
        rows = self._db.execute(f"{sql} limit ?", [*values, MOST + 1]).fetchall()
        if len(rows) > MOST:
            rows = rows[:MOST]
            self._left_out.append(f"only the newest {MOST} {what} of the night are here")
        return rows[::-1]

    def _in_night(self, what: str, columns: str, table: str, time: str = "at") -> list[sqlite3.Row]:
        sql = (
            f"select {columns} from {table} where rig = ? and {time} >= ? and {time} < ?"  # noqa: S608 - ours
            f" order by {time} desc"
        )
        return self._rows(what, sql, self._rig, self._began, self._ended)

    def _name(self, key: str | None) -> str | None:
        return None if key is None else self._names.get(key, key)

    def _diary(self) -> tuple[NightLine, ...]:
        rows = self._in_night("lines of the diary", "at, weight, result, sentence", "diary")
        return tuple(NightLine(**dict(row)) for row in rows)

    def _samples(self) -> tuple[FocuserSample, ...]:
        found = [
            FocuserSample(
                at=row["at"],
                raw_steps=row["raw_steps"],
                temperature_c=row["temperature_c"],
                filter=self._name(row["filter_key"]),
            )
            for row in self._in_night(
                "samples", "at, raw_steps, temperature_c, filter_key", "temperatures"
            )
        ]
        moves = self._in_night(
            "moves",
            "intended_at, start_steps, ended_at, raw_steps, filter_key",
            "journal",
            "intended_at",
        )
        for row in moves:
            found.append(FocuserSample(at=row["intended_at"], raw_steps=row["start_steps"]))
            if row["ended_at"] is not None and row["raw_steps"] is not None:
                found.append(
                    FocuserSample(
                        at=row["ended_at"],
                        raw_steps=row["raw_steps"],
                        filter=self._name(row["filter_key"]),
                    )
                )
        return tuple(sorted(found, key=lambda one: one.at))

    def _early_frames(self) -> tuple[EarlyFrames, ...]:
        rows = self._in_night("early frames", "at, filter, frames, off_steps", "early_frames")
        return tuple(EarlyFrames(**dict(row)) for row in rows)

    def _soft_frames(self) -> tuple[str, ...]:
        rows = self._in_night("looks at frames", "at, epoch, frames, found", "audits")
        return tuple(
            inspection_of(row["epoch"], row["at"], row["frames"], row["found"]).sentence
            for row in rows
        )

    def _runs(self) -> tuple[NightRun, ...]:
        rows = self._rows(
            "autofocus runs",
            "select time, filter, position_steps, se_steps, temperature_c, accepted, reason,"
            " source from runs where rig = ? and time >= ? and time < ? and same_as is null"
            " and taken_back_by is null order by time desc",
            self._rig,
            self._began,
            self._ended,
        )
        return tuple(
            NightRun(
                at=row["time"],
                filter=self._name(row["filter"]),
                position_steps=row["position_steps"],
                se_steps=row["se_steps"],
                temperature_c=row["temperature_c"],
                counts=bool(row["accepted"]),
                reason=row["reason"],
                source=row["source"],
            )
            for row in rows
        )

    def _offsets(self, moment: str) -> dict[str, OffsetThen]:
        """What the newest fit before a moment said, in the light path of the night's last one."""
        row = self._db.execute(
            "select result from fits where rig = ? and at < ? and coalesce(void, 0) = 0 and epoch ="
            " (select epoch from fits where rig = ? and at < ? order by id desc limit 1)"
            " order by id desc limit 1",
            [self._rig, moment, self._rig, self._ended],
        ).fetchone()
        found = {} if row is None else json.loads(row["result"]).get("offsets", {})
        return {
            self._names.get(key, key): OffsetThen(
                focus_offset_steps=one["focus_offset_steps"],
                se_steps=one["se_steps"],
                state=one["state"],
                runs=one["runs"],
            )
            for key, one in found.items()
        }

    def _equipment(self) -> tuple[NightChange, ...]:
        facts = self._rows(
            "changes of devices",
            "select at, key, before, after from facts where rig = ? and at >= ? and at < ?"
            " and before is not null order by id desc",
            self._rig,
            self._began,
            self._ended,
        )
        edits = self._rows(
            "changes of profiles",
            "select at, by, what, profile from profile_journal where at >= ? and at < ? and"
            " (rig = ? or (rig is null and profile_id in"
            " (select profile_id from profiles_in_force where rig = ?))) order by id desc",
            self._began,
            self._ended,
            self._rig,
            self._rig,
        )
        found = [device_change(dict(row)) for row in facts]
        found += [
            profile_change(row["at"], row["profile"], row["what"], row["by"]) for row in edits
        ]
        return tuple(sorted(found, key=lambda change: change.at))

    def _alerts(self) -> tuple[NightAlert, ...]:
        rows = self._rows(
            "alerts",
            "select kind, about, sentence, ends_when, began_at, ended_at from alerts"
            " where about in (?, ?) and began_at < ? and coalesce(ended_at, seen_at) >= ?"
            " order by began_at desc",
            self._rig,
            COMPUTER,
            self._ended,
            self._began,
        )
        return tuple(
            NightAlert(**{**dict(row), "kind": AlertKind(row["kind"])})
            for row in rows
            if row["kind"] in set(AlertKind)
        )
