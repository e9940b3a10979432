"""What changes a rig's state: answers, adoption, mode, hold, trim."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, client_of, json_response
from rigd.focus.state.settings import FARTHEST_STEPS, Mode
from rigd.view.offsets import OffsetTable
from rigd.view.questions import RigQuestions


class AnswerBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/answers`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    key: str = Field(min_length=1, max_length=120, description="The key of the question.")
    value: str | float | dict[str, int] | None = Field(
        description="A choice, a number, parts with their counts; null takes the answer back."
    )


class SwapBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/swap`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    filter: str = Field(min_length=1, max_length=120, description="Name or key of the filter.")


class HoldBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/hold`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hold: bool = Field(description="true: hands off now, the motor stops; false: go on.")


class ReleaseBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/release`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    device: str = Field(
        min_length=1,
        max_length=120,
        description="Its role (focuser, wheel, guide_focuser, camera, mount, guider) or its name.",
    )


class TrimBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/trim`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    trim_steps: int = Field(
        ge=-FARTHEST_STEPS,
        le=FARTHEST_STEPS,
        description="The whole trim from now on, in the focuser's own counts.",
    )


class ModeBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/mode`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    mode: Mode = Field(strict=False, description="apply, publish, or observe.")
    confirm: bool = Field(default=False, description="Switch although a client may be misled.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptReply:
    """The focus was taken for right."""

    adopted: bool
    said: str
    """What was taken as the focus of which filter, and what became of a trim."""
    not_stored: str | None
    """Why a restart would not know of it yet; null: nothing is known to be in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeReply:
    """The mode from now on."""

    mode: Mode
    not_stored: str | None
    """Why a restart would not know of it yet; null: nothing is known to be in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReply:
    """Whether rigd keeps its hands off from now on."""

    hold: bool
    not_stored: str | None
    """Why a restart would not know of it yet; null: nothing is known to be in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReply:
    """What was given up."""

    released: str
    """The sentence of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapReply:
    """The filter that is in the light now."""

    filter: str
    said: str
    """What came of it: where the focuser goes or why it stays, and a change that failed by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimReply:
    """The whole trim from now on."""

    trim_steps: int


async def questions(api: RestApi, request: Request) -> Response:
    """What only its owner can say, and what was answered."""
    return json_response(request, api.rig(request).questions)


async def answers(api: RestApi, request: Request) -> Response:
    """The owner's answer to a question."""
    rig = api.rig(request)
    example = '{"key": "a key of a question", "value": its answer, or null}'
    given = await api.read_request(request, AnswerBody, example)
    await api.observatory.request_answer(rig.name, given.key, given.value, client_of(request))
    return json_response(request, api.rig(request).questions)


async def adopt(api: RestApi, request: Request) -> Response:
    """A human's word that the focus is right."""
    rig = api.rig(request)
    await api.expect_no_fields(request)
    said = await api.observatory.request_adopt(rig.name, client_of(request))
    return json_response(
        request, AdoptReply(adopted=True, said=said, not_stored=_not_stored(api, request))
    )


async def mode(api: RestApi, request: Request) -> Response:
    """Switch the mode while running."""
    rig = api.rig(request)
    example = '{"mode": "apply" | "publish" | "observe"}, "confirm" if needed'
    asked = await api.read_request(request, ModeBody, example)
    client = client_of(request)
    await api.observatory.request_mode(rig.name, asked.mode, client, confirmed=asked.confirm)
    return json_response(request, ModeReply(mode=asked.mode, not_stored=_not_stored(api, request)))


async def hold(api: RestApi, request: Request) -> Response:
    """Hands off, or the end of it."""
    rig = api.rig(request)
    example = '{"hold": true} or {"hold": false}'
    asked = await api.read_request(request, HoldBody, example)
    await api.observatory.request_hold(rig.name, client_of(request), hold=asked.hold)
    return json_response(request, HoldReply(hold=asked.hold, not_stored=_not_stored(api, request)))


async def release(api: RestApi, request: Request) -> Response:
    """Give up a device that does not answer."""
    rig = api.rig(request)
    asked = await api.read_request(request, ReleaseBody, '{"device": "focuser"}')
    client = client_of(request)
    said = await api.observatory.request_release(rig.name, asked.device, client)
    return json_response(request, ReleaseReply(released=said))


async def swap(api: RestApi, request: Request) -> Response:
    """A human changed the filter."""
    rig = api.rig(request)
    example = '{"filter": "name of the filter that is in the light now"}'
    asked = await api.read_request(request, SwapBody, example)
    said = await api.observatory.request_swap(rig.name, asked.filter, client_of(request))
    return json_response(request, SwapReply(filter=asked.filter, said=said))


async def trim(api: RestApi, request: Request) -> Response:
    """Set the trim."""
    rig = api.rig(request)
    asked = await api.read_request(request, TrimBody, '{"trim_steps": 40}')
    await api.observatory.request_trim(rig.name, asked.trim_steps, client_of(request))
    return json_response(request, TrimReply(trim_steps=asked.trim_steps))


async def recompute(api: RestApi, request: Request) -> Response:
    """Offsets worked out again."""
    rig = api.rig(request)
    await api.expect_no_fields(request)
    await api.observatory.request_recompute(rig.name, client_of(request))
    return json_response(request, api.rig(request).offsets)


def _not_stored(api: RestApi, request: Request) -> str | None:
    """Why what has just been said may not outlive a restart, as far as the rig knows."""
    return api.rig(request).summary.not_stored


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/rigs/{rig}/questions",
        summary="What only the owner can say and what it changes, and the answers given",
        answer=questions,
        reply=RigQuestions,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/answers",
        method="POST",
        summary="The owner's answer to a question; nothing moves",
        answer=answers,
        reply=RigQuestions,
        body=AnswerBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/adopt",
        method="POST",
        summary="A human's word: the focuser stands in focus for the filter in the light",
        answer=adopt,
        reply=AdoptReply,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/mode",
        summary="Switch the mode while running; nothing moves",
        answer=mode,
        reply=ModeReply,
        method="POST",
        body=ModeBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/hold",
        method="POST",
        summary="Hands off now (the motor stops), or the end of it",
        answer=hold,
        reply=HoldReply,
        body=HoldBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/release",
        method="POST",
        summary="Give up a device that does not answer: what rigd waits for it for is over",
        answer=release,
        reply=ReleaseReply,
        body=ReleaseBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/swap",
        method="POST",
        summary="A human put this filter in the light; the focuser follows as after any change",
        answer=swap,
        reply=SwapReply,
        body=SwapBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/trim",
        method="POST",
        summary="Set the trim, which clients never see; the focuser moves by the difference",
        answer=trim,
        reply=TrimReply,
        body=TrimBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/recompute",
        method="POST",
        summary="Have the offsets worked out again; nothing moves",
        answer=recompute,
        reply=OffsetTable,
    ),
)
