"""rigd's own REST API under `/rigd/v1/`; one table of routes drives routing and document."""

from collections.abc import Awaitable, Callable
from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rigd.api.rest import alerts as restalerts
from rigd.api.rest import catalog as restcatalog
from rigd.api.rest import commands as restcommands
from rigd.api.rest import event_stream as reststream
from rigd.api.rest import first_run as restfirstrun
from rigd.api.rest import learning as restlearning
from rigd.api.rest import profiles as restprofiles
from rigd.api.rest import publishing as restpublishing
from rigd.api.rest import rigs as restrigs
from rigd.api.rest import trains as resttrains
from rigd.api.rest.openapi import openapi
from rigd.api.rest.problem import http_problem, internal_problem, problem
from rigd.api.rest.route import RestApi, RestRoute, bytes_response, json_bytes
from rigd.errors import RigdError


async def _document(api: RestApi, request: Request) -> Response:
    return bytes_response(request, _document_bytes(api.settings.version))


@cache
def _document_bytes(version: str) -> bytes:
    """Made at the first request, once: it says the same until rigd is another version."""
    return json_bytes(openapi(version, ROUTES))


ROUTES: tuple[RestRoute, ...] = (
    *restrigs.ROUTES,
    *restlearning.ROUTES,
    *restcommands.ROUTES,
    *restprofiles.ROUTES,
    *restcatalog.ROUTES,
    *resttrains.ROUTES,
    *reststream.ROUTES,
    *restalerts.ROUTES,
    *restpublishing.ROUTES,
    *restfirstrun.ROUTES,
    RestRoute(path="/rigd/v1/openapi.json", summary="This document", answer=_document),
)


def rest_app(api: RestApi) -> Starlette:
    """Answers rigd's own API out of the observatory's views."""
    app = Starlette(
        routes=[
            Route(
                _make_pattern(route.path),
                _endpoint(api, route),
                methods=[route.method],
                name=route.summary,
            )
            for route in ROUTES
        ],
        exception_handlers={
            HTTPException: http_problem,
            RigdError: problem,
            Exception: internal_problem,
        },
    )
    app.router.redirect_slashes = False
    return app


def _make_pattern(path: str) -> str:
    """A profile's name may have a slash in it (80 mm f/6)."""
    return path.replace("{name}", "{name:path}")


def _endpoint(api: RestApi, route: RestRoute) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await route.answer(api, request)

    return endpoint
