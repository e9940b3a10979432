"""The equipment profiles: list, look, change, switch, take back."""

import hashlib
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.reply import read_body
from rigd.api.rest.body import B, read_as
from rigd.api.rest.openapi import Parameter
from rigd.api.rest.problem import NotThereError
from rigd.api.rest.profile_bodies import (
    ConfirmReply,
    EffectBody,
    NewProfileBody,
    PatchBody,
    SolvedBody,
    SolvedReply,
    SwitchBody,
    TomlBody,
    UndoBody,
    UndoReply,
)
from rigd.api.rest.route import RestApi, RestRoute, client_of, json_response, whole_number
from rigd.errors import ChangedMeanwhileError, ConfigError, InvalidValueError
from rigd.units import focal_length_mm
from rigd.view.profile_effect import ProfileEffect
from rigd.view.profiles import ProfileChanges, ProfileList, ProfileView
from rigd.view.proposal import ProfileProposal

TOML_MEDIA = "application/toml"
BODY_LIMIT_BYTES = 1_000_000
MOST = 1000


async def profiles(api: RestApi, request: Request) -> Response:
    """Every profile in short."""
    return json_response(request, await api.observatory.profiles.listed())


async def profile(api: RestApi, request: Request) -> Response:
    """One profile, as JSON or TOML."""
    found = await api.observatory.profiles.shown(request.path_params["name"])
    wanted = request.query_params.get("format", "json")
    if wanted == "toml":
        headers = {"etag": _etag(found), "cache-control": "no-cache"}
        return Response(found.toml, media_type=TOML_MEDIA, headers=headers)
    if wanted != "json":
        msg = f"format {wanted[:40]!r} is neither json nor toml"
        raise InvalidValueError(msg)
    return json_response(request, found, _etag(found))


async def create(api: RestApi, request: Request) -> Response:
    """Keep one more."""
    asked = await _body(api, request, NewProfileBody)
    requests, client = api.observatory.profiles, client_of(request)
    try:
        if asked.clone is not None and asked.name is not None:
            name = await requests.clone(asked.clone, asked.name, client)
        else:
            name = await requests.create(asked.toml or "", client, imported=asked.imported)
    except ConfigError as wrong:
        raise InvalidValueError(str(wrong)) from wrong
    return await _now(api, request, name)


async def replace(api: RestApi, request: Request) -> Response:
    """It says something else from now on."""
    name = request.path_params["name"]
    asked = await _body(api, request, TomlBody)
    if "if-match" not in request.headers:
        msg = "say with If-Match which state of the profile you looked at (its ETag; * for any)"
        raise NotUnderstoodError(msg, HTTPStatus.PRECONDITION_REQUIRED)
    try:
        name = await api.observatory.profiles.put(
            name,
            asked.toml,
            client_of(request),
            expect=_expected(request),
            imported=asked.imported,
        )
    except ConfigError as wrong:
        raise InvalidValueError(str(wrong)) from wrong
    return await _now(api, request, name)


async def patch(api: RestApi, request: Request) -> Response:
    """Rename, archive or restore it."""
    name = request.path_params["name"]
    asked = await _body(api, request, PatchBody)
    requests, client, expect = api.observatory.profiles, client_of(request), _expected(request)
    if asked.name is not None:
        name = await requests.rename(name, asked.name, client, expect=expect)
    else:
        await requests.shelve(name, client, archived=bool(asked.archived), expect=expect)
    return await _now(api, request, name)


async def archive(api: RestApi, request: Request) -> Response:
    """Nothing is ever deleted: it is archived."""
    name = request.path_params["name"]
    await api.expect_no_fields(request)
    await api.observatory.profiles.shelve(
        name, client_of(request), archived=True, expect=_expected(request)
    )
    return await _now(api, request, name)


async def of_rig(api: RestApi, request: Request) -> Response:
    """The profile in force on a rig."""
    found = await _in_force(api, request)
    return json_response(request, found, _etag_in_force(found))


async def switch(api: RestApi, request: Request) -> Response:
    """Another one is in force from now on; nothing moves."""
    rig = api.rig(request)
    asked = await _body(api, request, SwitchBody)
    expect = None
    given = request.headers.get("if-match", "*")
    if given != "*":
        present = await _in_force(api, request)
        if _etag_in_force(present) != given:
            msg = f"{present.name!r} is in force on {rig.name} now, and not as you saw it"
            raise ChangedMeanwhileError(msg)
        expect = present.name
    await api.observatory.profiles.switch(
        rig.name, asked.profile, client_of(request), expect=expect
    )
    return await of_rig(api, request)


async def changes(api: RestApi, request: Request) -> Response:
    """The newest changes, newest first."""
    most = whole_number(request.query_params.get("most"), "most", 50, 1, MOST)
    rig = request.query_params.get("rig")
    return json_response(request, await api.observatory.profiles.history(most, rig))


async def undo(api: RestApi, request: Request) -> Response:
    """Take back the last change."""
    asked = await _body(api, request, UndoBody)
    taken_back = await api.observatory.profiles.undo(client_of(request), expect=asked.undo)
    return json_response(request, UndoReply(taken_back=taken_back))


