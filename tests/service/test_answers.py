"""An answer counts at once and moves nothing; steps that meant something else are not trusted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from time import monotonic

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.config import RigConfig
from rigd.devices.events import CameraReport, DeviceSeen, FocuserReport, WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import TrainProfile
from rigd.equipment.profile_toml import read_profile
from rigd.errors import InvalidValueError, RefusedError
from rigd.focus.state.settings import Mode
from rigd.service.observatory import LiveObservatory
from rigd.setup.derive import SetupDeriver
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.view.rig import Client
from rigd.view.to_json import to_json

CAMERA = DeviceRef("simulators", "CCD Simulator")
WHEEL = DeviceRef("simulators", "Filter Simulator")
FOCUSER = DeviceRef("simulators", "Focuser Simulator")
OWNER = Client(name="owner")
RED, H_ALPHA, LUMINANCE = 0, 3, 7


@dataclass
class Hardware:
    """A driver that keeps what it was told."""

    moves: list[int] = field(default_factory=list)
    told: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def run(self) -> None:
        """Nothing."""

    async def connect(self, ref: DeviceRef) -> None:
        """Nothing."""

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Nothing."""

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        self.moves.append(position_steps)
        self.told.put_nowait(position_steps)

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """Nothing."""

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Nothing."""


@dataclass
class Pier:
    """A running observatory with one rig, and the hands on its hardware."""

    observatory: LiveObservatory
    hardware: Hardware
    lines: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def see(self, focuser: str = "Focuser Simulator") -> None:
        for ref, name, kind in (
            (CAMERA, "CCD Simulator", DeviceKind.CAMERA),
            (WHEEL, "Filter Simulator", DeviceKind.FILTERWHEEL),
            (FOCUSER, focuser, DeviceKind.FOCUSER),
        ):
            identity = DeviceIdentity(
                ref=ref, protocol=WireProtocol.INDI, name=name, kinds=frozenset({kind})
            )
            self.observatory.emit(DeviceSeen(at_s=monotonic(), identity=identity))
        self.observatory.emit(
            CameraReport(at_s=monotonic(), ref=CAMERA, connected=True, busy=False)
        )

    def wheel(self, position: int, *, baseline: bool = False) -> None:
        self.observatory.emit(
            WheelReport(
                at_s=monotonic(),
                ref=WHEEL,
                connected=True,
                filter_position=position,
                baseline=baseline,
                slots=8,
            )
        )

    def focuser(self, position: int, *, moving: bool = False) -> None:
        self.observatory.emit(
            FocuserReport(
                at_s=monotonic(),
                ref=FOCUSER,
                connected=True,
                position_steps=position,
                moving=moving,
                min_steps=0,
                max_steps=100000,
            )
        )

    async def change(self, position: int) -> int:
        """A hand turns the wheel, the focuser obeys; where it was sent."""
        self.wheel(position)
        target = await self.hardware.told.get()
        self.focuser(target, moving=True)
        self.focuser(target)
        self.focuser(target)
        return target

    async def answer(self, key: str, value: str | None) -> None:
        await self.observatory.request_answer("demo", key, value, OWNER)

    async def said(self, text: str) -> str:
        while text not in (line := await self.lines.get()):
            pass
        return line

    @property
    def steps(self) -> list[object]:
        return [row.focus_offset_steps for row in self.observatory.rigs()[0].offsets.offsets]

    @property
    def explain(self) -> dict[str, object]:
        return to_json(self.observatory.rigs()[0].explain)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def profile() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        known = read_profile(path)
    assert known.focuser is not None
    blind = known.focuser.model_copy(update={"direction": None})
    return known.model_copy(update={"focuser": blind})


@asynccontextmanager
async def pier(
    path: Path, profile: EquipmentProfile, catalog: Catalog, mode: Mode = Mode.APPLY
) -> AsyncIterator[Pier]:
    archive, hardware = Archive(Store(path / "rigd.db")), Hardware()
    observatory = LiveObservatory(archive, {"simulators": hardware}, catalog)
    config = RigConfig(name="demo", mode=mode, profile="demo.toml")
    await observatory.recall()
    await observatory.add(SetupDeriver(config, profile, catalog))
    one = Pier(observatory, hardware)

    async def listen() -> None:
        async for line in observatory.diary():
            one.lines.put_nowait(str(line.sentence))

    tasks = [asyncio.create_task(observatory.run()), asyncio.create_task(listen())]
    await asyncio.sleep(0)
    try:
        yield one
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await observatory.finish()
        archive.close()


def begin(one: Pier, filter_position: int = LUMINANCE, raw_steps: int = 50000) -> None:
    one.see()
    one.wheel(filter_position, baseline=True)
    one.focuser(raw_steps)


async def test_an_answer_makes_offsets_into_steps_and_moves_nothing(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one, RED)
        before, unknown = one.steps, one.explain["unknown_because"]

        await one.answer("focuser.direction", "outward")

        line = await one.said("focuser.direction")
        assert before[H_ALPHA] is None
        assert "direction not known" in str(unknown)
        assert one.steps[H_ALPHA] == 150
        assert one.explain["embodied_steps"] == one.steps[RED]
        assert line == "focuser.direction: unknown is now outward, said owner"
        assert one.hardware.moves == []


async def test_the_next_change_moves_by_the_answer_and_a_restart_trusts_it(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")
        target = await one.change(H_ALPHA)
        steps = one.steps

    async with pier(tmp_path, profile, catalog) as again:
        begin(again, H_ALPHA, target)

        assert target == 50000 - 150
        assert again.steps == steps
        assert again.explain["embodied_steps"] == -150
        assert again.hardware.moves == []


async def test_the_other_answer_makes_embodied_steps_unknown_and_moves_nothing(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")
        await one.change(H_ALPHA)

        await one.answer("focuser.direction", "outward")

        assert one.explain["embodied_steps"] is None
        assert "answered differently" in str(one.explain["unknown_because"])
        assert one.steps[H_ALPHA] == 150
        assert one.hardware.moves == [49850]


async def test_the_other_answer_counts_at_once_where_nothing_is_embodied(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")

        await one.answer("focuser.direction", "outward")

        assert await one.change(H_ALPHA) == 50150


async def test_an_answer_taken_back_is_unknown_again(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")

        await one.answer("focuser.direction", None)

        await one.said("focuser.direction: inward is now unknown")
        assert one.steps[H_ALPHA] is None
        with pytest.raises(InvalidValueError, match="nothing was answered under this key"):
            await one.answer("focuser.direction", None)


async def test_no_answer_is_taken_while_the_focuser_moves(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")
        one.wheel(H_ALPHA)

        with pytest.raises(RefusedError, match=r"focuser\.direction: the focuser or the wheel"):
            await one.answer("focuser.direction", "outward")

        assert one.steps[H_ALPHA] == -150


async def test_another_device_drops_the_answer_for_good(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    async with pier(tmp_path, profile, catalog) as one:
        begin(one)
        await one.answer("focuser.direction", "inward")
        one.see(focuser="ZWO EAF")
        line = await one.said("is dropped")
        one.see()

        assert one.steps[H_ALPHA] is None
        assert "focuser.direction: the answer inward is dropped" in line
        assert "Focuser Simulator" in line

    async with pier(tmp_path, profile, catalog) as again:
        begin(again)

        assert again.steps[H_ALPHA] is None
        assert again.observatory.rigs()[0].questions.answers == ()


async def test_two_answers_at_once_are_both_kept(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    assert profile.focuser is not None
    blind = profile.focuser.model_copy(update={"step_size_um": None})
    both = profile.model_copy(update={"focuser": blind})
    async with pier(tmp_path, both, catalog) as one:
        begin(one)

        await asyncio.gather(
            one.answer("focuser.direction", "inward"), one.answer("focuser.step_size_um", "4")
        )

    async with pier(tmp_path, both, catalog) as again:
        kept = again.observatory.rigs()[0].questions.answers
        assert [row.key for row in kept] == ["focuser.direction", "focuser.step_size_um"]


async def test_the_train_follows_an_answer(
    tmp_path: Path, profile: EquipmentProfile, catalog: Catalog
) -> None:
    nothing_said = TrainProfile(devices=profile.train.devices)
    async with pier(tmp_path, profile.model_copy(update={"train": nothing_said}), catalog) as one:
        begin(one)
        (before,) = to_json(one.observatory.rigs()[0].train)["stacks"]

        await one.answer("train.owned", "zwo_t2_t2_2, zwo_m42m_m48f_16_5, zwo_t2_ext_21")
        while (stacks := to_json((view := one.observatory.rigs()[0]).train)["stacks"]) == [before]:
            await one.observatory.changed()

        # The ring came with the wheel; now its owner says that it is at hand.
        assert before["parts"][-1]["box"].startswith("came with ZWO EFW")
        assert stacks[0]["parts"][-1] == before["parts"][-1] | {"box": None}
        assert view.train_svg is not None
        assert one.hardware.moves == []
