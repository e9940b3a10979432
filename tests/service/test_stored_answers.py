"""A client is answered once what it asked for is stored: a crash right after it loses nothing."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.service import applier
from rigd.service.observatory import LiveObservatory
from rigd.store.database import Store
from rigd.store.holds import read_hold
from rigd.store.ledgers import read_memory
from tests.limits import LIMIT_S
from tests.service.test_answers import H_ALPHA, OWNER, begin, pier
from tests.service.test_answers import profile as profile_of_the_demo

profile = profile_of_the_demo

Asking = Callable[[LiveObservatory], Awaitable[object]]
Reading = Callable[[Store], object]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


async def turn_loop() -> None:
    """Let everything go on that waits for nothing but the loop."""
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("ask", "read"),
    [
        pytest.param(
            lambda rigs: rigs.request_filter("demo", H_ALPHA, OWNER),
            lambda store: (memory := read_memory(store, "demo")) and memory.move,
            id="a filter",
        ),
        pytest.param(
            lambda rigs: rigs.request_hold("demo", OWNER, hold=True),
            lambda store: read_hold(store, "demo"),
            id="hands off",
        ),
    ],
)
async def test_nobody_is_answered_before_it_is_stored(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog, ask: Asking, read: Reading
) -> None:
    known = profile_of_known_direction(profile)
    async with pier(tmp_path, known, catalog) as one:
        begin(one)
        await turn_loop()
        disk = threading.Event()
        blocked = one.observatory._archive.start(lambda _: disk.wait(LIMIT_S))
        answered = asyncio.ensure_future(ask(one.observatory))
        await turn_loop()
        too_early = answered.done()

        disk.set()
        await asyncio.wait_for(answered, LIMIT_S)
        await blocked

        assert not too_early
        # By a connection of its own, as the next rigd would read it.
        with_store = Store(tmp_path / "rigd.db")
        assert read(with_store) is not None
        with_store.close()


async def test_a_disk_that_hangs_keeps_no_client_waiting(
    tmp_path: Path,
    profile: EquipmentProfile,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applier, "STORED_LIMIT_S", 0.01)
    async with pier(tmp_path, profile_of_known_direction(profile), catalog) as one:
        begin(one)
        await turn_loop()
        disk = threading.Event()
        blocked = one.observatory._archive.start(lambda _: disk.wait(LIMIT_S))

        await asyncio.wait_for(one.observatory.request_filter("demo", H_ALPHA, OWNER), LIMIT_S)
        commanded = list(one.hardware.moves)

        disk.set()
        await blocked
        assert commanded == []


def profile_of_known_direction(profile: EquipmentProfile) -> EquipmentProfile:
    assert profile.focuser is not None
    focuser = profile.focuser.model_copy(update={"direction": "outward"})
    return profile.model_copy(update={"focuser": focuser})
