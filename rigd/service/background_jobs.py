"""What every rig needs now and then and what may wait: for the store, or for a long search.

No tick waits for any of it: deadlines and overdue halts hang on ticks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from time import monotonic

from rigd.errors import RigdError
from rigd.focus.state.requests import Tick
from rigd.focus.waking import is_catching_up
from rigd.service.clock_jump import ClockWatch, steady_s
from rigd.service.dispatcher import TICK_S, Dispatcher
from rigd.service.errands import Errands
from rigd.service.profile_edits import ProfileEditor
from rigd.service.running_rig import RunningRig
from rigd.store.archive import Archive

log = logging.getLogger(__name__)

QUIET_S = 600.0
"""A failure that comes at every turn is one line in the log until it has stayed away so long."""

RigJob = Callable[[RunningRig], Awaitable[None]]


class BackgroundJobs:
    """Ticks, and beside them the jobs of every rig, each kind in a task of its own."""

    def __init__(
        self,
        archive: Archive,
        rigs: Mapping[str, RunningRig],
        dispatcher: Dispatcher,
        profiles: ProfileEditor,
        errands: Errands,
    ) -> None:
        """`errands` are writes that nobody waits for."""
        self._archive = archive
        self._rigs = rigs
        self._dispatcher = dispatcher
        self._profiles = profiles
        self._errands = errands
        self._failed_at_s: dict[tuple[str, str, str], float] = {}
        """When a job failed last, by job, rig and reason."""
        now = datetime.now(UTC)
        self._clock = ClockWatch(began=now, last=now, last_s=steady_s())

    async def run(self) -> None:
        """Do all of them until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tick())
            group.create_task(self._watch_clock())
            group.create_task(self._errands.run())
            group.create_task(self._work_out_trains())
            group.create_task(self._repeat("announcement", self._dispatcher.announce_devices))
            group.create_task(self._repeat("proposal", self._profiles.propose))
            group.create_task(self._repeat("open role", self._profiles.fill_roles))

    async def finish(self) -> None:
        """Store what is still on its way to the store."""
        await self._errands.finish()

    async def _tick(self) -> None:
        """Let time pass for every rig; nothing here waits for anything but the clock."""
        self._dispatcher.sleep_watch.look()
        while True:
            await asyncio.sleep(TICK_S)
            self._dispatcher.notice_sleep()
            for running in self._rigs.values():
                # What devices said during a sleep is read before anything is judged late.
                if not is_catching_up(running.rig, monotonic()):
                    self._dispatcher.feed(running, Tick(at_s=monotonic()))
            # A profile may have been changed: that, too, makes two appliers of one.
            self._dispatcher.sharing.judge()

    async def _watch_clock(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._clock, jump = self._clock.look(datetime.now(UTC), steady_s())
            if jump is not None:
                await self._dispatcher.flag_clock_jump(self._rigs.values(), jump)

    async def _repeat(self, name: str, job: RigJob) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for running in self._rigs.values():
                await self._attempt(name, job, running)

    async def _attempt(self, name: str, job: RigJob, running: RunningRig) -> None:
        """A job that fails is tried again at the next turn, and ends no other."""
        rig = running.name
        try:
            await job(running)
        except RigdError as error:
            failure, now_s = (name, rig, str(error)), monotonic()
            before_s = self._failed_at_s.get(failure)
            self._failed_at_s[failure] = now_s
            again = before_s is not None and now_s - before_s < QUIET_S
            level = logging.DEBUG if again else logging.WARNING
            log.log(level, "%s: %s put off: %s", rig, name, error)

    async def _work_out_trains(self) -> None:
        """Work out trains whose rig has changed, beside the loop: a search takes its time."""
        while True:
            change = self._dispatcher.change
            for running in self._rigs.values():
                derived = running.derived
                # Most changes leave it the same object; comparing profiles costs a millisecond.
                is_same = running.train_is_of is derived.identified
                if not is_same and running.train_is_of != derived.identified:
                    train = await asyncio.to_thread(running.deriver.train_of, derived)
                    running.use_train(train, derived.identified)
                    self._dispatcher.wake()
            await change.wait()
