"""A file that is not what it should be is refused with one line that says why."""

import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.equipment.imports.reader import MAX_BYTES, MAX_XML_BYTES, read_bytes, read_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import profile_text
from rigd.errors import InvalidValueError
from tests.equipment.imports.files import database, fixture

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE Profile [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<Profile>&b;</Profile>"
)
OUTSIDE = b'<!DOCTYPE CONFIG SYSTEM "file:///etc/passwd"><CONFIG/>'
NINA = fixture("nina.profile")
CCDCIEL = fixture("ccdciel.conf")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b" \n", "the file is empty", id="empty"),
        pytest.param(b"\x00\x01\x02", "no file of a known kind", id="binary"),
        pytest.param(b"[filters]", "no file of a known kind", id="text"),
        pytest.param(b"<html/>", "its root is 'html'", id="other-xml"),
        pytest.param(NINA[:900], "malformed XML", id="cut-off"),
        pytest.param(b"<a>" * 100, "nested deeper than 64", id="deep"),
        pytest.param(b"<a>" + b"<b/>" * 200_001, "more than 200000 elements", id="many"),
        pytest.param(BOMB, "a document type or entities", id="entity-bomb"),
        pytest.param(OUTSIDE, "a document type or entities", id="outside-file"),
        pytest.param(b"<?xml version='1.0' encoding='none'?><a/>", "malformed XML", id="encoding"),
        pytest.param(b"<" * (MAX_XML_BYTES + 1), "the limit is 8388608", id="huge-xml"),
        pytest.param(
            NINA.replace(b"/07/NINA.Profile", b"/07/NINA.Profile.V9"),
            "a profile of an unknown version",
            id="nina-future",
        ),
        pytest.param(
            b"<Profile xmlns='http://schemas.datacontract.org/2004/07/NINA.Profile'/>",
            "has no FilterWheelSettings",
            id="nina-hollow",
        ),
        pytest.param(
            NINA.replace(b"<a:_position>1<", b"<a:_position>0<"), "two filters", id="nina-twice"
        ),
        pytest.param(
            CCDCIEL.replace(b'Version="0.9.88"', b'Version="1.2.0"'),
            "written by CCDciel 1.2",
            id="ccdciel-future",
        ),
        pytest.param(
            CCDCIEL.replace(b'Version="0.9.88"', b'Version="?"'),
            "is not a version",
            id="no-version",
        ),
        pytest.param(
            CCDCIEL.replace(b'Num="3"', b'Num="1000000"'), "/Filters/Num is '1000000'", id="slots"
        ),
        pytest.param(b"<INDIDriver/>", "nothing about a light path", id="indi-hollow"),
        pytest.param(database()[:3000], "damaged", id="cut-off-database"),
        pytest.param(
            database("UPDATE Version SET Version = '999'"), "schema 999 is newer", id="ekos-future"
        ),
        pytest.param(
            database("UPDATE Version SET Version = 'soon'"), "is not a version", id="ekos-version"
        ),
        pytest.param(database("DROP TABLE filter"), "has no table filter", id="other-database"),
        pytest.param(
            database("DROP TABLE filter", "CREATE VIEW filter AS SELECT 1 AS id"),
            "has no table filter",
            id="view-for-table",
        ),
        pytest.param(
            database("DROP TABLE filter", "CREATE VIRTUAL TABLE filter USING fts5(Color)"),
            "has no table filter",
            id="virtual-table",
        ),
        pytest.param(
            database("ALTER TABLE filter RENAME COLUMN Offset TO Shift"),
            "no column Offset",
            id="ekos-column",
        ),
        pytest.param(
            database("DELETE FROM filter", "DELETE FROM opticaltrains"),
            "no optical train and no filter wheel",
            id="ekos-hollow",
        ),
        pytest.param(
            database(
                "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                " INSERT INTO filter (id, Vendor, Color, Offset) SELECT i, 'W', 'F', 0 FROM n"
            ),
            "more than 2000 rows",
            id="ekos-rows",
        ),
        pytest.param(
            database(
                "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                " INSERT INTO filter (id, Vendor, Color, Offset) SELECT i, 'ZWO EFW', 'F', 0 FROM n"
            ),
            "filter slots, the limit is 64",
            id="ekos-slots",
        ),
    ],
)
def test_a_bad_file_is_refused_with_one_reason(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        read_bytes(content, "file")

    assert reason in str(refusal.value)
    assert str(refusal.value).startswith("file: ")
    assert "\n" not in str(refusal.value)


def test_a_database_with_a_write_ahead_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "userdb.sqlite"
    path.write_bytes(database())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")

    with pytest.raises(InvalidValueError, match="write-ahead log"):
        read_path(path)


def test_a_file_above_the_limit_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(InvalidValueError, match=f"the limit is {MAX_BYTES} bytes"):
        read_path(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="not a file"):
        read_path(tmp_path)
    with pytest.raises(InvalidValueError, match="No such file"):
        read_path(tmp_path / "absent")


def read_or_refuse(content: bytes) -> tuple[str, ...]:
    """The lines that a person would see."""
    try:
        result = read_bytes(content, "file")
    except InvalidValueError as refusal:
        return (str(refusal),)
    for train in result.trains:
        tables = tomllib.loads(profile_text(train.with_offsets()))
        assert EquipmentProfile.model_validate(tables) == train.with_offsets()
    return (*result.not_understood, *result.warnings)


SEEDS = [NINA, CCDCIEL, fixture("camera_config.xml"), fixture("wheel_config.xml"), database()]


@settings(max_examples=300, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    where=st.floats(0, 1),
    length=st.integers(0, 40),
    graft=st.binary(max_size=40)
    | st.sampled_from([b"-1", b"NaN", b"9" * 400, b"\xff", b"<a/>", b"&#10;"]),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    seed: bytes, where: float, length: int, graft: bytes
) -> None:
    start = int(where * len(seed))
    damaged = seed[:start] + graft + seed[start + length :]

    lines = read_or_refuse(damaged)

    assert not [line for line in lines if "\n" in line or "validation error" in line]
