"""CCDciel: its filters' focus offsets, in its configuration `ccdciel.conf`.

Free Pascal's XMLConf keeps `/Filters/Num`, `Filter<n>` and `Offset<n>` as attributes of one tag,
slot 1 first, in focuser steps. CCDciel adds new minus old at each filter change that it sees, and
takes the old one from the time of the change before (pchev/ccdciel ada560d, `src/pu_main.pas`:
`SetOptions`, `FilterChange`, `SaveConfig`): a table that changed under a filter in the light would
make the next change wrong. It has a command for one offset (`SET_FILTEROFFSET`) and none that reads
them. So the file is written, while CCDciel does not run, and all of it can be read back.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import unescape

from pydantic import BaseModel, Field

from rigd.devices.driver import ProgramTable, ServerAddress, TableDriver
from rigd.devices.events import Event, ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import PolledProgramOptions, printable_name
from .running import refuse_while_running
from .stored_table import StoredTable
from .whole_file import replace_file

CONFIGURATION = "~/.config/ccdciel/ccdciel.conf"
KNOWN_VERSION = (0, 9)
"""The newest version whose file is known."""
MOST_SLOTS = 100
MAX_BYTES = 1 << 22
PROCESS = "ccdciel"
_ROOT = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<CONFIG[\s>]")
_VERSION = re.compile(rb'<Configuration\b[^<>]*\bVersion="(\d{1,6})\.(\d{1,6})')
_FILTERS = re.compile(rb"<Filters\b[^<>]*>")
_ATTRIBUTE = re.compile(rb'\b([A-Za-z]+\d*)="([^"]*)"')
_WHOLE = re.compile(r"[+-]?\d{1,7}(?:\.0+)?")


class CcdcielOptions(PolledProgramOptions):
    """The keys of a `[[servers]]` table with `driver = "ccdciel"`."""

    configuration: str = Field(
        default=CONFIGURATION,
        description="CCDciel's configuration on this computer; that of another profile of it has "
        "the profile's name in its own.",
    )


class CcdcielDriver(StoredTable):
    """The filters in one configuration of CCDciel."""

    Options: ClassVar[type[BaseModel]] = CcdcielOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        super().__init__(address, emit)
        options = address.options
        if not isinstance(options, CcdcielOptions):
            raise TypeError(options)
        self._path = Path(options.configuration).expanduser()

    def _read(self) -> ProgramTable:
        return self._table(self._content())

    def _write(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        refuse_while_running(PROCESS, "CCDciel")
        content = self._content()
        table = self._table(content)
        if table != before:
            msg = f"{table.program}: the table is another one than was read a moment ago"
            raise DeviceError(msg)
        known = {row.filter_position for row in table.offsets}
        if missing := sorted(steps.keys() - known):
            msg = f"{table.program} has no filter in slot {missing[0] + 1}"
            raise DeviceError(msg)
        tag = self._tag(content)
        begin, end = tag.span()
        written = content[:begin] + _with_offsets(tag[0], steps) + content[end:]
        # A CCDciel that was started meanwhile has read the old table, and would write it back.
        refuse_while_running(PROCESS, "CCDciel")
        try:
            replace_file(self._path, written)
        except OSError as error:
            raise DeviceUnavailableError(f"{self._path}: {error.strerror or error}") from None
        return self._read()

    def _content(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            msg = f"{self._path} is not there: has CCDciel been started once?"
            raise DeviceUnavailableError(msg) from None
        except OSError as error:
            raise DeviceUnavailableError(f"{self._path}: {error.strerror or error}") from None
        version = _VERSION.search(content)
        if len(content) > MAX_BYTES or _ROOT.match(content) is None or version is None:
            raise DeviceError(f"{self._path}: not a configuration of CCDciel that is known here")
        found = (int(version[1]), int(version[2]))
        if found > KNOWN_VERSION:
            newest = ".".join(map(str, KNOWN_VERSION))
            said = ".".join(map(str, found))
            raise DeviceError(
                f"{self._path}: CCDciel {said} wrote it; {newest} is the newest known, so it is "
                "left alone"
            )
        if not content.rstrip().endswith(b"</CONFIG>"):
            raise DeviceError(f"{self._path}: it ends in the middle")
        return content

    def _tag(self, content: bytes) -> re.Match[bytes]:
        tags = list(_FILTERS.finditer(content))
        if len(tags) != 1:
            raise DeviceError(f"{self._path}: has {len(tags)} tables of filters instead of one")
        return tags[0]

    def _table(self, content: bytes) -> ProgramTable:
        values = {
            name.decode("ascii"): _text(value)
            for name, value in _ATTRIBUTE.findall(self._tag(content)[0])
        }
        count = values.get("Num", "0")
        if not count.isdecimal() or not 0 < int(count[:4]) <= MOST_SLOTS:
            raise DeviceUnavailableError(f"{self._path}: CCDciel knows no filters yet")
        return ProgramTable(
            program=f"CCDciel ({self._path.stem})",
            applies=True,
            offsets=tuple(
                ProgramOffset(
                    filter_position=number - 1,
                    name=printable_name(values.get(f"Filter{number}", "")),
                    steps=self._steps(values.get(f"Offset{number}", "0"), number),
                )
                for number in range(1, int(count) + 1)
            ),
        )

    def _steps(self, text: str, number: int) -> int:
        if _WHOLE.fullmatch(text) is None:
            msg = f"{self._path}: the offset of slot {number} is no whole number: {text!r:.40}"
            raise DeviceError(msg)
        return int(float(text))


def _text(value: bytes) -> str:
    return unescape(value.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})


def _with_offsets(tag: bytes, steps: Mapping[int, int]) -> bytes:
    """The tag with other offsets, and everything else in it byte for byte."""
    for slot, offset in steps.items():
        name = b"Offset%d" % (slot + 1)
        said = b'%s="%d"' % (name, offset)
        tag, changed = re.subn(rb'\b%s="[^"]*"' % name, said, tag, count=1)
        if not changed:  # XMLConf leaves out what has its default
            close = b"/>" if tag.endswith(b"/>") else b">"
            tag = tag.removesuffix(close).rstrip() + b" " + said + close
    return tag


_conforms: type[TableDriver] = CcdcielDriver
