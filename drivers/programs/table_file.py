"""A file of filter offsets, CSV or JSON, for scripts and programs that read one.

Written whole or not at all: a reader finds the file of before or the new one. A first file is made
from the slots of the filter wheel that the options name; later ones keep what else is in it.
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, ValidationError

from rigd.devices.driver import ProgramTable, ServerAddress, TableDriver
from rigd.devices.events import Event, ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import PolledProgramOptions, printable_name
from .stored_table import StoredTable
from .whole_file import replace_file

MAX_BYTES = 1 << 16
MAX_ROWS = 100
COLUMNS = ("slot", "filter", "offset_steps")


class TableFileOptions(PolledProgramOptions):
    """The keys of a `[[servers]]` table with `driver = "table"`."""

    file: str = Field(
        min_length=1, description="The file: `.csv` or `.json`, with a row for each slot."
    )
    filters: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="The filters' names, slot 1 first: a file that is not there yet is made so.",
    )


class _Row(BaseModel):
    slot: int = Field(ge=1, le=MAX_ROWS)
    filter: str = Field(default="", max_length=200)
    offset_steps: int


class TableFileDriver(StoredTable):
    """One file."""

    Options: ClassVar[type[BaseModel]] = TableFileOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        super().__init__(address, emit)
        options = address.options
        if not isinstance(options, TableFileOptions):
            raise TypeError(options)
        self._path = Path(options.file).expanduser()
        self._filters = options.filters

    def _read(self) -> ProgramTable:
        rows = self._rows()
        return ProgramTable(
            program=f"the table {self._path}",
            offsets=tuple(
                ProgramOffset(
                    filter_position=row.slot - 1,
                    name=printable_name(row.filter),
                    steps=row.offset_steps,
                )
                for row in rows
            ),
        )

    def _write(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        if self._read() != before:
            msg = f"{before.program}: the table is another one than was read a moment ago"
            raise DeviceError(msg)
        rows = [
            row.model_copy(update={"offset_steps": steps.get(row.slot - 1, row.offset_steps)})
            for row in self._rows()
        ]
        text = _as_json(rows) if self._is_json() else _as_csv(rows)
        try:
            replace_file(self._path, text.encode())
        except OSError as error:
            raise DeviceUnavailableError(f"{self._path}: {error.strerror or error}") from None
        return self._read()

    def _rows(self) -> list[_Row]:
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            if not self._filters:
                msg = f"{self._path} is not there: name its `filters`, slot 1 first"
                raise DeviceUnavailableError(msg) from None
            return [
                _Row(slot=number, filter=name, offset_steps=0)
                for number, name in enumerate(self._filters, start=1)
            ]
        except OSError as error:
            raise DeviceUnavailableError(f"{self._path}: {error.strerror or error}") from None
        if len(content) > MAX_BYTES:
            raise DeviceError(f"{self._path}: more than {MAX_BYTES} bytes: no table of offsets")
        try:
            return self._parse(content.decode("utf-8-sig"))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            msg = f"{self._path}: {where}: {first['msg']} (it is {first['input']!r:.40})"
            raise DeviceError(msg) from None
        except (ValueError, TypeError, RecursionError) as error:
            raise DeviceError(f"{self._path}: not a table of offsets: {error}") from None

    def _parse(self, text: str) -> list[_Row]:
        found: object = (
            json.loads(text) if self._is_json() else list(csv.DictReader(StringIO(text)))
        )
        if not isinstance(found, list) or not 0 < len(found) <= MAX_ROWS:
            msg = f"a list of 1 to {MAX_ROWS} rows is needed, each with {', '.join(COLUMNS)}"
            raise ValueError(msg)
        rows = sorted((_Row.model_validate(one) for one in found), key=lambda row: row.slot)
        if len({row.slot for row in rows}) < len(rows):
            msg = "a slot has two rows"
            raise ValueError(msg)
        return rows

    def _is_json(self) -> bool:
        return self._path.suffix.casefold() == ".json"


def _as_json(rows: Sequence[_Row]) -> str:
    return json.dumps([row.model_dump() for row in rows], indent=2, ensure_ascii=False) + "\n"


def _as_csv(rows: Sequence[_Row]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.model_dump() for row in rows)
    return text.getvalue()


_conforms: type[TableDriver] = TableFileDriver
