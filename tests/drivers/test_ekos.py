"""Ekos' table of filters: read and written as KStars has it, wholly or not at all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rigd.drivers.programs import ekos, running
from rigd.drivers.programs.ekos import EkosDriver

from rigd.devices.driver import ServerAddress
from rigd.devices.events import ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError
from tests.equipment.imports.files import database


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What runs on this computer: nothing."""
    directory = tmp_path / "proc"
    directory.mkdir()
    monkeypatch.setattr(running, "PROCESSES", directory)
    return directory


def run_kstars(processes: Path) -> None:
    (processes / "4711").mkdir()
    (processes / "4711" / "comm").write_text("kstars\n", encoding="ascii")


@pytest.fixture
def make(tmp_path: Path, processes: Path) -> Callable[..., EkosDriver]:
    del processes
    (tmp_path / "userdb.sqlite").write_bytes(database())

    def driver(**options: object) -> EkosDriver:
        model = EkosDriver.Options.model_validate(
            {"database": str(tmp_path / "userdb.sqlite"), "wheel": "ZWO EFW", **options}
        )
        return EkosDriver(ServerAddress(name="ekos", options=model), lambda _: None)

    return driver


def all_rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as found:
        return found.execute("select * from filter order by id").fetchall()


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as found, found:
        found.execute(statement)


async def test_a_table_is_read_written_and_read_back(
    make: Callable[..., EkosDriver], tmp_path: Path
) -> None:
    driver, path = make(), tmp_path / "userdb.sqlite"
    table = await driver.read_table()
    assert table.program == "Ekos (ZWO EFW)"
    assert table.applies is True
    assert table.offsets == (
        ProgramOffset(filter_position=0, name="Luminance", steps=0),
        ProgramOffset(filter_position=1, name="H_Alpha", steps=-25),
    )
    before = all_rows(path)

    written = await driver.write_table({0: 12, 1: -340}, table)

    assert [one.steps for one in written.offsets] == [12, -340]
    assert written == await driver.read_table()
    after = all_rows(path)
    assert [row[6] for row in after] == [12, -340, 7]
    assert [row[:6] + row[7:] for row in after] == [row[:6] + row[7:] for row in before]

    await driver.write_table({0: 0, 1: -25}, written)
    assert all_rows(path) == before


async def test_nothing_is_written_while_kstars_runs(
    make: Callable[..., EkosDriver], processes: Path, tmp_path: Path
) -> None:
    driver, before = make(), (tmp_path / "userdb.sqlite").read_bytes()
    table = await driver.read_table()
    run_kstars(processes)

    with pytest.raises(DeviceUnavailableError, match="KStars is running"):
        await driver.write_table({0: 12}, table)

    assert (tmp_path / "userdb.sqlite").read_bytes() == before


async def test_nothing_is_written_where_processes_cannot_be_seen(
    make: Callable[..., EkosDriver], processes: Path
) -> None:
    table = await make().read_table()
    processes.rmdir()  # noqa: ASYNC240

    with pytest.raises(DeviceUnavailableError, match="cannot be seen on this computer"):
        await make().write_table({0: 12}, table)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update filter set Offset = -26 where id = 2", "another one than was read"),
        ("update filter set Color = 'OIII' where id = 2", "another one than was read"),
        ("update Version set Version = '316'", "left alone"),
        ("alter table filter rename column Offset to Steps", "not a user database of KStars"),
        ("update filter set Offset = 'many' where id = 1", "no whole number: 'many'"),
        ("drop table filter", "not a user database"),
    ],
)
async def test_a_table_that_is_another_one_is_left_as_it_is(
    make: Callable[..., EkosDriver], tmp_path: Path, statement: str, said: str
) -> None:
    driver, path = make(), tmp_path / "userdb.sqlite"
    table = await driver.read_table()
    change(path, statement)
    before = path.read_bytes()

    with pytest.raises(DeviceError, match=said):
        await driver.write_table({0: 12, 1: 13}, table)

    assert path.read_bytes() == before


async def test_a_locked_database_is_left_as_it_is(
    make: Callable[..., EkosDriver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ekos, "LOCK_WAIT_S", 0.01)
    driver, path = make(), tmp_path / "userdb.sqlite"
    table, before = await driver.read_table(), path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(DeviceUnavailableError, match="locked"):
            await driver.write_table({0: 12}, table)
        other.execute("rollback")

    assert path.read_bytes() == before


async def test_what_fails_in_the_middle_leaves_nothing_of_it(
    make: Callable[..., EkosDriver], tmp_path: Path
) -> None:
    driver, path = make(), tmp_path / "userdb.sqlite"
    change(
        path,
        "create trigger no before update on filter when new.id = 2"
        " begin select raise(abort, 'no room'); end",
    )
    table, before = await driver.read_table(), path.read_bytes()

    with pytest.raises(DeviceError, match="no room"):
        await driver.write_table({0: 12, 1: 13}, table)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("steps", "said"),
    [({0: 10_001}, "up to 10000 steps; slot 1: .10001"), ({2: 5}, "there is no slot 3")],
)
async def test_offsets_that_ekos_cannot_have_are_refused(
    make: Callable[..., EkosDriver], steps: dict[int, int], said: str
) -> None:
    table = await make().read_table()
    with pytest.raises(DeviceError, match=said):
        await make().write_table(steps, table)


@pytest.mark.parametrize(
    ("wheel", "said"),
    [
        (None, "these wheels: Old Wheel, ZWO EFW; say which with `wheel`"),
        ("Filter Simulator", "these wheels: Old Wheel, ZWO EFW; none is 'Filter Simulator'"),
    ],
)
async def test_which_wheel_is_asked(
    make: Callable[..., EkosDriver], wheel: str | None, said: str
) -> None:
    with pytest.raises(DeviceUnavailableError, match=said):
        await make(wheel=wheel).read_table()


async def test_a_database_that_is_not_there_or_none_is_said(
    make: Callable[..., EkosDriver], tmp_path: Path
) -> None:
    with pytest.raises(DeviceUnavailableError, match="has Ekos been started once"):
        await make(database=str(tmp_path / "none.sqlite")).read_table()
    (tmp_path / "text.sqlite").write_text("no database " * 100, encoding="ascii")
    with pytest.raises(DeviceError, match="not a database"):
        await make(database=str(tmp_path / "text.sqlite")).read_table()
