"""What the API asks about autofocus runs and about what was learnt from them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, RunCorrection
from rigd.focus.state.requests import AutofocusReported
from rigd.focus.state.search import Search
from rigd.learning.agenda import Agenda
from rigd.service.dispatcher import Dispatcher
from rigd.service.learning import Learning
from rigd.service.running_rig import RunningRig, agenda_of, picture_of, plot_offsets, why_of
from rigd.view.fit_report import FitReport
from rigd.view.learning import CorrectedRun, FrameAudit, RunImport, RunList, report_audit
from rigd.view.rig import Client
from rigd.view.watching import WatchedDirectory, WatchReport

CLOCKS_APART = timedelta(seconds=10)
"""How far the clock of another computer may be ahead."""


class LearningRequests:
    """Answers for all rigs."""

    def __init__(
        self, learning: Learning, dispatcher: Dispatcher, running: Callable[[str], RunningRig]
    ) -> None:
        """`running` finds a rig by its name, or raises InvalidValueError."""
        self._learning = learning
        self._dispatcher = dispatcher
        self._running = running
        self._watched: Callable[[str], tuple[WatchedDirectory, ...]] = lambda _: ()

    def use_watched(self, watched: Callable[[str], tuple[WatchedDirectory, ...]]) -> None:
        """Set what tells of the watched directories of a rig."""
        self._watched = watched

    def watch_report(self, rig: str) -> WatchReport:
        """What was read in watched directories, and what was skipped and why."""
        name = self._name(rig)
        return WatchReport(rig=name, directories=self._watched(name))

    def note_watch_problems(self, rig: str, problems: tuple[str, ...]) -> None:
        """Take what is wrong with the watched directories of a rig."""
        self._running(rig).note_watch_problems(problems)
        self._dispatcher.wake()

    async def request_runs(
        self, rig: str, runs: Sequence[AutofocusRun], client: Client
    ) -> RunImport:
        """Store autofocus runs; those that are stored already change nothing."""
        return await self.take_runs(rig, runs, client.name)

    async def take_runs(self, rig: str, runs: Sequence[AutofocusRun], by: str) -> RunImport:
        """Store autofocus runs for somebody who is no client of the API."""
        done = await self._learning.take(self._name(rig), runs, by)
        running, now_s = self._running(rig), monotonic()
        run = find_reported_run(runs, running.rig.searches, datetime.now(UTC), now_s)
        if run is not None:
            reported = AutofocusReported(at_s=now_s, found=run.ok, filter=run.filter)
            self._dispatcher.feed(running, reported)
        return done

    async def request_take_back(self, rig: str, key: str, client: Client) -> CorrectedRun:
        """Make a run count no more; have the others fitted again."""
        return await self._learning.take_back(self._name(rig), key, client.name)

    async def request_restate(
        self, rig: str, key: str, restated: RunCorrection, client: Client
    ) -> CorrectedRun:
        """Correct the coordinates or the filter of a run; have all fitted again."""
        return await self._learning.restate(self._name(rig), key, restated, client.name)

    def offset_plot(self, rig: str) -> str | None:
        """The offsets with the runs behind them, as SVG; None where nothing is known of any."""
        return plot_offsets(self._running(rig))

    async def runs(self, rig: str) -> RunList:
        """The newest runs of a rig, newest first."""
        return RunList(runs=await self._learning.list_newest_runs(self._name(rig)))

    def why(self, rig: str, name: str | None) -> FitReport:
        """Prior, data and posterior of a filter's offset; without a name, of the fit."""
        return why_of(self._running(rig), name)

    async def request_audit(
        self, rig: str, frames: Sequence[LightFrame], client: Client
    ) -> FrameAudit:
        """Compare frames behind an offset with frames behind an autofocus of their own."""
        running = self._running(rig)
        found = await self._learning.inspect(self._name(rig), frames, client.name)
        running.use_inspection(found)
        self._dispatcher.tell(running, f"{found.sentence}, asked {client.name}")
        return report_audit(found)

    def agenda(self, rig: str) -> Agenda:
        """Which filter to focus next, and which are due for a run."""
        return agenda_of(self._running(rig))

    def why_svg(self, rig: str, name: str | None) -> str | None:
        """The picture of the newest fit; None if there is none."""
        return picture_of(self._running(rig), name)

    def _name(self, rig: str) -> str:
        return self._running(rig).rig.settings.name


def find_reported_run(
    runs: Sequence[AutofocusRun], searches: Sequence[Search], now: datetime, now_s: float
) -> AutofocusRun | None:
    """The run that is the report of an autofocus which rigd still takes to be under way.

    Args:
        runs: what a program says of its runs; `time` is when one ended.
        searches: what rigd sees.
        now: the time by the calendar.
        now_s: the same by the monotonic clock of `searches`.
    """
    began = [now - timedelta(seconds=now_s - search.began_s) for search in searches]
    found = (
        run
        for run in sorted(runs, key=lambda run: run.time or now, reverse=True)
        if run.time is not None and any(b < run.time <= now + CLOCKS_APART for b in began)
    )
    return next(found, None)
