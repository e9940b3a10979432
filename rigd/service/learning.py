"""Learning from autofocus runs: they are stored, fitted in another process, and used.

Nothing here moves anything: an offset that changes counts from the next filter change on.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, RunCorrection
from rigd.errors import RigdError
from rigd.files.plain_words import count_of
from rigd.files.text import comparable_name
from rigd.learning.fit_input import LearningRig, basis_of, complete_input
from rigd.learning.fit_record import FIT_UNDER_WAY, NOTHING_LEARNT, FitResult, StoredFit
from rigd.learning.frame_findings import MAX_AGE, FrameInspection
from rigd.service.fit_process import FitProcess
from rigd.service.process_work import inspect_frames, learn
from rigd.store.archive import Archive
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.frame_audits import keep_inspection, read_curves, read_newest_inspection
from rigd.store.run_corrections import Correction, restate, take_back
from rigd.store.run_import import import_runs, read_countable_runs
from rigd.store.runs import list_runs
from rigd.view.learning import CorrectedRun, RunImport, StoredRun

log = logging.getLogger(__name__)

MOST_LISTED = 1000


class Learning:
    """Stores and fits the runs of all rigs."""

    def __init__(
        self,
        archive: Archive,
        learning_rig: Callable[[str], LearningRig],
        use_fit: Callable[[str, StoredFit | None], None],
        tell: Callable[[str, str], None],
        *,
        note_learning: Callable[[str, str | None], None],
        worker: FitProcess | None = None,
    ) -> None:
        """`use_fit` gets a rig's new fit, `tell` a line for its diary; all get the rig's name.

        `note_learning` gets that a fit is under way, or why runs gave none; None: neither.

        No fit (None) means that what was learnt before does not count any more.
        """
        self._archive = archive
        self._learning_rig = learning_rig
        self._use_fit = use_fit
        self._tell = tell
        self._note_learning = note_learning
        self._worker = worker or FitProcess()
        self._requested: dict[str, str] = {}
        self._imported: dict[str, Counter[str]] = {}
        """Runs that no fit is made with yet, by who brought them."""
        self._observed: list[tuple[str, AutofocusRun]] = []
        self._wake = asyncio.Event()

    async def recall(self, rig: str, light_path_id: str) -> StoredFit | None:
        """Read the newest fit of a light path; None if there is none, or none that still counts."""
        fit = await self._archive.run(lambda store: read_newest_fit(store, rig, light_path_id))
        return None if fit is None or fit.void else fit

    async def take(self, rig: str, runs: Sequence[AutofocusRun], by: str) -> RunImport:
        """Store runs, each once; have new ones fitted soon."""
        learning_rig = self._learning_rig(rig)
        done = await self._archive.run(
            lambda store: import_runs(store, rig, learning_rig, runs, by)
        )
        if done.undone:
            self._use_fit(rig, None)
            self.request_fit(rig, f"{count_of(done.undone, 'run')} failed, as the log says")
        if done.corrected:
            self._use_fit(rig, None)
            self.request_fit(rig, f"{count_of(done.corrected, 'run')} had the time of another zone")
        if done.waiting:
            self._use_fit(rig, None)
            self.request_fit(rig, f"{count_of(done.waiting, 'run')} may have another zone's time")
        if done.accepted:
            new = self._imported.setdefault(rig, Counter())
            new[by] += done.accepted
            told = (f"{count_of(number, 'run')} imported by {who}" for who, number in new.items())
            self.request_fit(rig, ", ".join(told))
        elif done.named:
            self.request_fit(rig, f"the focuser of {count_of(done.named, 'run')} is known now")
        return done.report

    def add_observed_run(self, rig: str, run: AutofocusRun) -> None:
        """Store a run that rigd itself saw, soon."""
        self._observed.append((rig, run))
        self._wake.set()

    async def take_back(self, rig: str, key: str, by: str) -> CorrectedRun:
        """Make a run count no more, nor any fit that it was part of."""
        return self._correct(
            rig, await self._archive.run(lambda store: take_back(store, rig, key, by))
        )

    async def restate(self, rig: str, key: str, restated: RunCorrection, by: str) -> CorrectedRun:
        """Correct the coordinates or the filter of a run; no fit that it was part of counts."""
        here = self._learning_rig(rig).light_path_id
        return self._correct(
            rig, await self._archive.run(lambda store: restate(store, rig, key, restated, by, here))
        )

    def _correct(self, rig: str, done: Correction) -> CorrectedRun:
        if done.counted_before and self._learning_rig(rig).light_path_id == done.light_path_id:
            self._use_fit(rig, None)
        self._tell(rig, done.sentence)
        self.request_fit(rig, done.sentence)
        return CorrectedRun(key=done.key, said=done.sentence, accepted=done.counts_now)

    async def inspect(self, rig: str, frames: Sequence[LightFrame], by: str) -> FrameInspection:
        """Compare light frames with the runs before them, and store the result.

        Raises:
            InvalidValueError: no frame is of a filter of this rig.
        """
        learning_rig = self._learning_rig(rig)
        light_path_id, fit_input = learning_rig.light_path_id, learning_rig.fit_input
        first = min((frame.time for frame in frames), default=datetime.now(UTC))
        runs = await self._archive.run(
            lambda store: read_curves(store, rig, light_path_id, first - MAX_AGE)
        )
        found = await self._worker.run(inspect_frames, fit_input, tuple(frames), runs)
        return await self._archive.run(
            lambda store: keep_inspection(store, rig, light_path_id, found, by)
        )

    async def find_inspection(self, rig: str, light_path_id: str) -> FrameInspection | None:
        """Read the newest inspection of light frames in a light path."""
        return await self._archive.run(
            lambda store: read_newest_inspection(store, rig, light_path_id)
        )

    async def list_newest_runs(self, rig: str) -> tuple[StoredRun, ...]:
        """The newest runs of a rig, newest first, each with what it waits for."""
        learning_rig = self._learning_rig(rig)
        glasses = learning_rig.filter_fingerprints
        runs = await self._archive.run(lambda store: list_runs(store, rig, MOST_LISTED, glasses))
        return tuple(_with_reason(one, learning_rig) for one in runs)

    def request_fit(self, rig: str, cause: str) -> None:
        """Have a rig's runs fitted; requests that wait become one."""
        self._requested[rig] = cause
        self._note_learning(rig, FIT_UNDER_WAY)
        self._wake.set()

    async def run(self) -> None:
        """Store what was seen and fit what was asked for, one at a time, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._observed:
                await self._take_observed(*self._observed.pop(0))
            while self._requested:
                rig = next(iter(self._requested))
                cause = self._requested.pop(rig)
                outcome = await self._try_to_fit(rig, cause)
                if rig not in self._requested:
                    self._imported.pop(rig, None)
                self._note_learning(rig, FIT_UNDER_WAY if rig in self._requested else outcome)

    async def _try_to_fit(self, rig: str, cause: str) -> str | None:
        """Fit the runs of a rig; return why they gave no fit."""
        try:
            await self._refit(rig, cause)
        except RigdError as error:
            if rig in self._requested:
                return None  # of runs that have changed meanwhile: they are fitted next
            self._tell(rig, f"{NOTHING_LEARNT}{error}")
            return f"{NOTHING_LEARNT}{error}"
        except Exception:  # border: a fit that fails must not end the daemon
            log.exception("%s: the fit failed", rig)
            said = f"{NOTHING_LEARNT}the fit has failed, which is a fault of rigd: its log has more"
            self._tell(rig, said)
            return said
        return None

    async def _take_observed(self, rig: str, run: AutofocusRun) -> None:
        try:
            await self.take(rig, [run], "rigd, who saw it")
        except RigdError as error:
            self._tell(rig, f"the autofocus that rigd saw is not kept: {error}")

    async def _refit(self, rig: str, cause: str) -> None:
        learning_rig = self._learning_rig(rig)
        light_path_id = learning_rig.light_path_id
        runs = await self._archive.run(lambda store: read_countable_runs(store, rig, learning_rig))
        if not runs:
            return
        before = await self._archive.run(lambda store: read_newest_fit(store, rig, light_path_id))
        fit_input = complete_input(learning_rig, before)
        basis = basis_of(fit_input, runs)
        if before is not None and before.basis == basis and not before.void:
            log.debug("%s: no new runs, no new fit", rig)
            self._use_fit(rig, before)
            return
        learnt = await self._worker.run(learn, fit_input, runs)
        if rig in self._requested:
            # A run was taken back, or the next file of an import came: half of it says nothing.
            log.debug("%s: its runs have changed meanwhile: the fit begins anew", rig)
            return
        fitted = FitResult(
            light_path_id=light_path_id,
            cause=cause,
            basis=basis,
            result={**learnt.result, "glasses": dict(learning_rig.filter_fingerprints)},
            pictures=learnt.pictures,
        )
        stored = await self._archive.run(lambda store: keep_fit(store, rig, fitted))
        self._use_fit(rig, stored)


def _with_reason(run: StoredRun, rig: LearningRig) -> StoredRun:
    """The run with why it does not count now: worked out when it is shown, as profiles change."""
    if not run.accepted or run.reason is not None:
        return run
    if run.epoch != rig.light_path_id:
        why = (
            "it belongs to another light path; if the profile was corrected and nothing else, "
            "`rigd runs restate KEY --frame raw` (or logical) takes it into this one"
        )
        return replace(run, reason=why)
    if comparable_name(run.filter or "") in rig.fit_input.names:
        return run
    why = (
        f"it waits for a filter that is called {run.filter!r}: the profile has none (or two of "
        "that name); name it there, or `rigd runs restate KEY --filter NAME`"
    )
    return replace(run, reason=why)
