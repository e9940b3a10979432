"""What clients were seen to do on earlier nights is known on later ones."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import RefusedError, StoreError
from rigd.focus.state.foreign_moves import Sample
from rigd.focus.state.settings import Mode
from rigd.service import dispatcher
from rigd.store.client_habits import (
    RECENT,
    Habit,
    read_clients_with_habit,
    read_recent_samples,
    remember_habit,
    remember_samples,
)
from rigd.store.database import Store
from rigd.view.rig import Client
from tests.limits import LIMIT_S
from tests.service.test_answers import OWNER, begin, pier
from tests.service.test_answers import profile as profile_of_the_demo

profile = profile_of_the_demo
NINA, APT = Client(name="N.I.N.A. at 10.0.0.5"), Client(name="APT at 10.0.0.6")


def test_habits_are_kept_once_each_and_by_rig(tmp_path: Path) -> None:
    store = Store(tmp_path / "rigd.db")
    for client in ("N.I.N.A.", "APT", "N.I.N.A."):
        remember_habit(store, "pier", client, Habit.READ_OFFSETS)
    remember_habit(store, "pier", "Ekos", Habit.APPLIED_OFFSETS)
    store.close()

    again = Store(tmp_path / "rigd.db")

    assert set(read_clients_with_habit(again, "pier", Habit.READ_OFFSETS)) == {"N.I.N.A.", "APT"}
    assert read_clients_with_habit(again, "pier", Habit.APPLIED_OFFSETS) == ("Ekos",)
    assert read_clients_with_habit(again, "other", Habit.READ_OFFSETS) == ()
    again.close()


async def test_publish_to_apply_names_who_ever_read_the_offsets_also_after_a_restart(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    catalog = load_catalog()
    async with pier(tmp_path, profile, catalog) as first:
        for client in (NINA, APT, NINA):
            first.observatory.note_reader("demo", client)
        await first.observatory.finish()

    async with pier(tmp_path, profile, catalog) as later:
        later.see()
        later.wheel(0, baseline=True)
        later.focuser(30000)
        await later.observatory.request_mode("demo", Mode.PUBLISH, OWNER)

        with pytest.raises(RefusedError, match=f"{NINA.name}, {APT.name} read the published"):
            await later.observatory.request_mode("demo", Mode.APPLY, OWNER)

        assert later.observatory.rigs()[0].mode is Mode.PUBLISH


async def test_a_full_disk_costs_a_note_and_not_the_daemon(
    tmp_path: Path, profile: EquipmentProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pier(tmp_path, profile, load_catalog()) as rigs:

        def full(*_: object) -> None:
            msg = "database or disk is full"
            raise StoreError(msg)

        kept = remember_habit
        monkeypatch.setattr(dispatcher, "remember_habit", full)
        rigs.observatory.note_reader("demo", NINA)
        await rigs.observatory.finish()
        monkeypatch.setattr(dispatcher, "remember_habit", kept)
        rigs.observatory.note_reader("demo", APT)
        await rigs.observatory.finish()

    store = Store(tmp_path / "rigd.db")
    assert read_clients_with_habit(store, "demo", Habit.READ_OFFSETS) == (APT.name,)
    store.close()


async def test_by_way_of_observe_they_are_named_too(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    async with pier(tmp_path, profile, load_catalog(), Mode.PUBLISH) as rigs:
        begin(rigs)
        rigs.observatory.note_reader("demo", NINA)
        await rigs.observatory.request_mode("demo", Mode.OBSERVE, OWNER)

        with pytest.raises(RefusedError, match=f"{NINA.name} read the published"):
            await rigs.observatory.request_mode("demo", Mode.APPLY, OWNER)


async def test_a_configuration_that_begins_to_apply_names_them_and_closes_the_focuser(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    async with pier(tmp_path, profile, load_catalog(), Mode.PUBLISH) as rigs:
        begin(rigs)
        focuser = rigs.observatory.rigs()[0].focuser.unique_id
        rigs.observatory.note_reader("demo", NINA)
        rigs.observatory.remember_opened(focuser, (NINA.key,))
        await rigs.observatory.finish()

    async with pier(tmp_path, profile, load_catalog(), Mode.APPLY) as rigs:
        async with asyncio.timeout(LIMIT_S):
            while len(said := (await rigs.observatory.history("demo")).history) < 2:  # noqa: ASYNC110 - a thread
                await asyncio.sleep(0.01)

        assert f"{NINA.name} read the published offsets and may have kept" in str(said[0])
        assert f"rigd's focuser is closed for {NINA.name}" in str(said[1])
        assert not rigs.observatory.opened()[focuser]


async def test_a_switch_to_the_mode_that_is_on_closes_nobodys_focuser(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    async with pier(tmp_path, profile, load_catalog()) as rigs:
        begin(rigs)
        focuser = rigs.observatory.rigs()[0].focuser.unique_id
        rigs.observatory.remember_opened(focuser, (NINA.key,))
        await rigs.observatory.finish()

        await rigs.observatory.request_mode("demo", Mode.APPLY, OWNER)

        assert rigs.observatory.opened()[focuser] == (NINA.key,)


SAMPLES = (
    Sample(from_key="l", to_key="r", delta_steps=60, by=("Ekos", "PHD2"), heard=True),
    Sample(from_key="r", to_key="l", delta_steps=-60, beside=True),
)


def test_samples_count_for_the_same_light_path_and_while_they_are_young(tmp_path: Path) -> None:
    store = Store(tmp_path / "rigd.db")
    remember_samples(store, "demo", "e", ())
    remember_samples(store, "demo", "e", SAMPLES)
    now = datetime.now(UTC)

    assert read_recent_samples(store, "demo", "e", now) == SAMPLES
    assert read_recent_samples(store, "demo", "e", now + RECENT + timedelta(minutes=1)) == ()
    assert read_recent_samples(store, "demo", "another", now) == ()
    assert read_recent_samples(store, "other", "e", now) == ()
    store.close()


async def test_what_others_did_counts_on_after_a_restart_and_grows_no_younger(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    async with pier(tmp_path, profile, load_catalog()) as rigs:
        light_path_id = rigs.observatory.snapshot("demo").settings.light_path_id
    store = Store(tmp_path / "rigd.db")
    remember_samples(store, "demo", light_path_id, SAMPLES)
    store.close()
    stored = written(tmp_path)

    async with pier(tmp_path, profile, load_catalog()) as rigs:
        begin(rigs)
        assert rigs.observatory.snapshot("demo").foreign_moves.samples == SAMPLES

    assert written(tmp_path) == stored


def written(path: Path) -> list[object]:
    store = Store(path / "rigd.db")
    with store.transaction() as db:
        rows = list(db.query("select * from samples"))
    store.close()
    return rows


async def test_what_others_did_is_kept_by_the_running_daemon(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    async with pier(tmp_path, profile, load_catalog(), Mode.OBSERVE) as rigs:
        begin(rigs)
        rigs.wheel(0)
        rigs.wheel(1)
        seen = rigs.observatory.snapshot("demo").foreign_moves.samples
        await rigs.observatory.finish()

    async with pier(tmp_path, profile, load_catalog(), Mode.OBSERVE) as rigs:
        assert rigs.observatory.snapshot("demo").foreign_moves.samples == seen != ()