async def solved(api: RestApi, request: Request) -> Response:
    """A solved frame's scale says how long the telescope is."""
    rig = api.rig(request)
    asked = await _body(api, request, SolvedBody)
    length_mm = focal_length_mm(asked.pixel_size_um, asked.scale_arcsec)
    await api.observatory.report_plate_solve(rig.name, length_mm, client_of(request))
    return json_response(request, SolvedReply(focal_length_mm=length_mm))


async def proposal(api: RestApi, request: Request) -> Response:
    """Which profile fits the devices that are there."""
    return json_response(request, await api.observatory.proposal(api.rig(request).name))


async def effect(api: RestApi, request: Request) -> Response:
    """What would be another thing with it; nothing is changed."""
    rig = api.rig(request)
    asked = await _body(api, request, EffectBody)
    toml = asked.toml
    if toml is None:
        toml = (await api.observatory.profiles.shown(asked.profile or "")).toml
    try:
        return json_response(request, await api.observatory.foresee_profile(rig.name, toml))
    except ConfigError as wrong:
        raise InvalidValueError(str(wrong)) from wrong


async def confirm(api: RestApi, request: Request) -> Response:
    """The profile is right, whatever contradicts it."""
    rig = api.rig(request)
    await api.expect_no_fields(request)
    count = await api.observatory.confirm_profile(rig.name, client_of(request))
    return json_response(request, ConfirmReply(confirmed=count))


async def _body(api: RestApi, request: Request, kind: type[B]) -> B:
    text = await read_body(
        request.scope,
        request.receive,
        limit_bytes=BODY_LIMIT_BYTES,
        limit_s=api.settings.body_limit_s,
    )
    return read_as(kind, text)


async def _now(api: RestApi, request: Request, name: str) -> Response:
    found = await api.observatory.profiles.shown(name)
    return json_response(request, found, _etag(found))


async def _in_force(api: RestApi, request: Request) -> ProfileView:
    rig = api.rig(request)
    found = await api.observatory.profiles.of(rig.name)
    if found is None:
        msg = f"rig {rig.name} has no profile in force"
        raise NotThereError(msg)
    return found


def _etag(found: ProfileView) -> str:
    return f'"{found.revision}"'


def _etag_in_force(found: ProfileView) -> str:
    digest = hashlib.blake2s(found.name.encode(), digest_size=6).hexdigest()
    return f'"{found.revision}-{digest}"'


def _expected(request: Request) -> int | None:
    """The revision that If-Match names; None where any will do."""
    given = request.headers.get("if-match", "*").strip()
    if given == "*":
        return None
    number = given.strip('"')
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else -1


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/profiles",
        summary="Every equipment profile",
        answer=profiles,
        reply=ProfileList,
    ),
    RestRoute(
        path="/rigd/v1/profiles",
        method="POST",
        summary="Keep one more profile, or a copy of one",
        answer=create,
        reply=ProfileView,
        body=NewProfileBody,
        also=(HTTPStatus.NOT_FOUND,),
    ),
    RestRoute(
        path="/rigd/v1/profiles/{name}",
        summary="One profile, with its ETag (as the text alone: ?format=toml)",
        answer=profile,
        reply=ProfileView,
        query=(Parameter("format", "json or toml"),),
    ),
    RestRoute(
        path="/rigd/v1/profiles/{name}",
        method="PUT",
        summary="The profile says something else from now on; nothing moves",
        answer=replace,
        reply=ProfileView,
        body=TomlBody,
        if_match=True,
    ),
    RestRoute(
        path="/rigd/v1/profiles/{name}",
        method="PATCH",
        summary="Rename, archive or restore a profile",
        answer=patch,
        reply=ProfileView,
        body=PatchBody,
        if_match=True,
    ),
    RestRoute(
        path="/rigd/v1/profiles/{name}",
        method="DELETE",
        summary="Archive a profile: nothing is ever deleted",
        answer=archive,
        reply=ProfileView,
        if_match=True,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/profile",
        summary="The profile in force, with its ETag",
        answer=of_rig,
        reply=ProfileView,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/profile",
        method="PUT",
        summary="Switch to another profile; nothing moves, refused while something does",
        answer=switch,
        reply=ProfileView,
        body=SwitchBody,
        if_match=True,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/profile/proposal",
        summary="What speaks for and against each profile, and the one that fits what is there",
        answer=proposal,
        reply=ProfileProposal,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/profile/effect",
        method="POST",
        summary="What a profile would change on the rig, before it is in force; nothing is changed",
        answer=effect,
        reply=ProfileEffect,
        body=EffectBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/profile/confirm",
        method="POST",
        summary="A human's word: the profile in force is right, whatever contradicts it",
        answer=confirm,
        reply=ConfirmReply,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/solved",
        method="POST",
        summary="The scale of a solved frame: compared with the profile, nothing moves",
        answer=solved,
        reply=SolvedReply,
        body=SolvedBody,
    ),
    RestRoute(
        path="/rigd/v1/profile-changes",
        summary="The newest changes of profiles with before and after, newest first",
        answer=changes,
        reply=ProfileChanges,
        query=(
            Parameter("most", "so many at most (50)", (1, MOST)),
            Parameter("rig", "only what concerns this rig"),
        ),
    ),
    RestRoute(
        path="/rigd/v1/profile-changes",
        method="POST",
        summary="Take back the last change of a profile; that is journalled too",
        answer=undo,
        reply=UndoReply,
        body=UndoBody,
        also=(HTTPStatus.PRECONDITION_FAILED,),
    ),
)
