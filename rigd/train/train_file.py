"""A train from a file: the TOML that `rigd spacers --train` reads, checked and resolved.

Everything may be named by a catalog id, spelt out in full, or named and corrected: what the file
says wins over the catalog.
"""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from rigd.errors import TrainError
from rigd.files.wrong_values import wrong_fields
from rigd.train.file_format import Entry, InventoryFile, TrainFile
from rigd.train.inventory_lookup import InventoryLookup
from rigd.train.part_facts import Lookup, NoCatalog
from rigd.train.question import TrainQuestion
from rigd.train.resolve import resolve
from rigd.train.resolve_steps import NOT_IN_CATALOG

M = TypeVar("M", bound=Entry)


def read_train_file(path: Path, lookup: Lookup | None = None) -> TrainQuestion:
    """Return the question that a file asks.

    Raises:
        TrainError: the file, with the field and what is wrong with it.
    """
    text = _read_text(path)
    known: Lookup = NoCatalog() if lookup is None else lookup
    try:
        file = _parse(TrainFile, text)
        if file.inventory is None:
            return resolve(file, known)
        own = _read_inventory_of(file, path, known)
        return resolve(file, InventoryLookup(own, known), inventory=own.parts)
    except TrainError as error:
        raise TrainError(f"{path}: {error}") from error


def _read_inventory_of(file: TrainFile, path: Path, known: Lookup) -> InventoryFile:
    """Return the inventory that a train file names.

    Raises:
        TrainError: it cannot be read; and what else is wrong with the train file, but for ids that
            the inventory may have.
    """
    try:
        return read_inventory_file(path.parent / str(file.inventory))
    except TrainError as error:
        faults = [str(error)]
        try:
            resolve(file, known)
        except TrainError as other:
            faults += [one for one in str(other).split("; ") if NOT_IN_CATALOG not in one]
        raise TrainError("; ".join(faults)) from error


def read_inventory_file(path: Path) -> InventoryFile:
    """Return what a person owns, from a file.

    Raises:
        TrainError: the file, with the field and what is wrong with it.
    """
    text = _read_text(path)
    try:
        return _parse(InventoryFile, text)
    except TrainError as error:
        raise TrainError(f"{path}: {error}") from error


def parse_train(text: str, lookup: Lookup | None = None) -> TrainQuestion:
    """Return the question that the text of a train file without an inventory asks.

    Raises:
        TrainError: names the field and what is wrong with it.
    """
    return resolve(_parse(TrainFile, text), NoCatalog() if lookup is None else lookup)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise TrainError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TrainError(f"{path}: is not UTF-8 text") from error


def _parse(model: type[M], text: str) -> M:
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TrainError(f"not TOML: {error}") from error
    except ValidationError as error:
        raise TrainError("; ".join(wrong_fields(error.errors()))) from error
