"""What a device says goes to the rigs that it concerns: a start takes as long as there are rigs."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rigd.drivers.simulated.driver import SimulatedDriver
from rigd.drivers.simulated.options import SimulatedOptions

from rigd.catalog.catalog import load_catalog
from rigd.config import RigConfig
from rigd.devices.driver import Driver, ServerAddress
from rigd.equipment.profile_toml import parse_profile
from rigd.focus.state.settings import Mode
from rigd.service.dispatcher import Dispatcher
from rigd.service.observatory import LiveObservatory
from rigd.setup.derive import SetupDeriver
from rigd.store.archive import Archive
from rigd.store.database import Store
from tests.service.live import PROFILE


async def work_of_a_start(
    directory: Path, rigs: int, monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    """How often each rig was derived, and heard of a device, until all are known."""
    done: Counter[str] = Counter()
    derive, feed = SetupDeriver.derive, Dispatcher.feed

    def deriving(deriver: SetupDeriver, *asked: Any) -> Any:
        done["derived"] += 1
        return derive(deriver, *asked)

    def feeding(dispatcher: Dispatcher, running: Any, event: Any) -> Any:
        done["fed"] += type(event).__name__.endswith("Report")
        return feed(dispatcher, running, event)

    archive, catalog = Archive(Store(directory / f"{rigs}.db")), load_catalog()
    made: dict[str, Driver] = {}
    observatory = LiveObservatory(archive, made, catalog)
    with monkeypatch.context() as patch:
        patch.setattr(SetupDeriver, "derive", deriving)
        patch.setattr(Dispatcher, "feed", feeding)
        for number in range(rigs):
            address = ServerAddress(name=f"sim{number}", options=SimulatedOptions())
            made[f"sim{number}"] = SimulatedDriver(address, observatory.emit)
            profile = parse_profile(PROFILE.replace('"sim"', f'"sim{number}"'), "profile")
            profile = profile.model_copy(update={"name": f"profile {number}"})
            config = RigConfig(name=f"rig{number}", mode=Mode.APPLY, profile="x.toml")
            await observatory.add(SetupDeriver(config, profile, catalog))
        tasks = [asyncio.create_task(driver.run()) for driver in made.values()]
        async with asyncio.timeout(60):
            while any(one.wheel.filter_position is None for one in observatory.rigs()):
                await observatory.changed()
        for _ in range(20):
            await asyncio.sleep(0)  # what the last report has made due
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(archive.close)
    return done


async def test_the_work_of_a_start_grows_with_the_rigs_and_not_with_their_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = await work_of_a_start(tmp_path, 2, monkeypatch)
    many = await work_of_a_start(tmp_path, 6, monkeypatch)

    assert few["derived"] > 2
    assert {what: number / 6 for what, number in many.items()} == {
        what: number / 2 for what, number in few.items()
    }
