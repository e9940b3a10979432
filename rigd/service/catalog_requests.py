"""What is asked of the catalog alone; no rig has to do with it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import CatalogPage, page
from rigd.errors import InvalidValueError, RefusedError, TrainError
from rigd.setup.named_train import answer_request
from rigd.setup.offered_names import offer_names
from rigd.view.catalog import CatalogEntry, catalog_entry
from rigd.view.train_request import OfferedNames, TrainAnswers, TrainRequest

T = TypeVar("T")

MOST_WAITING = 8
"""So many trains may wait to be worked out; our choice: who came later would have given up."""
MOST_KEPT = 4
"""So many answers are kept; our choice: a page asks for its answer, and then for its picture."""


class CatalogRequests:
    """Answers out of the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._spacers_in_turn = asyncio.Lock()
        self._names_in_turn = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[str, TrainAnswers] = {}

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
            RefusedError: too many wait already.
        """
        asked = request.model_dump_json()
        if (kept := self._kept.get(asked)) is not None:
            return kept
        if self._waiting >= MOST_WAITING:
            msg = f"{MOST_WAITING} trains wait to be worked out already: ask again in a moment"
            raise RefusedError(msg)
        self._waiting += 1
        try:
            async with self._spacers_in_turn:
                if (kept := self._kept.get(asked)) is None:
                    kept = await asyncio.to_thread(answer_request, request, self._catalog)
                    self._keep(asked, kept)
                return kept
        except TrainError as error:
            raise InvalidValueError(str(error)) from error
        finally:
            self._waiting -= 1

    async def draw_in_turn(self, draw: Callable[[T], str], what: T) -> str:
        """A drawing that takes its time, made when no train is worked out.

        Raises:
            InvalidValueError: there is nothing to draw, or it is too large.
        """
        async with self._spacers_in_turn:
            try:
                return await asyncio.to_thread(draw, what)
            except TrainError as error:
                raise InvalidValueError(str(error)) from error

    def _keep(self, asked: str, found: TrainAnswers) -> None:
        self._kept[asked] = found
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    async def offer_names(self, field: str, words: str) -> OfferedNames:
        """What the words of a field of a train may mean, looked up beside the loop.

        Raises:
            InvalidValueError: a train has no such field.
        """
        async with self._names_in_turn:
            return await asyncio.to_thread(offer_names, self._catalog, field, words)
