"""Learning from runs: takes them in, has them fitted elsewhere, hands the offsets over.

Nothing here moves anything: an offset that changes counts from the next filter change on.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rigd.applier import Archive
from rigd.arrivals import Imported, keep_runs
from rigd.audit import MAX_AGE
from rigd.claims import claim
from rigd.corrections import Correction, restate, take_back
from rigd.errors import InvalidValueError, RigdError
from rigd.estimator.model import Prior
from rigd.estimator.table import MAX_RUNS
from rigd.fitting import Study, learn, spelled
from rigd.fitworker import FitWorker
from rigd.inspection import Inspection, curves, inspect, keep_inspection, newest_inspection
from rigd.rig import FilterSlot
from rigd.runbook import (
    Fitted,
    StoredFit,
    accepted_runs,
    keep_fit,
    listed_runs,
    newest_fit,
)
from rigd.runs.frame import LightFrame
from rigd.runs.restated import Restated
from rigd.runs.run import AutofocusRun
from rigd.store import Store
from rigd.view import Json

log = logging.getLogger(__name__)

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The rig that learns, as it is now."""

    epoch: str
    study: Study
    glasses: Mapping[str, str]
    """The fingerprint of every filter, by key."""


class Learning:
    """One for all rigs."""

    def __init__(
        self,
        archive: Archive,
        subject: Callable[[str], Subject],
        taught: Callable[[str, StoredFit | None], None],
        said: Callable[[str, str], None],
        worker: FitWorker | None = None,
    ) -> None:
        """`taught` and `said` hear of a fit, or of why there is none, with the rig's name.

        No fit (None) means that what was learnt before does not count any more.
        """
        self._archive = archive
        self._subject = subject
        self._taught = taught
        self._said = said
        self._worker = worker or FitWorker()
        self._wanted: dict[str, str] = {}
        self._corrected = 0
        self._witnessed: list[tuple[str, AutofocusRun]] = []
        self._wake = asyncio.Event()

    async def recall(self, rig: str, epoch: str) -> StoredFit | None:
        """The newest stored fit of an epoch that counts."""
        fit = await self._archive.run(lambda store: newest_fit(store, rig, epoch))
        return None if fit is None or fit.void else fit

    async def take(self, rig: str, runs: Sequence[AutofocusRun], by: str) -> Json:
        """Store runs, each once; new ones are fitted soon."""
        subject = self._subject(rig)
        done = await self._archive.run(lambda store: kept(store, rig, subject, runs, by))
        if done.undone:
            self._corrected += 1
            self._taught(rig, None)
            self.want(rig, f"{done.undone} runs failed, as their log says")
        if done.accepted:
            self.want(rig, f"{done.accepted} runs imported by {by}")
        return done.as_json()

    def witness(self, rig: str, run: AutofocusRun) -> None:
        """A run that rigd itself saw: taken in soon."""
        self._witnessed.append((rig, run))
        self._wake.set()

    async def take_back(self, rig: str, key: str, by: str) -> Json:
        """A run does not count any more, nor does a fit that it was part of."""
        return self._correct(
            rig, await self._archive.run(lambda store: take_back(store, rig, key, by))
        )

    async def restate(self, rig: str, key: str, restated: Restated, by: str) -> Json:
        """A run is of another frame or filter; a fit that it was part of does not count."""
        return self._correct(
            rig, await self._archive.run(lambda store: restate(store, rig, key, restated, by))
        )

    def _correct(self, rig: str, done: Correction) -> Json:
        self._corrected += 1
        if done.counted_before and self._subject(rig).epoch == done.epoch:
            self._taught(rig, None)
        self._said(rig, done.sentence)
        self.want(rig, done.sentence)
        return {"key": done.key, "said": done.sentence, "accepted": done.counts_now}

    async def inspect(self, rig: str, frames: Sequence[LightFrame], by: str) -> Inspection:
        """Look at light frames beside the runs before them; the result is kept.

        Raises:
            InvalidValueError: no frame is of a filter of this rig.
        """
        subject = self._subject(rig)
        epoch, study = subject.epoch, subject.study
        first = min((frame.time for frame in frames), default=datetime.now(UTC))
        runs = await self._archive.run(lambda store: curves(store, rig, epoch, first - MAX_AGE))
        found = await self._worker.run(inspect, study, tuple(frames), runs)
        return await self._archive.run(lambda store: keep_inspection(store, rig, epoch, found, by))

    async def inspected(self, rig: str, epoch: str) -> Inspection | None:
        """What light frames said last in this epoch."""
        return await self._archive.run(lambda store: newest_inspection(store, rig, epoch))

    async def listed(self, rig: str) -> list[dict[str, object]]:
        """The newest runs of a rig, newest first."""
        return await self._archive.run(lambda store: listed_runs(store, rig, MOST_LISTED))

    def want(self, rig: str, cause: str) -> None:
        """Have a rig's runs fitted; wishes that wait become one."""
        self._wanted[rig] = cause
        self._wake.set()

    async def run(self) -> None:
        """Carry out what is wanted, one fit at a time, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._witnessed:
                await self._take_witnessed(*self._witnessed.pop(0))
            while self._wanted:
                rig = next(iter(self._wanted))
                cause = self._wanted.pop(rig)
                try:
                    await self._refit(rig, cause)
                except RigdError as error:
                    self._said(rig, f"no offsets learnt: {error}")
                except Exception:  # border: a fit that fails must not end the daemon
                    log.exception("%s: the fit failed", rig)

    async def _take_witnessed(self, rig: str, run: AutofocusRun) -> None:
        try:
            await self.take(rig, [run], "rigd, who saw it")
        except RigdError as error:
            self._said(rig, f"the autofocus that rigd saw is not kept: {error}")

    async def _refit(self, rig: str, cause: str) -> None:
        subject = self._subject(rig)
        epoch = subject.epoch
        runs = await self._archive.run(lambda store: countable(store, rig, subject))
        if not runs:
            return
        before = await self._archive.run(lambda store: newest_fit(store, rig, epoch))
        study = remembered(subject, before)
        basis = _basis(study, runs)
        if before is not None and before.basis == basis and not before.void:
            log.debug("%s: no new runs, no new fit", rig)
            self._taught(rig, before)
            return
        corrected = self._corrected
        learnt = await self._worker.run(learn, study, runs)
        if corrected != self._corrected:
            log.debug("%s: a run was taken back meanwhile: the fit begins anew", rig)
            self._wanted.setdefault(rig, cause)
            return
        fitted = Fitted(
            epoch=epoch,
            cause=cause,
            basis=basis,
            result={**learnt.result, "glasses": dict(subject.glasses)},
            pictures=learnt.pictures,
        )
        stored = await self._archive.run(lambda store: keep_fit(store, rig, fitted))
        self._taught(rig, stored)


def kept(
    store: Store, rig: str, subject: Subject, runs: Sequence[AutofocusRun], by: str
) -> Imported:
    """Store runs, and at once to which filters they belong."""
    with store.transaction():
        done = keep_runs(store, rig, subject.epoch, runs, by, subject.study.names)
        claim(store, rig, subject.epoch, subject.study.names, subject.glasses)
    return done


def countable(store: Store, rig: str, subject: Subject) -> tuple[AutofocusRun, ...]:
    """The newest runs that offsets are learnt from now."""
    claim(store, rig, subject.epoch, subject.study.names, subject.glasses)
    return accepted_runs(store, rig, subject.epoch, MAX_RUNS, subject.glasses)


def why(rig: str, stored: StoredFit | None) -> Json:
    """What the newest fit was made of."""
    if stored is None:
        return {"rig": rig, "fit": None}
    left_out = {"offsets", "runs", "plan", "glasses"}
    fit = {key: value for key, value in stored.result.items() if key not in left_out}
    return {"rig": rig, "fit": {**fit, "at": stored.at, "cause": stored.cause}}


def why_filter(
    rig: str, key: str, study: Study, stored: StoredFit | None, slots: Sequence[FilterSlot]
) -> Json:
    """Prior, data and posterior of one filter's offset, and what counts now."""
    slot = next((slot for slot in slots if slot.key == key), None)
    prior = study.priors.get(key)
    result = stored.result if stored else {}
    offsets, runs = result.get("offsets"), result.get("runs")
    return {
        **why(rig, stored),
        "filter": key,
        "prior": {"mean_steps": prior.mean_steps, "sd_steps": prior.sd_steps} if prior else None,
        "runs": [run for run in runs if run["filter"] == key] if isinstance(runs, list) else [],
        "posterior": offsets.get(key) if isinstance(offsets, dict) else None,
        "warnings": [text for filters, text in _warnings(stored) if key in filters],
        "in_use": {
            "focus_offset_steps": slot.focus_offset_steps,
            "state": slot.state,
            "reason": slot.reason,
        }
        if slot
        else None,
    }


