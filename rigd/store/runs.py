"""The autofocus runs in the store, and the conversion of logical positions into raw ones."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from rigd.autofocus_logs.run import ASK_FRAME, AutofocusRun, Coordinates, CurvePoint
from rigd.store.database import Store
from rigd.view.learning import StoredRun

CLOCK_DIFFERENCE_LIMIT = timedelta(minutes=10)
"""So far ahead may the clock of another computer be: one without network time drifts by seconds a
day. What lies further ahead has a wrong zone."""
NO_JOURNAL = "its position is logical, and rigd's journal does not reach back to its time"
UNKNOWN_THEN = "its position is logical, and what rigd had moved by at its time is unknown"
UNKNOWN_FILTER = "its filter is unknown"
ASK_ZONE_AGAIN = "was it read in another zone than its own?"
"""How the reason ends of a run whose log agrees with another one in another zone alone."""
ASK_LATER = "its time lies in the future: a wrong zone or clock"


def read_accepted_runs(
    store: Store,
    rig: str,
    light_path_id: str,
    most: int,
    filter_fingerprints: Mapping[str, str] | None = None,
) -> tuple[AutofocusRun, ...]:
    """The newest runs of a light path that can be fitted, in raw steps.

    Args:
        store: the store.
        rig: whose runs.
        light_path_id: the light path in force.
        most: so many at most.
        filter_fingerprints: the fingerprint of every filter now, by key: other runs are
            left out.
    """
    keys = {glass: key for key, glass in (filter_fingerprints or {}).items()}
    with store.transaction() as db:
        rows = db.table("runs").rows_where(
            "rig = ? and epoch = ? and accepted"
            " and (glass is null or ? or glass in (select value from json_each(?)))",
            [rig, light_path_id, filter_fingerprints is None, json.dumps(list(keys))],
            order_by="time desc",
            limit=most,
        )
        return tuple(
            AutofocusRun(
                filter=keys.get(row["glass"], row["filter"]),
                position_steps=row["position_steps"],
                se_steps=row["se_steps"],
                temperature_c=row["temperature_c"],
                altitude_deg=row["altitude_deg"],
                time=datetime.fromisoformat(row["time"]),
                coordinates=Coordinates.RAW,
                source=row["source"],
                ok=True,
                focuser=row["focuser"],
                points=tuple(
                    CurvePoint(position_steps=at, hfr_px=size, se_px=error)
                    for at, size, error in json.loads(row["points"] or "[]")
                ),
            )
            for row in rows
        )


def list_runs(
    store: Store, rig: str, most: int, filter_fingerprints: Mapping[str, str] | None = None
) -> tuple[StoredRun, ...]:
    """The newest runs of a rig as they are shown, newest first.

    Args:
        store: the store.
        rig: whose runs.
        most: so many at most.
        filter_fingerprints: the fingerprint of every filter now, by key.
    """
    keys = {glass: key for key, glass in (filter_fingerprints or {}).items()}
    columns = (
        "key, filter, position_steps, se_steps, temperature_c, altitude_deg, time, frame,"
        " embodied_steps, source, accepted, reason, epoch, imported_at, imported_by, taken_back_by,"
        " glass"
    )
    with store.transaction() as db:
        rows = db.query(
            f"select {columns} from runs where rig = ?"  # noqa: S608 - columns stand above
            " order by coalesce(time, imported_at) desc, key limit ?",
            [rig, most],
        )
        return tuple(
            StoredRun(
                **{**row, "accepted": bool(row["accepted"])},
                stands_for=keys.get(glass) if glass is not None else None,
            )
            for row in rows
            for glass in [row.pop("glass")]
        )


def convert_to_raw(
    store: Store, rig: str, run: AutofocusRun
) -> tuple[AutofocusRun, int | None, str | None]:
    """The run in raw steps, what was embodied at its time, and why it cannot be fitted."""
    reason = _why_not(run)
    if reason is not None or run.coordinates is Coordinates.RAW or run.time is None:
        return run, None, reason
    with store.transaction() as db:
        row = db.execute(
            "select steps from embodied where rig = ? and at <= ? order by at desc, id desc"
            " limit 1",
            [rig, time_text(run.time)],
        ).fetchone()
    if row is None:
        return run, None, NO_JOURNAL
    if row[0] is None:
        return run, None, UNKNOWN_THEN
    return run.as_raw(row[0]), row[0], None


def _why_not(run: AutofocusRun) -> str | None:
    if not run.ok:
        return run.reason or "the run failed"
    if run.filter is None:
        return UNKNOWN_FILTER
    if run.position_steps is None:
        return "its position is unknown"
    if run.time is None:
        reason = run.reason or "its time is unknown"
        return reason if run.coordinates is not None else f"{reason}; {ASK_FRAME}"
    if run.time > datetime.now(UTC) + CLOCK_DIFFERENCE_LIMIT:
        return ASK_LATER
    return ASK_FRAME if run.coordinates is None else None


def time_text(time: datetime) -> str:
    """A time as the store has it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")
