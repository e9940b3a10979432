"""Runs that a person takes back or states anew; a fit that had such a run in it is void."""

from dataclasses import dataclass
from datetime import datetime

from rigd.autofocus_logs.run import ASK_FRAME, AutofocusRun, Coordinates, RunCorrection
from rigd.errors import InvalidValueError, RefusedError
from rigd.store.database import Store
from rigd.store.runs import (
    ASK_LATER,
    NO_JOURNAL,
    UNKNOWN_FILTER,
    UNKNOWN_THEN,
    convert_to_raw,
)

MIN_KEY_CHARS = 4
"""So many characters of a run's key must be given: few enough to type, and a beginning that
several runs share is refused."""
_HEALTHY = {ASK_FRAME, NO_JOURNAL, UNKNOWN_THEN, UNKNOWN_FILTER, ASK_LATER}
"""Reasons of runs that found a focus; older rows do not say it otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What became of a run."""

    key: str
    light_path_id: str
    sentence: str
    counted_before: bool
    counts_now: bool


def take_back(store: Store, rig: str, key: str, by: str) -> Correction:
    """A run counts no more, and does not come back with its file.

    Raises:
        InvalidValueError: no run, or several, have such a key.
        RefusedError: it is taken back already.
    """
    row = _find_row(store, rig, key)
    if row["taken_back_by"] is not None:
        msg = f"run {_short_key(row)}: taken back by {row['taken_back_by']} already"
        raise RefusedError(msg)
    with store.transaction() as db:
        db.execute(
            "update runs set accepted = 0, taken_back_by = ?, reason = ? where rig = ? and key = ?",
            [by, f"taken back by {by}", rig, row["key"]],
        )
        db.execute(*_void_statement(rig, row))
    sentence = f"run {_describe(row)} was taken back by {by}"
    return _make_correction(row, sentence, counts_now=False)


def restate(  # noqa: PLR0917 - one place for it
    store: Store,
    rig: str,
    key: str,
    restated: RunCorrection,
    by: str,
    light_path_id: str | None = None,
) -> Correction:
    """A run is of another frame or filter than was said; one taken back comes back so.

    It counts in this light path from then on, whichever was in force when it came: a step size or a
    focal ratio that was stated wrongly made another path of it.

    Raises:
        InvalidValueError: no run, or several, have such a key, or nothing is stated.
        RefusedError: the run found no focus: no word makes it a result.
    """
    if restated.coordinates is None and restated.filter is None:
        msg = "nothing is stated: say the frame or the filter"
        raise InvalidValueError(msg)
    row = _find_row(store, rig, key)
    if not _found_focus(row):
        msg = f"run {_short_key(row)} found no focus ({row['reason']}): it stays without effect"
        raise RefusedError(msg)
    run = _restore_as_read(row, restated)
    raw, embodied_steps, reason = convert_to_raw(store, rig, run)
    with store.transaction() as db:
        db.execute(
            "update runs set filter = ?, position_steps = ?, frame = ?, embodied_steps = ?,"
            " accepted = ?, reason = ?, taken_back_by = null, same_as = null, glass = null,"
            " restated_by = ?, epoch = coalesce(?, epoch),"
            " profile_id = iif(coalesce(?, epoch) = epoch, profile_id, null)"
            " where rig = ? and key = ?",
            [
                raw.filter,
                raw.position_steps,
                run.coordinates,
                embodied_steps,
                int(reason is None),
                reason,
                by,
                light_path_id,
                light_path_id,
                rig,
                row["key"],
            ],
        )
        db.execute(*_void_statement(rig, row))
    said = ", ".join(
        str(word) for word in (restated.coordinates, restated.filter) if word is not None
    )
    sentence = f"run {_describe(row)} is {said}, said {by}"
    if reason is not None:
        sentence += f"; it is not fitted: {reason}"
    return _make_correction(row, sentence, counts_now=reason is None)


def _find_row(store: Store, rig: str, key: str) -> dict[str, object]:
    if len(key) < MIN_KEY_CHARS or not key.isalnum():
        msg = f"{key[:40]!r} is no key of a run: `rigd runs list` shows them"
        raise InvalidValueError(msg)
    with store.transaction() as db:
        found = db.table("runs").rows_where(
            "rig = ? and substr(key, 1, ?) = ?", [rig, len(key), key], limit=2
        )
        rows = [dict(row) for row in found]
    if len(rows) == 1:
        return rows[0]
    told = "no run has" if not rows else "several runs have"
    msg = f"{told} the key {key[:40]!r}: `rigd runs list` shows them"
    raise InvalidValueError(msg)


def _found_focus(row: dict[str, object]) -> bool:
    if row["ok"] is not None:
        return bool(row["ok"])
    return bool(row["accepted"]) or row["reason"] in _HEALTHY


def _restore_as_read(row: dict[str, object], restated: RunCorrection) -> AutofocusRun:
    """The run as its log has it, with what is stated now."""
    position, moved, time = row["position_steps"], row["embodied_steps"], row["time"]
    if (
        isinstance(position, float)
        and isinstance(moved, int)
        and row["frame"] == Coordinates.LOGICAL
    ):
        position -= moved
    stored = row["frame"]
    frame = restated.coordinates or (Coordinates(stored) if isinstance(stored, str) else None)
    name = restated.filter or row["filter"]
    return AutofocusRun(
        filter=name if isinstance(name, str) else None,
        position_steps=position if isinstance(position, float) else None,
        source=str(row["source"]),
        ok=True,
        time=datetime.fromisoformat(time) if isinstance(time, str) else None,
        coordinates=frame,
    )


def _void_statement(rig: str, row: dict[str, object]) -> tuple[str, list[object]]:
    """The statement that makes the fits void which the run may have been part of."""
    return (
        "update fits set void = 1 where rig = ? and epoch = ? and ?",
        [rig, row["epoch"], row["accepted"]],
    )


def _make_correction(row: dict[str, object], sentence: str, *, counts_now: bool) -> Correction:
    return Correction(
        key=str(row["key"]),
        light_path_id=str(row["epoch"]),
        sentence=sentence,
        counted_before=bool(row["accepted"]),
        counts_now=counts_now,
    )


def _short_key(row: dict[str, object]) -> str:
    return str(row["key"])[:8]


def _describe(row: dict[str, object]) -> str:
    position = row["position_steps"]
    steps = f"{position:.1f} steps" if isinstance(position, float) else "no position"
    when = str(row["time"])[:19] if row["time"] else "time unknown"
    return f"{_short_key(row)} ({row['filter'] or 'no filter'}, {when}, {steps})"
