"""A file of offsets: written whole or not at all."""

import json
import os
from pathlib import Path

import pytest
from rigd.drivers.programs import whole_file
from rigd.drivers.programs.table_file import TableFileDriver

from rigd.devices.driver import ServerAddress
from rigd.errors import DeviceError, DeviceUnavailableError


def driver(path: Path, *filters: str) -> TableFileDriver:
    options = TableFileDriver.Options.model_validate({"file": str(path), "filters": list(filters)})
    return TableFileDriver(ServerAddress(name="file", options=options), lambda _: None)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
async def test_a_first_file_is_made_of_the_named_filters_and_kept(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"offsets{suffix}"
    one = driver(path, "L", 'Ha "3 nm", new')
    table = await one.read_table()
    assert not path.exists()

    written = await one.write_table({0: 0, 1: -340}, table)

    assert [(row.name, row.steps) for row in written.offsets] == [
        ("L", 0),
        ('Ha "3 nm", new', -340),
    ]
    assert await driver(path).read_table() == written
    if suffix == ".json":
        assert json.loads(path.read_text(encoding="utf-8"))[1] == {
            "slot": 2,
            "filter": 'Ha "3 nm", new',
            "offset_steps": -340,
        }
    again = await driver(path).write_table({1: 5}, written)
    assert [row.steps for row in again.offsets] == [0, 5]
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208


async def test_a_file_that_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text("slot,filter,offset_steps\n1,L,0\n2,R,4\n", encoding="ascii")
    table = await driver(path).read_table()
    path.write_text("slot,filter,offset_steps\n1,L,0\n2,R,5\n", encoding="ascii")

    with pytest.raises(DeviceError, match="another one than was read"):
        await driver(path).write_table({1: 9}, table)

    assert path.read_text(encoding="ascii").endswith("2,R,5\n")


async def test_what_fails_in_the_middle_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text("slot,filter,offset_steps\n1,L,0\n", encoding="ascii")
    table, before = await driver(path).read_table(), path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", fail)
    with pytest.raises(DeviceUnavailableError, match="No space left"):
        await driver(path).write_table({0: 9}, table)

    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "slot,filter\n1,L\n", "offset_steps"),
        ("a.csv", "slot,filter,offset_steps\n1,L,many\n", "offset_steps.*'many'"),
        ("a.csv", "slot,filter,offset_steps\n1,L,0\n1,R,0\n", "a slot has two rows"),
        ("a.csv", "", "1 to 100 rows"),
        ("a.json", "{", "not a table of offsets"),
        ("a.json", '{"slot": 1}', "1 to 100 rows"),
        ("a.json", "[" * 5000, "not a table of offsets"),
        ("a.csv", "x" * 70_000, "more than 65536 bytes"),
    ],
)
async def test_what_is_no_table_is_said(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="ascii")
    with pytest.raises(DeviceError, match=said):
        await driver(tmp_path / name).read_table()


async def test_a_file_that_is_not_there_asks_for_its_filters(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailableError, match="name its `filters`"):
        await driver(tmp_path / "none.csv").read_table()
