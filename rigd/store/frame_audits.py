"""Light frames looked at beside the runs before them, and what was found: kept, never acted on."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.learning.frame_findings import FrameInspection, Softness
from rigd.store.database import Store

KEEP = 20
"""Older inspections of a rig are deleted: only the newest is shown."""


def read_curves(
    store: Store, rig: str, light_path_id: str, since: datetime
) -> tuple[AutofocusRun, ...]:
    """The runs that count since a time, with the points of their curves."""
    start = since.astimezone(UTC).isoformat(timespec="milliseconds")
    with store.transaction() as db:
        rows = db.table("runs").rows_where(
            "rig = ? and epoch = ? and accepted and time >= ?",
            [rig, light_path_id, start],
            order_by="time",
        )
        return tuple(
            AutofocusRun(
                filter=row["filter"],
                position_steps=row["position_steps"],
                time=datetime.fromisoformat(row["time"]),
                coordinates=Coordinates.RAW,
                source=row["source"],
                ok=True,
                points=tuple(
                    CurvePoint(position_steps=x, hfr_px=y, se_px=error)
                    for x, y, error in json.loads(row["points"] or "[]")
                ),
            )
            for row in rows
        )


def keep_inspection(
    store: Store, rig: str, light_path_id: str, found: FrameInspection, by: str
) -> FrameInspection:
    """Store what was found; the same with its time."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    what = {
        "left_out": found.left_out,
        "compared": list(found.compared),
        "found": [asdict(one) for one in found.found],
    }
    with store.transaction() as db:
        db.execute(
            "insert into audits (rig, epoch, at, by, frames, found) values (?, ?, ?, ?, ?, ?)",
            [rig, light_path_id, at, by, found.frames, json.dumps(what)],
        )
        db.execute(
            "delete from audits where rig = ? and id not in"
            " (select id from audits where rig = ? order by id desc limit ?)",
            [rig, rig, KEEP],
        )
    return replace(found, at=at, light_path_id=light_path_id)


def read_newest_inspection(store: Store, rig: str, light_path_id: str) -> FrameInspection | None:
    """What was found last in a light path."""
    with store.transaction() as db:
        row = db.execute(
            "select at, frames, found from audits where rig = ? and epoch = ?"
            " order by id desc limit 1",
            [rig, light_path_id],
        ).fetchone()
    if row is None:
        return None
    return inspection_of(light_path_id, *row)


def inspection_of(light_path_id: str, at: str, frames: int, found: str) -> FrameInspection:
    """An inspection as it was stored."""
    what = json.loads(found)
    return FrameInspection(
        frames=frames,
        left_out=what["left_out"],
        compared=tuple(what["compared"]),
        found=tuple(Softness(**one) for one in what["found"]),
        light_path_id=light_path_id,
        at=at,
    )
