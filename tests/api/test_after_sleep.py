"""After a while in which rigd did not run nothing moves for a client that has gone meanwhile."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from rigd.api.dispatch import Dispatch
from rigd.api.http.settings import ServerSettings
from tests.api.observatory import FakeObservatory


async def put(observatory: FakeObservatory, member: str, body: bytes, *, stays: bool) -> int | None:
    """PUT a member of the first rig's device as uvicorn hands it over; the status, if any."""
    statuses: list[int] = []
    messages = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        if stays:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/api/v1/{member}",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ],
        "client": ("127.0.0.1", 1),
    }
    dispatch = Dispatch(observatory, ServerSettings(), asyncio.Event())
    await dispatch(scope, receive, send)
    return statuses[0] if statuses else None


@pytest.mark.parametrize(("behind", "stays"), [(True, True), (False, True), (False, False)])
async def test_a_change_is_made_for_a_client_that_waits(*, behind: bool, stays: bool) -> None:
    observatory = FakeObservatory(behind=behind)
    await put(observatory, "filterwheel/0/connected", b"Connected=True&ClientID=1", stays=True)

    status = await put(observatory, "filterwheel/0/position", b"Position=1&ClientID=1", stays=stays)

    assert status == 200
    assert "filter" in {asked[0] for asked in observatory.asked}


async def test_none_is_made_for_one_that_has_gone_while_rigd_did_not_run() -> None:
    observatory = FakeObservatory(behind=True)
    await put(observatory, "filterwheel/0/connected", b"Connected=True&ClientID=1", stays=True)

    status = await put(observatory, "filterwheel/0/position", b"Position=1&ClientID=1", stays=False)

    assert status is None
    assert "filter" not in {asked[0] for asked in observatory.asked}


async def test_a_halt_waits_for_nothing() -> None:
    observatory = FakeObservatory(behind=True)
    await put(observatory, "focuser/0/connected", b"Connected=True&ClientID=1", stays=True)

    status = await put(observatory, "focuser/0/halt", b"ClientID=1", stays=False)

    assert status == 200
