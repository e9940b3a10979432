"""The tables of other programs: how they stand, and that rigd writes them or gives them back."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, client_of, json_response
from rigd.errors import InvalidValueError
from rigd.view.publishing import PublishedTable, Publishing, PublishReport, Wish


class PublishBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/tables/{server}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    wish: Wish = Field(
        default=Wish.OFFSETS, strict=False, description="What is to be in it: offsets or zeros."
    )
    overwrite: bool = Field(
        default=False, description="Also what somebody has changed since rigd wrote it."
    )


async def tables(api: RestApi, request: Request) -> Response:
    """How the tables of a rig's programs stand; they are read now, and nothing is written."""
    rig = api.rig(request).name
    none = PublishReport(rig=rig, tables=())
    return json_response(request, await api.publishing.report(rig) if api.publishing else none)


async def publish(api: RestApi, request: Request) -> Response:
    """Write a program's table now, and keep it so."""
    rig = api.rig(request).name
    example = '{} or {"wish": "zeros", "overwrite": true}'
    body = await api.read_request(request, PublishBody, example)
    written = await _publishing(api).publish(
        rig,
        request.path_params["server"],
        body.wish,
        client_of(request),
        overwrite=body.overwrite,
    )
    return json_response(request, written)


async def undo(api: RestApi, request: Request) -> Response:
    """Give a program its own table back."""
    await api.expect_no_fields(request)
    rig, server = api.rig(request).name, request.path_params["server"]
    return json_response(request, await _publishing(api).undo(rig, server, client_of(request)))


def _publishing(api: RestApi) -> Publishing:
    if api.publishing is None:
        msg = "this rigd writes no tables"
        raise InvalidValueError(msg)
    return api.publishing


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/rigs/{rig}/tables",
        summary="How the filter offsets in the tables of the rig's programs stand",
        answer=tables,
        reply=PublishReport,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/tables/{server}",
        method="POST",
        summary="Write a program's table now, and keep it so from now on",
        answer=publish,
        body=PublishBody,
        reply=PublishedTable,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/tables/{server}/undo",
        method="POST",
        summary="Give a program the table back that it had before rigd wrote it",
        answer=undo,
        reply=PublishedTable,
    ),
)
