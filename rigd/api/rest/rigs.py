"""What there is to know of a rig."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.openapi import Parameter
from rigd.api.rest.problem import NotThereError
from rigd.api.rest.route import RestApi, RestRoute, json_response
from rigd.api.web.night_file import night_html
from rigd.view.device_matches import DeviceMatches
from rigd.view.diary import DiaryHistory
from rigd.view.explanation import FocusExplanation
from rigd.view.night_changes import NightChanges
from rigd.view.night_plot import plot_night
from rigd.view.night_report import NightReport
from rigd.view.status import RigList, RigStatus
from rigd.view.train import RigTrain


async def rigs(api: RestApi, request: Request) -> Response:
    """Every rig in short."""
    rigs = tuple(rig.in_short for rig in api.observatory.rigs())
    return json_response(request, RigList(config=api.settings.config, rigs=rigs))


async def rig(api: RestApi, request: Request) -> Response:
    """One rig's summary."""
    return json_response(request, api.rig(request).status)


async def match(api: RestApi, request: Request) -> Response:
    """What its devices are in the catalog."""
    return json_response(request, api.rig(request).match)


async def train(api: RestApi, request: Request) -> Response:
    """Its imaging train."""
    return json_response(request, api.rig(request).train)


async def train_svg(api: RestApi, request: Request) -> Response:
    """A drawing of the best stack."""
    rig = api.rig(request)
    if rig.train_svg is None:
        msg = f"rig {rig.name} has no stack of spacers to draw"
        raise NotThereError(msg)
    drawn = rig.train_svg
    if request.query_params.get("full_size") == "true":
        drawn = await api.observatory.draw_train(rig.name)
    return Response(drawn, media_type="image/svg+xml")


async def explain(api: RestApi, request: Request) -> Response:
    """Why its focuser is where it is."""
    return json_response(request, api.rig(request).explain)


async def changes(api: RestApi, request: Request) -> Response:
    """What changed since last night."""
    return json_response(request, await api.observatory.changes(api.rig(request).name))


async def night(api: RestApi, request: Request) -> Response:
    """What a night was like."""
    rig = api.rig(request)
    return json_response(request, await api.observatory.night(rig.name, _day(request)))


async def night_plot(api: RestApi, request: Request) -> Response:
    """The focuser over a night, as a picture."""
    report = await api.observatory.night(api.rig(request).name, _day(request))
    svg = await asyncio.to_thread(plot_night, report)
    if svg is None:
        msg = f"rig {report.rig}: nothing is known of the focuser in the night {report.night}"
        raise NotThereError(msg)
    return Response(svg, media_type="image/svg+xml")


async def night_file(api: RestApi, request: Request) -> Response:
    """The report of a night as a file that needs nothing else."""
    report = await api.observatory.night(api.rig(request).name, _day(request))
    return Response(await asyncio.to_thread(night_html, report), media_type="text/html")


def _day(request: Request) -> str | None:
    day: str = request.path_params["night"]
    return None if day == "newest" else day


async def history(api: RestApi, request: Request) -> Response:
    """The newest lines of its diary."""
    rig = api.rig(request)
    return json_response(request, await api.observatory.history(rig.name))


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(path="/rigd/v1/rigs", summary="Every rig, by number", answer=rigs, reply=RigList),
    RestRoute(
        path="/rigd/v1/rigs/{rig}", summary="One rig as it is now", answer=rig, reply=RigStatus
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/match",
        summary="What the devices are in the catalog, with the evidence",
        answer=match,
        reply=DeviceMatches,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/train",
        summary="The imaging train and its back focus",
        answer=train,
        reply=RigTrain,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/train.svg",
        summary="A scale drawing of the best stack of spacers",
        answer=train_svg,
        media="image/svg+xml",
        query=(Parameter("full_size", "true: at 1:1, for a sheet of A4 or Letter."),),
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/explain",
        summary="Why the focuser is where it is, term by term",
        answer=explain,
        reply=FocusExplanation,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/changes",
        summary="What changed of devices and profile since last night began, oldest first",
        answer=changes,
        reply=NightChanges,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/nights/{night}",
        summary="The report of a night, noon to noon: the day on which it begins, or `newest`",
        answer=night,
        reply=NightReport,
        also=(HTTPStatus.BAD_REQUEST,),
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/nights/{night}/plot.svg",
        summary="The focuser over a night: position, temperature, filters and autofocus runs",
        answer=night_plot,
        media="image/svg+xml",
        also=(HTTPStatus.BAD_REQUEST,),
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/nights/{night}/report.html",
        summary="The report of a night as a file that can be kept and sent",
        answer=night_file,
        media="text/html",
        also=(HTTPStatus.BAD_REQUEST,),
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/history",
        summary="The newest lines of the diary, newest first",
        answer=history,
        reply=DiaryHistory,
    ),
)
