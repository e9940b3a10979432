"""Jobs by the clock. APScheduler runs them; none of them ever moves anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[None]]


TEMPERATURE_S = 60
WATCH_S = 60


REPORTS_S = 600
"""A report of a night is there so long after noon, also where rigd was off at noon."""


async def keep_schedule(
    answers: asyncio.Event,
    *,
    upkeep: Job,
    temperatures: Job,
    watch: Job | None = None,
    reports: Job | None = None,
) -> None:
    """Run the daemon's jobs from its first answer on, until cancelled.

    The first job is a minute away: the answer need not wait for APScheduler to be imported.
    """
    await answers.wait()
    schedule = await asyncio.to_thread(
        make_schedule, upkeep=upkeep, temperatures=temperatures, watch=watch, reports=reports
    )
    schedule.start()
    try:
        await asyncio.Event().wait()
    finally:
        schedule.shutdown(wait=False)


def make_schedule(
    *, upkeep: Job, temperatures: Job, watch: Job | None = None, reports: Job | None = None
) -> "AsyncIOScheduler":
    """The daemon's jobs, not started yet.

    A small computer's clock jumps: runs that were missed coalesce into one.
    """
    # Imported late: see `keep_schedule`.
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415
    from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )
    scheduler.add_job(upkeep, CronTrigger(hour=12, minute=0), id="upkeep", name="noon upkeep")
    scheduler.add_job(
        temperatures, IntervalTrigger(seconds=TEMPERATURE_S), id="temperatures", name="temperatures"
    )
    if watch is not None:
        scheduler.add_job(watch, IntervalTrigger(seconds=WATCH_S), id="watch", name="watch")
    if reports is not None:
        scheduler.add_job(
            reports, IntervalTrigger(seconds=REPORTS_S), id="reports", name="night reports"
        )
    return scheduler
