"""Any imaging train, asked for by names: no rig has to do with it, and nothing is kept."""

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.rest.route import RestApi, RestRoute, json_response
from rigd.view.train_request import NamedTrain, TrainRequest

EXAMPLE = (
    '{"optic": "Esprit 100", "camera": "ASI2600MM Pro", "wheel": "EFW 7x36", "filters": ["3 mm"]}'
)


async def find_spacers(api: RestApi, request: Request) -> Response:
    """The spacers of a train."""
    asked = await api.read_request(request, TrainRequest, EXAMPLE)
    return json_response(request, await api.observatory.find_spacers(asked))


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/trains",
        method="POST",
        summary="The spacers of any train, asked for by names",
        answer=find_spacers,
        body=TrainRequest,
        reply=NamedTrain,
    ),
)
