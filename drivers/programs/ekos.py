"""KStars/Ekos: its filters' offsets, in its user database `userdb.sqlite`.

Ekos keeps one row of table `filter` for each slot of a wheel, named by the wheel's INDI device in
`Vendor`, slot 1 first by `id`; `Offset` is in focuser steps, and Ekos adds new minus old at each
filter change that it makes itself (KStars 3.6.2 `kstars/ekos/auxiliary/filtermanager.cpp`;
`kstars/auxiliary/ksuserdb.cpp` makes the tables and counts their versions). KStars reads the table
when it starts and holds it in memory, so that nothing is written while it runs.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field

from rigd.devices.driver import ProgramTable, ServerAddress, TableDriver
from rigd.devices.events import Event, ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import PolledProgramOptions, printable_name
from .running import refuse_while_running
from .stored_table import StoredTable

DATABASE = "~/.local/share/kstars/userdb.sqlite"
KNOWN_SCHEMA = 315
"""The newest version of the tables whose columns are known."""
MOST_STEPS = 10_000
"""Ekos' own limit for an offset, either way (`filtermanager.cpp`)."""
MAX_ROWS = 100
NEEDED = {"id", "Vendor", "Color", "Offset"}
LOCK_WAIT_S = 1.0
PROGRAM_NAME = "kstars"


class EkosOptions(PolledProgramOptions):
    """The keys of a `[[servers]]` table with `driver = "ekos"`."""

    database: str = Field(default=DATABASE, description="KStars' user database on this computer.")
    wheel: str | None = Field(
        default=None,
        description="The filter wheel's INDI device in Ekos' optical train; needed where Ekos "
        "knows filters of several wheels.",
    )


class EkosDriver(StoredTable):
    """The table of one wheel in the user database of one KStars."""

    Options: ClassVar[type[BaseModel]] = EkosOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        super().__init__(address, emit)
        options = address.options
        if not isinstance(options, EkosOptions):
            raise TypeError(options)
        self._path = Path(options.database).expanduser()
        self._wheel = options.wheel

    def _read(self) -> ProgramTable:
        with self._opened("ro") as database:
            return self._table(database)

    def _write(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        for slot, offset in steps.items():
            if abs(offset) > MOST_STEPS:
                msg = f"Ekos takes offsets up to {MOST_STEPS} steps; slot {slot + 1}: {offset:+d}"
                raise DeviceError(msg)
        refuse_while_running(PROGRAM_NAME, "KStars")
        with self._opened("rw") as database:
            # Nobody else reads half of it or writes between; a KStars that starts now reads after.
            database.execute("begin exclusive")
            try:
                refuse_while_running(PROGRAM_NAME, "KStars")
                self._replace(database, steps, before)
                database.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    database.execute("rollback")
                raise
            return self._table(database)

    def _replace(
        self, database: sqlite3.Connection, steps: Mapping[int, int], before: ProgramTable
    ) -> None:
        table = self._table(database)
        if table != before:
            msg = f"{table.program}: the table is another one than was read a moment ago"
            raise DeviceError(msg)
        rows = self._rows(database)
        for slot, offset in steps.items():
            if not 0 <= slot < len(rows):
                msg = f"{table.program} has {len(rows)} filters: there is no slot {slot + 1}"
                raise DeviceError(msg)
            database.execute('update filter set "Offset" = ? where id = ?', [offset, rows[slot][0]])

    def _table(self, database: sqlite3.Connection) -> ProgramTable:
        rows = self._rows(database)
        return ProgramTable(
            program=f"Ekos ({printable_name(str(rows[0][1]))})",
            applies=True,
            offsets=tuple(
                ProgramOffset(
                    filter_position=slot,
                    name=printable_name(str(name)),
                    steps=_steps(offset, slot),
                )
                for slot, (_, _, name, offset) in enumerate(rows)
            ),
        )

    def _rows(self, database: sqlite3.Connection) -> list[tuple[int, str, str, object]]:
        """Id, wheel, name and offset of each filter of the wheel, slot 1 first."""
        _check_schema(database, self._path)
        found = database.execute(
            'select id, Vendor, Color, "Offset" from filter order by id limit ?', [MAX_ROWS + 1]
        ).fetchall()
        if len(found) > MAX_ROWS:
            raise DeviceError(f"{self._path}: more than {MAX_ROWS} filters")
        wheels = sorted({str(row[1]) for row in found})
        wheel = self._wheel
        if wheel is None and len(wheels) == 1:
            wheel = wheels[0]
        rows = [row for row in found if row[1] == wheel]
        if not rows:
            named = ", ".join(printable_name(one) for one in wheels) or "none"
            asked = "say which with `wheel`" if wheel is None else f"none is {wheel!r}"
            raise DeviceUnavailableError(
                f"{self._path}: Ekos knows filters of these wheels: {named}; {asked}"
            )
        return rows

    @contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        if not self._path.is_file():
            raise DeviceUnavailableError(f"{self._path} is not there: has Ekos been started once?")
        try:
            with closing(
                sqlite3.connect(
                    f"{self._path.resolve().as_uri()}?mode={mode}",
                    uri=True,
                    isolation_level=None,
                    timeout=LOCK_WAIT_S,
                )
            ) as database:
                database.execute("pragma trusted_schema = off")
                yield database
        except sqlite3.OperationalError as error:
            raise DeviceUnavailableError(f"{self._path}: {error}") from None
        except sqlite3.Error as error:
            raise DeviceError(f"{self._path}: {error}") from None


def _check_schema(database: sqlite3.Connection, path: Path) -> None:
    names = dict(database.execute("select name, type from sqlite_master").fetchall())
    columns = {row[1] for row in database.execute("pragma table_info(filter)")}
    if names.get("filter") != "table" or names.get("Version") != "table" or not columns >= NEEDED:
        raise DeviceError(f"{path}: not a user database of KStars that is known here")
    row = database.execute("select Version from Version").fetchone()
    said = "" if row is None else str(row[0])
    # A version with points is that of the program, before its first migration.
    if not said[:1].isdecimal() or (said.isdecimal() and int(said[:9]) > KNOWN_SCHEMA):
        raise DeviceError(
            f"{path}: its tables are of version {said[:20]!r}; {KNOWN_SCHEMA} is the newest known, "
            "so it is left alone"
        )


def _steps(offset: object, slot: int) -> int:
    if isinstance(offset, int | float) and offset == int(offset):
        return int(offset)
    raise DeviceError(f"the offset of slot {slot + 1} in Ekos is no whole number: {offset!r:.40}")


_conforms: type[TableDriver] = EkosDriver
