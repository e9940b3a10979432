"""A focuser has one applier, also when modes are switched while running."""

import asyncio
from pathlib import Path
from time import monotonic

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.config import Config, RigConfig
from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    OffsetsDeclared,
    ProgramOffset,
)
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress, GuideFocuserProfile
from rigd.errors import RefusedError
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.settings import Mode
from rigd.service import profile_edits
from rigd.service.observatory import LiveObservatory
from rigd.setup.derive import SetupDeriver
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.profile_transaction import AffectedRig
from rigd.view.rig import Client
from tests.service.test_answers import LUMINANCE, OWNER, RED, Hardware, Pier
from tests.service.test_answers import profile as profile_of_the_demo

profile = profile_of_the_demo


async def two_rigs(archive: Archive, profile: EquipmentProfile, other: Mode) -> LiveObservatory:
    catalog = load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    for name, mode in (("demo", Mode.APPLY), ("other", other)):
        config = RigConfig(name=name, mode=mode, profile="demo.toml")
        await observatory.add(SetupDeriver(config, profile, catalog))
    return observatory


async def test_a_second_rig_cannot_be_switched_to_apply(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    archive = Archive(Store(tmp_path / "rigd.db"))
    observatory = await two_rigs(archive, profile, Mode.PUBLISH)

    with pytest.raises(RefusedError, match="rig demo applies to focuser Focuser Simulator too"):
        await observatory.request_mode("other", Mode.APPLY, OWNER, confirmed=True)

    await asyncio.to_thread(archive.close)


async def test_a_second_rig_that_would_start_in_apply_observes(
    tmp_path: Path, profile: EquipmentProfile, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(Store(tmp_path / "rigd.db"))

    observatory = await two_rigs(archive, profile, Mode.APPLY)

    assert [rig.mode for rig in observatory.rigs()] == [Mode.APPLY, Mode.OBSERVE]
    assert "a focuser has one applier" in caplog.text
    await asyncio.to_thread(archive.close)


async def test_a_profile_with_the_focuser_of_another_applier_is_refused(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    assert profile.focuser is not None
    address = profile.focuser.address.model_copy(update={"device": "Other Focuser"})
    focuser = profile.focuser.model_copy(update={"address": address})
    other = profile.model_copy(update={"focuser": focuser})
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    configs = [
        RigConfig(name=name, mode=Mode.APPLY, profile="demo.toml") for name in ("demo", "other")
    ]
    for config, known in zip(configs, (profile, other), strict=True):
        await observatory.add(SetupDeriver(config, known, catalog))
    rigs = {name: observatory._running(name) for name in ("demo", "other")}
    editor = observatory._profiles
    editor.config = Config(rigs=tuple(configs))

    running = rigs["other"]
    own = AffectedRig(rig="other", before=other, after=other)
    editor._refuse_second_applier(running, editor._settings(running, own))
    shared = AffectedRig(rig="other", before=other, after=profile)
    with pytest.raises(RefusedError, match="rig demo applies to focuser Focuser Simulator too"):
        editor._refuse_second_applier(running, editor._settings(running, shared))

    await asyncio.to_thread(archive.close)


async def test_a_guide_focuser_has_one_applier_too(
    tmp_path: Path, profile: EquipmentProfile, caplog: pytest.LogCaptureFixture
) -> None:
    assert profile.focuser is not None
    own = profile.focuser.address
    assert own is not None
    other = profile.model_copy(
        update={
            "focuser": profile.focuser.model_copy(
                update={"address": own.model_copy(update={"device": "Other Focuser"})}
            ),
            "guide_focuser": GuideFocuserProfile(address=own),
        }
    )
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    for name, known in (("demo", profile), ("other", other)):
        config = RigConfig(name=name, mode=Mode.APPLY, profile="demo.toml")
        await observatory.add(SetupDeriver(config, known, catalog))

    assert [rig.mode for rig in observatory.rigs()] == [Mode.APPLY, Mode.OBSERVE]
    assert "rig demo applies to focuser Focuser Simulator too" in caplog.text
    await asyncio.to_thread(archive.close)


async def test_a_focuser_that_turns_out_to_be_anothers_closes_the_gate_of_both_rigs(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    assert profile.focuser is not None
    by_id = DeviceAddress(server="simulators", device="uid-1")
    focuser = profile.focuser.model_copy(update={"address": by_id})
    for name, one in (
        ("demo", profile),
        ("other", profile.model_copy(update={"focuser": focuser})),
    ):
        config = RigConfig(name=name, mode=Mode.APPLY, profile="demo.toml")
        await observatory.add(SetupDeriver(config, one, catalog))
    before = [observatory.snapshot(name).sharing for name in ("demo", "other")]

    observatory.emit(
        DeviceSeen(
            at_s=1.0,
            identity=DeviceIdentity(
                ref=DeviceRef("simulators", "uid-1"),
                protocol=WireProtocol.ALPACA,
                name="Focuser Simulator",
                unique_id="uid-1",
            ),
        )
    )

    after = [observatory.snapshot(name).sharing for name in ("demo", "other")]
    await observatory.request_mode("other", Mode.OBSERVE, OWNER)

    assert before == [None, None]
    assert [said is not None and "a focuser has one applier" in said for said in after] == [
        True
    ] * 2
    # At once: the program that waits for it asks for its filter next.
    assert [observatory.snapshot(name).sharing for name in ("demo", "other")] == [None, None]
    await asyncio.to_thread(archive.close)


async def test_a_rig_that_stands_down_leaves_the_focuser_to_the_other_at_once(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    assert profile.focuser is not None
    there = DeviceAddress(server="localhost", device="Focuser Simulator")
    focuser = profile.focuser.model_copy(update={"address": there})
    theirs = profile.model_copy(update={"focuser": focuser})
    config = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml", programs=("nina",))
    await observatory.add(SetupDeriver(config, profile, catalog))
    config = RigConfig(name="other", mode=Mode.APPLY, profile="demo.toml")
    await observatory.add(SetupDeriver(config, theirs, catalog))
    pier = Pier(observatory, Hardware())
    pier.see()
    pier.wheel(7, baseline=True)
    pier.focuser(30000)
    for server in ("simulators", "localhost"):
        identity = DeviceIdentity(
            ref=DeviceRef(server, "Focuser Simulator"),
            protocol=WireProtocol.INDI,
            name="Focuser Simulator",
            place="127.0.0.1:7624",
        )
        observatory.emit(DeviceSeen(at_s=monotonic(), identity=identity))
    before = observatory.snapshot("other").sharing

    offsets = (("Luminance", 7, 0), ("Red", 0, 40))
    table = tuple(ProgramOffset(filter_position=n, name=name, steps=s) for name, n, s in offsets)
    observatory.emit(
        OffsetsDeclared(
            at_s=monotonic(),
            server="nina",
            program="N.I.N.A.",
            address="127.0.0.1",
            applies=True,
            offsets=table,
        )
    )

    assert before is not None
    assert observatory.snapshot("demo").settings.mode is Mode.OBSERVE
    assert observatory.snapshot("other").sharing is None
    await asyncio.to_thread(archive.close)


@pytest.mark.parametrize("role", ["focuser", "guide_focuser"])
async def test_a_focuser_that_is_gone_stays_anothers_also_over_a_restart(
    tmp_path: Path, profile: EquipmentProfile, role: str
) -> None:
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    assert profile.focuser is not None
    by_id = DeviceAddress(server="simulators", device="uid-1")
    theirs: dict[str, object] = {"focuser": profile.focuser.model_copy(update={"address": by_id})}
    if role == "guide_focuser":
        own = DeviceAddress(server="simulators", device="Other Focuser")
        theirs = {
            "focuser": profile.focuser.model_copy(update={"address": own}),
            "guide_focuser": GuideFocuserProfile(address=by_id),
        }

    async def begin() -> LiveObservatory:
        observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
        for name, one in (("demo", profile), ("other", profile.model_copy(update=theirs))):
            config = RigConfig(name=name, mode=Mode.APPLY, profile="demo.toml")
            await observatory.add(SetupDeriver(config, one, catalog))
        return observatory

    def sharing(observatory: LiveObservatory) -> list[bool]:
        said = (observatory.snapshot(name).sharing or "" for name in ("demo", "other"))
        return ["a focuser has one applier" in one for one in said]

    observatory = await begin()
    ref = DeviceRef("simulators", "uid-1")
    identity = DeviceIdentity(
        ref=ref, protocol=WireProtocol.ALPACA, name="Focuser Simulator", unique_id="uid-1"
    )
    observatory.emit(DeviceSeen(at_s=1.0, identity=identity))
    seen = sharing(observatory)
    observatory.emit(DeviceGone(at_s=2.0, ref=ref))
    gone = sharing(observatory)
    await observatory.finish()
    restarted = await begin()

    assert (seen, gone) == ([True] * 2, [True] * 2)
    assert sharing(restarted) == [True] * 2
    assert [rig.mode for rig in restarted.rigs()] == [Mode.APPLY] * 2
    await asyncio.to_thread(archive.close)


async def test_a_rig_whose_only_focuser_is_anothers_says_so_and_what_ends_it(
    tmp_path: Path, profile: EquipmentProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_edits, "ALL_SEEN_S", -1.0)
    assert profile.focuser is not None
    focuser = profile.focuser.model_copy(update={"address": None})
    second = EquipmentProfile(name="Second", focuser=focuser)
    archive, catalog = Archive(Store(tmp_path / "rigd.db")), load_catalog()
    observatory = LiveObservatory(archive, {"simulators": Hardware()}, catalog)
    for name, one in (("demo", profile), ("second", second)):
        config = RigConfig(name=name, mode=Mode.APPLY, profile="demo.toml")
        await observatory.add(SetupDeriver(config, one, catalog))
    running = observatory._running("second")
    focusers = [
        DeviceIdentity(
            ref=DeviceRef(server, "Focuser Simulator"),
            protocol=WireProtocol.INDI,
            name="Focuser Simulator",
            kinds=frozenset({DeviceKind.FOCUSER}),
            place="127.0.0.1:7624",
        )
        for server in ("simulators", "localhost")
    ]
    before = {one.name: one for one in find_obstacles(running.rig, 0.0)}
    for identity in focusers:
        observatory.emit(DeviceSeen(at_s=1.0, identity=identity))
    for _ in range(2):
        await observatory._dispatcher.announce_devices(running)

    await observatory._profiles.fill_roles(running)

    after = {one.name: one for one in find_obstacles(running.rig, 0.0)}
    assert before["focuser"].sentence == "no focuser is there that could be this rig's"
    assert "rig demo applies to focuser Focuser Simulator too" in after["sharing"].sentence
    assert after["sharing"].ends_when.startswith("only one of the two applies to it")
    assert "focuser" not in after
    assert "is not connected" not in str(after)
    await asyncio.to_thread(archive.close)


async def test_rigs_on_one_focuser_know_of_each_others_exposures_and_orders(
    tmp_path: Path, profile: EquipmentProfile
) -> None:
    assert profile.camera is not None
    there = DeviceAddress(server="simulators", device="Other Camera")
    camera = profile.camera.model_copy(update={"address": there})
    other = profile.model_copy(update={"camera": camera})
    archive, catalog, hardware = Archive(Store(tmp_path / "rigd.db")), load_catalog(), Hardware()
    observatory = LiveObservatory(archive, {"simulators": hardware}, catalog)
    for name, mode, one in (("demo", Mode.APPLY, profile), ("other", Mode.OBSERVE, other)):
        config = RigConfig(name=name, mode=mode, profile="demo.toml")
        await observatory.add(SetupDeriver(config, one, catalog))
    pier, client = Pier(observatory, hardware), Client(name="N.I.N.A.")
    theirs = DeviceRef("simulators", "Other Camera")

    def expose(*, busy: bool) -> None:
        report = CameraReport(at_s=monotonic(), ref=theirs, connected=True, busy=busy)
        observatory.emit(report)

    async def listen() -> None:
        async for line in observatory.diary():
            if line.rig == "demo":
                pier.lines.put_nowait(str(line.sentence))

    tasks = [asyncio.create_task(observatory.run()), asyncio.create_task(listen())]
    try:
        await asyncio.sleep(0)
        pier.see()
        pier.wheel(LUMINANCE, baseline=True)
        pier.focuser(30000)

        expose(busy=True)
        with pytest.raises(RefusedError, match="exposure of rig other is under way") as refused:
            await observatory.request_filter("demo", RED, OWNER)
        expose(busy=False)
        await observatory.request_move("other", 30500, client)
        target = await hardware.told.get()
        while not observatory.snapshot("demo").others[0].move:
            await observatory.changed()
        with pytest.raises(RefusedError, match=r"rig other for N\.I\.N\.A\. is moving"):
            await observatory.request_filter("demo", RED, OWNER)
        pier.focuser(target, moving=True)
        pier.focuser(target)
        pier.focuser(target)

        assert target == 30500
        assert refused.value.opens_by_itself
        said = await pier.said("moved the focuser")
        assert said == "rig other for N.I.N.A. moved the focuser from 30000 to 30500 steps"
        assert observatory.snapshot("demo").others[0].move is None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await observatory.finish()
        await asyncio.to_thread(archive.close)
