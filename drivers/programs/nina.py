"""N.I.N.A. through its plugin Advanced API (ninaAPI): its own filter offsets, read and written.

Read by one GET, `/v2/api/profile/show?active=true`: christian-photo/ninaAPI b67cca6,
`WebService/V2/Application/Profile.cs` and `api_spec.yaml` (`ProfileInfo`). N.I.N.A. adds new minus
old `FocusOffset` to the focuser's position if `UseFilterWheelOffsets` is on, and looks both up by
the slot's `Position` when it changes the filter: isbeorn/nina 8e53588,
`FilterWheelVM.cs:ChangeFilter`. So a table may be written whichever filter is in the light.

Written by one GET a filter, `/v2/api/profile/change-value` with the path of a property of the
profile in force, in which a number is the place in a list (`Profile.cs:ProfileChangeValue`,
1283ed8); N.I.N.A. stores its profile after each change.
"""

import re
from asyncio import LimitOverrunError, StreamReader, open_connection, timeout
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException, parse_headers
from io import BytesIO
from typing import Annotated, ClassVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from rigd.devices.driver import ProgramDriver, ProgramTable, ServerAddress, TableDriver
from rigd.devices.events import Event, ProgramOffset
from rigd.errors import DeviceError, DeviceUnavailableError

from .polling import (
    NoUsableAnswerError,
    OffsetsAnswer,
    PolledProgram,
    PolledProgramOptions,
    printable_name,
)

PORT = 1888
"""The plugin's first choice; a second N.I.N.A. on the same computer takes the next free one."""
PATH = "/v2/api/profile/show?active=true"
CHANGE = "/v2/api/profile/change-value?settingpath={path}&newValue={value}"
FOCUS_OFFSET = "FilterWheelSettings-FilterWheelFilters-{index}-FocusOffset"
MAX_REPLY_BYTES = 4 << 20
"""A whole profile, with its horizon, has some tens of thousands."""
MAX_HEAD_BYTES = 1 << 16
OK = 200
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_INT32 = 1 << 31


class NinaOptions(PolledProgramOptions):
    """The keys of a `[[servers]]` table with `driver = "nina"`."""

    host: str = Field(default="localhost", description="Computer that N.I.N.A. runs on.")
    port: int = Field(default=PORT, ge=1, le=65535, description="TCP port of the plugin.")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class _Filter(_Table):
    """`FilterInfo`; the plugin wrote its members as in the profile's file before 2.1."""

    name: str = Field(default="", max_length=200, validation_alias=AliasChoices("Name", "_name"))
    steps: int = Field(
        ge=-_INT32, lt=_INT32, validation_alias=AliasChoices("FocusOffset", "_focusOffset")
    )
    position: int = Field(ge=0, validation_alias=AliasChoices("Position", "_position"))


class _Wheel(_Table):
    filters: Annotated[list[_Filter], Field(max_length=100)] = Field(alias="FilterWheelFilters")


class _Focuser(_Table):
    applies: bool = Field(alias="UseFilterWheelOffsets")


class _Profile(_Table):
    name: str = Field(default="", max_length=200, alias="Name")
    wheel: _Wheel = Field(alias="FilterWheelSettings")
    focuser: _Focuser = Field(alias="FocuserSettings")


class _Envelope(_Table):
    """Around every answer of the plugin; the HTTP status is 200 even for its errors."""

    success: bool = Field(alias="Success")
    error: str = Field(default="", alias="Error")


class _Answer(_Table):
    profile: _Profile = Field(alias="Response")


