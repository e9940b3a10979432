"""The diary as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.rest.openapi import STREAM_MEDIA
from rigd.api.rest.route import RestApi, RestRoute
from rigd.view.to_json import to_json

KEEP_ALIVE_S = 15.0
"""A quiet event stream says so this often: proxies close what never speaks."""


async def _events(api: RestApi, request: Request) -> Response:
    """The diary as server-sent events, until the client or rigd ends it."""
    headers = {"cache-control": "no-store"}
    if request.method == "HEAD":
        return Response(media_type=STREAM_MEDIA, headers=headers)
    limit = api.settings.event_streams
    if api.streams >= limit:
        msg = f"{limit} clients follow the event stream already"
        raise NotUnderstoodError(msg, HTTPStatus.SERVICE_UNAVAILABLE)
    return StreamingResponse(_lines(api), media_type=STREAM_MEDIA, headers=headers)


async def _lines(api: RestApi) -> AsyncIterator[bytes]:
    api.streams += 1
    diary = aiter(api.observatory.diary())
    closing = asyncio.ensure_future(api.closing.wait())
    following = asyncio.ensure_future(anext(diary))
    try:
        yield b": rigd\n\n"
        while not api.closing.is_set():
            await asyncio.wait(
                {following, closing},
                timeout=KEEP_ALIVE_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not following.done():
                yield b": still here\n\n"
                continue
            try:
                line = following.result()
            except StopAsyncIteration:
                return
            yield b"data: " + json.dumps(to_json(line), allow_nan=False).encode() + b"\n\n"
            following = asyncio.ensure_future(anext(diary))
    finally:
        api.streams -= 1
        for task in (following, closing):
            task.cancel()
        await asyncio.gather(following, closing, return_exceptions=True)


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/events",
        summary="What happens, as server-sent events",
        answer=_events,
        media=STREAM_MEDIA,
    ),
)