def fresh_warnings(before: StoredFit | None, after: StoredFit) -> list[str]:
    """Where measured and predicted offsets disagree since this fit."""
    told = {_about(filters, text) for filters, text in _warnings(before)}
    return [text for filters, text in _warnings(after) if _about(filters, text) not in told]


def _about(filters: list[str], text: str) -> str:
    """What a warning is about: its figures change with every run."""
    return " ".join(filters) or text


def _warnings(fit: StoredFit | None) -> list[tuple[list[str], str]]:
    rows = fit.result.get("warnings") if fit else None
    return [(row["filters"], row["text"]) for row in rows] if isinstance(rows, list) else []


def remembered(subject: Subject, before: StoredFit | None) -> Study:
    """The study, with what the fit before knew while the focuser told its step size.

    By day the equipment is off; within an epoch what it said last still holds.
    """
    study = subject.study
    if before is None or study.zones_steps or study.priors:
        return study
    if before.result.get("glasses") != subject.glasses:
        return study
    priors, zones = before.result.get("priors"), before.result.get("focus_zone_steps")
    return replace(
        study,
        priors={key: Prior(**row) for key, row in priors.items()}
        if isinstance(priors, dict)
        else {},
        zones_steps=zones if isinstance(zones, dict) else {},
    )


def key_of(study: Study, name: str) -> str:
    """The key of a filter by any of its names.

    Raises:
        InvalidValueError: the rig has no such filter.
    """
    key = study.names.get(spelled(name))
    if key is None:
        known = ", ".join(dict.fromkeys(study.names.values())) or "none"
        msg = f"no filter is named {name[:80]!r} (there are: {known})"
        raise InvalidValueError(msg)
    return key


def changes(before: Sequence[FilterSlot], after: Sequence[FilterSlot], stored: StoredFit) -> str:
    """The diary's line about a fit."""
    moved = []
    for old, new in zip(before, after, strict=True):
        if old.focus_offset_steps == new.focus_offset_steps and old.state == new.state:
            continue
        was, now = (
            "unknown" if slot.focus_offset_steps is None else f"{slot.focus_offset_steps:+d}"
            for slot in (old, new)
        )
        error = new.learnt.se_steps if new.learnt else None
        spread = "" if error is None else f" ± {error:.1f}"
        moved.append(f"{new.name} {was} is now {now}{spread} steps ({new.state})")
    said = "; ".join(moved) or "no offset changes"
    line = f"offsets learnt from {stored.result['fitted']} runs: {said}"
    return f"{line}; they count from the next filter change on" if moved else line


def _basis(study: Study, runs: Sequence[AutofocusRun]) -> str:
    """What a fit depends on: the same basis gives the same fit."""
    return hashlib.sha256(repr((study, sorted(run.key for run in runs))).encode()).hexdigest()[:32]
