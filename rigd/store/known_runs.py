"""Which stored run a run is that is read again: also with a zone or a frame that was not said then.

A run is told by its filter, its position, its temperature and its curve. Without its time, two runs
of a log may have all of them in common, so the place in the log counts as well.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rigd.autofocus_logs.formats import format_of
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, place_of
from rigd.store.database import Store
from rigd.store.runs import ASK_ZONE_AGAIN, time_text

ZONES_APART = timedelta(hours=26)
"""Most between two zones on earth: from UTC-12 to UTC+14."""
ZONE_STEP = timedelta(minutes=15)
"""Zones differ by whole quarters of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was known of a run before its time was, or with the time of another zone."""

    counted: bool = False
    """Whether it counted at that time: fits that it was part of are void."""
    light_path_id: str | None = None
    """The light path that it belongs to."""
    moved: bool = False
    """Whether a person's word stands on it, so that it stays and has its new time already."""


def complete_run(store: Store, rig: str, run: AutofocusRun) -> AutofocusRun:
    """Add what was said of the same run before and is not said now: its time, and its frame."""
    if run.time is not None and run.coordinates is not None:
        return run
    rows = _rows_alike(store, rig, run)
    if run.time is None:
        told = next((row["time"] for row in rows if row["time"] is not None), None)
        run = run if told is None else replace(run, time=datetime.fromisoformat(str(told)))
    if run.coordinates is None:
        frame = next((row["frame"] for row in rows if row["frame"] is not None), None)
        run = run if frame is None else replace(run, coordinates=Coordinates(str(frame)))
    return run


def is_known(store: Store, rig: str, run: AutofocusRun, *, fits: bool) -> bool:
    """Whether a run is there already, and nothing new is said of it.

    Args:
        store: the store.
        rig: whose run.
        run: as it is read now.
        fits: whether it could be fitted.
    """
    with store.transaction() as db:
        before = db.execute(
            "select accepted or coalesce(taken_back_by, restated_by, same_as) is not null"
            " or reason like ?, frame from runs where rig = ? and key = ?",
            [f"%{ASK_ZONE_AGAIN}", rig, run.key],
        ).fetchone()
    if before is None:
        return False
    frame_is_new = before[1] is None and run.coordinates is not None
    return bool(before[0]) or not (fits or frame_is_new)


def note_focuser(store: Store, rig: str, run: AutofocusRun) -> bool:
    """Take the focuser's name of a run that was stored without; whether it is new."""
    if run.focuser is None:
        return False
    with store.transaction() as db:
        done = db.execute(
            "update runs set focuser = ? where rig = ? and key = ? and focuser is null",
            [run.focuser, rig, run.key],
        )
        return done.rowcount > 0


def forget_otherwise_timed(store: Store, rig: str, run: AutofocusRun) -> Earlier:
    """Drop what is known of a run without its time or in another zone, now that its time is said.

    What a person has said of it stands: such a run stays and gets the time.
    """
    if run.time is None:
        return Earlier()
    found = Earlier()
    for row in _rows_alike(store, rig, run):
        if row["key"] == run.key:
            continue
        key, said = row["key"], row["taken_back_by"] is not None or row["restated_by"] is not None
        with store.transaction() as db:
            if said:
                db.execute(
                    "update or replace runs set key = ?, time = ? where rig = ? and key = ?",
                    [run.key, time_text(run.time), rig, key],
                )
            else:
                db.execute("delete from runs where rig = ? and key = ?", [rig, key])
            # What told of it once more, or was put out of force by it, was so at that time alone.
            db.execute(
                "update runs set accepted = 1, reason = null, same_as = null where rig = ?"
                " and same_as = ? and ok and not accepted and taken_back_by is null",
                [rig, key],
            )
            if row["accepted"]:
                db.execute(
                    "update fits set void = 1 where rig = ? and epoch = ?", [rig, row["epoch"]]
                )
        found = Earlier(
            counted=found.counted or bool(row["accepted"]),
            light_path_id=str(row["epoch"]),
            moved=found.moved or said,
        )
    return found


def _rows_alike(store: Store, rig: str, run: AutofocusRun) -> list[Mapping[str, object]]:
    """The stored rows that tell of the same run, without its time or in another zone too."""
    with store.transaction() as db:
        rows = db.table("runs").rows_where(
            "rig = ? and filter is ? and temperature_c is ? and ok = ? and began is null",
            [rig, run.filter, run.temperature_c, int(run.ok)],
        )
        return [row for row in rows if _is_alike(row, run)]


def _is_alike(row: Mapping[str, object], run: AutofocusRun) -> bool:
    source = str(row["source"])
    if format_of(source) != format_of(run.source) or place_of(source) != place_of(run.source):
        return False
    if isinstance(row["time"], str) and run.time is not None:
        apart = abs(datetime.fromisoformat(row["time"]) - run.time)
        # The store has milliseconds.
        between = min(apart % ZONE_STEP, ZONE_STEP - apart % ZONE_STEP)
        is_told = place_of(source) or run.points  # else too little is alike to tell it by
        if not is_told or apart > ZONES_APART or between > timedelta(milliseconds=1):
            return False
    return _shape(row) == (run.position_steps, _points(run))


def _shape(row: Mapping[str, object]) -> tuple[float | None, Sequence[object]]:
    """A row's position and curve as its log has them."""
    embodied, position = row["embodied_steps"], row["position_steps"]
    moved = embodied if isinstance(embodied, int) and row["frame"] == Coordinates.LOGICAL else 0
    points = json.loads(str(row["points"] or "[]"))
    as_read = [[at - moved, size, error] for at, size, error in points]
    return position - moved if isinstance(position, float) else None, as_read


def _points(run: AutofocusRun) -> Sequence[object]:
    return [[p.position_steps, p.hfr_px, p.se_px] for p in run.points]
