"""Light frames looked at beside the runs before them, and what was found: kept, never acted on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rigd.audit import audit, comparable
from rigd.errors import InvalidValueError
from rigd.fitting import Study, spelled
from rigd.runs.frame import LightFrame
from rigd.runs.run import AutofocusRun, CurvePoint, Frame
from rigd.store import Store

KEEP = 20
"""Older inspections of a rig are deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What frames say."""

    frames: int
    left_out: int
    """Frames whose filter this rig does not have."""
    compared: tuple[str, ...]
    """Keys of the filters with enough frames of both kinds."""
    found: tuple[Mapping[str, object], ...]
    """The filters that are clearly softer behind an offset."""
    epoch: str = ""
    at: str = ""

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        looked = f"{self.frames} light frames looked at"
        if self.found:
            return f"{looked}: {'; '.join(str(one['text']) for one in self.found)}"
        if self.compared:
            return f"{looked}: {', '.join(self.compared)} as sharp as behind their own focus"
        return (
            f"{looked}: no filter has three frames behind its own focus and three behind "
            "another's, within an hour and a half of it"
        )

    def of(self, key: str, epoch: str) -> Mapping[str, object] | None:
        """What they say of one filter, if steps mean now what they meant then."""
        if epoch != self.epoch or key not in self.compared:
            return None
        found = next((one for one in self.found if one["filter"] == key), None)
        text = "as sharp as behind its own focus" if found is None else found["text"]
        return {"at": self.at, "text": text}

    def as_json(self) -> dict[str, object]:
        """For the doors."""
        return {
            "said": self.sentence,
            "frames": self.frames,
            "left_out": self.left_out,
            "compared": list(self.compared),
            "found": [dict(one) for one in self.found],
        }


def inspect(study: Study, frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]) -> Inspection:
    """Look at frames; pure.

    Raises:
        InvalidValueError: no frame is of a filter of this rig.
    """
    known = [
        replace(frame, filter=key)
        for frame in frames
        if (key := study.names.get(spelled(frame.filter))) is not None
    ]
    if not known:
        names = ", ".join(sorted({repr(frame.filter) for frame in frames})[:8]) or "none"
        msg = f"no filter of this rig is named as in the frames: {names}"
        raise InvalidValueError(msg)
    focused = [
        replace(run, filter=study.names.get(spelled(run.filter))) for run in runs if run.filter
    ]
    return Inspection(
        frames=len(known),
        left_out=len(frames) - len(known),
        compared=comparable(known, focused),
        found=tuple(
            {
                "filter": soft.filter,
                "softness": soft.softness,
                "off_by_steps": soft.off_by_steps,
                "own_frames": soft.own_frames,
                "offset_frames": soft.offset_frames,
                "text": soft.text,
            }
            for soft in audit(known, focused)
        ),
    )


def curves(store: Store, rig: str, epoch: str, since: datetime) -> tuple[AutofocusRun, ...]:
    """The runs that count since a time, with the points of their curves."""
    start = since.astimezone(UTC).isoformat(timespec="milliseconds")
    with store.transaction() as db:
        rows = db.table("runs").rows_where(
            "rig = ? and epoch = ? and accepted and time >= ?", [rig, epoch, start], order_by="time"
        )
        return tuple(
            AutofocusRun(
                filter=row["filter"],
                position_steps=row["position_steps"],
                time=datetime.fromisoformat(row["time"]),
                frame=Frame.RAW,
                source=row["source"],
                ok=True,
                points=tuple(
                    CurvePoint(position_steps=x, hfr_px=y, se_px=error)
                    for x, y, error in json.loads(row["points"] or "[]")
                ),
            )
            for row in rows
        )


def keep_inspection(store: Store, rig: str, epoch: str, found: Inspection, by: str) -> Inspection:
    """Store what was found; the same with its time."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    what = {
        "left_out": found.left_out,
        "compared": list(found.compared),
        "found": [dict(one) for one in found.found],
    }
    with store.transaction() as db:
        db.execute(
            "insert into audits (rig, epoch, at, by, frames, found) values (?, ?, ?, ?, ?, ?)",
            [rig, epoch, at, by, found.frames, json.dumps(what)],
        )
        db.execute(
            "delete from audits where rig = ? and id not in"
            " (select id from audits where rig = ? order by id desc limit ?)",
            [rig, rig, KEEP],
        )
    return replace(found, at=at, epoch=epoch)


def newest_inspection(store: Store, rig: str, epoch: str) -> Inspection | None:
    """What was found last in an epoch."""
    with store.transaction() as db:
        row = db.execute(
            "select at, frames, found from audits where rig = ? and epoch = ?"
            " order by id desc limit 1",
            [rig, epoch],
        ).fetchone()
    if row is None:
        return None
    what = json.loads(row[2])
    return Inspection(
        frames=row[1],
        left_out=what["left_out"],
        compared=tuple(what["compared"]),
        found=tuple(what["found"]),
        epoch=epoch,
        at=row[0],
    )
