"""Logs that were read in another zone than their own: their runs wait until a person says which."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rigd.autofocus_logs.formats import LogFormat, format_of
from rigd.autofocus_logs.run import AutofocusRun, file_of
from rigd.learning.duplicate_runs import CLOCK_DIFFERENCE, KnownRun
from rigd.learning.zone_check import ZONES_APART, describe_shift, find_zone_shift
from rigd.store.database import Store
from rigd.store.runs import ASK_ZONE_AGAIN, time_text

ZONED = frozenset({LogFormat.NINA_REPORT})
"""Formats whose times have their offset from UTC: the other log is the one that is wrong."""


def let_wait_for_zone(
    store: Store,
    rig: str,
    light_path_id: str,
    runs: Iterable[AutofocusRun],
    names: Mapping[str, str],
) -> frozenset[str]:
    """Put runs out of force whose whole log agrees with another one in another zone alone.

    Args:
        store: the store.
        rig: whose runs.
        light_path_id: the light path that they belong to.
        runs: what came just now: logs without a run of about its time are not looked at.
        names: the filters' keys by their names.

    Returns:
        The keys of those that count no more.
    """
    times = [run.time for run in runs if run.time is not None]
    if not times:
        return frozenset()
    rows = _rows(store, rig, light_path_id, min(times), max(times))
    came = {file_of(run.source) for run in runs}
    # What is there already may be what is wrong, but of two that may be, it is what came later.
    files = sorted({file_of(str(row["source"])) for row in rows}, key=lambda file: file not in came)
    waiting: set[str] = set()
    for file in files:
        if format_of(file) not in ZONED:
            waiting |= _judge(store, rig, file, rows, names)
    return frozenset(waiting)


def known_run(row: Mapping[str, object]) -> KnownRun:
    """A row of the table as a run to compare with."""
    began, se_steps, position = row["began"], row["se_steps"], row["position_steps"]
    return KnownRun(
        key=str(row["key"]),
        filter=str(row["filter"]),
        position_steps=float(position) if isinstance(position, int | float) else 0.0,
        se_steps=float(se_steps) if isinstance(se_steps, int | float) else None,
        time=datetime.fromisoformat(str(row["time"])),
        began=None if began is None else datetime.fromisoformat(str(began)),
        source=str(row["source"]),
    )


def _rows(
    store: Store, rig: str, light_path_id: str, first: datetime, last: datetime
) -> list[dict[str, object]]:
    """All runs with a focus that were found about then, and whether they count."""
    with store.transaction() as db:
        found = db.table("runs").rows_where(
            "rig = ? and epoch = ? and ok and began is null and position_steps is not null"
            " and time between ? and ?",
            [rig, light_path_id, time_text(first - ZONES_APART), time_text(last + ZONES_APART)],
        )
        return [dict(row) for row in found]


def _judge(
    store: Store,
    rig: str,
    file: str,
    rows: list[dict[str, object]],
    names: Mapping[str, str],
) -> set[str]:
    mine = [row for row in rows if file_of(str(row["source"])) == file]
    waiting = [row for row in mine if _waits(row)]
    stay = ("restated_by", "taken_back_by")  # a person's word stands
    of_use = [row for row in mine if _is_of_use(row) and not any(row[one] for one in stay)]
    others = [
        known_run(row)
        for row in rows
        if _is_of_use(row) and format_of(str(row["source"])) != format_of(file)
    ]
    told = [known_run(row) for row in mine if _is_of_use(row) or _waits(row)]
    found = find_zone_shift(told, others, names)
    if found is None:
        _release(store, rig, [row for row in waiting if not _is_told(row, others)])
        return set()
    shift, other = found
    said = f"with times {describe_shift(shift)} its log has the runs of {file_of(other.source)}"
    counted = {str(row["key"]) for row in of_use if row["accepted"]}
    for row in of_use:
        _set(store, rig, row, accepted=0, reason=f"{said}: {ASK_ZONE_AGAIN}")
    return counted


def _release(store: Store, rig: str, rows: Iterable[dict[str, object]]) -> None:
    """Let count what waited, as the other log was read in another zone itself."""
    for row in rows:
        _set(store, rig, row, accepted=1, reason=None)


def _set(
    store: Store, rig: str, row: dict[str, object], *, accepted: int, reason: str | None
) -> None:
    row["accepted"], row["reason"], row["same_as"] = accepted, reason, None
    with store.transaction() as db:
        db.execute(
            "update runs set accepted = ?, reason = ?, same_as = null where rig = ? and key = ?",
            [accepted, reason, rig, row["key"]],
        )
        # What seemed to tell of it once more did so at its wrong time alone.
        db.execute(
            "update runs set accepted = 1, reason = null, same_as = null where rig = ?"
            " and same_as = ? and ok and not accepted and taken_back_by is null",
            [rig, row["key"]],
        )


def _is_told(row: Mapping[str, object], others: Iterable[KnownRun]) -> bool:
    """Whether another log has the run, at the same time."""
    time = known_run(row).time
    return any(abs(other.time - time) <= CLOCK_DIFFERENCE for other in others)


def _is_of_use(row: Mapping[str, object]) -> bool:
    """Whether a run counts, or does not for the reason alone that another log tells of it too."""
    return bool(row["accepted"]) or row["same_as"] is not None


def _waits(row: Mapping[str, object]) -> bool:
    return str(row["reason"]).endswith(ASK_ZONE_AGAIN)
