"""What the core wants is carried out in order; where storing fails nothing is commanded."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError, StoreError
from rigd.focus.state.effects import (
    Effect,
    HaltFocuser,
    JournalIntent,
    MoveFocuser,
    ReadFocuser,
    Remember,
    RememberFault,
    RememberHold,
    TurnWheel,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import adopt_position
from rigd.focus.state.requests import FocuserCommandFailed, WheelCommandFailed, WheelTold
from rigd.focus.state.settings import Mode, RigSettings
from rigd.focus.telling import OVER
from rigd.service import applier as applier_module
from rigd.service.applier import Applier
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.effects import write_effects
from rigd.store.holds import read_hold
from rigd.store.ledgers import guide_name, read_memory
from tests.limits import LIMIT_S

FOCUSER, WHEEL = DeviceRef("pier", "focuser"), DeviceRef("pier", "wheel")
MOVE = FocuserMove(
    number=1,
    start_steps=100,
    target_steps=140,
    terms=None,
    filter_key=None,
    began_at_s=0,
    by="test",
)


def wanted(_: object) -> None:
    """Nothing keeps from telling what was commanded."""


class FullDisk(Store):
    """A store whose disk is full until told otherwise."""

    full = True
    full_after: int | None = None
    """After so many failures one write succeeds."""

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        if self.full and self.full_after != 0:
            self.full_after = None if self.full_after is None else self.full_after - 1
            raise StoreError("disk full")
        self.full_after = None
        with super().transaction() as db:
            yield db


class Told:
    """A driver that notes what it was told."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.told: list[object] = []
        self._deaf = deaf

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        if self._deaf:
            raise DeviceUnavailableError("unplugged")
        self.told.append(position_steps)

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        self.told.append(f"slot {filter_position}")


async def carried_out(store: Store, driver: Told, *batches: tuple[Effect, ...]) -> list[object]:
    """What the applier reported back after these batches."""
    archive, reported = Archive(store), []
    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=FOCUSER)
    applier = Applier(settings, archive, {"pier": driver}, reported.append, wanted)  # type: ignore[dict-item]
    for batch in batches:
        applier.put(batch)
    await applier.drain()
    archive.close()
    return reported


async def test_where_the_journal_cannot_be_written_nothing_is_commanded(tmp_path: Path) -> None:
    driver = Told()

    reported = await carried_out(
        FullDisk(tmp_path / "rigd.db"),
        driver,
        (
            JournalIntent(move=MOVE, ledger=adopt_position(100, 0, "l")),
            TurnWheel(ref=WHEEL, filter_position=1),
            MoveFocuser(ref=FOCUSER, position_steps=140, number=1),
        ),
    )

    assert driver.told == []
    assert [type(event) for event in reported] == [WheelCommandFailed, FocuserCommandFailed]


async def test_a_focuser_that_cannot_be_told_is_reported_as_not_moved(tmp_path: Path) -> None:
    reported = await carried_out(
        Store(tmp_path / "rigd.db"),
        Told(deaf=True),
        (
            JournalIntent(move=MOVE, ledger=adopt_position(100, 0, "l")),
            MoveFocuser(ref=FOCUSER, position_steps=140, number=1),
        ),
    )

    assert [(e.number, e.reason, e.may_have_arrived) for e in reported] == [(1, "unplugged", False)]  # type: ignore[attr-defined]


class Refusing(Told):
    """A driver whose focuser refuses whatever it is told."""

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        raise DeviceError("Focuser: calibrate first")

    async def read_focuser(self, ref: DeviceRef) -> None:
        raise DeviceError("Focuser: no sense")

    async def halt_focuser(self, ref: DeviceRef) -> None:
        raise DeviceError("Focuser: no halt")


async def test_what_fails_is_a_line_of_the_log_only_where_nothing_else_says_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reported = await carried_out(
        Store(tmp_path / "rigd.db"),
        Refusing(),
        (
            JournalIntent(move=MOVE, ledger=adopt_position(100, 0, "l")),
            MoveFocuser(ref=FOCUSER, position_steps=140, number=1),
        ),
        (ReadFocuser(ref=FOCUSER),),
    )

    assert [e.reason for e in reported] == ["Focuser: calibrate first"]  # type: ignore[attr-defined]
    said = {record.getMessage() for record in caplog.records}
    assert said == {"rig: Focuser: no sense"}


async def test_a_halt_that_is_refused_is_one_line_though_it_is_told_twice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await carried_out(Store(tmp_path / "rigd.db"), Refusing(), (HaltFocuser(ref=FOCUSER),))

    assert [record.getMessage() for record in caplog.records] == ["rig: Focuser: no halt"]


async def test_a_ledger_that_a_full_disk_refused_is_stored_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applier_module, "RETRY_S", 0.01)
    path = tmp_path / "rigd.db"
    store = FullDisk(path)
    archive = Archive(store)
    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=FOCUSER)
    applier = Applier(settings, archive, {}, lambda _: None, wanted)
    running = asyncio.create_task(applier.run())
    applier.put((Remember(ledger=adopt_position(100, 40, "r"), move=None),))
    applier.put(
        (Remember(ledger=adopt_position(9950, -50, "r"), move=None, role=FocuserRole.GUIDE),)
    )
    applier.put((Remember(ledger=adopt_position(200, 40, "r"), move=None),))
    await asyncio.sleep(0.05)

    store.full = False
    while await archive.run(lambda one: read_memory(one, "rig")) is None:  # noqa: ASYNC110 - a thread
        await asyncio.sleep(0.01)
    memory = await archive.run(lambda one: read_memory(one, "rig"))
    guide = await archive.run(lambda one: read_memory(one, guide_name("rig")))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    archive.close()

    assert memory is not None
    assert memory.ledger == adopt_position(200, 40, "r")
    assert guide is not None
    assert guide.ledger == adopt_position(9950, -50, "r")


