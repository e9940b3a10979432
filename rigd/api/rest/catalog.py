"""The catalog."""

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.http.errors import shorten
from rigd.api.rest.openapi import Parameter
from rigd.api.rest.problem import NotThereError
from rigd.api.rest.route import RestApi, RestRoute, json_response, whole_number
from rigd.catalog.listing import CatalogPage
from rigd.view.catalog import CatalogEntry

MOST_ENTRIES = 500
MOST_OFFSET = 1_000_000


async def catalog(api: RestApi, request: Request) -> Response:
    """A page of the catalog."""
    query = request.query_params
    return json_response(
        request,
        api.observatory.catalog_page(
            words=query.get("search", ""),
            kind=query.get("kind"),
            offset=whole_number(query.get("offset"), "offset", 0, 0, MOST_OFFSET),
            limit=whole_number(query.get("limit"), "limit", 50, 1, MOST_ENTRIES),
        ),
    )


async def entry(api: RestApi, request: Request) -> Response:
    """An entry of the catalog."""
    kind, entry_id = request.path_params["kind"], request.path_params["id"]
    found = api.observatory.catalog_entry(kind, entry_id)
    if found is None:
        msg = f"the catalog has no {shorten(kind)} with the id {shorten(entry_id)!r}"
        raise NotThereError(msg)
    return json_response(request, found)


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/catalog",
        summary="The catalog, a page at a time",
        answer=catalog,
        reply=CatalogPage,
        query=(
            Parameter("kind", "One kind of entry, such as camera or part."),
            Parameter("search", "Words of the id, maker, model or names; every one must be there."),
            Parameter("offset", "Entries to leave out at the start.", (0, MOST_OFFSET)),
            Parameter("limit", "Most entries of the page.", (1, MOST_ENTRIES)),
        ),
    ),
    RestRoute(
        path="/rigd/v1/catalog/{kind}/{id}",
        summary="An entry of the catalog with its sources",
        answer=entry,
        reply=CatalogEntry,
    ),
)
