"""Alerts: what is wrong now, who is told, and the test."""

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, json_response
from rigd.errors import RefusedError
from rigd.view.alerts import AlertsReport

_NONE = AlertsReport(
    configured=False,
    problem=None,
    quiet=False,
    quiet_hours=None,
    kinds=(),
    receivers=(),
    alerts=(),
)


async def alerts(api: RestApi, request: Request) -> Response:
    """What is wrong now, and who is told of it."""
    return json_response(request, _NONE if api.alerts is None else api.alerts.report())


async def test(api: RestApi, request: Request) -> Response:
    """Send a test to every receiver."""
    await api.expect_no_fields(request)
    if api.alerts is None:
        msg = "nobody is told: the configuration has no table [alerts]"
        raise RefusedError(msg)
    return json_response(request, await api.alerts.test())


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/alerts",
        summary="What is wrong now, and who is told of it",
        answer=alerts,
        reply=AlertsReport,
    ),
    RestRoute(
        path="/rigd/v1/alerts/test",
        method="POST",
        summary="Send a test to every receiver; the reply says how that went",
        answer=test,
        reply=AlertsReport,
    ),
)
