"""The shipped catalog files, parsed: reading TOML takes longer than all else that a catalog needs.

So what it gave is kept beside the files, as Python keeps its bytecode: in `__pycache__`, where that
may be written, and named by a digest of the texts. A copy that is missing or damaged is made anew.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from rigd.catalog.entry_files import day_as_text, parse_catalog_text

_NAME = "catalog.{digest}.json"

Parsed = dict[str, dict[str, Any]]
"""What a file holds, by the file's name."""


def parse_shipped(texts: Mapping[str, str], root: Path | None) -> Parsed:
    """Return what each text holds, days as text.

    Args:
        texts: The TOML of each file by its name.
        root: The directory of the files; None if they are in none.

    Raises:
        CatalogError: A text is no TOML.
    """
    if root is None:
        return {where: parse_catalog_text(text, where) for where, text in texts.items()}
    copy = root / "__pycache__" / _NAME.format(digest=_digest(texts))
    kept = _read(copy)
    if kept is not None:
        return kept
    parsed = {where: parse_catalog_text(text, where) for where, text in texts.items()}
    if not sys.dont_write_bytecode:
        _write(copy, parsed)
    return parsed


def _digest(texts: Mapping[str, str]) -> str:
    whole = hashlib.sha256()
    for where, text in texts.items():
        whole.update(f"{where}\0{text}\0".encode())
    return whole.hexdigest()


def _read(copy: Path) -> Parsed | None:
    try:
        kept = json.loads(copy.read_bytes())
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def _write(copy: Path, parsed: Parsed) -> None:
    """Put the copy there as a whole, in place of those of other texts; whether or not it works."""
    with suppress(OSError, TypeError):
        text = json.dumps(parsed, default=day_as_text)
        copy.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile("w", dir=copy.parent, encoding="utf-8", delete=False) as file:
            file.write(text)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(copy)
        for other in copy.parent.glob(_NAME.format(digest="*")):
            if other != copy:
                other.unlink()
