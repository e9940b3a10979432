"""sqlite-utils as the store uses it, imported here alone.

It imports NumPy wherever that is installed, to make columns of NumPy's types. The store has none,
and the daemon starts sooner without.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without_numpy() -> Iterator[None]:
    """Let an import of NumPy fail, as where it is not installed; what is imported stays."""
    if "numpy" in sys.modules:
        yield
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # what the import system documents
    try:
        yield
    finally:
        del sys.modules["numpy"]


with _without_numpy():
    from sqlite_utils import Database, Migrations

__all__ = ["Database", "Migrations"]
