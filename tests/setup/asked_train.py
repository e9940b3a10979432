"""Trains asked for by names, for the tests of what is made of them."""

from typing import Any

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import train_file_of
from rigd.train.answer import TrainAnswer, answer
from rigd.train.resolve import resolve
from rigd.train.room import room_words
from rigd.view.train_request import TrainRequest

ESPRIT = {"optic": "Esprit 100", "camera": "ASI2600MM Pro"}


MONO = {**ESPRIT, "wheel": "EFW 7x36", "oag": "OAG-L", "filters": ("3 mm",)}


def ask(catalog: Catalog, **said: Any) -> TrainAnswer:
    file, _ = train_file_of(TrainRequest(**said), catalog)
    return answer(resolve(file, CatalogLookup(catalog)))


def said(found: TrainAnswer) -> str:
    """What stands in place of a stack."""
    assert found.room is not None
    return room_words(found.question, found.room)
