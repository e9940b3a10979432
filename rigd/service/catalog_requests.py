"""What is asked of the catalog alone; no rig has to do with it."""

import asyncio

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import CatalogPage, page
from rigd.errors import InvalidValueError, TrainError
from rigd.setup.named_train import answer_request
from rigd.view.catalog import CatalogEntry, catalog_entry
from rigd.view.train_request import TrainAnswers, TrainRequest


class CatalogRequests:
    """Answers out of the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._spacers_in_turn = asyncio.Lock()

    def catalog_page(self, *, words: str, kind: str | None, offset: int, limit: int) -> CatalogPage:
        """One page of the catalog's entries that contain every word."""
        return page(self._catalog, words=words, kind=kind, offset=offset, limit=limit)

    def catalog_entry(self, kind: str, entry_id: str) -> CatalogEntry | None:
        """An entry of the catalog with its sources; None if there is none."""
        return catalog_entry(self._catalog, kind, entry_id)

    async def find_spacers(self, request: TrainRequest) -> TrainAnswers:
        """The spacers of any train, worked out beside the loop and one train at a time.

        Raises:
            InvalidValueError: words that mean no single entry, figures that make no sense.
        """
        async with self._spacers_in_turn:
            try:
                return await asyncio.to_thread(answer_request, request, self._catalog)
            except TrainError as error:
                raise InvalidValueError(str(error)) from error
