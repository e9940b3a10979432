"""Alerts: what is wrong now, who is told when and of what, and the test."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, client_of, json_response, whole_number
from rigd.errors import RefusedError
from rigd.view.alerts import Alerts, AlertsReport

_NONE = AlertsReport(
    configured=False,
    problem=None,
    quiet=False,
    quiet_hours=None,
    chosen_by=None,
    chosen_at=None,
    kinds=(),
    receivers=(),
    alerts=(),
)


class AlertChoiceBody(BaseModel):
    """Body of `PUT /rigd/v1/alerts/choice`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    quiet: str | None = Field(
        max_length=20,
        description='When nothing is sent, by local time: "09:00-17:30"; null: never.',
    )
    kinds: tuple[str, ...] = Field(
        strict=False, max_length=50, description="Of what the receivers are told."
    )


class ReceiverBody(BaseModel):
    """Body of `POST /rigd/v1/alerts/receivers`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    address: str = Field(
        min_length=1,
        max_length=2000,
        repr=False,
        description="An address of Apprise, such as ntfy://my-own-long-topic; no reply shows it.",
    )


async def alerts(api: RestApi, request: Request) -> Response:
    """What is wrong now, and who is told of it."""
    return json_response(request, _NONE if api.alerts is None else api.alerts.report())


async def test(api: RestApi, request: Request) -> Response:
    """Send a test to every receiver."""
    await api.expect_no_fields(request)
    return json_response(request, await _alerts(api).test())


async def choose(api: RestApi, request: Request) -> Response:
    """Choose when nothing is sent, and of what is told."""
    example = '{"quiet": "09:00-17:30" | null, "kinds": ["change_failed", ...]}'
    asked = await api.read_request(request, AlertChoiceBody, example)
    report = await _alerts(api).choose(asked.quiet, asked.kinds, client_of(request))
    return json_response(request, report)


async def follow(api: RestApi, request: Request) -> Response:
    """Let the configuration say again when and of what is told."""
    await api.expect_no_fields(request)
    return json_response(request, await _alerts(api).follow_configuration())


async def add(api: RestApi, request: Request) -> Response:
    """Tell one more."""
    asked = await api.read_request(request, ReceiverBody, '{"address": "ntfy://..."}')
    report = await _alerts(api).add_receiver(asked.address)
    return json_response(request, report)


async def remove(api: RestApi, request: Request) -> Response:
    """Tell one no more."""
    await api.expect_no_fields(request)
    number = whole_number(request.path_params["number"], "receiver", 0, 1, 999_999_999)
    return json_response(request, await _alerts(api).remove_receiver(number))


def _alerts(api: RestApi) -> Alerts:
    if api.alerts is None:
        msg = "this rigd watches for no alerts"
        raise RefusedError(msg)
    return api.alerts


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
    RestRoute(
        path="/rigd/v1/alerts/choice",
        method="PUT",
        summary="Choose when nothing is sent, and of what is told, in place of the configuration",
        answer=choose,
        reply=AlertsReport,
        body=AlertChoiceBody,
    ),
    RestRoute(
        path="/rigd/v1/alerts/choice",
        method="DELETE",
        summary="Let the configuration say again when and of what is told",
        answer=follow,
        reply=AlertsReport,
    ),
    RestRoute(
        path="/rigd/v1/alerts/receivers",
        method="POST",
        summary="Tell one more, by an address of Apprise, which no reply shows",
        answer=add,
        reply=AlertsReport,
        body=ReceiverBody,
    ),
    RestRoute(
        path="/rigd/v1/alerts/receivers/{number}",
        method="DELETE",
        summary="Tell one no more who was added while running",
        answer=remove,
        reply=AlertsReport,
    ),
)
