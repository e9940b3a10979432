"""Offsets, and the autofocus runs that they are learnt from."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.frames_body import FramesBody, read_frames
from rigd.api.rest.problem import NotThereError
from rigd.api.rest.route import RestApi, RestRoute, client_of, json_response
from rigd.api.rest.runs_body import (
    RUNS_LIMIT_BYTES,
    RestatedBody,
    RunKeyBody,
    RunsBody,
    read_key,
    read_restated,
    read_runs,
)
from rigd.learning.agenda import Agenda
from rigd.view.fit_report import FilterFitReport, FitReport
from rigd.view.learning import CorrectedRun, FrameAudit, RunImport, RunList
from rigd.view.offsets import OffsetTable
from rigd.view.watching import WatchReport


async def offsets(api: RestApi, request: Request) -> Response:
    """Its filters' focus offsets."""
    return json_response(request, api.rig(request).offsets)


async def why(api: RestApi, request: Request) -> Response:
    """What an offset was learnt from."""
    name = request.query_params.get("filter")
    return json_response(
        request, api.observatory.learning_requests.why(api.rig(request).name, name)
    )


async def plan(api: RestApi, request: Request) -> Response:
    """What to focus next."""
    return json_response(request, api.observatory.learning_requests.agenda(api.rig(request).name))


async def audit(api: RestApi, request: Request) -> Response:
    """Light frames beside the runs before them."""
    rig = api.rig(request)
    body = await api.body(request, RUNS_LIMIT_BYTES)
    frames = await asyncio.to_thread(read_frames, body)
    return json_response(
        request,
        await api.observatory.learning_requests.request_audit(rig.name, frames, client_of(request)),
    )


async def why_svg(api: RestApi, request: Request) -> Response:
    """The runs behind the offsets, as a picture."""
    rig, name = api.rig(request), request.query_params.get("filter")
    picture = api.observatory.learning_requests.why_svg(rig.name, name)
    if picture is None:
        msg = f"rig {rig.name} has no fit of runs to draw"
        raise NotThereError(msg)
    return Response(picture, media_type="image/svg+xml")


async def offset_plot(api: RestApi, request: Request) -> Response:
    """Every offset with its error and the runs behind it, as a picture."""
    rig = api.rig(request)
    picture = await asyncio.to_thread(api.observatory.learning_requests.offset_plot, rig.name)
    if picture is None:
        msg = f"rig {rig.name}: neither runs nor glass say anything of any offset"
        raise NotThereError(msg)
    return Response(picture, media_type="image/svg+xml")


async def runs(api: RestApi, request: Request) -> Response:
    """The autofocus runs that were imported."""
    return json_response(
        request, await api.observatory.learning_requests.runs(api.rig(request).name)
    )


async def watch(api: RestApi, request: Request) -> Response:
    """What was read in watched directories, and what was skipped and why."""
    rig = api.rig(request).name
    return json_response(request, api.observatory.learning_requests.watch_report(rig))


async def import_runs(api: RestApi, request: Request) -> Response:
    """Take autofocus runs in."""
    rig = api.rig(request)
    body = await api.body(request, RUNS_LIMIT_BYTES)
    runs = await asyncio.to_thread(read_runs, body)
    return json_response(
        request,
        await api.observatory.learning_requests.request_runs(rig.name, runs, client_of(request)),
    )


async def take_back(api: RestApi, request: Request) -> Response:
    """A run does not count any more."""
    rig, key = api.rig(request), read_key(await api.body(request)).key
    return json_response(
        request,
        await api.observatory.learning_requests.request_take_back(
            rig.name, key, client_of(request)
        ),
    )


async def restate(api: RestApi, request: Request) -> Response:
    """A run is of another frame or filter than was said."""
    rig = api.rig(request)
    key, restated = read_restated(await api.body(request))
    return json_response(
        request,
        await api.observatory.learning_requests.request_restate(
            rig.name, key, restated, client_of(request)
        ),
    )


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets",
        summary="The focus offset of each filter",
        answer=offsets,
        reply=OffsetTable,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/why",
        summary="What offsets were learnt from: prior, data, posterior (of one: ?filter=NAME)",
        answer=why,
        reply=FilterFitReport | FitReport,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/plan",
        summary="What to focus next, in which order, and the filters due for a spot check",
        answer=plan,
        reply=Agenda,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/audit",
        method="POST",
        summary="Whether filters are softer behind an offset than behind their own focus",
        answer=audit,
        reply=FrameAudit,
        body=FramesBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/why.svg",
        summary="The runs behind the offsets (one filter filled: ?filter=NAME)",
        answer=why_svg,
        media="image/svg+xml",
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/plot.svg",
        summary="Every offset with its error, the runs behind it, and what glass says",
        answer=offset_plot,
        media="image/svg+xml",
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs",
        summary="The newest autofocus runs with what became of them",
        answer=runs,
        reply=RunList,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs",
        method="POST",
        summary="Take autofocus runs in, each once; offsets are learnt from them soon",
        answer=import_runs,
        reply=RunImport,
        body=RunsBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs/watch",
        summary="What was read in watched directories, and what was skipped there and why",
        answer=watch,
        reply=WatchReport,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs/forget",
        method="POST",
        summary="Take a run back: what was learnt with it does not count, and is fitted again",
        answer=take_back,
        reply=CorrectedRun,
        body=RunKeyBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs/restate",
        method="POST",
        summary="State a run's frame or filter anew: what was learnt with it is fitted again",
        answer=restate,
        reply=CorrectedRun,
        body=RestatedBody,
    ),
)
