"""Jobs by the clock: once after a jump, at noon, and never while a camera exposes."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from rigd.catalog.catalog import load_catalog
from rigd.daemon.run import keep_tidy
from rigd.daemon.schedule import make_schedule
from rigd.devices.events import CameraReport
from rigd.equipment.profile import EquipmentProfile
from rigd.store.archive import Archive
from rigd.store.database import Store
from tests.service.test_answers import CAMERA, pier
from tests.service.test_answers import profile as profile_of_the_demo

profile = profile_of_the_demo


async def nothing() -> None:
    """A job."""


@pytest.fixture
def schedule() -> AsyncIOScheduler:
    return make_schedule(upkeep=nothing, temperatures=nothing, watch=nothing)


async def test_jobs_that_were_missed_are_one(schedule: AsyncIOScheduler) -> None:
    schedule.start(paused=True)

    assert {job.coalesce for job in schedule.get_jobs()} == {True}
    assert {job.max_instances for job in schedule.get_jobs()} == {1}
    schedule.shutdown(wait=False)


def test_upkeep_is_at_noon(schedule: AsyncIOScheduler) -> None:
    job = schedule.get_job("upkeep")
    assert job is not None

    due = job.trigger.get_next_fire_time(None, datetime(2026, 3, 1, 4, 30, tzinfo=UTC))

    assert (due.hour, due.minute) == (12, 0)
    assert due.tzinfo is not None


async def test_upkeep_waits_for_another_noon_while_a_camera_exposes(
    tmp_path: Path, profile: EquipmentProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    archive = Archive(Store(tmp_path / "other.db"))
    async with pier(tmp_path, profile, load_catalog()) as one:
        for busy in (True, False):
            one.observatory.emit(CameraReport(at_s=1.0, ref=CAMERA, connected=True, busy=busy))
            await keep_tidy(archive, one.observatory)

    said = [r.getMessage() for r in caplog.records if "noon upkeep" in r.getMessage()]
    assert said == [
        "noon upkeep left out: a camera is exposing",
        "noon upkeep: 0 old lines of diary and journal deleted",
    ]
    archive.close()