class NinaDriver(PolledProgram):
    """One N.I.N.A."""

    Options: ClassVar[type[BaseModel]] = NinaOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        super().__init__(address, emit)
        options = address.options
        if not isinstance(options, NinaOptions):
            raise TypeError(options)
        self._host, self._port = options.host, options.port

    async def ask(self) -> OffsetsAnswer:
        """Read the profile in force."""
        body, address = await self._get(PATH)
        return _answer_of(_profile_of(body), address)

    async def read_table(self) -> ProgramTable:
        """The filters of the profile in force."""
        return _table_of(await self._read_profile())

    async def write_table(self, steps: Mapping[int, int], before: ProgramTable) -> ProgramTable:
        """Write the offsets one after the other; where one fails, those before it are put back."""
        profile = await self._read_profile()
        if _table_of(profile) != before:
            msg = f"{before.program}: the table is another one than was read a moment ago"
            raise DeviceError(msg)
        places = {one.position: place for place, one in enumerate(profile.wheel.filters)}
        were = {one.position: one.steps for one in profile.wheel.filters}
        if missing := sorted(steps.keys() - places.keys()):
            msg = f"{before.program} has no filter in slot {missing[0] + 1}"
            raise DeviceError(msg)
        written: list[int] = []
        try:
            for slot, offset in steps.items():
                written.append(slot)
                await self._change(places[slot], offset)
        except (DeviceError, DeviceUnavailableError) as failed:
            left = [slot for slot in written if not await self._put_back(places[slot], were[slot])]
            if left:
                slots = ", ".join(str(slot + 1) for slot in left)
                msg = f"{failed}; the offsets of these slots could not be put back: {slots}"
                raise DeviceError(msg) from None
            raise
        return _table_of(await self._read_profile())

    async def _read_profile(self) -> _Profile:
        body = await self._get_whole(PATH)
        try:
            return _profile_of(body)
        except NoUsableAnswerError as wrong:
            raise DeviceError(str(wrong)) from None

    async def _change(self, place: int, offset: int) -> None:
        path = FOCUS_OFFSET.format(index=place)
        body = await self._get_whole(CHANGE.format(path=path, value=offset))
        try:
            envelope = _Envelope.model_validate_json(body)
        except ValidationError:
            raise DeviceError("not an answer of N.I.N.A.'s Advanced API") from None
        if not envelope.success:
            raise DeviceError(f"N.I.N.A. answers: {envelope.error[:100]}")

    async def _put_back(self, place: int, offset: int) -> bool:
        try:
            await self._change(place, offset)
        except (DeviceError, DeviceUnavailableError):
            return False
        return True

    async def _get_whole(self, path: str) -> bytes:
        """The body of an answer, within the time for one.

        Raises:
            DeviceUnavailableError: there is none.
            DeviceError: what answers is no N.I.N.A.
        """
        limit_s = self._every.answer_s
        try:
            async with timeout(limit_s):
                body, _ = await self._get(path)
        except NoUsableAnswerError as wrong:
            raise DeviceError(str(wrong)) from None
        except TimeoutError:
            msg = f"N.I.N.A.: no whole answer within {limit_s:g} s"
            raise DeviceUnavailableError(msg) from None
        except (OSError, EOFError) as lost:
            msg = f"N.I.N.A. does not answer at {self._host}:{self._port} ({lost!r})"
            raise DeviceUnavailableError(msg) from None
        return body

    async def _get(self, path: str) -> tuple[bytes, str]:
        """The body of an answer, and the address that it came from."""
        reader, writer = await open_connection(self._host, self._port, limit=MAX_HEAD_BYTES)
        try:
            peer = writer.get_extra_info("peername")
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
                "Accept: application/json\r\nAccept-Encoding: identity\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            body = await _body(reader)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return body, str(peer[0])


def parse_answer(body: bytes, address: str) -> OffsetsAnswer:
    """What an answer of the plugin says.

    Raises:
        NoUsableAnswerError: it is none, or it says that there is an error.
    """
    return _answer_of(_profile_of(body), address)


def _profile_of(body: bytes) -> _Profile:
    """The profile in an answer of the plugin.

    Raises:
        NoUsableAnswerError: it is none, or it says that there is an error.
    """
    try:
        envelope = _Envelope.model_validate_json(body)
        if not envelope.success:
            raise NoUsableAnswerError(f"N.I.N.A. answers: {envelope.error[:100]}")
        return _Answer.model_validate_json(body).profile
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"not an answer of N.I.N.A.'s Advanced API: {where or 'body'}: {first['msg'][:100]}"
        raise NoUsableAnswerError(msg) from None


def _table_of(profile: _Profile) -> ProgramTable:
    name = printable_name(profile.name)
    return ProgramTable(
        program=f"N.I.N.A. (profile {name})" if name else "N.I.N.A.",
        applies=profile.focuser.applies,
        offsets=tuple(
            ProgramOffset(
                filter_position=one.position, name=printable_name(one.name), steps=one.steps
            )
            for one in sorted(profile.wheel.filters, key=lambda one: one.position)
        ),
    )


def _answer_of(profile: _Profile, address: str) -> OffsetsAnswer:
    table = _table_of(profile)
    return OffsetsAnswer(
        program=table.program, address=address, applies=table.applies, offsets=table.offsets
    )


async def _body(reader: StreamReader) -> bytes:
    """The body of an HTTP answer, of its stated length or up to the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        status, _, fields = head.partition(b"\r\n")
        line = _STATUS.match(status)
        length = parse_headers(BytesIO(fields)).get("Content-Length")
        stated = None if length is None else int(length)
    except (LimitOverrunError, HTTPException, ValueError):
        line = None
    if line is None:
        msg = "what answers is not HTTP: is this the port of N.I.N.A.'s Advanced API?"
        raise NoUsableAnswerError(msg)
    code = int(line[1])
    if code != OK:
        msg = f"HTTP {code} for {PATH}: is this the port of N.I.N.A.'s Advanced API (2.1 or newer)?"
        raise NoUsableAnswerError(msg)
    if stated is not None and 0 <= stated <= MAX_REPLY_BYTES:
        return await reader.readexactly(stated)
    body = b""
    while stated is None and len(body) <= MAX_REPLY_BYTES and (more := await reader.read(1 << 16)):
        body += more
    if stated is not None or len(body) > MAX_REPLY_BYTES:
        msg = f"an answer of more than {MAX_REPLY_BYTES} bytes: not N.I.N.A.'s Advanced API"
        raise NoUsableAnswerError(msg)
    return body


_conforms: type[ProgramDriver] = NinaDriver
_writes: type[TableDriver] = NinaDriver
