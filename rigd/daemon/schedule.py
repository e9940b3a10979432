"""Jobs by the clock. APScheduler runs them; none of them ever moves anything."""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


TEMPERATURE_S = 60
WATCH_S = 60


def make_schedule(*, upkeep: Job, temperatures: Job, watch: Job | None = None) -> AsyncIOScheduler:
    """The daemon's jobs, not started yet.

    A small computer's clock jumps: runs that were missed coalesce into one.
    """
    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )
    scheduler.add_job(upkeep, CronTrigger(hour=12, minute=0), id="upkeep", name="noon upkeep")
    scheduler.add_job(
        temperatures, IntervalTrigger(seconds=TEMPERATURE_S), id="temperatures", name="temperatures"
    )
    if watch is not None:
        scheduler.add_job(watch, IntervalTrigger(seconds=WATCH_S), id="watch", name="watch")
    return scheduler
