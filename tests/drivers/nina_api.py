"""A scripted N.I.N.A. with its plugin Advanced API: real HTTP over loopback.

Written after christian-photo/ninaAPI b67cca6 (`WebService/V2/Application/Profile.cs`,
`Utility/CoreUtility.cs:WriteToResponse`, `api_spec.yaml:ProfileInfo`): every answer is 200 with a
stated length and an envelope, its errors too. The values are made up.
"""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.limits import LIMIT_S
from tests.ports import free_port
from tests.streams import serving

CHANGE = "/v2/api/profile/change-value?"
PATH = "/v2/api/profile/show?active=true"


@dataclass(slots=True)
class NinaApi:
    """Answers with its profile, or as a test breaks it; notes what it was asked."""

    use_offsets: bool = False
    offsets: dict[str, int] = field(default_factory=lambda: {"L": 0, "R": 12, "Ha": 120})
    profile: str = "Refractor"
    as_in_file: bool = False
    """Filters as the plugin wrote them before 2.1: with the members of the profile's file."""
    raw: bytes | None = None
    """Sent instead of everything."""
    body: bytes | None = None
    """Sent as the body, in place of the profile."""
    silent: bool = False
    """Takes the question and sends nothing."""
    drips: bool = False
    """Sends the body a byte at a time, for ever too slowly."""
    fails_at: int | None = None
    """Which change, counted from 1, is answered with the plugin's own error; and all after it,
    if it is negative."""
    in_order: tuple[int, ...] | None = None
    """The places in N.I.N.A.'s list by slot; None: in the order of the slots."""
    changes: list[str] = field(default_factory=list)
    no_length: bool = False
    """States no length, and hangs up at the end."""
    port: int = field(default_factory=free_port)
    asked: list[str] = field(default_factory=list)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "NinaApi":
        await self._open.enter_async_context(serving(self._serve, self.port))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def asked_again(self, times: int = 1) -> None:
        """Wait until so many more questions have come."""
        wanted = len(self.asked) + times
        async with asyncio.timeout(LIMIT_S):
            while len(self.asked) < wanted:
                self._news.clear()
                await self._news.wait()

    @property
    def listed(self) -> tuple[int, ...]:
        """The slots in the order of N.I.N.A.'s list."""
        return self.in_order or tuple(range(len(self.offsets)))

    def change(self, path: str) -> bytes:
        """`ProfileChangeValue`: the list's place is in the path, and is no slot."""
        query = parse_qs(urlsplit(path).query)
        self.changes.append(path)
        number, error = len(self.changes), ""
        if self.fails_at is not None and number == self.fails_at:
            error = "Unknown error"
        if self.fails_at is not None and self.fails_at < 0 and number >= -self.fails_at:
            error = "Unknown error"
        if not error:
            *start, place, last = query["settingpath"][0].split("-")
            assert (start, last) == (["FilterWheelSettings", "FilterWheelFilters"], "FocusOffset")
            name = tuple(self.offsets)[self.listed[int(place)]]
            self.offsets[name] = int(query["newValue"][0])
        said = {"Response": "Updated setting", "Error": error, "Success": not error}
        return json.dumps({**said, "StatusCode": 500 if error else 200, "Type": "API"}).encode()

    def answer(self) -> bytes:
        """The whole of the plugin's answer."""
        keys = ("_name", "_focusOffset", "_position")
        name, steps, position = keys if self.as_in_file else ("Name", "FocusOffset", "Position")
        filters: list[dict[str, Any]] = [
            {
                name: filter_name,
                steps: offset,
                position: n,
                "AutoFocusExposureTime": -1,
                "AutoFocusFilter": n == 0,
                "FlatWizardFilterSettings": {"HistogramMeanTarget": 0.5, "Gain": -1},
                "AutoFocusBinning": {"Name": "1x1", "X": 1, "Y": 1},
            }
            for n, (filter_name, offset) in enumerate(self.offsets.items())
        ]
        filters = [filters[slot] for slot in self.listed]
        profile = {
            "Name": self.profile,
            "Description": "",
            "Id": "0b4a3f52-6d0b-4a3e-9a55-0c4c1d7f2f10",
            "LastUsed": "2026-03-14T21:03:11.2+01:00",
            "AstrometrySettings": {"Latitude": 45.1, "Longitude": 7.6, "Horizon": None},
            "FilterWheelSettings": {
                "FilterWheelFilters": filters,
                "Id": "a-wheel",
                "LastDeviceName": "A wheel",
                "DisableGuidingOnFilterChange": False,
                "Unidirectional": False,
            },
            "FocuserSettings": {
                "AutoFocusExposureTime": 4,
                "Id": "a-focuser",
                "LastDeviceName": "A focuser",
                "UseFilterWheelOffsets": self.use_offsets,
                "BacklashIn": 0,
                "RSquaredThreshold": "NaN",
            },
        }
        return json.dumps(
            {"Response": profile, "Error": "", "StatusCode": 200, "Success": True, "Type": "API"}
        ).encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        verb, path, _ = head.split(maxsplit=2)
        self.asked.append(f"{verb} {path}")
        self._news.set()
        if self.silent:
            await asyncio.Event().wait()
        if self.raw is not None:
            writer.write(self.raw)
            await writer.drain()
            return
        changes = path.startswith(CHANGE)
        body = self.answer() if self.body is None else self.body
        body = self.change(path) if changes else body
        status = "200 OK" if changes or path == PATH else "404 Not Found"
        length = "" if self.no_length else f"Content-Length: {len(body)}\r\n"
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{length}\r\n".encode()
        )
        if self.drips:
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.write(body)
        await writer.drain()
