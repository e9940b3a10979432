"""Any imaging train, asked for by names: no rig has to do with it, and nothing is kept.

A question is posted as JSON, or stands in the address: so the answer and its picture can be linked.
"""

import json
from typing import get_origin

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.body import read_as
from rigd.api.rest.openapi import Parameter
from rigd.api.rest.route import RestApi, RestRoute, json_response
from rigd.errors import InvalidValueError
from rigd.view.train_request import (
    NamedTrains,
    OfferedNames,
    TrainAnswers,
    TrainRequest,
    split_adjustment,
)

EXAMPLE = (
    '{"optic": "Esprit 100", "camera": "ASI2600MM Pro", "wheel": "EFW 7x36", "filters": ["3 mm"]}'
)
QUERY_EXAMPLE = "?optic=Esprit 100&camera=ASI2600MM Pro&wheel=EFW 7x36&filters=3 mm"
MOST_LETTERS = 120
_BOOLEANS = {"true": True, "false": False}


async def find_spacers(api: RestApi, request: Request) -> Response:
    """The spacers of a train."""
    asked = await api.read_request(request, TrainRequest, EXAMPLE)
    return json_response(request, await api.observatory.find_spacers(asked))


async def find_spacers_by_query(api: RestApi, request: Request) -> Response:
    """The same of a question in the address."""
    return json_response(request, await api.observatory.find_spacers(_read_query(request)))


async def draw_train(api: RestApi, request: Request) -> Response:
    """The picture of its best stack, or of what comes nearest."""
    asked = _read_query(request).model_copy(update={"drawing": True})
    found = await api.observatory.find_spacers(asked)
    if isinstance(found, NamedTrains):
        raise InvalidValueError(which_is_meant(found))
    return Response(found.drawing, media_type="image/svg+xml")


async def offer_names(api: RestApi, request: Request) -> Response:
    """What the words of a field may mean."""
    words = request.query_params.get("words", "")
    if len(words) > MOST_LETTERS:
        raise InvalidValueError(f"words: at most {MOST_LETTERS} letters")
    field = request.query_params.get("field", "")
    return json_response(request, await api.observatory.offer_names(field, words))


def which_is_meant(found: NamedTrains) -> str:
    """Return what words may mean that leave something open, and which parameter settles each."""
    each = "; ".join(
        f"if {one.meant}: {' and '.join(_parameter(*row) for row in one.settled_by.items())}"
        for one in found.readings
    )
    return f"a picture shows one train, and this may be {len(found.readings)}: {each}"


def _parameter(field: str, value: str | float) -> str:
    return f"adjust={field}={value}" if "." in field else f"{field}={value}"


def _read_query(request: Request) -> TrainRequest:
    """The train that the parameters of an address name; what may be several is repeated.

    Raises:
        InvalidValueError: they name none; says the first parameter that is wrong.
    """
    asked: dict[str, object] = {}
    for name in request.query_params:
        said = request.query_params.getlist(name)
        field = TrainRequest.model_fields.get(name)
        if name == "adjust":
            asked[name] = dict(split_adjustment(one) for one in said)
        elif field is not None and get_origin(field.annotation) is tuple:
            asked[name] = said
        elif len(said) > 1:
            raise InvalidValueError(f"{name}: is there {len(said)} times, and may be there once")
        elif field is not None and field.annotation is bool:
            asked[name] = _BOOLEANS.get(said[0].casefold(), said[0])
        else:
            asked[name] = said[0]
    return read_as(TrainRequest, json.dumps(asked).encode(), QUERY_EXAMPLE, place="query")


_QUERY = tuple(
    Parameter(name, field.description or "") for name, field in TrainRequest.model_fields.items()
)
ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/trains",
        method="POST",
        summary="The spacers of any train, asked for by names",
        answer=find_spacers,
        body=TrainRequest,
        reply=TrainAnswers,
    ),
    RestRoute(
        path="/rigd/v1/trains",
        summary="The same, with the question in the address; what may be several is repeated",
        answer=find_spacers_by_query,
        query=_QUERY,
        reply=TrainAnswers,
    ),
    RestRoute(
        path="/rigd/v1/trains.svg",
        summary="Its best stack, or what comes nearest, drawn to scale",
        answer=draw_train,
        query=_QUERY,
        media="image/svg+xml",
    ),
    RestRoute(
        path="/rigd/v1/trains/names",
        summary="Names of the catalog that words may mean, for a field of such a question",
        answer=offer_names,
        reply=OfferedNames,
        query=(
            Parameter("field", "The field, such as camera."),
            Parameter("words", "What is typed there, as far as it is."),
        ),
    ),
)
