"""What `./dev ekos` reads from KStars over D-Bus, and what it writes into its database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.ekos.kstars import plain
from bench.ekos.user_database import FilterRow, write
from tests.live.indiserver import FOCUSER, WHEEL

TABLES = """
create table profile (id integer primary key, name, host, port, autoconnect, guidertype, indihub,
  portselector);
create table driver (id integer primary key, label, role, profile);
create table opticaltrains (id integer primary key, profile, name, mount, dustcap, lightbox, scope,
  reducer, rotator, focuser, filterwheel, camera, guider);
create table profilesettings (id integer primary key, profile, settings);
create table filter (id integer primary key, Vendor, Model, Type, Color, Exposure, "Offset",
  UseAutoFocus, LockedFilter, AbsoluteFocusPosition);
"""
"""The columns of KStars 3.6.2 that are written."""


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        pytest.param("   variant       int32 5\n", "5", id="number"),
        pytest.param("   variant       Red\n", "Red", id="text in a variant"),
        pytest.param("   Complete\n", "Complete", id="text"),
        pytest.param("   variant       struct {\n         int32 2\n      }\n", "2", id="status"),
        pytest.param("   boolean true\n", "true", id="boolean"),
    ],
)
def test_a_reply_is_read_without_its_types(reply: str, value: str) -> None:
    assert plain(reply) == value


def test_the_train_has_the_real_wheel_and_focuser_and_the_filters_their_offsets(
    tmp_path: Path,
) -> None:
    path = tmp_path / "userdb.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)

    write(path, 7624, FOCUSER, [FilterRow("Red", 200), FilterRow("Green", 0, is_focused=True)])

    with closing(sqlite3.connect(path)) as database:
        (train,) = database.execute("select profile, filterwheel, focuser from opticaltrains")
        (profile,) = database.execute("select id, host, port from profile")
        filters = list(database.execute('select Vendor, Color, "Offset", UseAutoFocus from filter'))
    assert train == (profile[0], WHEEL, FOCUSER)
    assert profile[1:] == ("localhost", 7624)
    assert filters == [(WHEEL, "Red", 200, 0), (WHEEL, "Green", 0, 1)]
