"""Write docs/tutorial-55mm.md and its drawings: every case of ZWO's 55 mm tutorial, answered.

python docs/generate_tutorial.py [FOLDER]

The cases and their lengths are the catalog's (`profiles/solutions/tutorial.toml`, with sources).
What is asked for each is a command of docs/tutorial-55mm.toml, run as a person runs it.
"""

import contextlib
import os
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from typer.testing import CliRunner

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.solution import Solution
from rigd.cli.app import app

DOCS = Path(__file__).parent
COLUMNS = "100"
GROUPS = ("s1", "s2", "s3", "duo", "oag")
"""How the ids of the tutorial's cases begin."""

HEAD = """\
<!-- written by docs/generate_tutorial.py: change docs/tutorial-55mm.toml, or the catalog -->
# The 55 mm tutorial, answered by rigd

ZWO's tutorial on 55 mm of back focus is a set of drawings; the drawings are lost. Their trains were
rebuilt from part lengths (`profiles/solutions/tutorial.toml` says from where), so the totals below
that a note of the tutorial *states* are evidence, and the others only follow from its title.

Below each case stands one command and what it prints. What came in the boxes is at hand; nothing is
bought; a 2" filter, or those of a wheel, count as 1.9 mm of unknown glass. The telescope is f/5 and
takes 1 mm either way, and it ends in M48, or where the command says so in M68. Where no source
states a length, the case says so, and its command names the one that is assumed.

**Why 56 is right for 55.** A filter of thickness t pushes the focus back by t (1 - 1/n), about a
third of t. With 3 mm of glass of index 1.5 the sensor must stand 56.0 mm behind the optic, with
1.9 mm filters of unknown glass 55.60 to 55.71 mm. A train of 56 mm is right for the
first and 0.3 to 0.4 mm long for the second.
"""
QUESTIONS = """
# What readers asked

Questions from the tutorial's comments and from forums, as far as they are about spacing.
"""


def main() -> None:
    """Write the page and the drawings."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    pictures = folder / "tutorial-55mm"
    pictures.mkdir(parents=True, exist_ok=True)
    asked = tomllib.loads((DOCS / "tutorial-55mm.toml").read_text())
    catalog = load_catalog()
    # Read once, and not again for each command.
    with mock.patch("rigd.cli.spacers.load_own_catalog", return_value=catalog):
        sections = list(write_sections(asked, catalog, pictures))
    (folder / "tutorial-55mm.md").write_text("\n".join(sections))


def write_sections(asked: dict[str, Any], catalog: Catalog, pictures: Path) -> Iterator[str]:
    """The page, section by section; the drawings on the way."""
    yield HEAD
    for case in catalog.all(Solution):
        if case.id.split("_")[0] in GROUPS:
            row = asked["cases"][case.id]
            confidence = catalog.confidence(case)
            yield "\n".join(case_section(case, confidence, row, asked["common"], pictures))
    yield QUESTIONS
    for row in asked["questions"]:
        yield "\n".join(question_section(row))


def case_section(
    case: Solution, confidence: str, row: dict[str, Any], common: str, pictures: Path
) -> Iterator[str]:
    """One case of the tutorial: what was rebuilt, and what rigd says."""
    yield f"\n## {case.title}\n"
    yield f"For: {', '.join(case.cameras)}. Confidence of the rebuilt train: {confidence}.\n"
    yield from rebuilt(case)
    if "note" in row:
        yield f"\n{row['note'].strip()}"
    command = f"{row['ask']} {row.get('common', common)}".strip()
    picture = pictures / f"{case.id}.svg"
    yield from shown(command, picture)
    if picture.exists():
        yield f"\n![{case.title}](tutorial-55mm/{case.id}.svg)"


def rebuilt(case: Solution) -> Iterator[str]:
    """The tutorial's own train in words."""
    if not case.steps:
        yield case.notes or ""
        return
    stack = " + ".join(f"{step.what} {step.length_mm:g}" for step in case.steps)
    yield f"Rebuilt: {stack} = **{case.total_mm:g} mm**."
    yield f"The tutorial: {case.stated_total_mm:g} mm ({case.stated_total_basis})."
    if case.stated_total_mm == 56.0:
        yield "Why 56: the glass, see above."
    if case.length_deduced:
        yield "One of these lengths was deduced from the total: this case proves nothing about it."
    if case.unbuildable_because:
        yield f"It cannot be built as listed: {case.unbuildable_because}"
    if case.alternatives:
        yield f"Also considered: {case.alternatives}."


def question_section(row: dict[str, Any]) -> Iterator[str]:
    """One question of a reader, and what rigd says."""
    yield f"\n## {row['title']}"
    if "note" in row:
        yield f"\n{row['note'].strip()}"
    if "ask" in row:
        yield from shown(row["ask"])


def shown(command: str, picture: Path | None = None) -> Iterator[str]:
    """A command of `rigd spacers` with what it prints."""
    yield f"\n```console\n$ rigd spacers {command}\n{answer(command, picture).rstrip()}\n```"


def answer(command: str, picture: Path | None = None) -> str:
    """What `rigd spacers` prints, with a drawing where one is wanted.

    Raises:
        RuntimeError: the command failed.
    """
    extra = [] if picture is None else ["--svg", str(picture)]
    words = ["spacers", *shlex.split(command), *extra]
    with contextlib.chdir(DOCS.parent):
        result = CliRunner().invoke(
            app, words, env={"COLUMNS": COLUMNS, "NO_COLOR": "1", "TERM": "dumb", **no_own_files()}
        )
    if result.exception is not None:
        raise RuntimeError(f"rigd spacers {command}: {result.exception}") from result.exception
    return "\n".join(line.rstrip() for line in result.output.splitlines())


def no_own_files() -> dict[str, str]:
    """The page must not depend on the configuration of whoever writes it."""
    return dict.fromkeys((name for name in os.environ if name.startswith("RIGD_")), "")


if __name__ == "__main__":
    main()
