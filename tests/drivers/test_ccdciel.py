"""CCDciel's filters in its configuration: read, and written while it does not run."""

from pathlib import Path

import pytest
from rigd.drivers.programs import ccdciel, running
from rigd.drivers.programs.ccdciel import CcdcielDriver, CcdcielOptions

from rigd.devices.driver import ServerAddress
from rigd.errors import DeviceError, DeviceUnavailableError

CONFIGURATION = """<?xml version="1.0" encoding="utf-8"?>
<CONFIG FilterWheelInterface="0" CameraInterface="0">
  <Configuration Version="0.9.92"/>
  <Info TelescopeName="Ein Fernrohr für M&amp;M" ObserverName="nobody"/>
  <Filters Num="3" Filter1="L &amp; IR" Offset1="0" ExpFact1="1" Filter2="Red" ExpFact2="1" \
Filter3="Ha" Offset3="18" ExpFact3="4" Offset31="7"/>
  <FiltersOld Num="9"/>
  <Preview Exposure="1"/>
</CONFIG>
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration on a computer on which CCDciel does not run."""
    (tmp_path / "proc").mkdir()
    monkeypatch.setattr(running, "PROCESSES", tmp_path / "proc")
    file = tmp_path / "ccdciel.conf"
    file.write_text(CONFIGURATION, encoding="utf-8")
    file.chmod(0o640)
    return file


def driver(path: Path) -> CcdcielDriver:
    options = CcdcielOptions(configuration=str(path))
    return CcdcielDriver(ServerAddress(name="ccdciel", options=options), lambda _: None)


def start_ccdciel(path: Path) -> None:
    process = path.parent / "proc" / "4711"
    process.mkdir()
    (process / "comm").write_text("ccdciel\n")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def say(path: Path, text: str | None) -> None:
    """The file says this from now on; None: it is not there."""
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")


async def test_its_filters_are_read_and_what_is_left_out_is_0(path: Path) -> None:
    table = await driver(path).read_table()

    assert (table.program, table.applies) == ("CCDciel (ccdciel)", True)
    assert [(row.filter_position, row.name, row.steps) for row in table.offsets] == [
        (0, "L & IR", 0),
        (1, "Red", 0),
        (2, "Ha", 18),
    ]


async def test_offsets_are_written_and_all_else_stays_byte_for_byte(path: Path) -> None:
    one = driver(path)

    after = await one.write_table({1: -40, 2: 75}, await one.read_table())

    assert [row.steps for row in after.offsets] == [0, -40, 75]
    expected = CONFIGURATION.replace('Offset3="18"', 'Offset3="75"')
    expected = expected.replace('Offset31="7"/>', 'Offset31="7" Offset2="-40"/>')
    assert text_of(path) == expected
    assert mode_of(path) == 0o640


async def test_given_back_it_is_the_table_of_before(path: Path) -> None:
    one = driver(path)
    before = await one.read_table()
    after = await one.write_table({2: 75}, before)

    assert await one.write_table({2: 18}, after) == before
    assert text_of(path) == CONFIGURATION


async def test_beside_a_running_ccdciel_nothing_is_written(path: Path) -> None:
    one = driver(path)
    before = await one.read_table()
    start_ccdciel(path)

    with pytest.raises(DeviceUnavailableError, match=r"CCDciel is running \(process 4711\)"):
        await one.write_table({2: 75}, before)

    assert text_of(path) == CONFIGURATION


async def test_a_table_that_somebody_has_changed_is_not_written_over(path: Path) -> None:
    one = driver(path)
    before = await one.read_table()
    say(path, CONFIGURATION.replace('Offset3="18"', 'Offset3="19"'))

    with pytest.raises(DeviceError, match="another one than was read a moment ago"):
        await one.write_table({2: 75}, before)


async def test_a_crash_in_the_middle_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = driver(path)
    before = await one.read_table()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ccdciel, "replace_file", full)
    with pytest.raises(DeviceUnavailableError, match="No space left on device"):
        await one.write_table({2: 75}, before)

    assert text_of(path) == CONFIGURATION


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('Version="0.9.92"', 'Version="0.10.1"', r"CCDciel 0.10 wrote it; 0.9 is the newest known"),
        ('Version="0.9.92"', "", "not a configuration of CCDciel"),
        ("<CONFIG ", "<config ", "not a configuration of CCDciel"),
        ('  <Preview Exposure="1"/>\n</CONFIG>\n', "", "it ends in the middle"),
        ("<FiltersOld ", "<Filters ", "has 2 tables of filters"),
        ('Offset3="18"', 'Offset3="much"', "the offset of slot 3 is no whole number: 'much'"),
        ('Offset3="18"', 'Offset3="18.5"', "the offset of slot 3 is no whole number"),
    ],
)
async def test_what_is_not_known_is_left_alone(path: Path, old: str, new: str, said: str) -> None:
    say(path, CONFIGURATION.replace(old, new))

    with pytest.raises(DeviceError, match=said):
        await driver(path).read_table()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is not there: has CCDciel been started once?"),
        (CONFIGURATION.replace('Num="3"', 'Num="0"'), "knows no filters yet"),
    ],
)
async def test_what_there_is_not_yet_says_what_would_help(
    path: Path, text: str | None, said: str
) -> None:
    say(path, text)

    with pytest.raises(DeviceUnavailableError, match=said):
        await driver(path).read_table()


async def test_a_slot_that_ccdciel_does_not_have_is_named(path: Path) -> None:
    one = driver(path)

    with pytest.raises(DeviceError, match="no filter in slot 6"):
        await one.write_table({5: 75}, await one.read_table())