class Slow(Told):
    """A driver whose wheel answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.wheel_answers, self.wheel_asked = asyncio.Event(), asyncio.Event()
        self.halted = asyncio.Event()

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        self.wheel_asked.set()
        await self.wheel_answers.wait()

    async def halt_focuser(self, ref: DeviceRef) -> None:
        self.halted.set()


async def test_of_what_is_said_while_the_disk_is_full_the_last_word_counts_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applier_module, "RETRY_S", 0.01)
    path = tmp_path / "rigd.db"
    store, reported, stored = FullDisk(path), [], asyncio.Event()
    archive = Archive(store)
    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=FOCUSER)

    def report(event: object) -> None:
        reported.append(getattr(event, "reason", event))
        if reported[-1] is None:
            stored.set()

    applier = Applier(settings, archive, {}, report, wanted)
    applier.put((RememberHold(by="a hand"),))
    await applier.drain()
    # Room for one write, and the next one fails again: the older word must not come later.
    store.full_after = 1
    applier.put((RememberHold(by=None),))
    await applier.drain()
    store.full = False

    running = asyncio.create_task(applier.run())
    async with asyncio.timeout(LIMIT_S):
        await stored.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    archive.close()

    assert reported == ["disk full", None]
    with closing(Store(path)) as again:
        assert read_hold(again, "rig") is None


async def test_a_halt_waits_for_no_device_that_is_slow_to_answer(tmp_path: Path) -> None:
    driver, archive = Slow(), Archive(Store(tmp_path / "rigd.db"))
    reported: list[object] = []
    told_off = asyncio.Event()

    def report(event: object) -> None:
        if not isinstance(event, WheelTold):
            reported.append(event)
            told_off.set()

    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=FOCUSER)
    applier = Applier(settings, archive, {"pier": driver}, report, wanted)  # type: ignore[dict-item]
    running = asyncio.create_task(applier.run())
    async with asyncio.timeout(LIMIT_S):
        applier.put((TurnWheel(ref=WHEEL, filter_position=1),))
        await driver.wheel_asked.wait()
        applier.put(
            (
                JournalIntent(move=MOVE, ledger=adopt_position(100, 0, "l")),
                MoveFocuser(ref=FOCUSER, position_steps=140, number=1),
            )
        )
        applier.put((HaltFocuser(ref=FOCUSER),))
        await driver.halted.wait()
        driver.wheel_answers.set()
        await told_off.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    archive.close()

    assert driver.told == []
    assert [(e.number, e.reason) for e in reported] == [(1, "halted before it was told")]  # type: ignore[attr-defined]


async def test_without_room_for_its_fault_no_change_is_begun(tmp_path: Path) -> None:
    driver = Told()

    await carried_out(
        FullDisk(tmp_path / "rigd.db"),
        driver,
        (RememberFault(sentence="cut off"), TurnWheel(ref=WHEEL, filter_position=1)),
        (RememberFault(sentence=None), TurnWheel(ref=WHEEL, filter_position=2)),
    )

    assert driver.told == ["slot 2"]


async def test_what_is_being_stored_at_the_end_is_stored(tmp_path: Path) -> None:
    archive, goes_on = Archive(Store(tmp_path / "rigd.db")), threading.Event()
    remember = Remember(ledger=adopt_position(100, 40, "r"), move=None)
    before = asyncio.create_task(archive.run(lambda _: goes_on.wait(5)))
    storing = asyncio.create_task(
        archive.run(lambda store: write_effects(store, "rig", Mode.APPLY, "e", (remember,)))
    )
    await asyncio.sleep(0)

    storing.cancel()
    await asyncio.gather(storing, return_exceptions=True)
    goes_on.set()
    await before
    memory = await archive.run(lambda store: read_memory(store, "rig"))
    archive.close()

    assert memory is not None


async def test_what_is_over_before_it_was_told_is_not_told(tmp_path: Path) -> None:
    driver, archive = Told(), Archive(Store(tmp_path / "rigd.db"))
    reported: list[object] = []
    refused = asyncio.Event()

    def report(event: object) -> None:
        reported.append(event)
        refused.set()

    settings = RigSettings(name="rig", mode=Mode.APPLY, wheel=WHEEL, focuser=FOCUSER)
    applier = Applier(settings, archive, {"pier": driver}, report, lambda _: OVER)  # type: ignore[dict-item]
    running = asyncio.create_task(applier.run())
    async with asyncio.timeout(LIMIT_S):
        applier.put(
            (
                JournalIntent(move=MOVE, ledger=adopt_position(100, 0, "l")),
                TurnWheel(ref=WHEEL, filter_position=1),
                MoveFocuser(ref=FOCUSER, position_steps=140, number=1),
            )
        )
        await refused.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    archive.close()

    assert driver.told == []
    assert [(e.number, e.reason) for e in reported] == [(1, OVER)]  # type: ignore[attr-defined]
