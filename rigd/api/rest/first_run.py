"""The first configuration: what is found, the few questions, and what is written."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, json_response
from rigd.errors import RefusedError
from rigd.view.first_run import FirstRun, SetupPlan

MOST_SERVERS = 8


class LookBody(BaseModel):
    """Body of `POST /rigd/v1/first-run/look`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    servers: tuple[str, ...] = Field(
        default=(),
        strict=False,
        max_length=MOST_SERVERS,
        description='INDI servers of other computers, as "192.168.1.20:7624".',
    )


class PlanBody(BaseModel):
    """Body of `POST /rigd/v1/first-run/plan`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    answers: dict[str, str] = Field(
        default={}, max_length=50, description="By key of the question; the defaults else."
    )


class WriteBody(PlanBody):
    """Body of `POST /rigd/v1/first-run/write`."""

    toml: str = Field(
        max_length=200_000, description="The text as the plan showed it: nothing else is written."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRunState:
    """How far the first configuration is."""

    is_set_up: bool
    """Whether there is a rig: the others are refused then."""
    is_looking: bool
    has_looked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReply:
    """The configuration is written."""

    rig: str
    """Its name; it answers once rigd has read the configuration."""


async def state(api: RestApi, request: Request) -> Response:
    """How far it is."""
    return json_response(request, _state(api.first_run))


async def look(api: RestApi, request: Request) -> Response:
    """Begin to look; nothing is connected, and nothing moves."""
    setup = _first_run(api)
    asked = await api.read_request(request, LookBody, '{"servers": ["192.168.1.20:7624"]}')
    setup.look(asked.servers)
    return json_response(request, _state(setup))


async def plan(api: RestApi, request: Request) -> Response:
    """What would be written; nothing is."""
    setup = _first_run(api)
    asked = await api.read_request(request, PlanBody, '{"answers": {"telescope": "f/5"}}')
    if not setup.has_looked:
        msg = "nothing was looked for yet: POST /rigd/v1/first-run/look comes first"
        raise RefusedError(msg)
    return json_response(request, await setup.plan(asked.answers))


async def write(api: RestApi, request: Request) -> Response:
    """Write the configuration as it was shown."""
    setup = _first_run(api)
    asked = await api.read_request(request, WriteBody, '{"answers": {}, "toml": "the text"}')
    return json_response(request, WrittenReply(rig=await setup.write(asked.answers, asked.toml)))


async def go_on(api: RestApi, request: Request) -> Response:
    """Have rigd read the configuration that was written."""
    setup = _first_run(api)
    await api.expect_no_fields(request)
    setup.go_on()
    return json_response(request, _state(setup))


def _first_run(api: RestApi) -> FirstRun:
    """What makes the first configuration.

    Raises:
        RefusedError: there is a rig already.
    """
    if api.first_run is None:
        msg = "a rig is set up already: `rigd init --replace` sets it up anew"
        raise RefusedError(msg)
    return api.first_run


def _state(setup: FirstRun | None) -> FirstRunState:
    if setup is None:
        return FirstRunState(is_set_up=True, is_looking=False, has_looked=False)
    return FirstRunState(is_set_up=False, is_looking=setup.is_looking, has_looked=setup.has_looked)


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/first-run",
        summary="How far the first configuration is",
        answer=state,
        reply=FirstRunState,
    ),
    RestRoute(
        path="/rigd/v1/first-run/look",
        method="POST",
        summary="Look for servers, profiles and logs; nothing is connected, and nothing moves",
        answer=look,
        reply=FirstRunState,
        body=LookBody,
    ),
    RestRoute(
        path="/rigd/v1/first-run/plan",
        method="POST",
        summary="What would be written with these answers, and what remains to be asked",
        answer=plan,
        reply=SetupPlan,
        body=PlanBody,
    ),
    RestRoute(
        path="/rigd/v1/first-run/write",
        method="POST",
        summary="Write the configuration as it was shown",
        answer=write,
        reply=WrittenReply,
        body=WriteBody,
    ),
    RestRoute(
        path="/rigd/v1/first-run/start",
        method="POST",
        summary="Have rigd read the configuration that was written",
        answer=go_on,
        reply=FirstRunState,
    ),
)
