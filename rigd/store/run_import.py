"""Runs come into the store: each once, in raw steps, or with the reason why they do not count."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.learning.duplicate_runs import (
    CLOCK_DIFFERENCE,
    LOG_DELAY,
    KnownRun,
    Verdict,
    find_duplicate,
    find_failed_duplicates,
)
from rigd.learning.estimator.run_limit import MAX_RUNS
from rigd.learning.fit_input import LearningRig
from rigd.store.database import Store
from rigd.store.known_runs import complete_run, forget_otherwise_timed, is_known, note_focuser
from rigd.store.run_owners import assign_runs
from rigd.store.run_zones import known_run, let_wait_for_zone
from rigd.store.runs import ASK_ZONE_AGAIN, convert_to_raw, read_accepted_runs, time_text
from rigd.view.learning import RunImport

SAME = "another source tells of the same run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of the runs of one import."""

    accepted: int = 0
    refused: Mapping[str, int]
    """How many of those stored now cannot be fitted, by reason."""
    known: int = 0
    """Runs that were there before; nothing changed."""
    undone: int = 0
    """Runs that count no more, because what came now says that they failed; so the fit is void."""
    named: int = 0
    """Of the known ones, those whose focuser was not known."""
    corrected: int = 0
    """Runs that counted at another time, as of another zone; so the fit is void."""
    waiting: int = 0
    """Runs that counted before, and wait now to be said in which zone; so the fit is void."""

    @property
    def report(self) -> RunImport:
        """Return what the API and the command line show."""
        return RunImport(accepted=self.accepted, refused=self.refused, known=self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judgement:
    """A run beside those that are there."""

    reason: str | None
    """Why it does not count; None if it does."""
    same_as: str | None = None
    """Key of the run that it tells of once more."""
    counts_no_more: Mapping[str, str] | None = None
    """Keys of others that it puts out of force, with the reason."""
    undone: int = 0
    """How many of those found no focus after all."""


def keep_runs(  # noqa: PLR0917 - one place for it
    store: Store,
    rig: str,
    light_path_id: str,
    runs: Iterable[AutofocusRun],
    by: str,
    names: Mapping[str, str] | None = None,
) -> ImportResult:
    """Store runs, each once, logical ones turned into raw with the journal of their moment.

    A run that is there already stays as it is, unless it was refused and can now be fitted; a
    person's word on it stands. The same run from two sources counts once. `names` are the
    filters' keys by their names.
    """
    accepted, known, undone, named, corrected = 0, 0, 0, 0, 0
    refused: dict[str, int] = {}
    new: list[AutofocusRun] = []
    with store.transaction():  # durable once, not once for each run
        for run in runs:
            run = complete_run(store, rig, run)  # noqa: PLW2901 - the same run
            raw, embodied_steps, reason = convert_to_raw(store, rig, run)
            if is_known(store, rig, run, fits=reason is None):
                known += 1
                named += note_focuser(store, rig, run)
                continue
            earlier = forget_otherwise_timed(store, rig, run)
            corrected += earlier.counted
            if earlier.moved:
                known += 1
                continue
            path_id = earlier.light_path_id or light_path_id
            judged = _judge(raw, reason, _read_near(store, rig, path_id, raw), names or {})
            _insert(store, rig, path_id, run, raw, embodied_steps, judged, by)
            new.append(run)
            undone += judged.undone
            if judged.reason is None:
                accepted += 1
            else:
                refused[judged.reason] = refused.get(judged.reason, 0) + 1
        waiting = let_wait_for_zone(store, rig, light_path_id, new, names or {})
        of_these = len(waiting & {run.key for run in new})
        if len(waiting) > of_these:
            with store.transaction() as db:
                db.execute(
                    "update fits set void = 1 where rig = ? and epoch = ?", [rig, light_path_id]
                )
    if of_these:
        refused[ASK_ZONE_AGAIN] = of_these
    return ImportResult(
        accepted=accepted - of_these,
        refused=refused,
        known=known,
        undone=undone,
        named=named,
        corrected=corrected,
        waiting=len(waiting) - of_these,
    )


def _judge(
    raw: AutofocusRun, reason: str | None, near: list[KnownRun], names: Mapping[str, str]
) -> _Judgement:
    if not raw.ok:
        seen = {
            one.key: f"its log says: {reason}" for one in find_failed_duplicates(raw, near, names)
        }
        return _Judgement(reason=reason, counts_no_more=seen, undone=len(seen))
    found = find_duplicate(raw, near, names) if reason is None else None
    if found is None:
        return _Judgement(reason=reason)
    other, verdict = found
    match verdict:
        case Verdict.REPLACES:
            return _Judgement(reason=None, counts_no_more={other.key: SAME})
        case Verdict.REPEATS:
            return _Judgement(reason=SAME, same_as=other.key)
        case Verdict.CONTRADICTS:
            said = f"{other.source} has this run at {other.position_steps:.0f} steps"
            return _Judgement(reason=f"{said}: another frame, or filter?", same_as=other.key)


def _read_near(store: Store, rig: str, light_path_id: str, run: AutofocusRun) -> list[KnownRun]:
    """The runs that count and may be the same as this one."""
    return [known_run(row) for row in _rows_near(store, rig, light_path_id, run)]


def _rows_near(
    store: Store, rig: str, light_path_id: str, run: AutofocusRun
) -> list[dict[str, object]]:
    if run.time is None:
        return []
    first = (run.began or run.time) - CLOCK_DIFFERENCE - LOG_DELAY
    with store.transaction() as db:
        rows = db.table("runs").rows_where(
            "rig = ? and epoch = ? and accepted and coalesce(began, time) <= ? and time >= ?",
            [
                rig,
                light_path_id,
                time_text(run.time + CLOCK_DIFFERENCE + LOG_DELAY),
                time_text(first),
            ],
        )
        return [dict(row) for row in rows]


def _insert(  # noqa: PLR0917 - one row
    store: Store,
    rig: str,
    light_path_id: str,
    run: AutofocusRun,
    raw: AutofocusRun,
    embodied_steps: int | None,
    judged: _Judgement,
    by: str,
) -> None:
    row = {
        "rig": rig,
        "key": run.key,
        "epoch": light_path_id,
        "filter": raw.filter,
        "position_steps": raw.position_steps,
        "se_steps": raw.se_steps,
        "temperature_c": raw.temperature_c,
        "altitude_deg": raw.altitude_deg,
        "time": None if raw.time is None else time_text(raw.time),
        "began": None if raw.began is None else time_text(raw.began),
        "frame": run.coordinates,
        "embodied_steps": embodied_steps,
        "source": raw.source,
        "focuser": raw.focuser,
        "points": json.dumps([[p.position_steps, p.hfr_px, p.se_px] for p in raw.points]),
        "ok": int(run.ok),
        "accepted": int(judged.reason is None),
        "reason": judged.reason,
        "same_as": judged.same_as,
        "imported_at": time_text(datetime.now(UTC)),
        "imported_by": by,
    }
    with store.transaction() as db:
        db.table("runs").insert(row, replace=True)
        _put_out_of_force(store, rig, run.key, judged)
        if judged.undone:
            db.execute("update fits set void = 1 where rig = ? and epoch = ?", [rig, light_path_id])


def _put_out_of_force(store: Store, rig: str, key: str, judged: _Judgement) -> None:
    """Let those runs count no more that a run makes superfluous or says to have failed."""
    with store.transaction() as db:
        for other, because in (judged.counts_no_more or {}).items():
            db.execute(
                "update runs set accepted = 0, same_as = ?, reason = ? where rig = ? and key = ?",
                [key, because, rig, other],
            )


def _claim_runs(
    store: Store, rig: str, learning_rig: LearningRig, judged: frozenset[str] = frozenset()
) -> None:
    """Give the runs to the filters that have their names now, and let each count once.

    Two logs may name a filter differently, and one of them not at all: only then it shows that they
    tell of the same run. Those in `judged` were compared when they came.
    """
    path_id, glasses = learning_rig.light_path_id, learning_rig.filter_fingerprints
    with store.transaction():
        for key in assign_runs(store, rig, path_id, learning_rig.fit_input.names, glasses) - judged:
            _judge_claimed(store, rig, path_id, key)


def _judge_claimed(store: Store, rig: str, light_path_id: str, key: str) -> None:
    with store.transaction() as db:
        row = dict(db.table("runs").get((rig, key)))
        if not row["accepted"] or row["time"] is None:
            return
        own = known_run(row)
        run = AutofocusRun(
            filter=row["glass"],
            position_steps=own.position_steps,
            se_steps=own.se_steps,
            source=own.source,
            ok=True,
            time=own.time,
            began=own.began,
            coordinates=Coordinates.RAW,
        )
        near = [
            known_run(other | {"filter": other["glass"]})
            for other in _rows_near(store, rig, light_path_id, run)
            if other["key"] != key and other["glass"] == row["glass"]
        ]
        judged = _judge(run, None, near, {})
        is_word_against = judged.reason not in {None, SAME} and row["restated_by"] is not None
        if is_word_against:
            return
        _put_out_of_force(store, rig, key, judged)
        db.execute(
            "update runs set accepted = ?, reason = ?, same_as = ? where rig = ? and key = ?",
            [int(judged.reason is None), judged.reason, judged.same_as, rig, key],
        )


def import_runs(
    store: Store, rig: str, learning_rig: LearningRig, runs: Sequence[AutofocusRun], by: str
) -> ImportResult:
    """Store runs, and at once to which filters they belong."""
    with store.transaction():
        done = keep_runs(
            store, rig, learning_rig.light_path_id, runs, by, learning_rig.fit_input.names
        )
        _claim_runs(store, rig, learning_rig, judged=frozenset(run.key for run in runs))
    return done


def read_countable_runs(
    store: Store, rig: str, learning_rig: LearningRig
) -> tuple[AutofocusRun, ...]:
    """The newest runs that offsets are learnt from now."""
    _claim_runs(store, rig, learning_rig)
    return read_accepted_runs(
        store, rig, learning_rig.light_path_id, MAX_RUNS, learning_rig.filter_fingerprints
    )
