"""Copies of the public repositories that the catalog cites, read with git."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from rigd.catalog.catalog import Catalog
from rigd.catalog.cited_files import CitedComparison, CitedFile, ReadCited, compare_cited_files

_NEWEST = "HEAD"


def compare_with_copies(catalog: Catalog, directory: Path) -> CitedComparison:
    """Look for the catalog's numbers in the clones below a directory."""
    return compare_cited_files(catalog, copies_in(directory))


def said_of(compared: CitedComparison, catalog: Catalog, *, uncompared: bool) -> Iterator[str]:
    """Yield how much was compared, and on request each source that was not."""
    yield str(compared)
    if uncompared:
        for why, numbers in (
            ("no copy", compared.without_copy),
            ("no repository file", compared.without_file),
        ):
            for key, count in numbers.items():
                yield f"not compared, {why}: {key}, {count} numbers: {catalog.sources[key].address}"


def copies_in(directory: Path) -> ReadCited:
    """Return a reader of cited files in clones that stand as OWNER+NAME below a directory.

    A folder that is cited is read with everything in it.
    """

    def read(cited: CitedFile) -> str | None:
        clone = _clone(directory / f"{cited.owner}+{cited.name}")
        if clone is None:
            return None
        commit = cited.commit or _NEWEST
        found = _git(clone, ["ls-tree", "-r", "--name-only", "--full-tree", commit, cited.path])
        if not found:
            return None
        texts = [_git(clone, ["show", f"{commit}:{path}"]) for path in found.splitlines()]
        return "\n".join(text for text in texts if text is not None)

    return read


def _clone(place: Path) -> Path | None:
    """Return the git directory of a clone, bare or not, or of one named `repo` in the place."""
    for found in (place / "repo", place):
        if (found / "HEAD").is_file() or (found / ".git").exists():
            return found
    return None


def _git(clone: Path, words: Sequence[str]) -> str | None:
    """Return what git prints, None if it fails."""
    done = subprocess.run(  # noqa: S603 - the words are ours and the catalog's
        ["git", "-C", str(clone), *words],  # noqa: S607 - the git of the path
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return done.stdout if done.returncode == 0 else None
